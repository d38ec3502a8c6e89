"""The sheet of paper that stands for a practice tote: its barcode, and one of each piece that lies in it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.words import sentence
from warehouse.services.printing.labels import Values, item_labels
from warehouse.services.training.totes import NOBODY
from warehouse.storage.base import AnyRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.queries.training.totes import goods_in_totes, orders_picked_by

_LONGEST = 28


def practice_sheets(session: Session) -> list[Values]:
    """Describe a sheet for each practice order that waits for a packer; none on a floor where nothing is practised."""
    orders = orders_picked_by(session, NOBODY)
    goods = goods_in_totes(session, [order.id for order in orders])
    rows = session.scalars(select(ItemRow).where(ItemRow.id.in_({part.item for part in goods}))).all()
    labels = {row.id: label for row, label in zip(rows, item_labels(session, rows), strict=True)}
    return [_sheet(order, [part for part in goods if part.order == order.id], labels) for order in orders]


def _sheet(order: AnyRow, goods: list[AnyRow], labels: dict[int, Values]) -> Values:
    """A piece is a barcode of its own: counting is what is practised, so no figure stands beside it."""
    hint = sentence("order {number}", number=order.number)
    tote = {"barcode": f"T:{order.tote}", "title": sentence("Tote {tote}", tote=order.tote), "hint": hint}
    pieces = [_piece(labels[part.item]) for part in goods for _ in range(part.picked)]
    title = sentence("Practice tote {tote}", tote=order.tote)
    return {"kind": "command_sheet", "title": title, "commands": [tote, *pieces]}


def _piece(label: Values) -> dict[str, Any]:
    name = label["name"] if len(label["name"]) <= _LONGEST else f"{label['name'][: _LONGEST - 1]}…"
    return {"barcode": label["barcode"], "title": name, "hint": sentence("{sku}, one piece", sku=label["sku"])}
