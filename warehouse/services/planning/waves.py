"""Named wave rules: which orders make a wave, onto which cart, and when it is released by itself."""

from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM, Request, audit
from warehouse.services.planning.known import OrderFilter, PlanBatches
from warehouse.services.site import load_site
from warehouse.storage.models.batching import CartRow, WaveRow
from warehouse.storage.models.planning import WaveTemplateRow

EVERY_DAY = tuple(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRules:
    """The rules of one kind of wave; empty texts do not restrict. Times are the site's clock, weekday 0 is Monday."""

    name: str
    carrier: str = ""
    cutoff: str = ""
    zone: str = ""
    max_orders: int = 200
    cart: str = ""
    single: bool = False
    release_at: str = ""
    weekdays: tuple[int, ...] = EVERY_DAY
    rolling: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRules:
    """Wave rules with their key, the day they last released a wave by themselves, and since when their times hold."""

    id: int
    rules: WaveRules
    ran_on: str | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRules(Request):
    """Add wave rules, or change those with this key."""

    rules: WaveRules
    key: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesKey(Request):
    """These wave rules."""

    key: int


def put_rules(session: Session, request: PutRules) -> int:
    """Store wave rules; ConflictError when another has the name, InvalidInputError for a cart nobody has."""
    rules = request.rules
    same = session.scalars(select(WaveTemplateRow).where(WaveTemplateRow.name == rules.name)).one_or_none()
    if same is not None and same.id != request.key:
        raise ConflictError(sentence("There are wave rules “{name}” already.", name=rules.name))
    if rules.cart and not session.scalar(select(CartRow.id).where(CartRow.code == rules.cart)):
        raise InvalidInputError(
            sentence("There is no cart {cart}.", cart=rules.cart), (FieldProblem("cart", "is not known"),)
        )
    row = WaveTemplateRow() if request.key is None else _row(session, request.key)
    if request.key is None or _times(_rules(row)) != _times(rules):
        row.changed_at = request.at
    for one in fields(rules):
        value = getattr(rules, one.name)
        setattr(row, one.name, list(value) if isinstance(value, tuple) else value)
    row.changed_by_id = request.actor.person
    session.add(row)
    session.flush()
    audit(session, request, "wave_rules_changed", f"wave_rules:{row.id}", name=rules.name)
    return row.id


def remove_rules(session: Session, request: RulesKey) -> None:
    """Take wave rules away; waves they made stay."""
    row = _row(session, request.key)
    for wave in session.scalars(select(WaveRow).where(WaveRow.template_id == row.id)).all():
        wave.template_id = None
    session.flush()
    session.delete(row)
    audit(session, request, "wave_rules_removed", f"wave_rules:{request.key}", name=row.name)


def all_rules(session: Session) -> list[StoredRules]:
    """List all wave rules by name."""
    rows = session.scalars(select(WaveTemplateRow).order_by(WaveTemplateRow.name))
    return [_stored(row) for row in rows]


def rules_of(session: Session, key: int) -> WaveRules:
    """Give wave rules by key; NotFoundError when there are none."""
    return _rules(_row(session, key))


def take_turn(session: Session, request: RulesKey) -> bool:
    """Note that rules release their wave of today; False when they are not due, or somebody was faster."""
    row = _row(session, request.key)
    local = request.at.astimezone(ZoneInfo(load_site(session).time_zone))
    if not is_due(_stored(row), local):
        return False
    row.ran_on = local.date()
    audit(session, request, "wave_scheduled", f"wave_rules:{row.id}", day=str(row.ran_on))
    return True


def is_due(stored: StoredRules, local: datetime) -> bool:
    """Tell whether rules with a release time are to release today's wave now; `local` is the site's clock.

    Rules whose time of today was over when it was set begin the next day.
    """
    rules, today = stored.rules, str(local.date())
    if not rules.active or not rules.release_at or local.weekday() not in rules.weekdays or stored.ran_on == today:
        return False
    since = stored.since.astimezone(local.tzinfo)
    if str(since.date()) == today and since.strftime("%H:%M") > rules.release_at:
        return False
    return local.strftime("%H:%M") >= rules.release_at


def plan_of(rules: WaveRules, at: datetime) -> PlanBatches:
    """Give the plan that these rules ask for."""
    return PlanBatches(
        actor=SYSTEM,
        at=at,
        limit=rules.max_orders,
        only=OrderFilter(carrier=rules.carrier, cutoff=rules.cutoff, zone=rules.zone),
        cart=rules.cart or None,
        wave=rules.name,
        single=rules.single,
    )


def _row(session: Session, key: int) -> WaveTemplateRow:
    row = session.get(WaveTemplateRow, key)
    if row is None:
        raise NotFoundError(sentence("There are no wave rules {key}.", key=key))
    return row


def _stored(row: WaveTemplateRow) -> StoredRules:
    ran_on = str(row.ran_on) if row.ran_on else None
    return StoredRules(id=row.id, rules=_rules(row), ran_on=ran_on, since=row.changed_at)


def _times(rules: WaveRules) -> tuple[object, ...]:
    return (rules.release_at, rules.weekdays, rules.active, rules.rolling)


def _rules(row: WaveTemplateRow) -> WaveRules:
    values = {one.name: getattr(row, one.name) for one in fields(WaveRules)}
    return WaveRules(**{**values, "weekdays": tuple(row.weekdays)})
