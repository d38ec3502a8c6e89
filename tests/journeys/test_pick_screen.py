"""A picker's screen in a real browser against the real server: what Ana sees, does and is kept from."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize
from sqlalchemy import func, select

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import ALL_SENT, Json, Labels, band, begin, labels_of, scan
from tests.journeys.robot import Robot
from tests.serving import eventually
from warehouse.domain.codes import BatchState, TaskState
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.picking import ScanRow

pytestmark = pytest.mark.browser
NOTE_WHAT_IS_DRAWN = """
(() => {
  window.drawn = [];
  const isVerdict = ({ target: it }) => (it.closest ? it : it.parentElement)?.closest(".band-place");
  const app = document.getElementById("app");
  const told = (changes) => drawn.push(changes.every(isVerdict) ? "verdict" : "rest");
  new MutationObserver(told).observe(app, { subtree: true, childList: true, attributes: true, characterData: true });
})()
"""
LATER = re.compile(r"/joined/.*:js/pages/pick/floor\.js$")


@pytest.fixture(scope="module")
def context(browser: Browser, floor: Floor) -> Iterator[BrowserContext]:
    with floor.person(browser, "Ana", HANDHELD) as context:
        yield context


@pytest.fixture(scope="module")
def page(floor: Floor, context: BrowserContext) -> Page:
    """Ana's handheld with a list in hand and a tote on every slot of the cart."""
    page = floor.page(context, "/pick")
    begin(page, floor.database)
    return page


def sent(page: Page) -> None:
    """Wait until the server has answered everything."""
    page.wait_for_selector(ALL_SENT, timeout=60_000)


def task_row(floor: Floor, task: Json) -> tuple[int, int, TaskState]:
    with floor.database.read() as session:
        row = session.get_one(PickTaskRow, task["id"])
        return row.picked, row.short, row.state


def scans_in(floor: Floor) -> int:
    with floor.database.read() as session:
        return session.scalar(select(func.count(ScanRow.scan_id))) or 0


def shown(page: Page, labels: Labels) -> Json:
    """The task that the screen asks for; one that is taken off the list goes with the next list."""
    for _ in range(100):
        place, sku = page.inner_text(".code-location"), page.inner_text(".task-sku").split(" ")[0]
        for task in labels.walk:
            if (task["bin"], task["sku"]) == (place, sku):
                return task
        page.wait_for_timeout(100)
    raise AssertionError(f"the screen asks for {sku} at {place}, which is not on the list")


def is_picked(floor: Floor, task: Json) -> bool:
    return task["id"] not in {it["id"] for it in labels_of(floor.database).walk}


def pick(page: Page, labels: Labels, task: Json) -> None:
    scan(page, labels.bin(task), "accepted")
    for _ in range(task["wanted"] - task["picked"]):
        scan(page, labels.item(task["sku"]), "accepted")
    scan(page, labels.tote(task), "complete")


def test_the_stop_shows_place_item_quantity_and_tote(page: Page, floor: Floor) -> None:
    task = labels_of(floor.database).walk[0]
    shown = {name: page.inner_text(f".{name}") for name in ("code-location", "task-name", "task-sku")}
    assert shown == {"code-location": task["bin"], "task-name": task["name"], "task-sku": task["sku"]}
    assert page.inner_text(".task-quantity b >> nth=0") == "0"
    assert page.locator(".tote-chip").get_attribute("data-slot") == str(task["slot"])


def test_nothing_scrolls_on_a_small_handheld(page: Page) -> None:
    for height in (640, 592):
        page.set_viewport_size(ViewportSize(width=360, height=height))
        sizes = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        assert sizes == [height, 360]
        page.wait_for_function(
            "height => Math.round(document.querySelector('.actions').getBoundingClientRect().bottom) === height",
            arg=height,
            timeout=60_000,
        )
    page.set_viewport_size(HANDHELD)


def test_a_wrong_bin_is_red_until_the_right_one_is_scanned(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task, other = labels.walk[0], next(it for it in labels.walk if it["bin"] != labels.walk[0]["bin"])
    scan(page, labels.bin(other), "wrong_bin")
    page.wait_for_timeout(400)
    assert band(page)["text"] == f"You are at {other['bin']}. Go to {task['bin']}."
    scan(page, labels.bin(task), "accepted")


def test_the_verdict_is_drawn_first_and_the_rest_behind_it(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    sent(page)
    page.wait_for_timeout(300)  # what the scan before has changed is drawn by then
    page.evaluate(NOTE_WHAT_IS_DRAWN)
    scan(page, labels.item(labels.walk[0]["sku"]), "accepted")
    page.wait_for_function("() => drawn.at(-1) === 'rest'")
    assert page.evaluate("drawn")[0] == "verdict"
    assert page.inner_text(".task-quantity b >> nth=0") == "1"
    scan(page, "C:UNDO", "accepted")
    sent(page)


def test_a_change_of_the_list_does_not_take_a_refusal_off_the_screen(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    now = labels.walk[0]
    other = next(it for it in labels.walk if it["order"] != now["order"] and it["bin"] != now["bin"])
    scan(page, labels.bin(other), "wrong_bin")
    sent(page)
    with floor.database.read() as session:
        version = session.get_one(BatchRow, labels.snapshot["id"]).list_version
    Robot(floor, "Lea").call("POST", f"/orders/{other['order']}/hold", {"text": "Ask the customer"})
    Robot(floor, "Lea").call("POST", f"/orders/{other['order']}/lift-hold", {"reason": "Asked"})
    page.wait_for_timeout(1000)
    with floor.database.read() as session:
        assert session.get_one(BatchRow, labels.snapshot["id"]).list_version > version
    assert band(page)["outcome"] == "wrong_bin"


def test_a_person_chooses_hand_and_channels_on_this_device(page: Page) -> None:
    page.evaluate("() => void (speechSynthesis.speak = (words) => (window.spoken = words.text))")
    page.click("button:has-text('More')")
    for choice in ("This device", "Speech is off", "For the right hand", "Done"):
        page.click(f"dialog button:has-text('{choice}')")
    short, more = page.locator(".actions button").all()[0], page.locator(".actions button").all()[2]
    assert (short.bounding_box() or {})["x"] > (more.bounding_box() or {})["x"]
    scan(page, "0000000000000", "unknown_barcode")
    assert page.evaluate("window.spoken") == "Not known. Not in the system: 0000000000000"
    page.click("button:has-text('More')")
    for choice in ("This device", "Speech is on", "For the left hand", "Done"):
        page.click(f"dialog button:has-text('{choice}')")


def test_a_wrong_item_and_a_wrong_tote_change_nothing(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task, other = labels.walk[0], next(it for it in labels.walk if it["sku"] != labels.walk[0]["sku"])
    scan(page, labels.item(other["sku"]), "other_task")
    scan(page, "0000000000000", "unknown_barcode")
    for _ in range(task["wanted"]):
        scan(page, labels.item(task["sku"]), "accepted")
    scan(page, labels.item(task["sku"]), "over_quantity")
    foreign = next(slot for slot in labels.snapshot["slots"] if slot["slot"] != task["slot"])
    scan(page, f"T:{foreign['tote']}", "wrong_tote")
    sent(page)
    assert task_row(floor, task) == (0, 0, TaskState.OPEN)
    scan(page, labels.tote(task), "complete")
    sent(page)
    assert task_row(floor, task) == (task["wanted"], 0, TaskState.PICKED)


def test_undo_takes_the_last_scan_back(page: Page, floor: Floor) -> None:
    task = labels_of(floor.database).walk[0]
    scan(page, labels_of(floor.database).bin(task), "accepted")
    scan(page, "C:UNDO", "accepted")
    assert band(page)["text"] == f"Undone. Go to {task['bin']}."


def test_a_short_pick_asks_how_many_and_why(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task = labels.walk[0]
    scan(page, labels.bin(task), "accepted")
    page.click("button:has-text('Short')")
    page.click(".pad-key[data-key=ok]")
    page.click("button:has-text('Bin is empty')")
    page.wait_for_function("bin => document.querySelector('.code-location').textContent !== bin", arg=task["bin"])
    sent(page)
    assert task_row(floor, task) == (0, task["wanted"], TaskState.SHORT)


def test_an_item_that_is_on_no_list_here_is_reported_from_the_screen_that_stops_the_hands(
    page: Page, floor: Floor
) -> None:
    labels = labels_of(floor.database)
    task, here = labels.walk[0], {it["sku"] for it in labels.snapshot["tasks"]}
    with floor.database.read() as session:
        others = select(BarcodeRow.code).join(ItemRow, ItemRow.id == BarcodeRow.item_id).where(ItemRow.sku.not_in(here))
        foreign = session.scalars(others.order_by(BarcodeRow.id).limit(1)).one()
    scan(page, labels.bin(task), "accepted")
    scan(page, foreign)
    page.wait_for_selector(".stop-screen")
    assert page.inner_text(".stop-list").startswith("Not on this list.")
    page.click("button:has-text('It lay here')")
    page.wait_for_function("bin => document.querySelector('.code-location')?.textContent !== bin", arg=task["bin"])
    page.wait_for_selector(".steps")
    sent(page)
    assert task_row(floor, task) == (0, task["wanted"], TaskState.SHORT)


def test_the_longest_question_shows_its_numbers_on_a_small_handheld_without_scrolling(page: Page) -> None:
    page.set_viewport_size(ViewportSize(width=360, height=592))
    scan(page, "C:MORE")
    page.wait_for_selector("dialog[open] .btn-choice kbd:visible")
    sizes = page.evaluate(
        "() => { const it = document.querySelector('dialog'); return [it.scrollHeight, it.clientHeight]; }"
    )
    scan(page, "C:UNDO")
    page.wait_for_selector("dialog", state="detached")
    page.set_viewport_size(HANDHELD)
    assert sizes[0] <= sizes[1]


def test_a_code_of_capitals_and_small_letters_is_tapped_on_a_pad_that_needs_no_scrolling(page: Page) -> None:
    page.set_viewport_size(ViewportSize(width=360, height=592))
    scan(page, "C:TYPE")
    page.wait_for_selector("dialog[open] .pad")
    for key in ("A", "case", "B", "-", "case", "7", "Z"):
        page.click(f".pad-key[data-key='{key}']")
    typed = page.inner_text(".pad-value")
    faults = page.evaluate(
        "() => { const it = document.querySelector('dialog'), keys = [...it.querySelectorAll('.pad-key')];"
        " return [it.scrollHeight > it.clientHeight, keys.filter((key) => key.scrollWidth > key.clientWidth).length]; }"
    )
    scan(page, "C:UNDO")
    page.wait_for_selector("dialog", state="detached")
    page.set_viewport_size(HANDHELD)
    assert (typed, faults) == ("Ab-7Z", [False, 0])


def test_a_problem_is_told_in_two_taps_and_the_list_is_in_hand_again(page: Page) -> None:
    place = page.inner_text(".code-location")
    page.click("button:has-text('More')")
    page.click("button:has-text('Tell us')")
    page.wait_for_url("**/voices?from=pick")
    page.click(".voice-tiles button >> nth=0")
    page.wait_for_selector(".flash")
    page.click("a:has-text('Back to picking')")
    page.wait_for_selector("body[data-ready]")
    assert page.inner_text(".code-location") == place


def test_picking_goes_on_without_network_and_every_scan_arrives_once(
    page: Page, floor: Floor, context: BrowserContext
) -> None:
    sent(page)
    labels = labels_of(floor.database)
    task = shown(page, labels)
    with floor.database.read() as session:
        before = session.scalar(select(func.count(ScanRow.scan_id))) or 0
    context.set_offline(True)
    page.wait_for_selector("[data-link=offline]", timeout=60_000)
    pick(page, labels, task)
    scans = task["wanted"] + 2
    page.get_by_text(f"Offline, {scans} to send", exact=True).wait_for(timeout=30_000)
    context.set_offline(False)
    sent(page)
    with floor.database.read() as session:
        after = session.scalar(select(func.count(ScanRow.scan_id)))
    assert after == before + scans
    assert task_row(floor, task) == (task["wanted"], 0, TaskState.PICKED)


def test_a_reload_goes_on_at_the_exact_step(page: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task = shown(page, labels)
    scan(page, labels.bin(task), "accepted")
    sent(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.inner_text(".code-location") == task["bin"]
    assert page.locator(".steps [aria-current]").inner_text() == "Item"


def test_what_the_server_could_not_count_stops_the_hands(page: Page, floor: Floor, context: BrowserContext) -> None:
    sent(page)
    labels = labels_of(floor.database)
    task = shown(page, labels)
    context.set_offline(True)
    page.wait_for_selector("[data-link=offline]", timeout=60_000)
    scan(page, labels.item(task["sku"]), "accepted")
    Robot(floor, "Lea").call("POST", f"/orders/{task['order']}/cancel", {"reason": "customer"})
    context.set_offline(False)
    page.wait_for_selector(".stop-screen", timeout=60_000)
    assert page.inner_text(".stop-screen h1") == "That scan did not count"
    assert page.inner_text(".stop-list").startswith(f"Order {task['order']} cancelled.")
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".steps")
    assert task["id"] not in {it["id"] for it in labels_of(floor.database).walk}


def test_what_the_server_said_while_the_screen_was_loading_stops_the_hands_too(
    page: Page, floor: Floor, context: BrowserContext
) -> None:
    sent(page)
    labels = labels_of(floor.database)
    task = shown(page, labels)
    scan(page, labels.bin(task), "accepted")
    page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.forEach((it) => it.unregister()))")
    sent(page)
    context.set_offline(True)
    page.wait_for_selector("[data-link=offline]", timeout=60_000)
    scan(page, labels.units(task)[0], "accepted")
    context.route("**/api/v1/scans", lambda route: route.abort())  # a closing page may send through the emulated gap
    page.goto("about:blank")
    Robot(floor, "Lea").call("POST", f"/orders/{task['order']}/cancel", {"reason": "customer"})
    context.unroute_all()
    before = scans_in(floor)
    held: list[Route] = []
    context.set_offline(False)
    context.route(LATER, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.goto(f"{floor.url}/pick", wait_until="commit")
    for _ in range(200):
        page.wait_for_timeout(50)
        if held and scans_in(floor) > before:
            break
    page.wait_for_timeout(200)
    held[0].continue_()
    context.unroute_all()
    page.wait_for_selector(".stop-screen", timeout=60_000)
    assert page.inner_text(".stop-list").startswith(f"Order {task['order']} cancelled.")
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".steps")


def test_a_screen_that_comes_only_in_part_says_so_and_is_not_loaded_over_and_over(
    page: Page, context: BrowserContext
) -> None:
    sent(page)
    page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.forEach((it) => it.unregister()))")
    context.route(LATER, lambda route: route.abort())
    loads: list[Page] = []
    page.on("load", lambda it: loads.append(it))  # noqa: PLW0108 - as above
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(1500)
    said = page.inner_text(".start [role=status]")
    assert (len(loads), said) == (1, "No answer from the server. Try again in the network.")
    context.unroute_all()
    page.wait_for_function("() => performance.now() > 3000")
    page.click(".start-button")
    page.wait_for_selector(".steps")


def test_the_list_is_picked_to_its_end_and_closed(page: Page, floor: Floor) -> None:
    while labels_of(floor.database).walk:
        sent(page)
        labels = labels_of(floor.database)
        task = shown(page, labels)
        if labels.snapshot["position"]["step"] == "bin":
            page.wait_for_selector(".steps [aria-current]:text-is('Bin')")
            scan(page, labels.bin(task), "accepted")
        for code in labels.units(task):
            scan(
                page,
                code,
                "ambiguous" if code == labels.item(task["sku"]) and len(task.get("lots", ())) > 1 else "accepted",
            )
        scan(page, labels.tote(task))
        assert eventually(partial(is_picked, floor, task), within=60), band(page)
        sent(page)
    batch = labels_of(floor.database).snapshot["id"]
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".start-button")
    with floor.database.read() as session:
        assert session.get_one(BatchRow, batch).state is BatchState.CLOSED


def test_who_lost_the_list_is_told_who_has_it(page: Page, floor: Floor) -> None:
    page.click(".start-button")
    page.wait_for_selector(".band")
    sent(page)
    lea = Robot(floor, "Lea")
    lea.call("POST", f"/batches/{labels_of(floor.database).snapshot['id']}/take-over", {"device": lea.device})
    page.wait_for_selector(".stop-screen", timeout=30_000)
    assert page.inner_text(".stop-screen h1").startswith("Lea took over at ")


def test_only_one_tab_of_a_device_works(floor: Floor, context: BrowserContext, page: Page) -> None:
    second = context.new_page()
    second.goto(f"{floor.url}/pick")
    second.wait_for_selector(".elsewhere")
    assert page.locator(".elsewhere").count() == 0
    second.click("text=Use here")
    second.wait_for_selector("body[data-ready]")
    page.wait_for_selector(".elsewhere")
    second.close()
    page.reload()
    page.wait_for_selector("body[data-ready]")
