"""Items made from order lines, for sources that come without an item master."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import BarcodeKind
from warehouse.domain.orders import OrderLineDraft
from warehouse.services.actor import Request, audit
from warehouse.services.intake.knowledge import JudgedOrder
from warehouse.storage.bulk import insert_rows
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.queries.catalog import taken_codes
from warehouse.storage.queries.intake import KnownItem, items_by_sku

_ITEM_COLUMNS = ("sku", "sku_folded", "name", "updated_at")
_CODE_COLUMNS = ("code", "kind", "item_id")


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
    connection = session.connection()
    named = [(line.sku, sku, line.description or f"Item {line.sku}", request.at) for sku, line in lines.items()]
    insert_rows(connection, ItemRow, _ITEM_COLUMNS, named)
    items = items_by_sku(session, lines)
    codes = {key(item.sku): item for item in items.values()}
    taken = taken_codes(session, codes)
    fresh = [(code, BarcodeKind.ITEM, item.id) for code, item in codes.items() if code not in taken]
    insert_rows(connection, BarcodeRow, _CODE_COLUMNS, fresh)
    for item in items.values():
        audit(session, request, "item_created", f"item:{item.id}", sku=item.sku)
    return items
