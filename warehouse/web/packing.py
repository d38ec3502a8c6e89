"""The pack station's page."""

from flask import Blueprint, render_template

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.web.picking import handheld_state

blueprint = Blueprint("packing", __name__)


@blueprint.get("/pack")
@requires(Permission.PACK)
def pack() -> str:
    """Show the pack station; the module takes it from there."""
    return render_template("packing/pack.html", state=handheld_state())
