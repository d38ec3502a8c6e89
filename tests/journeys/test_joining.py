"""Ana is on her way with a cart that has room; she takes one more order along, and her screen asks for its tote."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, Floor, make_floor, running
from tests.journeys.hands import begin, labels_of
from warehouse.services.picking.start import snapshot_of
from warehouse.storage.models.batching import BatchSlotRow
from warehouse.storage.models.orders import OrderRow

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
    order = choice.inner_text().removeprefix("Urgent: ").split(",")[0]
    choice.click()
    ana.wait_for_selector(".band[data-outcome=changed]", timeout=10_000)
    assert on_cart(floor, batch) == {*before, order}
    with floor.database.read() as session:
        snapshot = snapshot_of(session, batch)
    assert snapshot is not None
    assert [slot["tote"] for slot in snapshot["slots"] if slot["order"] == order] == [None]
