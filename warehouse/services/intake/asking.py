"""What a lead is asked about an order that its shop wants otherwise than it stands here, and how that is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, OrderState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import Text, listed, sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import (
    OpenEntry,
    Resolve,
    get_entry,
    open_exception,
    resolve_exception,
    tell_step,
)
from warehouse.services.intake.differences import lines_differ
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderRow

_ENDED = frozenset({OrderState.SHIPPED, OrderState.CANCELLED})
_WANTED = frozenset({"digest", "sides", "basket"})


@dataclass(frozen=True, slots=True)
class Difference:
    """What a lead is to look at; `digest` tells a difference already shown from a new one.

    `sides` is what differs and `basket` what is to be picked then; what takes something back has neither.
    """

    message: Text
    digest: str
    sides: Mapping[str, Any] | None = None
    basket: str | None = None


def ask_once(session: Session, request: Request, order: OrderRow, difference: Difference) -> None:
    """Stop an order and ask a lead what becomes of what its shop wants now, unless that was asked already."""
    if order.asked_hash != difference.digest:
        _stop(session, request, order, difference)
        order.asked_hash = difference.digest


def stop_released(session: Session, request: Request, order_id: int, difference: Difference) -> None:
    """Tell a lead that something is taken back of an order already in work, and stop it; the same only once."""
    order = session.get_one(OrderRow, order_id)
    if difference.digest not in _told(session, order):
        _stop(session, request, order, difference)


def settle_asked(session: Session, request: Request, order: OrderRow, resolution: Text) -> None:
    """The shop wants now what stands here: what was asked about its change is settled, and the order goes on.

    Where something is taken back, too, that is still asked.
    """
    for entry in _asked(session, order):
        if (entry.data or {}).get("documents"):
            entry.data = {name: value for name, value in (entry.data or {}).items() if name not in _WANTED}
            tell_step(session, entry, request, "again", resolution)
        else:
            resolve_exception(
                session,
                Resolve(actor=request.actor, at=request.at, exception=entry.id, resolution=resolution, lift_hold=True),
            )
    order.asked_hash = None


def shows_difference(session: Session, order: OrderRow) -> bool:
    """Say whether all that a lead is asked about the shop's change has sides that differ."""
    shown = [(entry.data or {}).get("sides") or {} for entry in _asked(session, order)]
    return all(sides.get("fields") or lines_differ({"lines": [], **sides}) for sides in shown)


def _asked(session: Session, order: OrderRow) -> list[ExceptionRow]:
    """Give the open entries about what the shop was found to want otherwise last."""
    entries = select(ExceptionRow).where(
        ExceptionRow.type == ExceptionType.CHANGED_AFTER_RELEASE,
        ExceptionRow.subject == f"order:{order.id}",
        ExceptionRow.state != ExceptionState.RESOLVED,
    )
    found = session.scalars(entries.order_by(ExceptionRow.id)).all()
    return [it for it in found if order.asked_hash and (it.data or {}).get("digest") == order.asked_hash]


def _stop(session: Session, request: Request, order: OrderRow, difference: Difference) -> None:
    kind = ExceptionType.CHANGED_AFTER_RELEASE
    asked = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=kind,
        subject=f"order:{order.id}",
        about=listed([sentence("order {order}", order=order.number), difference.message], ": "),
        order=order.id,
    )
    key = open_exception(session, asked)
    entry = get_entry(session, key)
    entry.data = _shown(entry.data or {}, difference)
    held = select(HoldRow.id).where(HoldRow.exception_id == key, HoldRow.lifted_at.is_(None))
    if order.state not in _ENDED and session.scalars(held).first() is None:
        text = difference.message
        hold_order(
            session,
            HoldOrder(
                actor=request.actor, at=request.at, number=order.number, reason=kind.value, text=text, exception=key
            ),
        )


def _shown(data: Mapping[str, Any], difference: Difference) -> dict[str, Any]:
    """Give the data of an entry that was open already, too: what is wanted now, and all that is taken back."""
    if difference.sides is None:
        return {**data, "documents": [*data.get("documents", ()), difference.digest]}
    kept = {name: value for name, value in data.items() if name not in _WANTED}
    return {**kept, "digest": difference.digest, "sides": dict(difference.sides), "basket": difference.basket}


def _told(session: Session, order: OrderRow) -> Sequence[str]:
    """Differences a lead has been shown before, settled ones too."""
    entries = select(ExceptionRow.data).where(
        ExceptionRow.type == ExceptionType.CHANGED_AFTER_RELEASE, ExceptionRow.subject == f"order:{order.id}"
    )
    known = [data for data in session.scalars(entries) if data]
    return [digest for data in known for digest in (data.get("digest", ""), *data.get("documents", ()))]
