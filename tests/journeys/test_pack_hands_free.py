"""Ben and Lea pack with scanner and keyboard alone: a second count, boxes, a scale, several cartons, a void."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.journeys.floor import STATION, Floor, make_floor, running
from tests.journeys.hands import Json, Labels, band, press, scan
from tests.journeys.robot import Robot
from warehouse.app import open_database
from warehouse.domain.codes import CartonState, OrderState, Via
from warehouse.settings import read_settings
from warehouse.storage.models.batching import BatchSlotRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, PackRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow

pytestmark = pytest.mark.browser
SCALE = """
    const said = [];
    const spoken = new ReadableStream({ pull: (line) => new Promise((next) => {
      const look = () => {
        if (!said.length) return setTimeout(look, 20);
        line.enqueue(new TextEncoder().encode(said.shift()));
        next();
      };
      look();
    }) });
    const port = { open: async () => {}, readable: spoken, writable: new WritableStream({ write: (asked) => {
      if (new TextDecoder().decode(asked) === "SI\\r\\n") said.push(`S S ${window.onScale} g\\r\\n`);
    } }) };
    Object.defineProperty(navigator, "serial", { value: {
      getPorts: async () => [], requestPort: async () => port, addEventListener: () => {},
    } });
    window.onScale = 99999;
"""
"""An MT-SICS scale on a serial line, as the browser would give it."""
COUNT_POINTERS = "addEventListener('pointerdown', () => (window.pointers = (window.pointers ?? 0) + 1), true)"
TWICE = [{"kind": "double_check", "text": "Worth more than 500"}]


@dataclass(frozen=True)
class Parcel:
    """One picked order with its tote and what lies in it."""

    labels: Labels
    slot: Json

    @property
    def number(self) -> str:
        return str(self.slot["order"])

    @property
    def tote(self) -> str:
        return f"T:{self.slot['tote']}"

    @property
    def codes(self) -> list[str]:
        tasks = [task for task in self.labels.snapshot["tasks"] if task["order"] == self.number]
        return [code for task in tasks for code in self.labels.units({**task, "picked": 0})]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A demo warehouse in which the first order of each list is counted by two people."""
    data_dir = tmp_path_factory.mktemp("packed")
    make_floor(data_dir, orders=24, plain=True)
    _ask_twice(data_dir)
    with running(data_dir) as floor:
        yield floor


def _ask_twice(data_dir: Path) -> None:
    database = open_database(read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)}))

    def mark(session: Session, _: object) -> None:
        first = select(BatchSlotRow.order_id).where(BatchSlotRow.slot_no == 1)
        session.execute(update(OrderRow).where(OrderRow.id.in_(first)).values(instructions=TWICE))

    database.run(mark, None)
    database.close()


@pytest.fixture(scope="module")
def parcels(floor: Floor) -> list[Parcel]:
    """Plain orders that Carl has picked: the first is counted by two people, each other packed by one person."""
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    return sorted((Parcel(labels, slot) for slot in labels.snapshot["slots"]), key=lambda it: it.slot["slot"])


@pytest.fixture(scope="module")
def ben(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
        context.add_init_script(COUNT_POINTERS)
        context.add_init_script(SCALE)
        yield floor.page(context, "/pack")


@pytest.fixture(scope="module")
def lea(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Lea", STATION) as context:
        context.add_init_script(COUNT_POINTERS)
        yield floor.page(context, "/pack")


def says(page: Page, text: str) -> None:
    """Wait until the station says so."""
    page.wait_for_function("text => document.querySelector('.station-say')?.textContent.includes(text)", arg=text)


def choose(page: Page, label: str) -> None:
    """Answer the open question with the number that stands on the choice."""
    page.wait_for_selector("dialog[open] .btn-choice")
    labels = page.locator("dialog[open] .btn-choice").all_inner_texts()
    number = next(at for at, text in enumerate(labels, start=1) if label in text)
    page.wait_for_timeout(300)
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


def seal(page: Page) -> None:
    """Confirm what is asked until the label is to be stuck on, with whatever the scale is asked for."""
    for _ in range(6):
        if "Stick the label" in page.inner_text(".station-say"):
            return
        press(page, "F2")
    says(page, "Stick the label")


def state_of(floor: Floor, number: str) -> OrderState:
    with floor.database.read() as session:
        return session.scalars(select(OrderRow.state).where(OrderRow.number == number)).one()


def cartons(floor: Floor, number: str) -> list[CartonRow]:
    with floor.database.read() as session:
        order = select(OrderRow.id).where(OrderRow.number == number).scalar_subquery()
        rows = select(CartonRow).where(CartonRow.order_id == order).order_by(CartonRow.carton_no)
        return list(session.scalars(rows))


def test_after_the_first_count_the_order_waits_for_somebody_else(
    ben: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    parcel = parcels[0]
    scan(ben, parcel.tote)
    says(ben, "Scan each unit")
    for code in parcel.codes:
        scan(ben, code, "accepted")
    press(ben, "F2")
    says(ben, f"Order {parcel.number} waits for somebody else")
    assert [it.state for it in cartons(floor, parcel.number)] == [CartonState.OPEN]
    scan(ben, parcel.tote, "policy")
    assert band(ben)["text"] == "You packed this order. Someone else counts it again."


def test_the_second_count_is_blind_and_outlives_a_reload(lea: Page, parcels: list[Parcel]) -> None:
    parcel = parcels[0]
    scan(lea, parcel.tote)
    says(lea, "Carton 1: take everything out")
    notes = lea.locator(".tile-foot").all_inner_texts()
    assert {note.replace("\n", " ") for note in notes} == {"0 to count"}
    scan(lea, parcel.codes[0], "accepted")
    before = lea.locator(".tiles").inner_text()
    lea.reload()
    lea.wait_for_selector("body[data-ready]")
    lea.wait_for_selector(".pack-tile")
    assert lea.locator(".tiles").inner_text() == before
    press(lea, "F2", "policy")
    assert band(lea)["text"].startswith("Not found in carton 1:")


def test_both_counts_agree_and_the_carton_is_sealed_labelled_and_void_again(
    lea: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    parcel = parcels[0]
    for code in parcel.codes[1:]:
        scan(lea, code, "accepted")
    seal(lea)
    (carton,) = cartons(floor, parcel.number)
    assert carton.recounted_by_id is not None
    scan(lea, f"]C100{carton.sscc}", "complete")
    assert state_of(floor, parcel.number) is OrderState.PACKED
    lea.keyboard.press("F9")
    choose(lea, "Void a carton")
    choose(lea, "Wrong content")
    lea.wait_for_function("() => document.querySelector('.band-text').textContent.includes('Carton 1 is void')")
    assert state_of(floor, parcel.number) is OrderState.PICKED
    says(lea, "Nobody has this order")


def test_a_box_is_chosen_by_its_number_and_a_full_carton_is_followed_by_the_next(
    ben: Page, parcels: list[Parcel]
) -> None:
    parcel = parcels[1]
    scan(ben, parcel.tote)
    says(ben, "Scan each unit")
    scan(ben, parcel.codes[0], "accepted")
    ben.keyboard.press("F9")
    choose(ben, "Choose the box")
    ben.wait_for_selector("dialog[open] .btn-choice kbd")
    choose(ben, ben.locator("dialog[open] .btn-choice").first.inner_text().split("\n")[-1])
    ben.wait_for_function("() => document.querySelector('.band-text').textContent.includes('Packed in')")
    press(ben, "F8")
    scan(ben, parcel.codes[1], "accepted")
    assert "Carton 2" in ben.inner_text("aside")


def test_an_interrupted_order_returns_exactly_as_it_was(ben: Page) -> None:
    before = ben.locator(".station-body").inner_text()
    ben.reload()
    ben.wait_for_selector("body[data-ready]")
    ben.wait_for_selector(".pack-tile")
    assert ben.locator(".station-body").inner_text() == before


def test_the_scale_says_a_weight_that_is_off_and_a_leads_badge_lifts_it(
    ben: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    for code in parcels[1].codes[2:]:
        scan(ben, code, "accepted")
    for _ in range(4):
        press(ben, "F2")
        if "on the scale" in ben.inner_text(".station-say"):
            break
    ben.keyboard.press("F9")
    choose(ben, "Connect the scale")
    ben.wait_for_selector(".band[data-outcome=policy]")
    assert "g too heavy" in band(ben)["text"]
    with floor.database.read() as session:
        badge = session.scalars(select(PersonRow.badge).where(PersonRow.name == "Lea")).one()
    scan(ben, badge, "accepted")
    says(ben, "Stick the label on carton 1")


def test_each_carton_gets_its_own_label(ben: Page, floor: Floor, parcels: list[Parcel]) -> None:
    number = parcels[1].number
    first, second = cartons(floor, number)
    scan(ben, f"]C100{second.sscc}", "wrong_label")
    scan(ben, f"]C100{first.sscc}", "accepted")
    scan(ben, f"]C100{second.sscc}", "complete")
    assert state_of(floor, number) is OrderState.PACKED


def test_what_cannot_be_scanned_is_typed_with_pauses_and_kept_as_typed(
    ben: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    parcel = parcels[2]
    type_in(ben, parcel.slot["tote"])
    says(ben, "Scan each unit")
    sku = next(task["sku"] for task in parcel.labels.snapshot["tasks"] if task["order"] == parcel.number)
    type_in(ben, sku.lower())
    assert "1" in ben.locator(".tile-count").all_inner_texts()
    with floor.database.read() as session:
        rows = select(ScanRow.code, ScanRow.outcome).where(ScanRow.via == Via.HAND, ScanRow.code.is_not(None))
        assert session.execute(rows).all() == [(parcel.slot["tote"], "accepted"), (sku.lower(), "accepted")]


def test_what_is_no_code_is_not_typed_in(ben: Page) -> None:
    ask_typed(ben)
    ben.keyboard.insert_text("L:A-01")
    ben.keyboard.press("Enter")
    ben.wait_for_selector(".pad-problem:has-text('Answer this first')")
    assert "L" not in ben.inner_text(".pad-value")
    ben.keyboard.press("Escape")
    ben.wait_for_selector("dialog[open]", state="detached")


def test_what_is_typed_is_taken_whole_when_it_is_confirmed_at_once_and_dropped_when_it_is_not(ben: Page) -> None:
    ask_typed(ben)
    ben.keyboard.type("ZZ9")
    press(ben, "F2", "unknown_barcode")
    assert band(ben)["text"] == "Not in the system: ZZ9"
    before = band(ben)["count"]
    ask_typed(ben)
    ben.keyboard.type("ZZ8")
    ben.keyboard.press("Escape")
    ben.wait_for_selector("dialog[open]", state="detached")
    ben.wait_for_timeout(1500)
    assert band(ben)["count"] == before


def test_what_is_typed_for_an_order_that_somebody_took_over_meanwhile_is_not_taken_for_another(
    ben: Page, lea: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    ask_typed(ben)
    scan(lea, parcels[2].tote, "policy")
    lea.keyboard.press("F4")
    choose(lea, "Take over")
    ben.wait_for_selector(".station-ask:has-text('has this order')")
    ben.keyboard.type(parcels[3].slot["tote"])
    press(ben, "F2", "not_owner")
    with floor.database.read() as session:
        packers = select(PersonRow.name).join(PackRow, PackRow.person_id == PersonRow.id)
        assert session.scalars(packers).all() == ["Lea"]
    ben.keyboard.press("F2")
    ben.wait_for_selector(".station-ask:has-text('Scan a tote')")


def ask_typed(page: Page) -> None:
    """Open the question for what cannot be scanned."""
    page.keyboard.press("F9")
    choose(page, "Cannot scan it")
    page.wait_for_selector("dialog[open] .pad")


def type_in(page: Page, code: str) -> None:
    """Type a code where its barcode cannot be read, as slowly as people do, and confirm it."""
    ask_typed(page)
    for part in (code[:3], f"{code[3:]}0"):
        page.keyboard.type(part)
        page.wait_for_timeout(700)
    page.keyboard.press("Backspace")
    page.wait_for_function("code => document.querySelector('.pad-value').textContent === code", arg=code)
    press(page, "F2")


def test_nobody_touched_a_mouse(ben: Page, lea: Page) -> None:
    assert [page.evaluate("window.pointers ?? 0") for page in (ben, lea)] == [0, 0]
