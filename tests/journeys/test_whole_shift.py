"""A shift in a real browser, from real orders to labelled cartons: Lea plans, Ana picks, Ben packs, Lea watches."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, STATION, Floor
from tests.journeys.hands import ALL_SENT, Json, Labels, band, put_off_the_test
from tests.journeys.hands import type_scan as scan
from tests.journeys.shop import ORDERS, Keys, Shop, command, open_shop, serving
from tests.printers.reading import Read, raster, texts
from tests.printers.reading import scan as read_barcodes
from warehouse.domain.codes import CartonState, OrderState, TaskState
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow

pytestmark = pytest.mark.browser
PAPER_DPI = 203


@pytest.fixture(scope="module")
def shop(browser: Browser, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with four real orders; made only where there is a browser to work it with."""
    assert browser.is_connected()
    return open_shop(tmp_path_factory.mktemp("shop"), shared / "data" / "orders_500.csv")


@pytest.fixture(scope="module")
def served(shop: Shop) -> Iterator[Floor]:
    with serving(shop) as floor:
        yield floor


@pytest.fixture(scope="module")
def lea(browser: Browser, served: Floor, shop: Shop) -> Iterator[Page]:
    with browser.new_context(viewport=STATION) as context:
        yield signed_in(context, served, shop.people["Lea"])


@pytest.fixture(scope="module")
def ana(browser: Browser, served: Floor, shop: Shop) -> Iterator[Page]:
    with browser.new_context(viewport=HANDHELD, has_touch=True, reduced_motion="reduce") as context:
        yield signed_in(context, served, shop.people["Ana"], "/pick")


@pytest.fixture(scope="module")
def ben(browser: Browser, served: Floor, shop: Shop) -> Iterator[Page]:
    with browser.new_context(viewport=STATION, reduced_motion="reduce") as context:
        yield signed_in(context, served, shop.people["Ben"], "/pack")


def signed_in(context: BrowserContext, floor: Floor, keys: Keys, path: str = "/") -> Page:
    """Sign in at the door: the badge by the scanner, the PIN by hand; then go to the work."""
    page = context.new_page()
    page.goto(f"{floor.url}/?next={path}")
    put_off_the_test(page)
    scan(page, keys.badge)
    page.wait_for_selector("#door[data-step=pin]")
    for digit in keys.pin:
        page.click(f".door-pad [data-key='{digit}']")
    page.click(".door-pad [data-key=ok]")
    page.wait_for_url(f"{floor.url}{path}")
    if path != "/":
        page.wait_for_selector("body[data-ready]")
    return page


def labels_of(floor: Floor) -> Labels:
    with floor.database.read() as session:
        batch = session.scalars(select(BatchRow.id)).one()
    return Labels.of(floor.database, batch)


def states(floor: Floor) -> list[OrderState]:
    with floor.database.read() as session:
        return list(session.scalars(select(OrderRow.state).order_by(OrderRow.id)))


def sent(page: Page) -> None:
    """Wait until the server has answered everything."""
    page.wait_for_selector(ALL_SENT, timeout=60_000)


def test_lea_plans_a_batch_of_real_orders_and_releases_it(lea: Page, served: Floor) -> None:
    lea.goto(f"{served.url}/admin/batches")
    assert "4 orders ready" in lea.inner_text(".page-head")
    lea.click("button:has-text('Propose')")
    lea.click("button:has-text('Store this batch')")
    lea.click("button:has-text('Release the ticked')")
    lea.wait_for_selector("h2:has-text('To pick')")
    assert states(served) == [OrderState.BATCHED] * len(ORDERS)


def test_ana_takes_it_and_puts_a_tote_on_every_slot(ana: Page, served: Floor) -> None:
    ana.click(".start-button")
    ana.wait_for_selector(".band[data-outcome=ready]")
    scan(ana, "K:K1", "accepted")
    for number in range(1, 5):
        scan(ana, f"T:T{number}", "accepted")
    ana.wait_for_selector(".steps")
    assert ana.inner_text(".code-location") == labels_of(served).walk[0]["bin"]


def test_what_ana_does_wrong_is_refused_on_screen_and_counts_nothing(ana: Page, served: Floor) -> None:
    labels = labels_of(served)
    task, other = labels.walk[0], next(it for it in labels.walk if it["bin"] != labels.walk[0]["bin"])
    scan(ana, labels.bin(other), "wrong_bin")
    assert band(ana)["text"] == f"You are at {other['bin']}. Go to {task['bin']}."
    scan(ana, labels.bin(task), "accepted")
    scan(ana, labels.item(other["sku"]), "other_task")
    for _ in range(task["wanted"]):
        scan(ana, labels.item(task["sku"]), "accepted")
    scan(ana, labels.item(task["sku"]), "over_quantity")
    sent(ana)
    assert {it["picked"] for it in labels_of(served).snapshot["tasks"]} == {0}
    scan(ana, labels.tote(task), "complete")
    sent(ana)
    assert task["id"] not in {it["id"] for it in labels_of(served).walk}


def test_the_board_shows_lea_what_was_stopped_and_how_far_ana_is(lea: Page, served: Floor) -> None:
    lea.goto(f"{served.url}/board")
    lea.wait_for_selector(".lane[data-lane=picking] .ticket-head:has-text('1 of 10')")
    assert mismatches(lea) == ["Too many", "Comes later", "Wrong bin"]


def mismatches(page: Page) -> list[str]:
    """Name the kinds of the last mismatches on the board, the latest first."""
    entries = page.locator(".card:has(h2:text-is('Last mismatches')) .feed li > span").all_inner_texts()
    return [text.splitlines()[0] for text in entries if "\n" in text]


def test_ana_picks_the_list_to_its_end_with_one_piece_short(ana: Page, served: Floor) -> None:
    here = None
    while walk := (labels := labels_of(served)).walk:
        task = walk[0]
        if task["bin"] != here:
            scan(ana, labels.bin(task), "accepted")
        here = task["bin"]
        if len(walk) == 1:
            report_empty(ana)
        else:
            pick(ana, labels, task)
        sent(ana)
    assert labels.walk == []
    with served.database.read() as session:
        ended = session.scalars(select(PickTaskRow.state)).all()
    assert sorted(ended) == [*[TaskState.PICKED] * 9, TaskState.SHORT]
    ana.click("button:has-text('Close list')")
    ana.wait_for_selector(".start-button")


def pick(page: Page, labels: Labels, task: Json) -> None:
    for code in labels.units(task):
        scan(page, code, "accepted")
    scan(page, labels.tote(task))
    page.wait_for_function("() => ['complete', 'finished'].includes(document.querySelector('.band').dataset.outcome)")


def report_empty(page: Page) -> None:
    page.click("button:has-text('Short')")
    page.click(".pad-key[data-key=ok]")
    page.click("button:has-text('Bin is empty')")
    page.wait_for_selector("button:has-text('Close list')")


def test_ben_counts_every_order_and_scans_its_label_back(ben: Page, served: Floor, shop: Shop) -> None:
    earlier: list[Read] = []
    for slot in labels_of(served).snapshot["slots"]:
        count(ben, labels_of(served), slot)
        printed = papers(shop, slot["order"])
        sscc = carton_of(served, slot["order"])
        assert printed == {
            "packing_slip": Read("Code 128", f"O:{slot['order']}".encode(), "]C0"),
            "shipping_label": Read("Code 128", f"00{sscc}".encode(), "]C1"),
        }
        for other in earlier[-1:]:
            scan(ben, as_typed(other), "wrong_label")
        scan(ben, as_typed(printed["packing_slip"]), "policy")
        assert band(ben)["text"].startswith("That is the packing slip.")
        scan(ben, as_typed(printed["shipping_label"]), "complete")
        earlier.append(printed["shipping_label"])
    assert states(served) == [OrderState.PACKED] * len(ORDERS)


def count(page: Page, labels: Labels, slot: Json) -> None:
    """Scan the tote, one piece of another order, then every piece; seal the carton and wait for its papers."""
    tasks = labels.snapshot["tasks"]
    mine = [task for task in tasks if task["order"] == slot["order"]]
    foreign = next(task for task in tasks if task["sku"] not in {it["sku"] for it in mine})
    scan(page, f"T:{slot['tote']}", "accepted")
    scan(page, labels.item(foreign["sku"]), "not_on_batch")
    for task in mine:
        for _ in range(task["picked"]):
            scan(page, labels.item(task["sku"]), "accepted")
    page.keyboard.press("F2")
    page.wait_for_selector(".station-say:has-text('Stick the label')")
    page.wait_for_function("() => document.querySelectorAll('[data-job=confirmed]').length === 2", timeout=60_000)


def as_typed(read: Read) -> str:
    """What a scanner types for a barcode it has read."""
    return read.identifier + read.content.decode()


def papers(shop: Shop, order: str) -> dict[str, Read]:
    """Read the one barcode on each paper of an order, by the kind of paper."""
    found = {}
    for path in shop.paper.glob("*.pdf"):
        (page,) = texts(path.read_bytes())
        if order in page:
            (image,) = raster(path.read_bytes(), PAPER_DPI)
            (found[path.stem.rpartition("-")[2]],) = read_barcodes(image)
    return found


def carton_of(floor: Floor, number: str) -> str | None:
    with floor.database.read() as session:
        order = session.scalars(select(OrderRow.id).where(OrderRow.number == number)).one()
        return session.scalars(select(CartonRow.sscc).where(CartonRow.order_id == order)).one()


def test_every_carton_is_labelled(served: Floor) -> None:
    with served.database.read() as session:
        assert session.scalars(select(CartonRow.state)).all() == [CartonState.LABELLED] * len(ORDERS)


def test_the_board_tells_lea_without_being_asked(lea: Page) -> None:
    for name, count in (("Orders picking", "0"), ("Orders packed", "4")):
        lea.wait_for_selector(f".stat:has-text('{name}') dd:text-is('{count}')", timeout=30_000)
    assert "Wrong label" in mismatches(lea)
    assert "missing" in lea.inner_text(".card:has(h2:text-is('Exceptions'))")


@pytest.mark.usefixtures("served")
def test_the_books_are_in_order(shop: Shop) -> None:
    report = json.loads(command(shop.data_dir, "doctor", "--json"))
    assert [check["name"] for check in report["checks"] if not check["ok"]] == []
