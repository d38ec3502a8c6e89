"""Items, bins, stock and totes changed by hand: the same rules as in an import, one record at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import is_reserved
from warehouse.domain.codes import BarcodeKind, PlaceKind
from warehouse.domain.drafts import MasterDraft
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.intake.records import StoreRecords, store_records
from warehouse.services.orders.states import renew_lists
from warehouse.storage.group import announce
from warehouse.storage.models.batching import CartRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.stock import BinRow, PlaceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRecord(Request):
    """One item, bin or stock figure, as if it came in a file; `new` refuses one that is there already."""

    draft: MasterDraft
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow(Request):
    """New values of an item or a bin, by column; what is absent stays."""

    key: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTote(Request):
    """A tote with the code on its label, without the prefix."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCart(Request):
    """A cart with so many slots for totes."""

    code: str
    slots: int


def put_record(session: Session, request: PutRecord) -> str:
    """Store one record; gives `created`, `updated` or `unchanged`, or raises InvalidInputError with the reason."""
    wanted = StoreRecords(actor=request.actor, at=request.at, drafts=(request.draft,), hash_pin=str)
    stored = store_records(session, wanted)
    problems = [*stored.tally.findings]
    if problems:
        fields = tuple(FieldProblem(finding.column or "", finding.message) for finding in problems)
        raise InvalidInputError(problems[0].message, fields)
    word = next(word for word in ("created", "updated", "unchanged") if stored.tally.counts[word])
    if request.new and word != "created":
        raise ConflictError(sentence("{key} is there already.", key=request.draft.key))
    return word


def change_item(session: Session, request: ChangeRow) -> int:
    """Change columns of an item; its SKU and barcodes stay."""
    row = session.get(ItemRow, request.key)
    if row is None:
        raise NotFoundError(sentence("There is no item {sku}.", sku=request.key))
    changed = _write(row, request.values)
    if changed:
        row.updated_at = request.at
        session.flush()
        renew_lists(session, [row.id])
        audit(session, request, "item_updated", f"item:{row.id}", sku=row.sku, changed=changed)
    return row.id


def change_bin(session: Session, request: ChangeRow) -> int:
    """Change columns of a bin; closing one for picking needs a reason."""
    row = session.get(BinRow, request.key)
    if row is None:
        raise NotFoundError(sentence("There is no bin {key}.", key=request.key))
    changed = _write(row, request.values)
    if not row.pickable and not row.blocked_reason:
        problem = FieldProblem("blocked_reason", "say why nothing may be picked here")
        raise InvalidInputError("A closed bin needs its reason.", (problem,))
    if row.pickable and "pickable" in changed:
        row.blocked_reason = None
    if changed:
        audit(session, request, "bin_updated", f"bin:{row.id}", code=row.code, changed=changed)
        announce(session, BoardChanged(BoardKind.STOCK))
    return row.id


def add_tote(session: Session, request: AddTote) -> int:
    """Add an empty tote, scanned by `T:<code>`."""
    if is_reserved(request.code):
        raise InvalidInputError(sentence("“{code}” begins like one of our own barcodes.", code=request.code))
    code = key(f"T:{request.code}")
    if session.scalar(select(BarcodeRow.id).where(BarcodeRow.code == code)):
        raise ConflictError(sentence("Tote {code} is there already.", code=request.code))
    place = PlaceRow(kind=PlaceKind.TOTE, code=request.code)
    session.add(place)
    session.flush()
    session.add_all(
        [
            ToteRow(id=place.id, code=request.code),
            BarcodeRow(code=code, kind=BarcodeKind.TOTE, place_id=place.id),
        ]
    )
    session.flush()
    audit(session, request, "tote_created", f"tote:{place.id}", code=request.code)
    return place.id


def add_cart(session: Session, request: AddCart) -> int:
    """Add a cart with its slots, scanned by `K:<code>`."""
    code = key(f"K:{request.code}")
    if session.scalar(select(BarcodeRow.id).where(BarcodeRow.code == code)):
        raise ConflictError(sentence("Cart {code} is there already.", code=request.code))
    cart = CartRow(code=request.code, slots=request.slots)
    session.add(cart)
    session.flush()
    session.add(BarcodeRow(code=code, kind=BarcodeKind.CART, cart_id=cart.id))
    session.flush()
    audit(session, request, "cart_created", f"cart:{cart.id}", code=request.code, slots=request.slots)
    return cart.id


def _write(row: object, values: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
