"""A spike, dear parcels and slow orders each open one exception, with the cases it is made of."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import a_place, an_item, an_order, build
from tests.services.figures.world import NOW, berlin, utc
from warehouse.domain.codes import CartonState, LabelState, OrderState, PlaceKind, Role, Severity
from warehouse.metrics import Metrics
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ShipmentRow
from warehouse.workers.watchman import Watchman

TODAY = 26
BEFORE = (16, 17, 18, 19, 20)


def unpaid_orders(session: Session) -> None:
    """Two at noon of Berlin on each day before the clocks change, seven today: noon is then another hour of UTC."""
    berlin(session)
    for day in range(1, 24):
        for minute in (10, 20):
            an_exception(session, utc(day, 10, minute))
    for minute in range(7):
        an_exception(session, utc(TODAY, 11, 30 + minute))


def an_exception(session: Session, at: datetime) -> None:
    number = session.query(ExceptionRow).count()
    session.add(
        ExceptionRow(
            type="unpaid", severity=Severity.HOLD, state="resolved", owner_role=Role.ORDER_DESK,
            subject=f"order:{number}", text="", opened_at=at, due_at=at, resolved_at=at,
        )
    )  # fmt: skip


def dear_parcels(session: Session) -> None:
    """Twenty parcels at 7.60 today, 5.00 on five days before."""
    berlin(session)
    item = an_item(session, "MUG")
    for day, parcels, cents in (*((day, 1, 500) for day in BEFORE), (TODAY, 20, 760)):
        for _ in range(parcels):
            a_label(session, an_order(session, {item: 1}), utc(day, 10), cents)


def a_label(session: Session, order: int, at: datetime, cents: int) -> None:
    shipment = ShipmentRow(order_id=order, created_at=at)
    session.add(shipment)
    session.flush()
    carton = a_place(session, PlaceKind.CARTON, f"C-{order}")
    session.add(
        CartonRow(id=carton, order_id=order, shipment_id=shipment.id, carton_no=1, state=CartonState.OPEN, opened_at=at)
    )
    session.flush()
    session.add(
        LabelRow(
            carton_id=carton, state=LabelState.BOUGHT, carrier="Post", content_hash="", created_at=at, bought_at=at,
            cost_cents=cents,
        )
    )  # fmt: skip


def slow_orders(session: Session) -> None:
    """Twenty orders took nine hours today, four on five days before."""
    berlin(session)
    item = an_item(session, "MUG")
    for day, orders, hours in (*((day, 1, 4) for day in BEFORE), (TODAY, 20, 9)):
        for _ in range(orders):
            order = session.get_one(OrderRow, an_order(session, {item: 1}))
            order.state, order.shipped_at = OrderState.SHIPPED, utc(day, 10)
            order.received_at = utc(day, 10) - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("recipe", "subject", "text", "linked"),
    [
        (unpaid_orders, "anomaly:spike:unpaid", "7 exceptions of the kind “unpaid” in the last hour, 2 are usual.", 7),
        (dear_parcels, "anomaly:cost:2026-10-26", "A parcel costs 7.60 on average today, 5.00 are usual.", 0),
        (slow_orders, "anomaly:delay:2026-10-26", "Orders took 9.0 h from import to truck today, 4.0 are usual.", 0),
    ],
)
def test_what_is_out_of_line_opens_one_exception(
    database: Database, recipe: Callable[[Session], None], subject: str, text: str, linked: int
) -> None:
    build(database, recipe)
    watchman = Watchman(database, Metrics(), clock=lambda: NOW)
    watchman.turn()
    watchman.turn()
    with database.read() as session:
        found = session.scalars(select(ExceptionRow).where(ExceptionRow.type == "anomaly")).all()
    assert [(it.subject, it.text, len(it.data["exceptions"])) for it in found] == [
        (subject, f"{text} Look for a common cause.", linked)
    ]


def test_the_figures_are_there_for_prometheus(sqlite_url: str) -> None:
    database, metrics = Database(sqlite_url), Metrics()
    build(database, slow_orders)
    Watchman(database, metrics, clock=lambda: NOW).turn()
    database.close()
    text = metrics.text().decode()
    assert 'warehouse_figure{figure="cycle_from_import",part="value"} 9.0' in text
    assert 'warehouse_figure{figure="straight_through",part="denominator"} 21.0' in text
    assert 'warehouse_exceptions_open{age="24",role="lead"}' not in text


def test_a_figure_with_nothing_to_say_any_more_shows_no_old_value(sqlite_url: str) -> None:
    database, metrics = Database(sqlite_url), Metrics()
    build(database, slow_orders)
    Watchman(database, metrics, clock=lambda: NOW).turn()
    Watchman(database, metrics, clock=lambda: NOW + timedelta(days=30)).turn()
    database.close()
    text = metrics.text().decode()
    assert 'warehouse_figure{figure="cycle_from_import",part="denominator"} 0.0' in text
    assert 'warehouse_figure{figure="cycle_from_import",part="value"}' not in text
