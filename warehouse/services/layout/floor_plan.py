"""The floor plan is written here, by import and by hand: its parts, and an aisle that nobody gets through for now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind
from warehouse.domain.drafts import Finding, LayoutDraft, LayoutKind
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.layout import natural_key
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.catalog.writing import Put
from warehouse.storage.base import Base
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, CartRow
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.layout import AisleRow, CrossAisleRow, DepotRow, LayoutEdgeRow, ZoneRow
from warehouse.storage.models.stock import BinRow

_STATIONS = frozenset({LayoutKind.DEPOT, LayoutKind.START, LayoutKind.END, LayoutKind.STATION})
_TABLES: dict[LayoutKind, type[Base]] = {
    LayoutKind.ZONE: ZoneRow,
    LayoutKind.AISLE: AisleRow,
    LayoutKind.CROSS_AISLE: CrossAisleRow,
    **dict.fromkeys(_STATIONS, DepotRow),
    LayoutKind.WAY: LayoutEdgeRow,
    LayoutKind.CART: CartRow,
}
_CART_COLUMNS = {
    "totes": "slots",
    "orders": "max_orders",
    "items": "max_items",
    "lines": "max_lines",
    "volume_cm3": "max_volume_cm3",
    "weight_g": "max_weight_g",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePart(Request):
    """Take one part off the floor plan; `to` is the far end of a way."""

    kind: LayoutKind
    code: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAisle(Request):
    """Close an aisle for now with a reason, or open it again with None."""

    code: str
    reason: str | None


def put_layout(session: Session, request: Request, drafts: Sequence[LayoutDraft]) -> list[tuple[LayoutDraft, Put]]:
    """Store parts of the floor plan and carts; what a draft leaves empty stays."""
    if not drafts:
        return []
    answers = [(draft, _put(session, request, draft)) for draft in drafts]
    announce(session, BoardChanged(BoardKind.STOCK))
    return answers


def remove_part(session: Session, request: RemovePart) -> None:
    """Take a part off the plan; a cart goes only when no batch ever had it."""
    row = _find(session, request.kind, request.code, request.to)
    if row is None:
        raise NotFoundError(sentence("There is no {word} {code}.", word=_word(request.kind), code=request.code))
    if isinstance(row, CartRow):
        _forget_cart(session, row)
    session.delete(row)
    audit(session, request, "layout_removed", f"{request.kind}:{request.code}", to=request.to)
    announce(session, BoardChanged(BoardKind.STOCK))


def block_aisle(session: Session, request: BlockAisle) -> int:
    """Close an aisle for now, or open it; gives its key."""
    row = session.scalars(select(AisleRow).where(AisleRow.code == request.code)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no aisle {code}.", code=request.code))
    reason = (request.reason or "").strip()
    if request.reason is not None and not reason:
        raise InvalidInputError("Say why nobody gets through.", (FieldProblem("reason", "is missing"),))
    row.blocked_reason, row.blocked_at = (reason[:200], request.at) if reason else (None, None)
    audit(session, request, "aisle_blocked" if reason else "aisle_opened", f"aisle:{row.id}", code=row.code)
    announce(session, BoardChanged(BoardKind.STOCK))
    return row.id


def _put(session: Session, request: Request, draft: LayoutDraft) -> Put:
    values = _values(request, draft)
    row = _find(session, draft.kind, draft.code, draft.to)
    if row is None:
        return Put("created") if _create(session, request, draft, values) else _taken(draft)
    changed = [name for name, value in values.items() if getattr(row, name) != value and name != "blocked_at"]
    if not changed:
        return Put("unchanged")
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    audit(session, request, "layout_updated", f"{draft.kind}:{draft.code}", changed=changed)
    return Put("updated")


def _create(session: Session, request: Request, draft: LayoutDraft, values: dict[str, Any]) -> bool:
    row = _TABLES[draft.kind](**_named(draft), **values)
    if isinstance(row, CartRow):
        code = key(f"K:{draft.code}")
        if session.scalar(select(BarcodeRow.id).where(BarcodeRow.code == code)):
            return False
        session.add(row)
        session.flush()
        session.add(BarcodeRow(code=code, kind=BarcodeKind.CART, cart_id=row.id))
    session.add(row)
    session.flush()
    audit(session, request, "layout_created", f"{draft.kind}:{draft.code}", to=draft.to)
    return True


def _taken(draft: LayoutDraft) -> Put:
    message = sentence("{code} already means something else here", code=f"K:{draft.code}")
    return Put("refused", refusal=Finding(draft.line, "code", "duplicate_barcode", message))


def _named(draft: LayoutDraft) -> dict[str, Any]:
    if draft.kind is LayoutKind.WAY:
        return {"from_node": draft.code, "to_node": draft.to}
    return {"code": draft.code}


def _values(request: Request, draft: LayoutDraft) -> dict[str, Any]:
    """Give the columns that the draft states."""
    if draft.kind is LayoutKind.CART:
        return {_CART_COLUMNS[name]: limit for name, limit in draft.limits.items() if limit is not None}
    if draft.kind is LayoutKind.WAY:
        return {"distance_mm": draft.distance_mm, "one_way": draft.one_way == "yes"}
    if draft.kind is LayoutKind.CROSS_AISLE:
        return {"y_mm": draft.y_mm}
    if draft.kind in _STATIONS:
        return {"kind": draft.kind.value, "x_mm": draft.x_mm, "y_mm": draft.y_mm}
    if draft.kind is LayoutKind.ZONE:
        return {"name": draft.name} if draft.name else {}
    block = {"blocked_reason": draft.blocked, "blocked_at": request.at} if draft.blocked else {}
    zone = {"zone": draft.zone} if draft.zone else {}
    return {"x_mm": draft.x_mm, "one_way": draft.one_way, **zone, **block}


def _find(session: Session, kind: LayoutKind, code: str, to: str) -> Any:
    if kind is LayoutKind.WAY:
        ends = (LayoutEdgeRow.from_node == code, LayoutEdgeRow.to_node == to)
        return session.scalars(select(LayoutEdgeRow).where(*ends)).one_or_none()
    table: Any = _TABLES[kind]
    return session.scalars(select(table).where(table.code == code)).one_or_none()


def _forget_cart(session: Session, cart: CartRow) -> None:
    if session.scalar(select(BatchRow.id).where(BatchRow.cart_id == cart.id).limit(1)):
        raise ConflictError(sentence("Cart {code} has been used: it stays.", code=cart.code))
    for code in session.scalars(select(BarcodeRow).where(BarcodeRow.cart_id == cart.id)).all():
        session.delete(code)
    session.flush()


def _word(kind: LayoutKind) -> str:
    return word(kind.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBins(Request):
    """Put the bins of one aisle where their aisle stands: `x_mm` of the aisle, bays from `first_y_mm` each `bay_mm`."""

    aisle: str
    first_y_mm: int
    bay_mm: int


def place_bins(session: Session, request: PlaceBins) -> int:
    """Give the bins of an aisle their places from their bay numbers; gives how many were placed.

    Bays are counted in the natural order of their names; both sides of an aisle and all levels share a bay's place.
    """
    from_aisle = session.scalars(select(AisleRow).where(AisleRow.code == request.aisle)).one_or_none()
    if from_aisle is None:
        raise NotFoundError(sentence("There is no aisle {code}.", code=request.aisle))
    rows = session.scalars(select(BinRow).where(BinRow.aisle == request.aisle, BinRow.bay != "")).all()
    bays = {bay: rank for rank, bay in enumerate(sorted({row.bay for row in rows}, key=natural_key))}
    for row in rows:
        row.x_mm, row.y_mm = from_aisle.x_mm, request.first_y_mm + bays[row.bay] * request.bay_mm
    audit(session, request, "bins_placed", f"aisle:{from_aisle.id}", bins=len(rows))
    announce(session, BoardChanged(BoardKind.STOCK))
    return len(rows)
