"""The packaging catalogue: boxes and bags added, corrected, retired; what is packed in one feels it at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.storage.models.packing import CartonRow, PackagingRow, PackRow

BoxValue = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBox(Request):
    """A box with its inner size in millimetres, its own weight and what it may carry in grams."""

    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    max_weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBox(Request):
    """New values of a box, by column; `active` false retires it: no new carton is made of it."""

    key: int
    values: Mapping[str, BoxValue]


def add_box(session: Session, request: AddBox) -> int:
    """Add a box; its key is given back. ConflictError when the code is known, retired or not."""
    known = session.scalars(select(PackagingRow).where(PackagingRow.code == request.code)).one_or_none()
    if known is not None:
        form = "Box {code} is there already." if known.active else "Box {code} was retired: bring it back instead."
        raise ConflictError(sentence(form, code=request.code))
    names = ("code", "name", "length_mm", "width_mm", "height_mm", "tare_g", "max_weight_g")
    row = PackagingRow(**{name: getattr(request, name) for name in names})
    session.add(row)
    session.flush()
    audit(session, request, "box_created", f"box:{row.id}", code=row.code)
    return row.id


def change_box(session: Session, request: ChangeBox) -> int:
    """Correct, retire or bring back a box; NotFoundError when there is none."""
    row = session.get(PackagingRow, request.key)
    if row is None:
        raise NotFoundError(sentence("There is no box {box}.", box=request.key))
    changed = [name for name, value in request.values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, request.values[name])
    if changed:
        session.flush()
        _weigh_again(session, row.id)
        audit(session, request, "box_updated", f"box:{row.id}", code=row.code, changed=changed)
    return row.id


def _weigh_again(session: Session, box: int) -> None:
    """Open cartons in this box are judged by what it weighs now."""
    opened = (CartonRow.packaging_id == box, CartonRow.state == CartonState.OPEN)
    orders = select(CartonRow.order_id).where(*opened)
    session.execute(update(CartonRow).where(*opened).values(weight_g=None))
    session.execute(update(PackRow).where(PackRow.order_id.in_(orders)).values(revision=PackRow.revision + 1))
