"""Items made from order lines, for sources that come without an item master."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import BarcodeKind
from warehouse.domain.orders import OrderLineDraft
from warehouse.services.actor import Request, audit
from warehouse.services.intake.knowledge import JudgedOrder
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.queries.catalog import taken_codes
from warehouse.storage.queries.intake import KnownItem, items_by_sku


def make_items(
    session: Session, request: Request, orders: Sequence[JudgedOrder], known: Mapping[str, KnownItem]
) -> dict[str, KnownItem]:
    """Make items of SKUs that only the orders know, by folded SKU; their SKU is their barcode until they get one."""
    missing = _missing(orders, known)
    found = items_by_sku(session, missing) if missing else {}
    new = {sku: line for sku, line in missing.items() if sku not in found}
    return found | _insert_items(session, request, new)


def _missing(orders: Sequence[JudgedOrder], known: Mapping[str, KnownItem]) -> dict[str, OrderLineDraft]:
    """Give for each SKU without an item the first line that describes it, else the first."""
    unknown = {sku for order in orders for sku in order.goods.skus if sku} - known.keys()
    missing: dict[str, OrderLineDraft] = {}
    for order in orders:
        if unknown.isdisjoint(order.goods.skus):
            continue
        for line in order.draft.pickable_lines:
            sku = sku_key(line.sku)
            if sku in unknown and (sku not in missing or not missing[sku].description):
                missing[sku] = line
    return missing


def _insert_items(session: Session, request: Request, lines: dict[str, OrderLineDraft]) -> dict[str, KnownItem]:
    if not lines:
        return {}
    rows = [
        {
            "sku": line.sku,
            "sku_folded": sku,
            "name": line.description or f"Item {line.sku}",
            "updated_at": request.at,
        }
        for sku, line in lines.items()
    ]
    connection = session.connection()
    made = connection.execute(insert(ItemRow.__table__).returning(ItemRow.id, ItemRow.sku), rows)  # type: ignore[arg-type]  # a mapped class's table
    items = {sku_key(sku): KnownItem(id_, sku, customs_complete=False) for id_, sku in made}
    taken = taken_codes(session, [key(item.sku) for item in items.values()])
    codes = [
        {"code": key(item.sku), "kind": BarcodeKind.ITEM, "item_id": item.id}
        for item in items.values()
        if key(item.sku) not in taken
    ]
    if codes:
        connection.execute(insert(BarcodeRow.__table__), codes)  # type: ignore[arg-type]  # as above
    for item in items.values():
        audit(session, request, "item_created", f"item:{item.id}", sku=item.sku)
    return items
