"""Two things side by side: an order and the one it looks like, or an order and what its shop wants of it now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One thing that both sides have, or only one of them."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the sides disagree."""
        return self.left != self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Two orders as pairs; `right_number` leads to the other order, `takes_over` says that its lines can be taken."""

    left: str
    right: str
    head: tuple[Pair, ...]
    lines: tuple[Pair, ...]
    right_number: str | None = None
    takes_over: bool = False


def sides_of(session: Session, key: int) -> Sides | None:
    """Give the two sides of an entry, None where it has only one."""
    row = session.get_one(ExceptionRow, key)
    data: dict[str, Any] = row.data or {}
    if row.order_id is None:
        return None
    order = session.get_one(OrderRow, row.order_id)
    if other := data.get("other"):
        return _two_orders(session, order, other)
    if not data.get("sides"):
        return None
    change = _change(order, data["sides"])
    return replace(change, takes_over=False) if data.get("documents") else change


def _two_orders(session: Session, order: OrderRow, name: Sequence[str]) -> Sides | None:
    source, external = name
    query = select(OrderRow).where(OrderRow.source == source, OrderRow.external_id == external)
    other = session.scalars(query).one_or_none()
    if other is None:
        return None
    mine, theirs = _head(session, order), _head(session, other)
    return Sides(
        left=f"Order {order.number}",
        right=f"Order {other.number}",
        head=tuple(Pair(name=name, left=mine[name], right=theirs[name]) for name in mine),
        lines=_lines(_pieces(session, order.id), _pieces(session, other.id)),
        right_number=other.number,
    )


def _head(session: Session, order: OrderRow) -> dict[str, str]:
    to = session.get(OrderAddressRow, order.id)
    address = [to.name, to.company, *to.lines, f"{to.postcode} {to.city}".strip(), to.country] if to else []
    return {
        "Shop's number": f"{order.source} {order.shop_number or order.external_id}",
        "Placed": order.placed_at.strftime("%Y-%m-%d %H:%M UTC"),
        "State": order.state.value,
        "Customer": order.customer,
        "Goes to": ", ".join(part for part in dict.fromkeys(address) if part),
        "Value": f"{order.value_cents / 100:.2f} {order.currency}".strip(),
    }


def _pieces(session: Session, order: int) -> dict[str, int]:
    rows = session.execute(
        select(OrderLineRow.sku, OrderLineRow.ordered).where(
            OrderLineRow.order_id == order, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
        )
    )
    pieces: dict[str, int] = {}
    for sku, ordered in rows:
        pieces[sku] = pieces.get(sku, 0) + ordered
    return pieces


def _lines(here: dict[str, int], there: dict[str, int]) -> tuple[Pair, ...]:
    skus = sorted({*here, *there})
    return tuple(Pair(name=sku, left=str(here.get(sku, "")), right=str(there.get(sku, ""))) for sku in skus)


def _change(order: OrderRow, sides: dict[str, Any]) -> Sides:
    pairs = [
        Pair(name=f"{number} · {sku}", left=str(here or ""), right=str(there or ""))
        for number, sku, here, there in sides["lines"]
    ]
    fields = sides.get("fields", [])
    return Sides(
        left=f"Order {order.number} here",
        right="As its shop sent it again",
        head=tuple(Pair(name=name.replace("_", " ").capitalize(), left="as here", right="other") for name in fields),
        lines=tuple(pairs),
        takes_over=not fields and any(pair.differs for pair in pairs),
    )
