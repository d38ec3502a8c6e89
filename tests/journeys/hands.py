"""What a person's hands do in a journey: read the labels that lie on things, and pull the trigger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from sqlalchemy import select

from warehouse.domain.codes import BatchState
from warehouse.services.picking.start import snapshot_of
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, CartRow, ToteRow

Json = dict[str, Any]
APART = 260
"""Milliseconds between two pulls: closer together, the same code twice is one pull."""

TYPED = """
(keys) => {
  const target = document.activeElement ?? document.body;
  for (const key of keys) target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
"""
"""All keys of a pull at once: sent one by one they come as far apart as the machine is busy, and a read is torn."""

REST_IS_DRAWN = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 80))"
"""The verdict comes first; what else a scan changes is drawn within 60 ms behind the frame that shows it."""
ALL_SENT = "body[data-waiting='0'] [data-link=online]"
"""The device is connected, and no scan of it waits any more."""


def scan(page: Page, code: str, expect: str | None = None) -> None:
    """Pull the trigger; wait for the band to show `expect`, the outcome or signal, when it is given."""

    def send() -> None:
        page.keyboard.insert_text(code)
        page.keyboard.press("Enter")

    _pull(page, send, expect)


def type_scan(page: Page, code: str, expect: str | None = None) -> None:
    """Pull the trigger of a scanner that types, key by key; else as `scan`."""
    _pull(page, lambda: page.evaluate(TYPED, [*code, "Enter"]), expect)


def press(page: Page, key: str, expect: str = "accepted") -> None:
    """Press a key of the station; wait for the band to show `expect`, and for what is drawn behind it."""
    _pull(page, lambda: page.keyboard.press(key), expect)


def _pull(page: Page, send: Callable[[], object], expect: str | None) -> None:
    page.wait_for_timeout(APART)
    before = band(page)["count"]
    send()
    if expect is not None:
        try:
            page.wait_for_function(
                "([count, name]) => { const band = document.querySelector('.band');"
                " return band && band.dataset.count !== count && band.dataset.outcome === name; }",
                arg=[before, expect],
            )
        except PlaywrightTimeoutError:
            raise AssertionError(f"expected {expect}, but the band shows {band(page)}, before it {before}") from None
        page.evaluate(REST_IS_DRAWN)


def band(page: Page) -> dict[str, str]:
    """Say what the band shows."""
    found: dict[str, str] = page.evaluate(
        "() => { const band = document.querySelector('.band');"
        " return band ? { outcome: band.dataset.outcome, count: band.dataset.count,"
        " text: band.querySelector('.band-text').textContent.trim() } : { outcome: '', count: '', text: '' }; }"
    )
    return found


def labels_of(database: Database) -> "Labels":
    """The labels of the one list that is being picked."""
    with database.read() as session:
        batch = session.scalars(
            select(BatchRow.id).where(BatchRow.state.in_([BatchState.PICKING, BatchState.PICKED]))
        ).one()
    return Labels.of(database, batch)


def begin(page: Page, database: Database) -> None:
    """Take a list, scan a cart, and put a tote on each of its slots."""
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".band[data-outcome=ready]")
    labels = labels_of(database)
    scan(page, f"K:{labels.carts[0]}", "accepted")
    bind_totes(page, labels)
    page.wait_for_selector(".steps")


def bind_totes(page: Page, labels: "Labels") -> None:
    """Put a tote on each slot of the cart; whoever has done so sees the first place to go to."""
    for slot, tote in zip(labels.snapshot["slots"], labels.totes, strict=False):
        scan(page, f"T:{tote}", "accepted")
        page.wait_for_function(
            "slot => document.querySelector('.steps')"
            " || document.querySelectorAll('.slot-mark[data-bound]').length !== slot - 1",
            arg=slot["slot"],
        )


def go_on_here(page: Page) -> None:
    """Take one's own list over from another device: the question is answered with yes."""
    scan(page, "C:CONFIRM")
    page.wait_for_selector("dialog[open] .choices")
    scan(page, "C:CONFIRM")
    page.wait_for_selector("dialog", state="detached")


def put_off_the_test(page: Page) -> None:
    """Go on to the sign-in on a device that has never tested its scanner, as who has no sheet at hand."""
    page.click("text=Later")
    page.wait_for_selector("form.scripted")
    page.wait_for_function("() => document.activeElement?.matches('.scan-field')")


@dataclass(frozen=True)
class Labels:
    """The labels on free carts and totes, and on bins and items of one batch, as they lie in the warehouse."""

    snapshot: Json
    carts: Sequence[str]
    totes: Sequence[str]

    @classmethod
    def of(cls, database: Database, batch: int) -> "Labels":
        """Read what is printed on the things of this batch."""
        with database.read() as session:
            snapshot = snapshot_of(session, batch)
            assert snapshot is not None
            taken = select(BatchRow.cart_id).where(
                BatchRow.state == BatchState.PICKING, BatchRow.cart_taken_at.is_not(None)
            )
            carts = session.scalars(select(CartRow.code).where(CartRow.id.not_in(taken)).order_by(CartRow.id)).all()
            totes = session.scalars(select(ToteRow.code).where(ToteRow.state == "free").order_by(ToteRow.id)).all()
        return cls(dict(snapshot), carts, totes)

    @property
    def walk(self) -> list[Json]:
        """The tasks that are still to be picked, in walk order."""
        tasks = {task["id"]: task for task in self.snapshot["tasks"]}
        order = [tasks[key] for stop in self.snapshot["stops"] for key in stop["tasks"]]
        return [task for task in order if task["state"] == "open"]

    def bin(self, task: Json) -> str:
        return self._code("bin", task["bin"])

    def item(self, sku: str, unit: str = "each") -> str:
        return self._code("item", sku, unit)

    def units(self, task: Json) -> list[str]:
        """What is scanned to take all of a task: each piece, with its serial, or its lot among several."""
        missing = task["wanted"] - task["picked"]
        piece = self.item(task["sku"])
        if task.get("tracking") == "serial":
            return [code for serial in self._serials(task)[:missing] for code in (piece, serial)]
        if len(task.get("lots", ())) > 1:
            return [piece, task["lot"]] * missing
        return [piece] * missing

    def tote(self, task: Json) -> str:
        slots = {slot["slot"]: slot["tote"] for slot in self.snapshot["slots"]}
        return f"T:{slots[task['slot']]}"

    def _serials(self, task: Json) -> list[str]:
        found = self.snapshot["directory"].items()
        wanted = {"kind": "serial", "sku": task["sku"], "bin": task["bin"]}
        return [code for code, meanings in found if any(wanted.items() <= it.items() for it in meanings)]

    def _code(self, kind: str, name: str, unit: str = "each") -> str:
        for code, meanings in self.snapshot["directory"].items():
            for it in meanings:
                if it["kind"] == kind and it["code"] == name and it.get("unit", "each") == unit:
                    return str(code)
        raise LookupError(f"no {kind} label for {name}")
