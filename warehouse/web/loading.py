"""The dock's page: cartons are scanned onto the carrier's pallet or trailer."""

from flask import Blueprint, render_template

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.web.picking import handheld_state

blueprint = Blueprint("loading", __name__)


@blueprint.get("/load")
@requires(Permission.SHIP)
def load() -> str:
    """Show the dock's page; the module takes it from there."""
    return render_template("loading/load.html", state=handheld_state())
