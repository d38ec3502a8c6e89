"""The rules that choose carriers, over HTTP: proposed, rehearsed, decided by a second person; what parcels cost."""

from datetime import date, datetime
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.domain.shipping.rules import DryRun
from warehouse.services.shipping.parcel_costs import CostWeek, cost_trend
from warehouse.services.shipping.rules import DecideRules, ProposeRules, decide_rules, propose_rules, rehearse_rules
from warehouse.storage.queries.shipping import RulesVersion, rules_versions
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_shipping_rules", __name__, url_prefix=PREFIX)


class RulesAnswer(Answer):
    """One version of the rules."""

    version: int
    state: str
    rules: Any
    note: str
    proposed_by: str | None
    proposed_at: datetime
    decided_at: datetime | None


class ProposeBody(Body):
    """New rules, the first that holds decides; and why they change."""

    rules: Annotated[list[dict[str, Any]], Field(max_length=200)]
    note: Annotated[str, Field(max_length=400)] = ""


class DecideBody(Body):
    """Whether the proposed rules come into force."""

    accept: bool


class VersionAnswer(Answer):
    """The version it is about."""

    version: int


class ServiceAnswer(Answer):
    """A service of a carrier."""

    carrier: str
    service: str


class DifferenceAnswer(Answer):
    """A parcel that would have gone another way."""

    name: str
    was: ServiceAnswer
    would: ServiceAnswer | None
    rule: str
    cents_was: int | None
    cents_would: int | None


class RehearsalAnswer(Answer):
    """What the rules would have done with the parcels of the last 30 days."""

    parcels: int
    unmatched: int
    held: list[tuple[str, int]]
    differences: list[DifferenceAnswer]
    cents_was: int
    cents_would: int


class CostAnswer(Answer):
    """What parcels of one carrier cost in one week, which begins on a Monday; cents."""

    week: date
    carrier: str
    parcels: int
    cents: int
    each: int


@blueprint.get("/shipping-rules")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
@operation(answer=Listing[RulesAnswer])
def get_rules() -> Listing[RulesVersion]:
    """List the versions of the rules, the newest first."""
    with parts().database.read() as session:
        return Listing(items=rules_versions(session))


@blueprint.post("/shipping-rules")
@requires(Permission.EDIT_SETTINGS)
@operation(body=ProposeBody, answer=VersionAnswer, status=201)
def post_rules(body: ProposeBody) -> VersionAnswer:
    """Propose rules; they choose nothing until a second person puts them in force."""
    wanted = ProposeRules(actor=actor(), at=now(), rules=body.rules, note=body.note)
    return VersionAnswer(version=parts().database.run(propose_rules, wanted))


@blueprint.post("/shipping-rules/<key:version>/decide")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
@operation(body=DecideBody, answer=VersionAnswer)
def post_decision(version: int, body: DecideBody) -> VersionAnswer:
    """Put proposed rules in force, or refuse them."""
    wanted = DecideRules(actor=actor(), at=now(), version=version, accept=body.accept)
    return VersionAnswer(version=parts().database.run(decide_rules, wanted))


@blueprint.get("/shipping-rules/<key:version>/rehearsal")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
@operation(answer=RehearsalAnswer)
def get_rehearsal(version: int) -> DryRun:
    """Run rules over the parcels of the last 30 days."""
    with parts().database.read() as session:
        return rehearse_rules(session, version, now())


@blueprint.get("/parcel-costs")
@requires(Permission.EDIT_SETTINGS, Permission.OVERRIDE)
@operation(answer=Listing[CostAnswer])
def get_costs() -> Listing[CostWeek]:
    """Show what parcels cost by week and carrier."""
    with parts().database.read() as session:
        return Listing(items=cost_trend(session, now()))
