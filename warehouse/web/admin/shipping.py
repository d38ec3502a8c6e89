"""The shipping page: who takes parcels by which rules, what other rules would do, what parcels cost, labels owed."""

import json

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.shipping.parcel_costs import cost_trend
from warehouse.services.shipping.purchasing import OfLabel, buy_again
from warehouse.services.shipping.rules import DecideRules, ProposeRules, decide_rules, propose_rules, rehearse_rules
from warehouse.services.site import load_site
from warehouse.storage.queries.shipping import open_labels, rules_versions
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted

blueprint = Blueprint("admin_shipping", __name__, url_prefix="/admin/shipping")
HERE = "admin_shipping.shipping"
EXAMPLE = [
    {
        "name": "Small parcels",
        "countries": ["DE"],
        "weight_to_g": 2000,
        "use": [{"carrier": "Post", "service": "Parcel"}],
    }
]


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
def shipping() -> Response:
    """Show rules, costs and labels that are not there yet."""
    return _page()


@blueprint.post("/rules")
@requires(Permission.EDIT_SETTINGS)
def propose() -> AnyResponse:
    """Propose rules."""

    def act() -> None:
        try:
            rules = json.loads(request.form.get("rules", ""))
        except ValueError:
            raise InvalidInputError("The rules are not JSON.") from None
        wanted = ProposeRules(actor=actor(), at=now(), rules=rules, note=request.form.get("note", ""))
        parts().database.run(propose_rules, wanted)

    return _did(attempted(act))


@blueprint.post("/rules/<key:version>/<word>")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
def decide(version: int, word: str) -> AnyResponse:
    """Put proposed rules in force, or refuse them."""
    wanted = DecideRules(actor=actor(), at=now(), version=version, accept=word == "accept")
    return _did(attempted(lambda: parts().database.run(decide_rules, wanted)))


@blueprint.post("/labels/<key:label>/again")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
def again(label: int) -> AnyResponse:
    """Ask the carrier again for a label it refused."""
    return _did(attempted(lambda: parts().database.run(buy_again, OfLabel(actor=actor(), at=now(), label=label))))


def _did(problem: Problem | None) -> AnyResponse:
    return _page(problem) if problem else done("saved", HERE)


def _page(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        versions = rules_versions(session)
        active = next((it for it in versions if it.state == "active"), None)
        proposed = next((it for it in versions if it.state == "proposed"), None)
        values = {
            "versions": versions,
            "active": active,
            "proposed": proposed,
            "rehearsal": rehearse_rules(session, proposed.version, now()) if proposed else None,
            "costs": cost_trend(session, now()),
            "labels": open_labels(session),
            "carriers": load_site(session).carriers,
        }
    written = request.form.get("rules") or json.dumps(active.rules if active else EXAMPLE, indent=2)
    return show("admin/shipping.html", problem, written=written, **values)
