"""The packaging catalogue as people look at it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.storage.models.packing import PackagingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxEntry:
    """A box or bag: inner size in millimetres, weights in grams."""

    id: int
    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    max_weight_g: int | None


def box_entries(session: Session) -> list[BoxEntry]:
    """List the boxes in use, the smallest first."""
    volume = PackagingRow.length_mm * PackagingRow.width_mm * PackagingRow.height_mm
    rows = session.execute(
        select(
            *(PackagingRow.id, PackagingRow.code, PackagingRow.name, PackagingRow.length_mm, PackagingRow.width_mm),
            *(PackagingRow.height_mm, PackagingRow.tare_g, PackagingRow.max_weight_g),
        )
        .where(PackagingRow.active)
        .order_by(volume, PackagingRow.code)
    ).mappings()
    return [BoxEntry(**row) for row in rows]
