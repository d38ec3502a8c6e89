"""Twenty people reach for the last units at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.builders import build
from tests.services.floor import a_floor, broken, order, stock_at
from warehouse.domain.errors import ConflictError
from warehouse.services.stock.reservations import Reserve, reserve
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderLineRow

PEOPLE = 20


def test_twenty_people_reserve_the_last_units(database: Database) -> None:
    floor = build(database, a_floor)
    lines = [order_line(database, order(database, {floor.b: 1}, f"R{n}")) for n in range(PEOPLE)]
    start = Barrier(PEOPLE)

    def grab(line: int) -> bool:
        start.wait()
        wanted = Reserve(place=floor.s2, item=floor.b, lot=floor.lot_b, order_line=line, quantity=1)
        try:
            database.run(reserve, wanted)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(PEOPLE) as people:
        won = list(people.map(grab, lines))
    assert (sum(won), stock_at(database, floor.s2, floor.b)) == (5, (5, 5))
    assert broken(database) == []


def order_line(database: Database, order_id: int) -> int:
    with database.read() as session:
        return session.query(OrderLineRow.id).filter_by(order_id=order_id).scalar()
