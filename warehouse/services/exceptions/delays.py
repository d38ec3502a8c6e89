"""Late orders are followed up by themselves: one entry for the lead a pickup, one event for the shop an order.

So a bad afternoon is one matter for a person and not three hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import Text, listed, sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.customers import Missed, tell_delayed
from warehouse.services.exceptions.queue import OpenEntry, Resolve, get_entry, open_exception, resolve_exception
from warehouse.services.planning.forecasting import Forecast, foresee_floor
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.queries.exceptions.delays import (
    LateOrder,
    late_orders,
    orders_still_at_risk,
    risks_that_are_over,
    told_about,
)

NAMED = 8
SPARE = timedelta(minutes=15)
"""So much time all orders of a batch must have to spare before a risk that was told counts as gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedPickup:
    """Orders that the same pickup went without and nobody has been told of yet."""

    carrier: str
    cutoff: datetime
    orders: tuple[LateOrder, ...]

    @property
    def subject(self) -> str:
        """What the entry is about."""
        return f"cutoff:{self.carrier}:{self.cutoff:%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAtRisk:
    """A batch of which orders will be packed only after their cutoff."""

    batch: str
    orders: tuple[str, ...]
    cutoff: datetime
    finish: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """What is late, what will be, entries about risks that are over, and those `averted`: it will be in time now."""

    missed: tuple[MissedPickup, ...] = ()
    risks: tuple[BatchAtRisk, ...] = ()
    over: tuple[int, ...] = ()
    averted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMissed(Request):
    """A step short enough for the writer: some orders of one pickup."""

    pickup: MissedPickup


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRisk(Request):
    """A batch that will be late."""

    risk: BatchAtRisk


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRisk(Request):
    """The batch is packed, or late: the entry's cause is gone. One that is `averted` may come back."""

    exception: int
    averted: bool = False


def look_for_delays(session: Session, now: datetime) -> Delays:
    """Find what is late and nobody has been told of; reads only."""
    forecast = foresee_floor(session, now)
    return Delays(
        missed=_missed(session, now),
        risks=_risks(session, forecast, now),
        over=tuple(risks_that_are_over(session, now)),
        averted=_averted(session, forecast, now),
    )


def note_missed(session: Session, request: NoteMissed) -> int:
    """Put a missed pickup before the lead and tell the shop of each order; gives how many orders were told of."""
    pickup, site = request.pickup, load_site(session)
    late = [it for it in pickup.orders if session.get_one(OrderRow, it.id).state not in _GONE]
    if not late:
        return 0
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.MISSED_CUTOFF,
        subject=pickup.subject,
        about=sentence(
            "{carrier} {day} {time}, orders {orders}",
            carrier=pickup.carrier or sentence("pickup"),
            day=site.day_of(pickup.cutoff),
            time=site.clock(pickup.cutoff),
            orders=_named(late),
        ),
    )
    row = get_entry(session, open_exception(session, entry))
    told = (row.data or {}).get("orders", [])
    row.data = {**(row.data or {}), "orders": sorted({*told, *(it.id for it in late)})}
    for order in late:
        following = site.next_cutoff(order.carrier, request.at, order.service)
        tell_delayed(session, request, Missed(order=order.id, cutoff=pickup.cutoff, following=following))
    return len(late)


def note_risk(session: Session, request: NoteRisk) -> int:
    """Put a batch that will be late before the lead, while something can still be done; gives the entry's key."""
    risk, site = request.risk, load_site(session)
    batch = session.scalars(select(BatchRow).where(BatchRow.number == risk.batch)).one()
    orders = session.scalars(select(OrderRow.id).where(OrderRow.number.in_(risk.orders)))
    about = sentence(
        "batch {batch}, packed about {finish}, cutoff {cutoff}, orders {orders}",
        batch=risk.batch,
        finish=site.clock(risk.finish),
        cutoff=site.clock(risk.cutoff),
        orders=", ".join(risk.orders[:NAMED]),
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.LATE_RISK,
        subject=f"batch:{batch.id}",
        about=about,
        data={"orders": sorted(orders)},
        batch=batch.id,
        cutoff=risk.cutoff,
    )
    return open_exception(session, entry)


def end_risk(session: Session, request: EndRisk) -> None:
    """Settle an entry about a risk that is over."""
    how = sentence("It is packed, or cannot be late any more.")
    if request.averted:
        how = sentence("It will be packed in time, as things stand now.")
        row = get_entry(session, request.exception)
        row.data = {**(row.data or {}), "averted": True}
    said = Resolve(actor=request.actor, at=request.at, exception=request.exception, resolution=how)
    resolve_exception(session, said)


def _named(late: Sequence[LateOrder]) -> Text:
    names, more = listed(it.number for it in late[:NAMED]), len(late) - NAMED
    return sentence("{names} and {more} more", names=names, more=more) if more > 0 else names


_GONE = frozenset({OrderState.PACKED, OrderState.SHIPPED, OrderState.CANCELLED})


def _missed(session: Session, now: datetime) -> tuple[MissedPickup, ...]:
    groups: dict[tuple[str, datetime], list[LateOrder]] = {}
    for order in late_orders(session, now):
        groups.setdefault((order.carrier, order.cutoff), []).append(order)
    pickups = [MissedPickup(carrier=carrier, cutoff=at, orders=tuple(them)) for (carrier, at), them in groups.items()]
    told = told_about(session, ExceptionType.MISSED_CUTOFF, [it.subject for it in pickups])
    untold = {
        it.subject: tuple(order for order in it.orders if order.id not in told.get(it.subject, ())) for it in pickups
    }
    return tuple(replace(it, orders=untold[it.subject]) for it in pickups if untold[it.subject])


def _risks(session: Session, forecast: Forecast, now: datetime) -> tuple[BatchAtRisk, ...]:
    found: dict[str, list[tuple[str, datetime, datetime]]] = {}
    for risk in forecast.at_risk:
        if risk.batch is not None and risk.cutoff_at > now:
            found.setdefault(risk.batch, []).append((risk.number, risk.cutoff_at, risk.finish))
    rows = session.execute(select(BatchRow.number, BatchRow.id).where(BatchRow.number.in_(list(found))))
    subjects = {number: f"batch:{key}" for number, key in rows}
    told = told_about(session, ExceptionType.LATE_RISK, subjects.values())
    return tuple(
        BatchAtRisk(
            batch=batch,
            orders=tuple(number for number, _, _ in them),
            cutoff=min(cutoff for _, cutoff, _ in them),
            finish=max(finish for _, _, finish in them),
        )
        for batch, them in found.items()
        if subjects.get(batch) not in told
    )


def _averted(session: Session, forecast: Forecast, now: datetime) -> tuple[int, ...]:
    """Name the entries all of whose orders will be packed in time, with some to spare; of a held one nobody knows."""
    return tuple(
        key
        for key, orders in orders_still_at_risk(session, now).items()
        if all(number in forecast.packed and cutoff - forecast.packed[number] >= SPARE for number, cutoff in orders)
    )
