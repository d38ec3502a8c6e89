"""Items and bins are written here, by import and by hand: one code never means two things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import ITEM_FLAGS, sku_key
from warehouse.domain.codes import BarcodeKind, BinKind, PlaceKind
from warehouse.domain.drafts import BarcodeDraft, BinDraft, Finding, ItemDraft
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import listed, phrase, sentence
from warehouse.services.actor import Request, audit
from warehouse.services.catalog.claimed import claim_code, subject_of, was_decided
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import renew_lists
from warehouse.services.scanning.unknown_codes import settle_known
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.stock import BinRow, PlaceRow

_SIZES = ("weight_g", "length_mm", "width_mm", "height_mm")
_BIN_FIELDS = ("zone", "aisle", "bay", "side", "level", "position", "x_mm", "y_mm", "walk_sequence", "kind")
_NOT_PICKED = frozenset({BinKind.QUARANTINE, BinKind.PROBLEM_SHELF, BinKind.CONSOLIDATION_SHELF, BinKind.PACK})


@dataclass(frozen=True, slots=True)
class Put:
    """What became of one record: `created`, `updated`, `unchanged`, or why it was refused."""

    word: str
    findings: tuple[Finding, ...] = ()
    refusal: Finding | None = None


class _Codes:
    """The barcodes that records of one step name, as they are stored now."""

    def __init__(self, session: Session, codes: Sequence[str]) -> None:
        rows = session.scalars(select(BarcodeRow).where(BarcodeRow.code.in_(codes)))
        self._rows = {row.code: row for row in rows}
        self.new: list[str] = []

    def get(self, code: str) -> BarcodeRow | None:
        """Give what a code means now."""
        return self._rows.get(code)

    def add(self, session: Session, row: BarcodeRow) -> None:
        """Take a new code in."""
        self._rows[row.code] = row
        self.new.append(row.code)
        session.add(row)


def put_items(
    session: Session, request: Request, drafts: Sequence[ItemDraft], found: Mapping[int, tuple[Finding, ...]]
) -> list[tuple[ItemDraft, Put]]:
    """Store items with their barcodes; what a draft leaves empty stays. `found` are remarks by line.

    A code that means something else already is left out, and the master-data owner told.
    """
    if not drafts:
        return []
    folded = {sku_key(draft.sku) for draft in drafts}
    rows = {row.sku_folded: row for row in session.scalars(select(ItemRow).where(ItemRow.sku_folded.in_(folded)))}
    codes = _Codes(session, [key(code.code) for draft in drafts for code in draft.barcodes])
    changes = [_put_item_row(session, request, draft, rows) for draft in drafts]
    session.flush()
    answers: list[tuple[ItemDraft, Put]] = []
    renewed: set[int] = set()
    for draft, (row, changed) in zip(drafts, changes, strict=True):
        if row.sku != draft.sku:
            answers.append((draft, _other_spelling(session, request, draft, row)))
            continue
        doubles = [double for code in draft.barcodes if (double := _put_code(session, request, row, code, codes))]
        doubtful = [*found.get(draft.line, ()), *(double for double in doubles if double.code != "taken")]
        word = changed if changed == "created" or not _is_new(doubles) else "updated"
        _tell_item(session, request, row, word, doubtful)
        renewed |= {row.id} if word == "updated" else set()
        answers.append((draft, Put(word, tuple(one for one in doubles if one.code != "taken"))))
    session.flush()
    settle_known(session, request, codes.new)
    if renewed:
        renew_lists(session, renewed)
    return answers


def _is_new(doubles: Sequence[Finding]) -> bool:
    return any(double.code == "taken" for double in doubles)


def _put_item_row(
    session: Session, request: Request, draft: ItemDraft, rows: dict[str, ItemRow]
) -> tuple[ItemRow, str]:
    row = rows.get(sku_key(draft.sku))
    if row is None:
        row = ItemRow(sku=draft.sku, sku_folded=sku_key(draft.sku), name=draft.name, updated_at=request.at)
        rows[row.sku_folded] = row
        _write(row, _item_values(draft))
        session.add(row)
        return row, "created"
    if row.sku != draft.sku or not _write(row, _item_values(draft)):
        return row, "unchanged"
    row.updated_at = request.at
    return row, "updated"


def _item_values(draft: ItemDraft) -> dict[str, object]:
    stated = {name: getattr(draft, name) for name in (*_SIZES, "hs_code", "origin") if getattr(draft, name)}
    flags = {flag: flag in draft.flags for flag in ITEM_FLAGS}
    return {"name": draft.name, "tracking": draft.tracking, **flags, **stated}


def _write(row: object, values: Mapping[str, object]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _other_spelling(session: Session, request: Request, draft: ItemDraft, row: ItemRow) -> Put:
    message = sentence("{sku} and {other} differ only in spelling: they may be one item", sku=draft.sku, other=row.sku)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.DUPLICATE_SKU,
        subject=f"item:{row.id}",
        about=message,
        data={"sku": draft.sku},
    )
    open_exception(session, entry)
    return Put("refused", refusal=Finding(draft.line, "sku", "duplicate_sku", message))


def _put_code(session: Session, request: Request, item: ItemRow, draft: BarcodeDraft, codes: _Codes) -> Finding | None:
    """Store one barcode of an item; None when nothing changed, code `taken` when it was taken in or mended."""
    code = key(draft.code)
    row = codes.get(code)
    if row is None:
        meaning = {"kind": BarcodeKind.ITEM, "unit": draft.unit, "pack_quantity": draft.pack_quantity}
        codes.add(session, BarcodeRow(code=code, item_id=item.id, **meaning))
        return Finding(draft.line, "barcode", "taken", phrase(code))
    if row.item_id == item.id:
        changed = _write(row, {"unit": draft.unit, "pack_quantity": draft.pack_quantity})
        return Finding(draft.line, "barcode", "taken", phrase(code)) if changed else None
    message = sentence("“{code}” already means something else here; left out of {sku}", code=draft.code, sku=item.sku)
    finding = Finding(draft.line, "barcode", "duplicate_barcode", message)
    if was_decided(session, row, item):
        return finding
    if row.kind is BarcodeKind.ITEM:
        claim_code(session, request, row, item)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.DUPLICATE_SKU,
        subject=subject_of(row),
        about=message,
        data={"code": code, "item": item.id, "other": row.item_id},
    )
    open_exception(session, entry)
    return finding


def _tell_item(session: Session, request: Request, item: ItemRow, word: str, doubtful: Sequence[Finding]) -> None:
    if word != "unchanged":
        audit(session, request, f"item_{word}", f"item:{item.id}", sku=item.sku)
    if bad := [finding for finding in doubtful if finding.code == "bad_barcode"]:
        entry = OpenEntry(
            actor=request.actor,
            at=request.at,
            type=ExceptionType.BAD_BARCODE,
            subject=f"item:{item.id}",
            about=listed([item.sku, bad[0].message], ": "),
        )
        open_exception(session, entry)


def put_bins(session: Session, request: Request, drafts: Sequence[BinDraft]) -> list[tuple[BinDraft, Put]]:
    """Store bins with their labels `L:<code>` and the site's own barcodes."""
    if not drafts:
        return []
    wanted = {draft.code for draft in drafts}
    rows = {row.code: row for row in session.scalars(select(BinRow).where(BinRow.code.in_(wanted)))}
    codes = _Codes(session, [code for draft in drafts for code in _bin_codes(draft)])
    places = {draft.code: PlaceRow(kind=PlaceKind.BIN, code=draft.code) for draft in drafts if draft.code not in rows}
    session.add_all(places.values())
    session.flush()
    answers = [
        (draft, _put_bin(session, request, draft, _Shelf(rows.get(draft.code), places.get(draft.code), codes)))
        for draft in drafts
    ]
    session.flush()
    announce(session, BoardChanged(BoardKind.STOCK))
    return answers


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A bin that is there, or the place made for a new one."""

    row: BinRow | None
    place: PlaceRow | None
    codes: _Codes


def _bin_codes(draft: BinDraft) -> list[str]:
    return [key(code) for code in dict.fromkeys([f"L:{draft.code}", draft.barcode]) if code]


def _put_bin(session: Session, request: Request, draft: BinDraft, shelf: _Shelf) -> Put:
    row, word = shelf.row, "unchanged"
    stated = {name: getattr(draft, name) for name in _BIN_FIELDS if getattr(draft, name) not in ("", None)}
    if row is None:
        if shelf.place is None:
            raise ValueError("a new bin needs its place")
        row = BinRow(id=shelf.place.id, code=draft.code, pickable=draft.kind not in _NOT_PICKED)
        _write(row, stated)
        session.add(row)
        word = "created"
    elif _write(row, stated):
        word = "updated"
    findings = []
    for code in _bin_codes(draft):
        other = shelf.codes.get(code)
        if other is None:
            shelf.codes.add(session, BarcodeRow(code=code, kind=BarcodeKind.BIN, place_id=row.id))
            word = "updated" if word == "unchanged" else word
        elif other.place_id != row.id:
            message = sentence(
                "“{code}” already means something else here; left out of bin {bin}", code=code, bin=draft.code
            )
            findings.append(Finding(draft.line, "barcode", "duplicate_barcode", message))
    if word != "unchanged":
        audit(session, request, f"bin_{word}", f"bin:{row.id}", code=row.code)
    return Put(word, tuple(findings))
