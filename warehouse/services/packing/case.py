"""One happening at the pack station while it is carried out: who, when, which order, and its rows."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind, OrderState, PlaceKind
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import tell_order
from warehouse.services.picking.books import container_of
from warehouse.storage.models.batching import LeaseRow, ToteRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, PackRow
from warehouse.storage.models.stock import BinRow, PlaceRow

_STATION = "PACK"


@dataclass(slots=True)
class Case:
    """What is carried out for one order; `repicks` are units by order line that have to be picked again.

    `follow_up` is what the answer to the scan names.
    """

    session: Session
    request: Request
    order: OrderRow
    pack: PackRow
    scan: uuid.UUID | None = None
    follow_up: dict[str, Any] | None = None
    repicks: dict[int, int] = field(default_factory=dict)

    @property
    def who(self) -> dict[str, Any]:
        """What every request of a use case carries."""
        return {"actor": self.request.actor, "at": self.request.at}

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing of the order is to leave any more."""
        return self.order.state is OrderState.CANCELLED

    def line(self, key: int) -> OrderLineRow:
        """Give an order line that belongs to this order."""
        row = self.session.get_one(OrderLineRow, key)
        if row.order_id != self.order.id:
            raise ConflictError(sentence("Line {key} is of another order.", key=key))
        return row

    def carton(self, number: int) -> CartonRow:
        """Give a carton by its number within the order."""
        query = select(CartonRow).where(CartonRow.order_id == self.order.id, CartonRow.carton_no == number)
        row = self.session.scalars(query).one_or_none()
        if row is None:
            raise NotFoundError(
                sentence("Order {number} has no carton {number2}.", number=self.order.number, number2=number)
            )
        return row

    def bench(self) -> int:
        """Give the place of the order's units that are in no tote, as on the bench."""
        return container_of(self.session.connection(), f"O:{self.order.number}")

    def totes(self) -> list[ToteRow]:
        """Give the order's totes."""
        query = select(ToteRow).where(ToteRow.order_id == self.order.id, ToteRow.state == "bound")
        return list(self.session.scalars(query.order_by(ToteRow.code)))

    def tote(self, code: str) -> ToteRow:
        """Give one of the order's totes."""
        found = next((tote for tote in self.totes() if tote.code == code), None)
        if found is None:
            raise ConflictError(sentence("Tote {code} is not of order {number}.", code=code, number=self.order.number))
        return found

    def note(self, action: str, **details: object) -> None:
        """Put a fact about the order into the journal."""
        audit(self.session, self.request, action, f"order:{self.order.id}", **details)

    def move_order(self, state: OrderState) -> None:
        """Take the order along a legal path; nothing happens when it is there already, or cancelled."""
        if self.order.state in {state, OrderState.CANCELLED}:
            return
        require(Kind.ORDER, self.order.state, state)
        self.note("order_state", was=self.order.state, now=state)
        self.order.state, self.order.changed_at = state, self.request.at
        self.session.flush()
        tell_order(self.session, self.order)

    def leave_bench(self) -> None:
        """Take an order that is packed no further now back to `picked`; one that waits for picks goes on waiting."""
        if self.order.state not in _WAITING:
            self.move_order(OrderState.PICKED)


_WAITING = {OrderState.READY, OrderState.BATCHED, OrderState.PICKING}


def case_of(session: Session, request: Request, number: str, scan: uuid.UUID | None = None) -> Case:
    """Read the rows of an order at pack; NotFoundError when nobody ever took it."""
    order = session.scalars(select(OrderRow).where(OrderRow.number == number)).one_or_none()
    pack = session.scalars(select(PackRow).where(PackRow.order_id == order.id)).one_or_none() if order else None
    if order is None or pack is None:
        raise NotFoundError(sentence("Order {number} is not at the pack station.", number=number))
    return Case(session, request, order, pack, scan)


def end_pack_lease(case: Case) -> None:
    """Give the order up: nobody holds it, and what was scanned under the old epoch counts for nobody else."""
    pack = case.pack
    leases = select(LeaseRow).where(LeaseRow.order_id == case.order.id, LeaseRow.ended_at.is_(None))
    for lease in case.session.scalars(leases):
        lease.ended_at = case.request.at
    if pack.person_id is not None:
        pack.epoch += 1
    pack.person_id, pack.device, pack.lease_until = None, None, None
    case.session.flush()


def pack_bin(session: Session) -> int:
    """Give the bin that stands for the pack station, made when there is none: scanned-in totes and units set aside."""
    found = session.scalars(select(BinRow.id).where(BinRow.kind == BinKind.PACK).order_by(BinRow.id)).first()
    if found is not None:
        return found
    place = PlaceRow(kind=PlaceKind.BIN, code=_STATION)
    session.add(place)
    session.flush()
    session.add(BinRow(id=place.id, code=_STATION, kind=BinKind.PACK, pickable=False, blocked_reason="pack station"))
    session.flush()
    return place.id
