"""What the machine has written down is told in the reader's language: explanations, histories, holds, findings."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.serving import Serving
from tests.web.test_imports import number
from tests.web.test_languages import choose
from tests.web.test_order_calls import bring, call

ENGLISH = re.compile(
    r"\b(?:is|are|were|the|this|that|not|has|have|does|of|with|for|known|stands|already|from|line|order)\b"
)
"""Words that no sentence of ours does without, and no word of our test data is."""


@contextmanager
def reading(server: Serving, who: str, language: str) -> Iterator[None]:
    """Let somebody read in a language, then in English again."""
    choose(server, who, language)
    try:
        yield
    finally:
        choose(server, who, "en")


def told(server: Serving, who: str, path: str) -> str:
    """Give the words of a page's main part, without the markup and without the marks around codes."""
    page = server.request("GET", path, who=who, Accept="text/html").body.decode()
    main = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page[page.index("<main") : page.index("</main>")])
    words = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return " ".join(words.replace("\u2068", "").replace("\u2069", "").split())


def held_order(server: Serving) -> tuple[str, int]:
    """Bring in an order with a SKU nobody knows; gives its number and the exception that holds it."""
    brought = bring(server, number(), lines=[{"sku": "NIX-9", "quantity": 1}])["order"]["number"]
    holds = call(server, "GET", f"/orders/{brought}", who="Lea").json()["holds"]
    return brought, next(hold["exception"] for hold in holds if hold["reason"] == "unknown_sku")


def test_an_exception_tells_its_reason_and_its_history_in_the_readers_language(server: Serving) -> None:
    brought, entry = held_order(server)
    with reading(server, "Lea", "de"):
        page = told(server, "Lea", f"/admin/exceptions/{entry}")
        queue = told(server, "Lea", "/admin/exceptions?sort=age")
    said = f"SKU unbekannt: Auftrag {brought}: SKU NIX-9 ist nicht bekannt"
    assert (page.count(said), said in queue) == (2, True)
    assert ENGLISH.findall(page) == []
    with reading(server, "Lea", "ar"):
        page = told(server, "Lea", f"/admin/exceptions/{entry}")
    assert "SKU NIX-9 غير معروف" in page
    assert ENGLISH.findall(page) == []


def test_the_interface_keeps_its_english_and_its_data(server: Serving) -> None:
    brought, entry = held_order(server)
    with reading(server, "Lea", "de"):
        found = call(server, "GET", f"/exceptions/{entry}", who="Lea").json()
    assert found["entry"]["text"].startswith(f"SKU not known: order {brought}: SKU NIX-9 is not known")
    assert (found["entry"]["data"], found["history"][0]["text"]) == ({"lines": [1]}, found["entry"]["text"])


def test_an_order_tells_why_it_is_held_in_the_readers_language(server: Serving) -> None:
    brought, _ = held_order(server)
    with reading(server, "Lea", "de"):
        page = told(server, "Lea", f"/admin/orders/{brought}")
    gate = page[page.index("Freigebbar") :].partition("Zeilen")[0]
    assert "SKU NIX-9 ist nicht bekannt" in gate
    assert ENGLISH.findall(gate) == []
