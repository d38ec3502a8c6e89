"""The rules that choose carrier and service: proposed, rehearsed on what left, put in force by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, LabelState, Role
from warehouse.domain.errors import ConflictError, ForbiddenError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.shipping.rules import (
    Choice,
    DryRun,
    ParcelFacts,
    PastParcel,
    Service,
    ShippingRule,
    check_rules,
    choose,
    listed_cost,
    rehearse,
)
from warehouse.domain.site_settings import read_value, write_setting
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.printing.parcels import weights_of
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ShippingRulesRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at

REHEARSED = timedelta(days=30)
_MOST_PARCELS = 5000
_PROPOSED, _ACTIVE, _RETIRED, _REFUSED = "proposed", "active", "retired", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRules(Request):
    """New rules as JSON values, and why."""

    rules: Any
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRules(Request):
    """A second person's word on proposed rules."""

    version: int
    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules that choose now; version None where there are none yet."""

    version: int | None
    rules: tuple[ShippingRule, ...]


def rules_in_force(session: Session) -> RulesInForce:
    """Read the rules that choose now."""
    row = session.scalars(select(ShippingRulesRow).where(ShippingRulesRow.state == _ACTIVE)).one_or_none()
    return RulesInForce(version=row.version if row else None, rules=_parsed(row.rules) if row else ())


def propose_rules(session: Session, request: ProposeRules) -> int:
    """Store rules for a second person to look at; the version is given back. InvalidInputError names what is wrong."""
    rules = _parsed(request.rules)
    check_rules(rules, load_site(session).carriers)
    version = (session.scalar(select(func.max(ShippingRulesRow.version))) or 0) + 1
    row = ShippingRulesRow(
        version=version,
        rules=write_setting(rules),
        note=request.note[:400],
        proposed_by_id=request.actor.person,
        proposed_at=request.at,
    )
    session.add(row)
    session.flush()
    audit(session, request, "shipping_rules_proposed", f"shipping_rules:{version}", rules=len(rules))
    announce(session, BoardChanged(BoardKind.SETTINGS))
    return version


def decide_rules(session: Session, request: DecideRules) -> int:
    """Put proposed rules in force, or refuse them; raises ForbiddenError for whoever proposed them."""
    query = select(ShippingRulesRow).where(ShippingRulesRow.version == request.version)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There are no shipping rules {version}.", version=request.version))
    if row.state != _PROPOSED:
        raise ConflictError(
            sentence("Shipping rules {version} are {state} already.", version=row.version, state=word(row.state))
        )
    if request.accept:
        _require_other(session, request, row)
        check_rules(_parsed(row.rules), load_site(session).carriers)
        for old in session.scalars(select(ShippingRulesRow).where(ShippingRulesRow.state == _ACTIVE)).all():
            old.state = _RETIRED
    row.state = _ACTIVE if request.accept else _REFUSED
    row.decided_by_id, row.decided_at = request.actor.person, request.at
    session.flush()
    audit(session, request, f"shipping_rules_{row.state}", f"shipping_rules:{row.version}", proposed=row.proposed_by_id)
    announce(session, BoardChanged(BoardKind.SETTINGS))
    return row.version


def choose_carrier(session: Session, order: OrderRow, carton: CartonRow) -> tuple[Choice, int | None]:
    """Give who takes a sealed carton, and the version of the rules; without a rule that holds, the order's carrier.

    An order that came before the site had any carrier takes what it would be given today.
    """
    site, force = load_site(session), rules_in_force(session)
    facts = facts_of(session, order, carton)
    found = choose(force.rules, site.carriers, facts) if force.rules else None
    if found is not None:
        return found, force.version
    usual = Service(carrier=order.carrier or site.usual_carrier(order.service), service=order.service)
    cents = listed_cost(site.carriers, usual, facts)
    return Choice(carrier=usual.carrier, service=usual.service, cost_cents=cents), None


def rehearse_rules(session: Session, version: int, now: datetime) -> DryRun:
    """Run stored rules over the parcels of the last 30 days; raises NotFoundError."""
    row = session.scalars(select(ShippingRulesRow).where(ShippingRulesRow.version == version)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There are no shipping rules {version}.", version=version))
    return rehearse(_parsed(row.rules), load_site(session).carriers, _past(session, now - REHEARSED))


def facts_of(session: Session, order: OrderRow, carton: CartonRow) -> ParcelFacts:
    """Give what the rules look at; a carton is a hazard when any unit in it is a limited quantity."""
    hazards = (
        select(CartonLineRow.id)
        .join(ItemRow, ItemRow.id == CartonLineRow.item_id)
        .where(CartonLineRow.carton_id == carton.id, CartonLineRow.quantity > 0, ItemRow.limited_quantity)
        .limit(1)
    )
    return ParcelFacts(
        method=order.service,
        country=order.country,
        weight_g=weights_of(session, [carton.id]).get(carton.id),
        value_cents=order.value_cents,
        hazard=session.scalar(hazards) is not None,
    )


def _past(session: Session, since: datetime) -> list[PastParcel]:
    rows = session.execute(
        select(CartonRow, OrderRow, LabelRow)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .join(LabelRow, LabelRow.carton_id == CartonRow.id)
        .where(LabelRow.state == LabelState.BOUGHT, CartonRow.state != CartonState.VOID, CartonRow.closed_at >= since)
        .order_by(CartonRow.id.desc())
        .limit(_MOST_PARCELS)
    ).all()
    return [
        PastParcel(
            name=f"{order.number}/{carton.carton_no}",
            facts=facts_of(session, order, carton),
            carrier=label.carrier,
            service=label.service,
            cost_cents=label.cost_cents,
        )
        for carton, order, label in rows
    ]


def _parsed(values: object) -> tuple[ShippingRule, ...]:
    parsed: Sequence[ShippingRule] = read_value(tuple[ShippingRule, ...], values, "rules")
    return tuple(parsed)


def _require_other(session: Session, request: DecideRules, row: ShippingRulesRow) -> None:
    if request.actor.person is None or request.actor.person != row.proposed_by_id:
        return
    leads = select(PersonRow.id).where(working_at(request.at), PersonRow.role.in_([Role.LEAD, Role.ADMIN]))
    if any(key != request.actor.person for key in session.scalars(leads)):
        raise ForbiddenError("Who proposed the rules does not put them in force: a second lead or admin does.")
