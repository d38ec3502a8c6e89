"""What put-back and count scans do to the books, each effect as the use case it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind, PlaceKind
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.side import putback as fx
from warehouse.domain.side.counting import CountDone
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.scanning.groups import IncomingScan
from warehouse.services.side.counted_piles import lots_of
from warehouse.services.side.counting import CountOutcome, SubmitCount, submit_count
from warehouse.services.side.leases import let_go
from warehouse.services.side.put_backs import ReturnUnits, WriteOff, return_units, write_off_units
from warehouse.services.stock.ledger import find_stock, outside_place, quarantine_bin
from warehouse.storage.models.stock import BinRow, CountTaskRow, PutBackRow, SerialRow

_FOR_GOODS = {BinKind.PICK_FACE, BinKind.RESERVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRequest(Request):
    """Who holds the task, and the scan by which it happened."""

    scan: IncomingScan

    @property
    def who(self) -> dict[str, Any]:
        """What every request of a use case carries."""
        return {"actor": self.actor, "at": self.at}


def put_back(session: Session, request: SideRequest, effects: Sequence[fx.PutBackEffect]) -> None:
    """Book what a put-back scan did; raises ConflictError or InvalidInputError when the books do not allow it."""
    for effect in effects:
        if isinstance(effect, fx.ReturnUnits):
            _return(session, request, effect)
        else:
            _write_off(session, request, effect)
    session.flush()


def count(session: Session, request: SideRequest, done: CountDone) -> CountOutcome:
    """Hand in a finished count; one that somebody else must repeat is free to be taken again."""
    row = session.get_one(CountTaskRow, done.count)
    found = lots_of(session, request, row.bin_id, done.piles)
    outcome = submit_count(session, SubmitCount(**request.who, count=row.id, found=found))
    if outcome.state in {"open", "disputed"}:
        let_go(row)
    session.flush()
    return outcome


def _return(session: Session, request: SideRequest, effect: fx.ReturnUnits) -> None:
    row = session.get_one(PutBackRow, effect.put_back)
    goal = session.scalars(select(BinRow).where(BinRow.code == effect.bin)).one()
    if goal.kind not in _FOR_GOODS:
        raise InvalidInputError(sentence("{bin} is no place for goods. Take another bin.", bin=effect.bin))
    wanted = ReturnUnits(
        **request.who,
        put_back=row.id,
        bin=goal.id,
        quantity=effect.quantity,
        scan=request.scan.id,
        serials=effect.serials,
    )
    return_units(session, wanted)
    moved = update(SerialRow).where(SerialRow.item_id == row.item_id, SerialRow.code.in_(effect.serials))
    if effect.serials:
        session.execute(moved.values(place_id=goal.id, order_line_id=None))


def _write_off(session: Session, request: SideRequest, effect: fx.LoseUnits | fx.QuarantineUnits) -> None:
    row = session.get_one(PutBackRow, effect.put_back)
    damaged = isinstance(effect, fx.QuarantineUnits)
    wanted = WriteOff(
        **request.who,
        put_back=row.id,
        quantity=effect.quantity,
        reason=effect.reason.value,
        damaged=damaged,
        scan=request.scan.id,
    )
    write_off_units(session, wanted)
    _send_serials_after(session, row, damaged=damaged)


def _send_serials_after(session: Session, row: PutBackRow, *, damaged: bool) -> None:
    """Once nothing of the item is left in the tote, the numbers that still point there have gone the same way."""
    if not row.booked or row.place_id is None or row.lot_id is None:
        return
    stock = find_stock(session, row.place_id, row.item_id, row.lot_id)
    if stock is not None and stock.quantity:
        return
    target = quarantine_bin(session) if damaged else outside_place(session, PlaceKind.LOST_AND_FOUND)
    left = update(SerialRow).where(SerialRow.item_id == row.item_id, SerialRow.place_id == row.place_id)
    session.execute(left.where(SerialRow.lot_id == row.lot_id).values(place_id=target, order_line_id=None))
