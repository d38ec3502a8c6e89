"""Labels as plain JSON values: what stands on the label of a bin, tote, cart, item, badge, station or batch.

The values are documents of `printers.documents`, which this layer does not import; a test holds both together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import COMMANDS, BarcodeKind, UnitLevel
from warehouse.domain.errors import NotFoundError
from warehouse.domain.words import sentence, word
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow, StationRow
from warehouse.storage.models.stock import BinRow, LotRow

Values = dict[str, Any]
_GTIN_DIGITS = 14
_TITLES = {
    "CONFIRM": "Confirm||command",
    "UNDO": "Undo||command",
    "SHORT": "Short||command",
    "DAMAGED": "Damaged||command",
    "SKIP": "Skip||command",
    "HELP": "Help||command",
    "PRINT": "Print||command",
    "REPRINT": "Reprint||command",
    "PAUSE": "Pause||command",
    "LOGOUT": "Logout||command",
    "FULL": "Full||command",
    "WRONG": "Wrong||command",
    "TYPE": "Type||command",
    "JOIN": "Join||command",
    "LEAVE": "Leave||command",
    "MORE": "More||command",
}
_HINTS = {
    "CONFIRM": "finish this step",
    "UNDO": "take back your last scan",
    "SHORT": "less there than asked",
    "DAMAGED": "not fit to send",
    "SKIP": "do this stop later",
    "HELP": "call the lead",
    "PRINT": "print the label",
    "REPRINT": "print it again, marked",
    "PAUSE": "keep my place",
    "LOGOUT": "end my session",
    "FULL": "tote or carton is full",
    "WRONG": "another item than it should be",
    "TYPE": "it cannot be scanned",
    "JOIN": "take an order along",
    "LEAVE": "give list or order back",
    "MORE": "what else can be done",
}
_NUMBERS = range(1, 13)
"""As many as the longest question has choices."""


KEYBOARD_TEST = "KEYS -/.+:$%0123456789 yzYZaqAQwmWM"
"""Every sign that keyboards put elsewhere: the page /scanner compares what arrives with it."""
SEPARATOR_TEST = "(10)TEST(21)GS"
"""A GS1-128 that only the group separator keeps apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabelAsked:
    """Which label of an item: the unit it stands for, and the lot where its units have one."""

    item: int
    unit: UnitLevel = UnitLevel.EACH
    lot: int | None = None


def bin_labels(rows: Iterable[BinRow]) -> list[Values]:
    """Describe the labels of bins."""
    return [{"kind": "bin", "code": row.code, "barcode": f"L:{row.code}", "zone": row.zone} for row in rows]


def tote_labels(rows: Iterable[ToteRow]) -> list[Values]:
    """Describe the labels of totes."""
    return [{"kind": "tote", "code": row.code, "barcode": f"T:{row.code}"} for row in rows]


def cart_labels(rows: Iterable[CartRow]) -> list[Values]:
    """Describe the labels of carts."""
    return [{"kind": "cart", "code": row.code, "barcode": f"K:{row.code}", "slots": row.slots} for row in rows]


def station_labels(rows: Iterable[StationRow]) -> list[Values]:
    """Describe the labels of stations."""
    return [{"kind": "station", "code": row.code, "name": row.name, "barcode": f"S:{row.code}"} for row in rows]


def printer_labels(rows: Iterable[PrinterRow]) -> list[Values]:
    """Describe the labels of printers; scanned at a station, its paper comes out there."""
    return [
        {"kind": "station", "code": row.name[:38], "name": sentence("Printer"), "barcode": f"P:{row.id}"}
        for row in rows
    ]


def badges(session: Session, rows: Iterable[PersonRow]) -> list[Values]:
    """Describe people's badges; a PIN is never on one."""
    site = load_site(session).name
    return [_badge(row, site) for row in rows]


def item_labels(session: Session, rows: Iterable[ItemRow]) -> list[Values]:
    """Describe the labels of single pieces of items; one without a barcode is labelled with its SKU."""
    items = list(rows)
    codes = _codes_of_pieces(session, [row.id for row in items])
    return [_item(row, codes.get(row.id)) for row in items]


def item_label(session: Session, asked: ItemLabelAsked) -> Values:
    """Describe one item's label for a unit, with lot and expiry where asked; raises NotFoundError."""
    item = session.get(ItemRow, asked.item)
    if item is None:
        raise NotFoundError(sentence("There is no item {sku}.", sku=asked.item))
    query = select(BarcodeRow).where(BarcodeRow.item_id == item.id, BarcodeRow.unit == asked.unit)
    query = query.where(BarcodeRow.claimed_by_id.is_(None))
    code = session.scalars(query.order_by(BarcodeRow.id)).first()
    if code is None and asked.unit is not UnitLevel.EACH:
        raise NotFoundError(sentence("{sku} has no barcode for {unit}.", sku=item.sku, unit=word(asked.unit)))
    lot = session.get(LotRow, asked.lot) if asked.lot is not None else None
    expires_on = lot.expires_on.isoformat() if lot and lot.expires_on else ""
    return _item(item, code) | {"lot": lot.code if lot else "", "expires_on": expires_on}


def batch_label(session: Session, batch: int) -> Values:
    """Describe the label that goes with a batch on its cart; raises NotFoundError."""
    row = session.get(BatchRow, batch)
    if row is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=batch))
    tasks = session.execute(
        select(PickTaskRow.order_id, PickTaskRow.order_line_id).where(PickTaskRow.batch_id == batch)
    ).all()
    return {
        "kind": "batch",
        "number": row.number,
        "barcode": f"B:{row.number}",
        "cutoff": load_site(session).clock(row.cutoff_at) if row.cutoff_at else "",
        "orders": len({task.order_id for task in tasks}),
        "lines": len({task.order_line_id for task in tasks}),
    }


def command_sheet() -> Values:
    """Describe the sheet of commands and numbers to hang up at a station, with the two symbols of the scanner test."""
    commands = [
        {"barcode": f"C:{name}", "title": sentence(_TITLES[name]), "hint": sentence(_HINTS[name])} for name in COMMANDS
    ]
    numbers = [
        {
            "barcode": f"C:QTY-{number}",
            "title": str(number),
            "hint": sentence("so many, or the choice with this number"),
        }
        for number in _NUMBERS
    ]
    where = sentence("scanner test, on the page /scanner")
    tests = [
        {"barcode": KEYBOARD_TEST, "title": sentence("Keyboard"), "hint": where},
        {"barcode": SEPARATOR_TEST, "title": sentence("Separator"), "hint": where, "is_gs1": True},
    ]
    return {"kind": "command_sheet", "title": sentence("Commands"), "commands": commands + numbers + tests}


def check_page(printer: PrinterRow, printed_at: str) -> Values:
    """Describe the page that shows how well a printer prints."""
    return {
        "kind": "test_page",
        "printer": printer.name,
        "profile": printer.profile,
        "printed_at": printed_at,
        "barcode": f"TEST-{printer.id}",
    }


def _badge(row: PersonRow, site: str) -> Values:
    role = word(row.role)
    # A badge that was imported has a code of its own; ours carries its prefix already.
    return {"kind": "badge", "name": row.name, "role": role, "barcode": row.badge, "site": site}


def _codes_of_pieces(session: Session, items: list[int]) -> dict[int, BarcodeRow]:
    query = (
        select(BarcodeRow)
        .where(BarcodeRow.item_id.in_(items), BarcodeRow.kind == BarcodeKind.ITEM, BarcodeRow.unit == UnitLevel.EACH)
        .where(BarcodeRow.claimed_by_id.is_(None))
    )
    return {row.item_id: row for row in session.scalars(query.order_by(BarcodeRow.id.desc())) if row.item_id}


def _item(item: ItemRow, code: BarcodeRow | None) -> Values:
    barcode = _as_printed(code.code) if code else item.sku
    return {
        "kind": "item",
        "sku": item.sku,
        "name": item.name,
        "barcode": barcode,
        "code_kind": "gtin" if code and _is_gtin(code.code) else "internal",
        "unit": code.unit.value if code else UnitLevel.EACH.value,
        "pack_quantity": code.pack_quantity if code else 1,
    }


def _is_gtin(code: str) -> bool:
    """Codes of articles are kept as 14 digits, whatever their printed length was."""
    return len(code) == _GTIN_DIGITS and code.isascii() and code.isdigit()


def _as_printed(code: str) -> str:
    """Give a stored article number the length its barcode has on the shelf."""
    if not _is_gtin(code):
        return code
    lengths = ((8, "000000"), (12, "00"), (13, "0"))
    return next((code[-length:] for length, zeros in lengths if code.startswith(zeros)), code)
