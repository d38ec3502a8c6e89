"""Settings that are tables, each row a form of its own kind: the address, exceptions from rules, what has changed."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.exception_queue import MATRIX
from warehouse.domain.roles import Permission
from warehouse.web.admin.settings import saved
from warehouse.web.api.parsing import DIGITS

blueprint = Blueprint("admin_setting_tables", __name__, url_prefix="/admin/settings")


@blueprint.post("/address")
@requires(Permission.EDIT_SETTINGS)
def save_address() -> AnyResponse:
    """Store the address of the site, a line each; empty lines do not count."""
    lines = [line.strip() for line in request.form.get("address", "").splitlines()]
    return saved({"address": [line for line in lines if line]})


@blueprint.post("/modes")
@requires(Permission.EDIT_SETTINGS)
def save_modes() -> AnyResponse:
    """Store where it is worked more or less strictly than elsewhere; a row without a name is dropped."""
    return saved({"modes": {f"{kind}:{name}": mode for kind, name, mode in _rows("kind", "name", "mode")}})


@blueprint.post("/backorders")
@requires(Permission.EDIT_SETTINGS)
def save_backorders() -> AnyResponse:
    """Store what single customers want when not all is there; a row without a customer is dropped."""
    return saved({"backorder_of": {name: policy for _, name, policy in _rows("policy", "name", "policy")}})


@blueprint.post("/rules")
@requires(Permission.EDIT_SETTINGS)
def save_rules() -> AnyResponse:
    """Store what the site has changed about exceptions; a field left as usual keeps the rule."""
    changed = {kind.value: _rule(kind.value) for kind in MATRIX}
    return saved({"exception_rules": {kind: rule for kind, rule in changed.items() if rule}})


def _rule(kind: str) -> dict[str, Any]:
    sent = {field: request.form.get(f"{field}-{kind}", "").strip() for field in ("severity", "owner", "hours")}
    rule: dict[str, Any] = {field: value for field, value in sent.items() if value}
    if DIGITS.fullmatch(sent["hours"]):
        rule["hours"] = int(sent["hours"])
    return rule


def _rows(*names: str) -> list[tuple[str, ...]]:
    columns = [[value.strip() for value in request.form.getlist(name)] for name in names]
    place = names.index("name")
    return [row for row in zip(*columns, strict=False) if row[place]]
