"""Writes down the demo building: places and their labels, carts, totes, benches and printers."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, BinKind, PlaceKind
from warehouse.services.demo.floor import BENCHES, BOXES, CARTS, SLOTS, TOTES, DemoBin
from warehouse.services.printing.jobs import DOCUMENT, LABEL, SMALL_LABEL
from warehouse.storage.models.batching import CartRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.packing import PackagingRow
from warehouse.storage.models.printing import PrinterRow, StationPrinterRow, StationRow
from warehouse.storage.models.stock import BinRow, PlaceRow

_OUTSIDE = (PlaceKind.SUPPLIER, PlaceKind.CUSTOMER, PlaceKind.LOST_AND_FOUND, PlaceKind.SCRAP)
_PRINTERS = (
    ("Labels", "cups_zebra_203", "4x6in", LABEL),
    ("Small labels", "cups_zebra_203", "100x50", SMALL_LABEL),
    ("Office", "a4_laser_600", "A4", DOCUMENT),
)
_TOTE_WEIGHT_G, _TOTE_VOLUME_CM3 = 15_000, 45_000


def write_outside(session: Session) -> int:
    """Write the places outside the counted stock; give the supplier's key."""
    places = _places(session, [(kind, kind.value.replace("_", "-").upper()) for kind in _OUTSIDE])
    return places[PlaceKind.SUPPLIER.value.upper()]


def write_bins(session: Session, bins: Sequence[DemoBin]) -> dict[str, int]:
    """Write bins with their labels; give their keys by code."""
    keys = _places(session, [(PlaceKind.BIN, one.code) for one in bins])
    session.add_all(
        BinRow(
            id=keys[one.code],
            code=one.code,
            zone=one.zone,
            aisle=one.aisle,
            bay=one.bay,
            side=one.side,
            level=one.level,
            position=one.position,
            x_mm=one.x_mm,
            y_mm=one.y_mm,
            walk_sequence=one.walk_sequence,
            kind=one.kind,
            pickable=one.kind is not BinKind.QUARANTINE,
            blocked_reason="quarantine" if one.kind is BinKind.QUARANTINE else None,
        )
        for one in bins
    )
    _label(session, BarcodeKind.BIN, "L:", keys)
    return keys


def write_carts_and_totes(session: Session) -> None:
    """Write carts and empty totes with their labels."""
    carts = [CartRow(code=f"K{number:02d}", slots=SLOTS, max_weight_g=120_000) for number in range(1, CARTS + 1)]
    session.add_all(carts)
    session.flush()
    session.add_all(BarcodeRow(code=key(f"K:{cart.code}"), kind=BarcodeKind.CART, cart_id=cart.id) for cart in carts)
    codes = [f"T{number:03d}" for number in range(1, TOTES + 1)]
    keys = _places(session, [(PlaceKind.TOTE, code) for code in codes])
    session.add_all(
        ToteRow(id=keys[code], code=code, max_weight_g=_TOTE_WEIGHT_G, volume_cm3=_TOTE_VOLUME_CM3) for code in codes
    )
    _label(session, BarcodeKind.TOTE, "T:", keys)


def write_stations(session: Session, paper: str) -> None:
    """Write the pack benches, the printers that put their paper into the folder `paper`, and the boxes to pack in."""
    for number in range(1, BENCHES + 1):
        session.add(StationRow(code=f"PACK{number}", name=f"Pack bench {number}", kind="pack"))
    for name, profile, media, role in _PRINTERS:
        printer = PrinterRow(name=name, transport="folder", address=paper, profile=profile, media=media)
        session.add(printer)
        session.flush()
        session.add(StationPrinterRow(station_id=None, role=role, printer_id=printer.id))
    for box in BOXES:
        length, width, height = box.inner_mm
        session.add(
            PackagingRow(
                code=box.code,
                name=box.name,
                length_mm=length,
                width_mm=width,
                height_mm=height,
                tare_g=box.tare_g,
                max_weight_g=box.max_weight_g,
            )
        )


def _places(session: Session, wanted: Sequence[tuple[PlaceKind, str]]) -> dict[str, int]:
    rows = [PlaceRow(kind=kind, code=code) for kind, code in wanted]
    session.add_all(rows)
    session.flush()
    return {row.code: row.id for row in rows}


def _label(session: Session, kind: BarcodeKind, prefix: str, keys: dict[str, int]) -> None:
    session.add_all(BarcodeRow(code=key(prefix + code), kind=kind, place_id=place) for code, place in keys.items())
