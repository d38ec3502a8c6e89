"""The OpenAPI 3.1 document, made from the very types that validate: it cannot promise what the code does not do."""

import inspect
import re
from importlib.metadata import version
from typing import Any, Literal

from flask import Blueprint, Flask, Response, current_app, json
from pydantic import BaseModel
from werkzeug.routing import Rule as Route

from warehouse.access import open_to_anyone, rule_of
from warehouse.web.api import PREFIX, Operation, adapter, operation_of

Schema = dict[str, Any]
PARAMETERS: dict[str, Schema] = {
    "key": {"type": "integer", "format": "int64", "minimum": 1},
    "number": {"type": "string", "pattern": "^[A-Z0-9-]{1,20}$"},
    "uuid": {"type": "string", "format": "uuid"},
}
PROBLEM: Schema = {
    "type": "object",
    "required": ["status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
SCHEMES: Schema = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-warehouse"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
REFERENCE = "#/components/schemas/{model}"

blueprint = Blueprint("openapi", __name__)


@blueprint.get(f"{PREFIX}/openapi.json")
@open_to_anyone
def openapi() -> Response:
    """Give this document."""
    return Response(json.dumps(document(current_app)), content_type="application/json")


def document(app: Flask) -> Schema:
    """Describe every operation of `app`."""
    schemas: Schema = {"Problem": PROBLEM}
    paths: dict[str, Schema] = {}
    for route in sorted(app.url_map.iter_rules(), key=lambda route: route.rule):
        described = operation_of(app.view_functions[route.endpoint])
        if described is not None:
            path = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", route.rule).removeprefix(PREFIX)
            paths.setdefault(path, {}).update(_methods(app, route, described, schemas))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Warehouse pick-pack", "version": version("warehouse-pick-pack")},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SCHEMES},
    }


def _methods(app: Flask, route: Route, described: Operation, schemas: Schema) -> Schema:
    view = app.view_functions[route.endpoint]
    rule = rule_of(view)
    call: Schema = {
        "operationId": route.endpoint.replace(".", "_"),
        "summary": (inspect.getdoc(view) or route.endpoint).splitlines()[0],
        "security": [] if rule is not None and rule.anonymous else [{"cookie": []}, {"bearer": []}],
        "parameters": _path_parameters(route) + _query_parameters(described.query, schemas),
        "responses": _responses(described, schemas),
    }
    if rule is not None and rule.any_of:
        call["x-permissions"] = sorted(rule.any_of)
    if described.body is not None:
        call["requestBody"] = {"required": True, "content": _json(_schema(described.body, schemas, "validation"))}
    return dict.fromkeys((method.lower() for method in (route.methods or set()) - {"HEAD", "OPTIONS"}), call)


def _path_parameters(route: Route) -> list[Schema]:
    converters = dict(re.findall(r"<([^<>:]+):([^<>]+)>", route.rule))
    kinds = {name: PARAMETERS.get(kind, {"type": "string"}) for kind, name in converters.items()}
    named = {name: kinds.get(name, {"type": "string"}) for name in sorted(route.arguments)}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in named.items()]


def _query_parameters(model: type[BaseModel] | None, schemas: Schema) -> list[Schema]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=REFERENCE)
    schemas.update(schema.get("$defs", {}))
    required = schema.get("required", [])
    fields = schema.get("properties", {}).items()
    return [{"name": name, "in": "query", "required": name in required, "schema": kind} for name, kind in fields]


def _responses(described: Operation, schemas: Schema) -> Schema:
    problem = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    refusal = {"default": {"description": "Refused, with the reason", "content": problem}}
    if described.answer is None:
        return {"204": {"description": "Done"}} | refusal
    content = _json(_schema(described.answer, schemas, "serialization"))
    return {str(described.status): {"description": "The answer", "content": content}} | refusal


def _schema(kind: Any, schemas: Schema, mode: Literal["validation", "serialization"]) -> Schema:
    made = adapter(kind).json_schema(mode=mode, ref_template=REFERENCE)
    schemas.update(made.pop("$defs", {}))
    name = re.sub(r"\W+", "_", made.get("title", "")).strip("_")
    if not name:
        return made
    schemas[name] = made
    return {"$ref": REFERENCE.format(model=name)}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
