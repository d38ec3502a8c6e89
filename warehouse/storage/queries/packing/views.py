"""What the station screen shows of an order: never more than the packer may see while the count is blind."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from warehouse.domain.codes import CartonState
from warehouse.domain.packing.snapshot import position_to_json, to_json, visible_lines
from warehouse.domain.packing.walk import instruction, is_recounting, next_carton_number, open_cartons, to_recount
from warehouse.domain.packing.weight import without_weight
from warehouse.domain.packing.work import PackCarton, PackPosition, PackWork, Tally
from warehouse.domain.shipping.parcels import Goods, Packaging, Size, suggest_packaging
from warehouse.domain.words import parts_of
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import PackagingRow
from warehouse.storage.queries.packing.work import StoredPack

Json = dict[str, Any]


def opening_view(connection: Connection, stored: StoredPack) -> Json:
    """Give the order as a station opens it: as after a scan, and the box that would take it."""
    return view_of(stored) | {"packaging": suggestion(connection, stored.order)}


def view_of(stored: StoredPack) -> Json:
    """Give the order as the screen shows it; see the module's text."""
    work, position = stored.work, stored.position
    lease = work.lease
    told = instruction(work, position)
    return {
        "order": work.order,
        "state": work.state.value,
        "list_version": stored.list_version,
        "instruction": told,
        "said": parts_of(told),
        "position": shown_position(position),
        "totes": [
            {"code": it.code, "scanned_in": it.scanned_in, "place": it.place, "locked": it.locked}
            for it in work.totes.values()
        ],
        "lines": _lines(work, position),
        "cartons": [_carton(work, it) for _, it in sorted(work.cartons.items())],
        "recount": _recount(work),
        "unweighed": _unweighed(work),
        "next_carton": next_carton_number(work),
        "policy": asdict(work.policy) | {"mode": work.policy.mode.value},
        "lease": None if lease is None else to_json(lease),
        "instructions": [
            {"kind": it.kind, **_told(it.text), "confirmed": number < position.confirmed}
            for number, it in enumerate(work.instructions)
        ],
        "change": to_json(work.change) if work.change else None,
    }


def shown_position(position: PackPosition) -> Json:
    """Give the position without what only an undo needs."""
    written = position_to_json(position)
    written.pop("last", None)
    can_undo = position.last is not None or position.report is not None
    return written | {"step": position.step.value, "can_undo": can_undo}


def suggestion(connection: Connection, order: int) -> Json | None:
    """Name the smallest box that takes the whole order; None while a size is missing or nothing fits."""
    goods = tuple(
        Goods(quantity=row.quantity, size=_size(row.length_mm, row.width_mm, row.height_mm), weight_g=row.weight_g)
        for row in connection.execute(_GOODS.where(OrderLineRow.order_id == order))
        if row.quantity > 0
    )
    rows = connection.execute(select(PackagingRow.__table__).where(PackagingRow.active)).all()
    boxes = tuple(
        Packaging(
            code=row.code,
            inner=Size(row.length_mm, row.width_mm, row.height_mm),
            tare_g=row.tare_g,
            max_weight_g=row.max_weight_g,
        )
        for row in rows
    )
    found = _suggest(goods, boxes)
    names = {row.code: row.name for row in rows}
    return None if found is None else {"code": found.code, "name": names[found.code]}


_suggest = lru_cache(maxsize=256)(suggest_packaging)
"""The same baskets come again and again, and a station looks at its order more than once."""

_GOODS = (
    select(
        (OrderLineRow.ordered - OrderLineRow.backordered).label("quantity"),
        *(ItemRow.length_mm, ItemRow.width_mm, ItemRow.height_mm, ItemRow.weight_g),
    )
    .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
    .where(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
)


def _size(length: int | None, width: int | None, height: int | None) -> Size | None:
    return Size(length, width, height) if length and width and height else None


def _lines(work: PackWork, position: PackPosition) -> list[Json]:
    return [
        {
            "order_line": key,
            "sku": sku,
            "name": name,
            "ordered": count.ordered,
            "picked": count.picked,
            "packed": count.packed,
            "tracking": work.lines[key].tracking.value,
        }
        for key, sku, name, count in visible_lines(work, position)
    ]


def _told(text: str) -> Json:
    """A sentence in English, and in parts for the reader's language."""
    return {"text": text, "said": parts_of(text)}


def _unweighed(work: PackWork) -> list[Json]:
    """Why open cartons will not be weighed."""
    found = (without_weight(work, carton) for carton in open_cartons(work))
    return [_told(text) for text in found if text is not None]


def _recount(work: PackWork) -> Json | None:
    """Which carton is counted again, and whether somebody does so now."""
    carton = to_recount(work) if is_recounting(work) else None
    return None if carton is None else {"carton": carton.number, "waits": work.lease is None}


def _carton(work: PackWork, carton: PackCarton) -> Json:
    """A carton; while it is counted again, with what that found and not with what is expected."""
    tally = work.second.tallies.get(carton.number, Tally()) if work.second and is_recounting(work) else None
    content = carton.content if tally is None or carton.state is not CartonState.OPEN else tally.content
    return {
        "number": carton.number,
        "state": carton.state.value,
        "full": carton.full,
        "sscc": carton.sscc,
        "weight_g": carton.weight_g,
        "label": carton.label.value,
        "content": [
            {"order_line": it.order_line, "sku": it.sku, "quantity": it.quantity, "lot": it.lot} for it in content
        ],
    }
