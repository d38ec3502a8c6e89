"""Ines makes a profile for her ERP's file from nothing, Ida approves it, the refused rows are mended and sent again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.serving import SECRETS, Serving, serving

pytestmark = pytest.mark.browser
FILE = Path(__file__).resolve().parents[1] / "exchange" / "samples" / "erp_semicolon_cp1252.csv"
DESK = {"width": 1280, "height": 800}
BAD = [
    ("3", "Menge", "“2,500” is not a whole number of pieces"),
    ("4", "Liefertermin", "“31.02.2026” is not a date written like 31.03.2026"),
    ("4", "ME", "“KAR” is no unit that counts single pieces"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("maker"), EVENTS_PER_SECOND=2000) as running:
        yield running


@contextmanager
def desk(browser: Browser, server: Serving, who: str) -> Iterator[Page]:
    with browser.new_context(viewport=DESK, accept_downloads=True) as context:  # type: ignore[arg-type]  # a plain dict
        context.add_cookies([{"name": "warehouse", "value": SECRETS[who], "url": server.url}])
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []


def begin(page: Page, server: Serving) -> None:
    page.goto(f"{server.url}/admin/profiles")
    page.set_input_files("#f-file", str(FILE))
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_selector("text=What each column is")


def is_here(page: Page, column: str) -> str:
    return page.get_by_label(f"{column} is", exact=True).input_value()


def fill_in(page: Page) -> None:
    """Say what the suggestions could not know."""
    page.get_by_label("Liefertermin may differ within an order").check()
    page.get_by_label("Filter 1 looks at").select_option("order_no")
    page.get_by_label("Filter 1 words").fill("SUMME")
    page.locator("#f-address").select_option("flag")
    page.locator("#f-profile").fill("our-erp")
    page.locator("#f-source").fill("erp-old")


def remarks(page: Page) -> list[tuple[str, ...]]:
    rows = page.locator("table:has(caption:text-is('Remarks by line')) tbody tr")
    return [tuple(rows.nth(row).locator("td").all_inner_texts()) for row in range(rows.count())]


def figure(page: Page, name: str) -> str:
    return page.locator(f".stat:has(dt:text-is('{name}')) dd").first.inner_text()


def test_a_profile_is_made_from_nothing_approved_and_used(browser: Browser, server: Serving, tmp_path: Path) -> None:
    with desk(browser, server, "Ines") as ines:
        begin(ines, server)
        assert "not UTF-8" in ines.inner_text(".flash")
        assert "Teelichthalter Herz weiß" in ines.content()
        seen = {column: is_here(ines, column) for column in ("Auftrag", "Pos", "Artikel", "Menge", "ME", "PLZ", "Prio")}
        assert seen == {
            "Auftrag": "order_no",
            "Pos": "line_no",
            "Artikel": "sku",
            "Menge": "quantity",
            "ME": "unit",
            "PLZ": "ship_postcode",
            "Prio": "",
        }
        fill_in(ines)
        ines.get_by_role("button", name="Try it").click()
        ines.wait_for_selector("#tried")
        assert (figure(ines, "Rows read"), figure(ines, "Refused")) == ("4", "2")
        assert [found[:3] for found in remarks(ines)[:3]] == BAD
        ines.get_by_role("button", name="Propose it").click()
        ines.wait_for_selector("text=Proposed. A second person")
        ines.get_by_role("button", name="Put in force").click()
        assert "a second person does" in ines.inner_text(".flash")
    with desk(browser, server, "Ida") as ida:
        ida.goto(f"{server.url}/admin/profiles")
        ida.get_by_role("button", name="Put in force").click()
        ida.wait_for_selector("text=In force")
        bring(ida, server, FILE)
        assert (figure(ida, "New"), figure(ida, "Refused")) == ("0", "2")
        bring(ida, server, mended(ida, tmp_path))
        assert (figure(ida, "New"), figure(ida, "Refused")) == ("2", "0")


def bring(page: Page, server: Serving, file: Path) -> None:
    """Import a file by the new profile, to its report."""
    page.goto(f"{server.url}/admin/imports")
    page.locator("#f-profile").select_option("orders/our-erp")
    page.set_input_files("#f-file", str(file))
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Import it").click()
    page.wait_for_url("**/admin/imports/*")
    page.wait_for_selector("text=Rows read")
    page.wait_for_function("() => !document.querySelector('[data-running]')", timeout=60_000)
    page.reload()


def mended(page: Page, folder: Path) -> Path:
    """Fetch the refused rows, mend what their reasons name, as one would in a spreadsheet."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows").click()
    text = Path(download.value.path()).read_bytes().decode("cp1252")
    assert "is not a whole number of pieces" in text
    for wrong, right in (
        ("2,500", "2,000"),
        ("KAR", "ST"),
        ("31.02.2026", "28.02.2026"),
        (";-3;", ";3;"),
        (";'-3;", ";3;"),
    ):
        text = text.replace(wrong, right, 1)
    path = folder / "mended.csv"
    path.write_bytes(text.encode("cp1252"))
    return path
