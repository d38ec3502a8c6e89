"""The ledger as it is read: moves between places, the newest last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.codes import MoveReason
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import LotRow, MoveRow, PlaceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEntry:
    """So many eaches went from place to place."""

    id: int
    at: datetime
    sku: str
    lot_code: str
    quantity: int
    source: str
    target: str
    reason: MoveReason
    note: str | None
    person: str | None


_SOURCE, _TARGET = aliased(PlaceRow), aliased(PlaceRow)


def moves(session: Session, limit: int, *, after: int = 0, sku: str | None = None) -> list[MoveEntry]:
    """List moves by key, of one SKU or of all."""
    query = (
        select(
            *(MoveRow.id, MoveRow.at, ItemRow.sku, LotRow.code.label("lot_code"), MoveRow.quantity),
            *(_SOURCE.code.label("source"), _TARGET.code.label("target"), MoveRow.reason, MoveRow.note),
            PersonRow.name.label("person"),
        )
        .join(ItemRow, ItemRow.id == MoveRow.item_id)
        .join(LotRow, LotRow.id == MoveRow.lot_id)
        .join(_SOURCE, _SOURCE.id == MoveRow.from_place_id)
        .join(_TARGET, _TARGET.id == MoveRow.to_place_id)
        .outerjoin(PersonRow, PersonRow.id == MoveRow.actor_id)
        .where(MoveRow.id > after)
        .order_by(MoveRow.id)
        .limit(limit)
    )
    if sku is not None:
        query = query.where(ItemRow.sku == sku)
    return [MoveEntry(**row._asdict()) for row in session.execute(query)]
