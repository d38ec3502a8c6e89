"""A numbered piece that came back although the books have it here still: somebody has to look where it should lie."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PlaceKind
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, PlaceRow, SerialRow, StockRow

_HERE = (PlaceKind.BIN, PlaceKind.TOTE, PlaceKind.CARTON)


def tell_of_double(session: Session, request: Request, row: SerialRow, number: str) -> None:
    """Open an entry for a piece that is booked elsewhere in this house, and have the bin counted; its stock stays."""
    booked = select(PlaceRow).join(StockRow, StockRow.place_id == PlaceRow.id)
    of_it = (StockRow.item_id == row.item_id, StockRow.quantity > 0)
    place = session.scalars(booked.where(PlaceRow.id == row.place_id, PlaceRow.kind.in_(_HERE), *of_it)).first()
    if place is None:
        return
    text = sentence(
        "Serial number {serial} of {sku} came back with return {number}, but {place} should hold it. Count there.",
        serial=row.code,
        sku=session.get_one(ItemRow, row.item_id).sku,
        number=number,
        place=place.code,
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.SHORT_STOCK,
        subject=f"serial:{row.id}",
        text=text,
        data={"item": row.item_id, "serial": row.code, "place": place.code},
    )
    open_exception(session, entry)
    if session.get(BinRow, place.id) is not None:
        count = OpenCount(actor=request.actor, at=request.at, bin=place.id, reason="not_found", item=row.item_id)
        open_count(session, count)
