"""The handheld's pages: the pick trip, and the put-back and count tasks that come up beside it."""

from typing import Any

from flask import Blueprint, Response, render_template

from warehouse.access import open_to_anyone, requires
from warehouse.domain.roles import Permission
from warehouse.services.site import load_site
from warehouse.web import caller, parts
from warehouse.web.lean import lean_page

blueprint = Blueprint("picking", __name__)


@blueprint.get("/pick")
@requires(Permission.PICK)
def pick() -> Response:
    """Show the pick screen; the module takes it from there."""
    return lean_page("picking/pick.html", state=handheld_state())


@blueprint.get("/put-backs")
@requires(Permission.PICK, Permission.PACK, Permission.COUNT)
def put_backs() -> Response:
    """Show what has to go back to its bin."""
    return lean_page("picking/side_tasks.html", state=handheld_state() | {"kind": "put_back"}, here="/put-backs")


@blueprint.get("/counts")
@requires(Permission.COUNT)
def counts() -> Response:
    """Show which bins have to be counted."""
    return lean_page("picking/side_tasks.html", state=handheld_state() | {"kind": "count"}, here="/counts")


@blueprint.get("/scanner")
@open_to_anyone
def scanner() -> str:
    """Test what a scanner types; before that nobody could scan a badge, and nothing of the warehouse is on it."""
    return render_template("scanner/scanner.html")


def handheld_state() -> dict[str, Any]:
    """Give the first state of a page worked with a scanner: who works, what they may, the site's time zone."""
    found = caller()
    with parts().database.read() as session:
        site = load_site(session)
    return {
        "person": {"id": found.person, "name": found.name},
        "time_zone": site.time_zone,
        "practice": parts().settings.practice,
        "can": {
            "pick": found.may(Permission.PICK),
            "count": found.may(Permission.COUNT),
            "lead": found.may(Permission.OVERRIDE),
            "void": found.may(Permission.VOID_CARTONS),
            "reprint": found.may(Permission.REPRINT),
            "type": site.pick_default.hand_entry,
        },
    }
