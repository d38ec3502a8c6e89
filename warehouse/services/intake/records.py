"""Stores master data from a file, a few records a step: each record whole or not at all, none spoiling the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import MoveReason, PlaceKind
from warehouse.domain.drafts import (
    BinDraft,
    Finding,
    ItemDraft,
    LayoutDraft,
    MasterDraft,
    Refused,
    StockDraft,
    UserDraft,
)
from warehouse.domain.errors import WarehouseError
from warehouse.domain.words import Text, phrase, sentence
from warehouse.services.actor import Request, audit
from warehouse.services.catalog.writing import Put, put_bins, put_items
from warehouse.services.intake.runs import Tally
from warehouse.services.layout.floor_plan import put_layout
from warehouse.services.people.pins import draw_pin
from warehouse.services.people.staff import NewPerson, RoleChange, change_role, check_name, create_person
from warehouse.services.side.counting_anew import count_anew
from warehouse.services.stock.freezing import require_thawed
from warehouse.services.stock.ledger import Move, Receive, move_stock, outside_place, receive_stock
from warehouse.storage.database import Database
from warehouse.storage.group import undivided
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, LotRow, StockRow
from warehouse.storage.queries.intake import items_by_sku
from warehouse.storage.queries.people import wearer


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPin:
    """Somebody who was made, and the PIN that is told once."""

    name: str
    role: str
    badge: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRecords(Request):
    """Some records of one kind; `findings` by line; `pins` and their hashes by badge, computed before."""

    drafts: tuple[MasterDraft, ...]
    findings: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    hash_pin: Callable[[str], str]
    pins: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    def prepared(self, database: Database) -> "StoreRecords":
        """Draw and hash PINs for people who are not there yet: hashing is too slow for a step."""
        drafts = [draft for draft in self.drafts if isinstance(draft, UserDraft)]
        if not drafts:
            return self
        with database.read() as session:
            known = set(session.scalars(select(PersonRow.badge).where(PersonRow.badge.in_(map(_badge, drafts)))))
        pins = {_badge(draft): draw_pin() for draft in drafts if _badge(draft) not in known}
        return replace(self, pins={badge: (pin, self.hash_pin(pin)) for badge, pin in pins.items()})


@dataclass(slots=True)
class StoredRecords:
    """What became of them."""

    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    people: list[NewPin] = field(default_factory=list)

    def refuse(self, draft: MasterDraft, code: str, message: Text, column: str | None = None) -> None:
        """Count a record as refused and say why."""
        finding = Finding(draft.line, column, code, message)
        self.refused.append(Refused(key=draft.key, line=draft.line, findings=(finding,)))
        self.tally.add("refused", finding)


def store_records(session: Session, request: StoreRecords) -> StoredRecords:
    """Store items, bins, the floor plan, stock or people; what is the same already is left alone."""
    stored = StoredRecords()
    items = [draft for draft in request.drafts if isinstance(draft, ItemDraft)]
    bins = [draft for draft in request.drafts if isinstance(draft, BinDraft)]
    plan = [draft for draft in request.drafts if isinstance(draft, LayoutDraft)]
    puts: list[tuple[MasterDraft, Put]] = [*put_items(session, request, items, request.findings)]
    for draft, put in [*puts, *put_bins(session, request, bins), *put_layout(session, request, plan)]:
        if put.refusal:
            stored.refuse(draft, put.refusal.code, put.refusal.message, put.refusal.column)
        else:
            stored.tally.add(put.word, *put.findings)
    _store_stock(session, request, [draft for draft in request.drafts if isinstance(draft, StockDraft)], stored)
    for user in request.drafts:
        if isinstance(user, UserDraft):
            _one(session, stored, user, lambda user=user: _put_person(session, request, user, stored))  # type: ignore[misc]  # bound at once
    return stored


def _one(session: Session, stored: StoredRecords, draft: MasterDraft, put: Callable[[], str]) -> None:
    """Store one record in a savepoint of its own; what is refused leaves no trace."""
    try:
        with undivided(session):
            word = put()
    except WarehouseError as error:
        stored.refuse(draft, error.code, phrase(error.message))
    else:
        stored.tally.add(word)


def _badge(draft: UserDraft) -> str:
    code = draft.badge if draft.badge[:2].upper() == "U:" else f"U:{draft.badge}"
    return key(code)


def _put_person(session: Session, request: StoreRecords, draft: UserDraft, stored: StoredRecords) -> str:
    badge = _badge(draft)
    person = wearer(session, badge)
    if person is None:
        pin, pin_hash = request.pins[badge]
        new = NewPerson(
            actor=request.actor,
            at=request.at,
            name=draft.name,
            role=draft.role,
            badge=badge,
            pin_hash=pin_hash,
            language=draft.language,
        )
        create_person(session, new)
        stored.people.append(NewPin(name=draft.name, role=draft.role.value, badge=badge, pin=pin))
        return "created"
    wanted = (draft.name, draft.role, draft.language or person.language)
    if (person.name, person.role, person.language) == wanted:
        return "unchanged"
    if person.name != draft.name:
        check_name(session, draft.name)
    change_role(session, RoleChange(actor=request.actor, at=request.at, person=person.id, role=draft.role))
    person.name, person.language = draft.name, wanted[2]
    person.version += 1
    audit(session, request, "person.change", f"person:{person.id}", role=draft.role.value)
    return "updated"


def _store_stock(session: Session, request: StoreRecords, drafts: Sequence[StockDraft], stored: StoredRecords) -> None:
    items = items_by_sku(session, {draft.sku.strip().casefold() for draft in drafts}) if drafts else {}
    places = dict(
        session.execute(select(BinRow.code, BinRow.id).where(BinRow.code.in_({draft.bin for draft in drafts}))).all()
    )
    for draft in drafts:
        item, place = items.get(draft.sku.strip().casefold()), places.get(draft.bin)
        if item is None:
            stored.refuse(
                draft, "unknown_sku", sentence("SKU {sku} is not known: import the items first", sku=draft.sku), "sku"
            )
        elif place is None:
            stored.refuse(
                draft, "unknown_bin", sentence("Bin {bin} is not known: import the bins first", bin=draft.bin), "bin"
            )
        else:
            target = _Target(item.id, place)
            _one(session, stored, draft, lambda draft=draft, target=target: _set_stock(session, request, draft, target))  # type: ignore[misc]  # as above


@dataclass(frozen=True, slots=True)
class _Target:
    item: int
    place: int


def _set_stock(session: Session, request: StoreRecords, draft: StockDraft, target: _Target) -> str:
    """Bring the stock of a lot in a bin to what the file says: a receipt at first, later a correction."""
    rows = session.execute(
        select(StockRow.lot_id, StockRow.quantity)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.place_id == target.place, StockRow.item_id == target.item, LotRow.code == draft.lot)
        .order_by(LotRow.received_at, LotRow.id)
    ).all()
    missing = draft.quantity - sum(quantity for _, quantity in rows)
    if not missing:
        return "unchanged"
    count_anew(session, request, target.place, target.item)
    if not rows:
        _receive(session, request, draft, target)
        return "created"
    outside = outside_place(session, PlaceKind.LOST_AND_FOUND)
    if missing > 0:
        _correct(session, request, target, _Correction(rows[-1][0], missing, outside, target.place))
        return "updated"
    for lot, quantity in rows:
        if taken := min(quantity, -missing):
            _correct(session, request, target, _Correction(lot, taken, target.place, outside))
            missing += taken
    return "updated"


@dataclass(frozen=True, slots=True)
class _Correction:
    lot: int
    quantity: int
    source: int
    target: int


def _correct(session: Session, request: StoreRecords, target: _Target, correction: _Correction) -> None:
    require_thawed(session, request.at)
    move = Move(
        actor=request.actor,
        at=request.at,
        item=target.item,
        lot=correction.lot,
        quantity=correction.quantity,
        source=correction.source,
        target=correction.target,
        reason=MoveReason.ADJUSTMENT,
        note="stock file",
    )
    move_stock(session, move)
    audit(
        session,
        request,
        "stock_adjusted",
        f"item:{target.item}",
        bin=target.place,
        quantity=correction.quantity if correction.target == target.place else -correction.quantity,
    )


def _receive(session: Session, request: StoreRecords, draft: StockDraft, target: _Target) -> None:
    receipt = Receive(
        actor=request.actor,
        at=request.at,
        item=target.item,
        bin=target.place,
        quantity=draft.quantity,
        lot_code=draft.lot,
        expires_on=draft.expires_on,
    )
    receive_stock(session, receipt)
