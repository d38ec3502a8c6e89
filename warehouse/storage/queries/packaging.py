"""The packaging catalogue as people look at it."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.storage.base import AnyRow
from warehouse.storage.models.packing import PackagingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxEntry:
    """A box or bag: inner size in millimetres, weights in grams; a retired one is not active."""

    id: int
    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    max_weight_g: int | None
    active: bool


def box_entries(session: Session, *, retired: bool = False) -> list[BoxEntry]:
    """List the boxes in use, the smallest first; with the retired ones behind them where asked."""
    volume = PackagingRow.length_mm * PackagingRow.width_mm * PackagingRow.height_mm
    query = _BOXES.order_by(PackagingRow.active.desc(), volume, PackagingRow.code)
    rows = session.execute(query if retired else query.where(PackagingRow.active))
    return [_entry(row) for row in rows]


def box_entry(session: Session, key: int) -> BoxEntry | None:
    """Give one box; None when there is none."""
    row = session.execute(_BOXES.where(PackagingRow.id == key)).one_or_none()
    return None if row is None else _entry(row)


_BOXES: Select[int, str, str, int, int, int, int, int | None, bool] = select(
    *(PackagingRow.id, PackagingRow.code, PackagingRow.name, PackagingRow.length_mm, PackagingRow.width_mm),
    *(PackagingRow.height_mm, PackagingRow.tare_g, PackagingRow.max_weight_g, PackagingRow.active),
)


def _entry(row: AnyRow) -> BoxEntry:
    return BoxEntry(**row._mapping)  # noqa: SLF001 - a row's documented view by name
