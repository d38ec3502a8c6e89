"""Ana is on her way with a cart that has room; she takes orders along, those she is told of too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from tests.journeys.floor import HANDHELD, Floor, make_floor, running
from tests.journeys.hands import begin, labels_of
from tests.journeys.robot import Robot
from warehouse.domain.codes import OrderState
from warehouse.services.picking.start import snapshot_of
from warehouse.storage.models.batching import BatchSlotRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Floor, Page]]:
    data_dir: Path = tmp_path_factory.mktemp("joining")
    make_floor(data_dir, orders=2)
    with running(data_dir) as floor, floor.person(browser, "Ana", HANDHELD) as hand:
        yield floor, floor.page(hand, "/pick")


def on_cart(floor: Floor, batch: int) -> set[str]:
    with floor.database.read() as session:
        joined = select(OrderRow.number).join(BatchSlotRow, BatchSlotRow.order_id == OrderRow.id)
        return set(session.scalars(joined.where(BatchSlotRow.batch_id == batch)))


def test_an_order_is_taken_along_from_the_menu_and_is_on_the_list(house: tuple[Floor, Page]) -> None:
    floor, ana = house
    begin(ana, floor.database)
    batch = labels_of(floor.database).snapshot["id"]
    before = on_cart(floor, batch)
    ana.get_by_role("button", name="More").click()
    ana.get_by_role("button", name="Take an order along").click()
    choice = ana.get_by_role("button", name=re.compile("more stop")).first
    order = choice.inner_text().splitlines()[-1].removeprefix("Urgent: ").split(",")[0]
    choice.click()
    ana.wait_for_selector(".band[data-outcome=changed]")
    assert on_cart(floor, batch) == {*before, order}
    with floor.database.read() as session:
        snapshot = snapshot_of(session, batch)
    assert snapshot is not None
    assert [slot["tote"] for slot in snapshot["slots"] if slot["order"] == order] == [None]


def test_an_urgent_order_is_offered_by_itself_and_joins_the_stops_still_ahead(house: tuple[Floor, Page]) -> None:
    floor, ana = house
    before = labels_of(floor.database)
    batch = before.snapshot["id"]
    order = small_order(floor)
    Robot(floor, "Lea").call("POST", f"/orders/{order}/rush", {"reason": "The customer waits at the door"})
    ana.wait_for_selector(f".band[data-outcome=offer]:has-text('{order} lies on your way')", timeout=40_000)
    ana.get_by_role("button", name="More").click()
    ana.get_by_role("button", name="Take an order along").click()
    ana.get_by_role("button", name=f"Urgent: {order}").click()
    ana.wait_for_selector(".band[data-outcome=changed]")
    assert order in on_cart(floor, batch)
    after = labels_of(floor.database)
    assert {task["id"] for task in after.walk if task["order"] != order} == {task["id"] for task in before.walk}
    assert order in {task["order"] for task in after.walk}
    assert ana.inner_text(".code-location") == after.walk[0]["bin"]
    assert f"of {len(after.snapshot['stops'])}" in ana.inner_text("body")


def small_order(floor: Floor) -> str:
    """Give an order of one line that nobody hurries."""
    with floor.database.read() as session:
        small = (
            select(OrderRow.number)
            .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
            .where(OrderRow.state == OrderState.READY, OrderRow.priority == 0)
            .group_by(OrderRow.id)
            .having(func.count() == 1)
            .order_by(OrderRow.id)
        )
        return session.scalars(small.limit(1)).one()
