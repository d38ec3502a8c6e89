"""Blind counts: one task a bin, counted again by others above the tolerance, booked once approved or decided."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import MoveReason, PlaceKind
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.side.counting import CountRound, CountStep, decide_count, may_approve, may_count
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.picking.shortages import give_way
from warehouse.services.site import load_site
from warehouse.services.stock.ledger import FreeStock, Move, free_stock, move_stock, outside_place, stock_row
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, LotRow, StockRow

Counted = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCount(Request):
    """What lies in the bin: eaches by (item, lot); what is not named is not there."""

    count: int
    found: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveCount(Request):
    """Book what the last count found, or what `round` found, from 1, where the counts differ."""

    count: int
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust(Request):
    """Set what lies of a lot in a bin to `quantity`, for a reason."""

    bin: int
    item: int
    lot: int
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOutcome:
    """Where a count stands: `open` or `disputed` to be counted (again), `counted` to be approved, or `done`.

    `differences` are eaches by (item, lot), found less booked; `self_approved` says nobody else looked at it.
    """

    count: int
    state: str
    differences: dict[tuple[int, int], int]
    self_approved: bool = False


def submit_count(session: Session, request: SubmitCount) -> CountOutcome:
    """Take a blind count: within tolerance it is booked, above it others count, then it waits for approval."""
    row, site = _waiting(session, request.count), load_site(session)
    if any(quantity < 0 for quantity in request.found.values()):
        raise InvalidInputError("A count is not below 0.")
    if row.state == "counted":
        raise ConflictError("This bin was counted. The count waits for approval.")
    before = rounds_of(row)
    who = request.actor
    if not may_count(who.person, before, leads=who.leads, self_approval=alone_allowed(site)):
        raise ForbiddenError("Somebody else must count this bin now.")
    differences = _differences(session, row, request.found)
    _write_down(row, request, differences)
    audit(session, request, "counted", f"count:{row.id}", differences=_plain(differences), again=bool(before))
    rounds = [*before, CountRound(who.person, differences)]
    step = decide_count(rounds, is_within=_within(session, row, differences, site))
    if step is CountStep.BOOK:
        return _book_count(session, request, row, differences)
    if step in {CountStep.RECOUNT, CountStep.THIRD}:
        row.state = "open" if step is CountStep.RECOUNT else "disputed"
        session.flush()
        announce(session, BoardChanged(BoardKind.STOCK))
        return CountOutcome(count=row.id, state=row.state, differences=differences)
    return _wait_for_approval(session, request, row, step)


def approve_count(session: Session, request: ApproveCount) -> CountOutcome:
    """Book what the last count found, or the named one; whoever counted approves only where allowed, and is marked."""
    row = _waiting(session, request.count)
    if row.state != "counted":
        raise ConflictError("This bin is still to be counted.")
    rounds = rounds_of(row)
    if not 1 <= (request.round or 1) <= len(rounds):
        raise InvalidInputError(sentence("This bin was counted {number} times.", number=len(rounds)))
    if not may_approve(request.actor.person, rounds, self_approval=False):
        if not may_approve(request.actor.person, rounds, self_approval=alone_allowed(load_site(session))):
            raise ForbiddenError("Somebody who did not count must approve this.")
        row.self_approved = True
    chosen = rounds[(request.round or len(rounds)) - 1]
    return _book_count(session, request, row, dict(chosen.differences))


def rounds_of(row: CountTaskRow) -> list[CountRound]:
    """Give the counts of a bin so far, each with what it found other than booked."""
    people = (row.first_person_id, row.second_person_id or row.person_id, row.person_id)
    kept = zip(people, (row.counted, row.recounted, row.third_count), strict=True)
    return [CountRound(person, _changes(found)) for person, found in kept if found is not None]


def alone_allowed(site: Site) -> bool:
    """Whether one person may count twice and approve it."""
    return site.one_person or site.pack.self_approval


def adjust_stock(session: Session, request: Adjust) -> int:
    """Book the difference between `quantity` and the books against lost-and-found; gives the difference.

    Raises ConflictError when more is promised than would be left: those tasks must end first.
    """
    if request.quantity < 0 or not request.reason.strip():
        raise InvalidInputError("A correction needs a quantity of 0 or more and a reason.")
    if session.get(LotRow, request.lot) is None or session.get(BinRow, request.bin) is None:
        raise NotFoundError("There is no such lot or bin.")
    row = stock_row(session, request.bin, request.item, request.lot)
    difference = request.quantity - row.quantity
    if difference:
        lost = outside_place(session, PlaceKind.LOST_AND_FOUND)
        source, target = (lost, request.bin) if difference > 0 else (request.bin, lost)
        move = Move(
            actor=request.actor,
            at=request.at,
            item=request.item,
            lot=request.lot,
            quantity=abs(difference),
            source=source,
            target=target,
            reason=MoveReason.ADJUSTMENT,
            note=request.reason[:200],
        )
        move_stock(session, move)
        audit(session, request, "stock_adjusted", f"bin:{request.bin}", item=request.item, by=difference)
        announce(session, BoardChanged(BoardKind.STOCK))
    return difference


def _waiting(session: Session, key: int) -> CountTaskRow:
    row = session.get(CountTaskRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no count {key}.", key=key))
    if row.closed_at is not None:
        raise ConflictError("This count is finished.")
    return row


def _changes(written: Any) -> dict[tuple[int, int], int]:
    return {(item, lot): units - booked for item, lot, units, booked in written if units != booked}


def _differences(session: Session, row: CountTaskRow, found: Counted) -> dict[tuple[int, int], int]:
    booked = select(StockRow).where(StockRow.place_id == row.bin_id)
    if row.item_id is not None:
        booked = booked.where(StockRow.item_id == row.item_id)
    change = Counter(dict(found))
    change.subtract({(stock.item_id, stock.lot_id): stock.quantity for stock in session.scalars(booked)})
    return {key: units for key, units in sorted(change.items()) if units}


def _within(session: Session, row: CountTaskRow, differences: Counted, site: Site) -> bool:
    allowed = site.tolerances
    for (item, lot), units in differences.items():
        booked = stock_row(session, row.bin_id, item, lot).quantity
        if abs(units) > max(allowed.count_units, booked * allowed.count_percent // 100):
            return False
    return True


def _write_down(row: CountTaskRow, request: SubmitCount, differences: Counted) -> None:
    """Keep eaches found and eaches booked by (item, lot): what is picked until the approval changes neither."""
    keys = sorted(request.found.keys() | differences.keys())
    found = {key: request.found.get(key, 0) for key in keys}
    written = [[*key, found[key], found[key] - differences.get(key, 0)] for key in keys]
    if row.counted is None:
        row.counted, row.first_person_id = written, request.actor.person
    elif row.recounted is None:
        row.recounted, row.second_person_id = written, request.actor.person
    else:
        row.third_count, row.person_id = written, request.actor.person


def _plain(differences: Counted) -> list[list[int]]:
    return [[item, lot, units] for (item, lot), units in differences.items()]


def _wait_for_approval(session: Session, request: Request, row: CountTaskRow, step: CountStep) -> CountOutcome:
    row.state = "counted"
    code, differences = session.get_one(BinRow, row.bin_id).code, dict(rounds_of(row)[-1].differences)
    skus = ", ".join(sorted({session.get_one(ItemRow, item).sku for item, _ in differences}))
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.COUNT_DIFFERENCE,
        subject=f"count:{row.id}",
        about=sentence("{skus} in {bin}", skus=skus, bin=code),
        text=sentence(_WAITING[step], bin=code, skus=skus),
        data={"count": row.id, "differences": _plain(differences)},
    )
    open_exception(session, entry)
    return CountOutcome(count=row.id, state="counted", differences=differences)


_AGREED = "Two people counted the same: {bin} does not hold what is recorded of {skus}. Approve the correction."
_WAITING = {
    CountStep.APPROVE: _AGREED,
    CountStep.DECIDE: "Three counts of {bin} found three things of {skus}. Look there yourself, then say which holds.",
}


def _book_count(
    session: Session, request: Request, row: CountTaskRow, differences: dict[tuple[int, int], int]
) -> CountOutcome:
    for (item, lot), units in differences.items():
        held = stock_row(session, row.bin_id, item, lot)
        wanted = max(held.quantity + units, 0)
        give_way(session, request, held, wanted)
        reason = f"count {row.id}: {row.reason}"
        change = Adjust(
            actor=request.actor, at=request.at, bin=row.bin_id, item=item, lot=lot, quantity=wanted, reason=reason
        )
        adjust_stock(session, change)
    row.state, row.closed_at, row.approved_by_id = "done", request.at, request.actor.person
    _reopen_stock(session, request, row)
    resolve_about(session, request, ExceptionType.COUNT_DIFFERENCE, f"count:{row.id}", sentence("booked"))
    audit(session, request, "count_booked", f"count:{row.id}", self_approved=row.self_approved)
    return CountOutcome(count=row.id, state="done", differences=differences, self_approved=row.self_approved)


def _reopen_stock(session: Session, request: Request, row: CountTaskRow) -> None:
    blocked = select(StockRow.item_id).where(StockRow.place_id == row.bin_id, StockRow.blocked_reason.is_not(None))
    if row.item_id is not None:
        blocked = blocked.where(StockRow.item_id == row.item_id)
    for item in set(session.scalars(blocked)):
        free_stock(session, FreeStock(actor=request.actor, at=request.at, item=item, bin=row.bin_id))
