"""What a label sheet is made of, and the stored papers of cartons."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.storage.models.batching import CartRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationRow
from warehouse.storage.models.stock import BinRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which things get a label: these codes, or all in code order after one of them; bins of one zone."""

    codes: Collection[str] = ()
    zone: str | None = None
    after: str | None = None
    limit: int = 600


def bins(session: Session, which: Which) -> list[BinRow]:
    """Choose bins."""
    query = _chosen(select(BinRow), BinRow.code, which)
    if which.zone is not None:
        query = query.where(BinRow.zone == which.zone)
    return list(session.scalars(query))


def totes(session: Session, which: Which) -> list[ToteRow]:
    """Choose totes."""
    return list(session.scalars(_chosen(select(ToteRow), ToteRow.code, which)))


def carts(session: Session, which: Which) -> list[CartRow]:
    """Choose carts."""
    return list(session.scalars(_chosen(select(CartRow), CartRow.code, which)))


def stations(session: Session, which: Which) -> list[StationRow]:
    """Choose stations."""
    return list(session.scalars(_chosen(select(StationRow), StationRow.code, which)))


def printers(session: Session, which: Which) -> list[PrinterRow]:
    """Choose printers that are in use, by name."""
    return list(session.scalars(_chosen(select(PrinterRow).where(PrinterRow.active), PrinterRow.name, which)))


def items(session: Session, which: Which) -> list[ItemRow]:
    """Choose items that are kept in stock."""
    return list(session.scalars(_chosen(select(ItemRow).where(ItemRow.active), ItemRow.sku, which)))


def people(session: Session, which: Which) -> list[PersonRow]:
    """Choose people who work here, by name."""
    return list(session.scalars(_chosen(select(PersonRow).where(PersonRow.active), PersonRow.name, which)))


def stored_papers(session: Session, kind: str, *, sscc: str | None = None, shipment: int | None = None) -> list[Any]:
    """Give the newest document of a kind that was printed for each carton and is not void."""
    query = (
        select(PrintJobRow)
        .join(CartonRow, CartonRow.id == PrintJobRow.carton_id)
        .where(PrintJobRow.kind == kind, PrintJobRow.state != PrintJobState.VOIDED)
        .order_by(PrintJobRow.carton_id, PrintJobRow.id)
    )
    query = query.where(CartonRow.sscc == sscc) if sscc is not None else query
    query = query.where(CartonRow.shipment_id == shipment) if shipment is not None else query
    newest = {row.carton_id: row.document for row in session.scalars(query)}
    return [document for document in newest.values() if "erased" not in document]


def _chosen(query: Select[Any], code: Any, which: Which) -> Select[Any]:
    if which.codes:
        query = query.where(code.in_(which.codes))
    if which.after is not None:
        query = query.where(code > which.after)
    return query.order_by(code).limit(which.limit)
