"""What somebody counted, as the books keep it: eaches by item and lot.

People count by SKU, and by lot only where lots are tracked; the books keep every receipt as a lot of its own.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.side.counting import Pile
from warehouse.services.actor import Request
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import LotRow, StockRow

Lots = Counter[tuple[int, int]]


def lots_of(session: Session, request: Request, place: int, piles: Sequence[tuple[Pile, int]]) -> Lots:
    """Divide counted piles among the lots of a bin; a lot nobody knew is made."""
    found: Lots = Counter()
    for (sku, code), units in piles:
        item = session.scalars(select(ItemRow.id).where(ItemRow.sku == sku)).one()
        if code is None:
            found += _among_lots(session, request, (place, item), units)
        else:
            found[(item, _lot_named(session, request, (place, item), code))] += units
    return found


def _among_lots(session: Session, request: Request, where: tuple[int, int], units: int) -> Lots:
    """Give each lot what is promised of it, then fill up the newest first: the oldest were to be taken first."""
    place, item = where
    stocks = _stocks(session, place, item)
    if not stocks:
        return Counter({(item, _newest_lot(session, request, item)): units})
    found: Lots = Counter()
    for stock in stocks:
        part = min(units, stock.reserved)
        found[(item, stock.lot_id)], units = part, units - part
    for stock in stocks:
        part = min(units, stock.quantity - stock.reserved)
        found[(item, stock.lot_id)] += part
        units -= part
    found[(item, stocks[0].lot_id)] += units
    return found


def _stocks(session: Session, place: int, item: int) -> Sequence[StockRow]:
    return session.scalars(
        select(StockRow)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.place_id == place, StockRow.item_id == item, StockRow.quantity > 0)
        .order_by(LotRow.received_at.desc(), LotRow.id.desc())
    ).all()


def _lot_named(session: Session, request: Request, where: tuple[int, int], code: str) -> int:
    """Give the lot of this code, the one that lies in the bin first."""
    place, item = where
    here = select(StockRow.lot_id).where(StockRow.place_id == place, StockRow.quantity > 0)
    named = select(LotRow.id).where(LotRow.item_id == item, LotRow.code == code)
    found = session.scalars(named.order_by(LotRow.id.in_(here).desc(), LotRow.id.desc())).first()
    return found if found is not None else _new_lot(session, request, item, code)


def _newest_lot(session: Session, request: Request, item: int) -> int:
    newest = select(LotRow.id).where(LotRow.item_id == item).order_by(LotRow.received_at.desc(), LotRow.id.desc())
    found = session.scalars(newest).first()
    return found if found is not None else _new_lot(session, request, item, "")


def _new_lot(session: Session, request: Request, item: int, code: str) -> int:
    row = LotRow(item_id=item, code=code[:40], received_at=request.at)
    session.add(row)
    session.flush()
    return row.id
