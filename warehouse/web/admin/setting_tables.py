"""Settings that are tables, each row a form of its own kind: the address, exceptions from rules, what has changed."""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.web.admin.settings import saved

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


def _rows(*names: str) -> list[tuple[str, ...]]:
    columns = [[value.strip() for value in request.form.getlist(name)] for name in names]
    place = names.index("name")
    return [row for row in zip(*columns, strict=False) if row[place]]
