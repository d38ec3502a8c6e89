"""What the machine has written down is told in the reader's language: explanations, histories, holds, findings."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.serving import Answered, Serving, eventually
from tests.trial_server import CSRF
from tests.web.test_connections import multipart
from tests.web.test_imports import HEAD, number, order, send
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
    """Give what a page tells somebody."""
    return words_of(server.request("GET", path, who=who, Accept="text/html"))


def words_of(answer: Answered) -> str:
    """Give the words of a page's main part, without the markup and without the marks around codes."""
    page = answer.body.decode()
    main = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page[page.index("<main") : page.index("</main>")])
    return plain(main)


def plain(markup: str) -> str:
    """Give words without their markup."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", markup))
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
    assert "SKU unbekannt · opened" not in page
    assert "Auftrag eingegangen" in page
    assert ENGLISH.findall(page) == []


FILE = (HEAD + order("BAD-1", "1e3") + order("BAD-2", 0) + "BAD-3,,2,Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB\n").encode()
REFUSED = {
    "de": [
        "“1e3” ist keine ganze Zahl; nur die Ziffern 0 bis 9",
        "Menge 0 von MUG-1 ist nicht über null",
        "Die Zeile nennt keine SKU",
    ],
    "ar": ["“1e3” ليس عددًا صحيحًا؛ الأرقام 0 إلى 9 فقط", "الكمية 0 من MUG-1 ليست فوق الصفر"],
}


@pytest.mark.parametrize("language", REFUSED)
def test_findings_of_an_import_are_told_in_the_readers_language(server: Serving, language: str) -> None:
    with reading(server, "Ida", language):
        looked = words_of(send(server, "/admin/imports/preview", FILE, kind="orders", profile="canonical"))
    brought = send(server, "/api/v1/imports", FILE, kind="orders", profile="canonical").json()
    with reading(server, "Ida", language):
        report = told(server, "Ida", f"/admin/imports/{brought['id']}")
    assert [text for text in REFUSED[language] if text not in looked or text not in report] == []
    assert (ENGLISH.findall(looked), ENGLISH.findall(report)) == ([], [])


def test_the_interface_reports_an_import_in_english_and_without_parts(server: Serving) -> None:
    brought = send(server, "/api/v1/imports", FILE, kind="orders", profile="canonical").json()
    again = call(server, "GET", f"/imports/{brought['id']}").json()["report"]
    assert set(again) == {"rows", "orders", "findings"}
    assert again["findings"] == brought["findings"]
    assert again["findings"][0]["message"] == "“1e3” is not a whole number; digits 0 to 9 only"


ITEMS = b"sku,name,barcode,weight_g\nMUG-1,Mug,4006381333930,0\nmug-1,Mug,4006381333931,5\n"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["Zwei Schreibweisen einer SKU: mug-1", "hat eine falsche letzte Ziffer", "Kein Gewicht: die Prüfung"]),
        ("ar", ["كتابتان لـ SKU واحد: mug-1", "رقمه الأخير خاطئ", "بلا وزن"]),
    ],
)
def test_a_data_audit_is_told_on_the_page_and_on_paper_in_the_readers_language(
    server: Serving, language: str, said: list[str]
) -> None:
    answer = multipart(server, "/admin/audits", [("csrf_token", CSRF)], {"items.csv": ITEMS})
    where = answer.headers["Location"].partition("?")[0]
    assert eventually(lambda: "read as items" in told(server, "Ines", where), 60)
    with reading(server, "Ines", language):
        page = told(server, "Ines", where)
        paper = server.request("GET", f"{where}/report.html", who="Ines").body.decode()
    printed = plain(re.sub(r"(?s)<style.*?</style>", " ", paper))
    assert [text for text in said if text not in page or text not in printed] == []
    assert (ENGLISH.findall(page), ENGLISH.findall(printed)) == ([], [])
    assert f"<html lang={language} dir={'rtl' if language == 'ar' else 'ltr'}>" in paper


def test_why_files_could_not_be_looked_through_is_told_in_the_readers_language(server: Serving) -> None:
    answer = multipart(server, "/admin/audits", [("csrf_token", CSRF)], {"odd.csv": b"colour,size\nred,5\n"})
    where = answer.headers["Location"].partition("?")[0]
    assert eventually(lambda: "Is this the right profile?" in told(server, "Ines", where), 60)
    with reading(server, "Ines", "de"):
        page = told(server, "Ines", where)
    assert "Die Datei hat keine Spalte" in page
    assert ENGLISH.findall(page) == []


def test_a_profile_in_the_making_offers_its_choices_in_the_readers_language(server: Serving) -> None:
    with reading(server, "Ines", "de"):
        asked = [("csrf_token", CSRF), ("kind", "orders")]
        page = words_of(multipart(server, "/admin/profiles/look", asked, {"odd.csv": HEAD.encode()}))
        begun = told(server, "Ines", "/admin/profiles")
    assert [text for text in ("Strichpunkt", "Auftragsnummer *", "Lieferadresse: Ort") if text not in page] == []
    assert "nichts: nur aus den Spalten" in begun
    assert (ENGLISH.findall(page), ENGLISH.findall(begun)) == ([], [])


def test_an_order_that_is_left_out_says_why_with_the_parts_of_its_sentence(server: Serving) -> None:
    brought, _ = held_order(server)
    begun = call(server, "POST", "/plans", {"seconds": 0.1, "orders": [brought]}, who="Lea").json()
    path = f"/plans/{begun['draft']}"
    assert eventually(lambda: call(server, "GET", path, who="Lea").json()["state"] == "ready", 60)
    reason = "It is not ready, or on hold."
    (left,) = call(server, "GET", path, who="Lea").json()["left_out"]
    assert left == {"order": brought, "reason": reason, "said": [[reason, {}]]}
    with reading(server, "Lea", "de"):
        page = server.request("GET", f"/admin/planning/{begun['draft']}", who="Lea", Accept="text/html").body.decode()
        script = re.search(r'src="(/static/\w+/joined/de/js/pages/planning\.js)"', page)
        assert script is not None
        words = server.request("GET", script[1]).body.decode()
    assert json.dumps(reason) + ':"Er ist nicht bereit oder gesperrt."' in words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "steht nicht auf der Liste der erlaubten Drucker"),
        ("ar", "ليس في قائمة الطابعات المسموحة"),
    ],
)
def test_a_printer_at_a_wrong_address_is_refused_in_the_readers_language(
    server: Serving, language: str, said: str
) -> None:
    fields = [("name", "Far"), ("transport", "tcp9100"), ("address", "203.0.113.9"), ("profile", "zebra_203")]
    with reading(server, "Ida", language):
        page = words_of(multipart(server, "/admin/printers", [("csrf_token", CSRF), *fields], {}, "Ida"))
    assert said in page
    assert ENGLISH.findall(page) == []


def test_what_would_come_of_many_at_once_is_told_in_the_readers_language(server: Serving) -> None:
    brought, entry = held_order(server)
    asked = [("csrf_token", CSRF), ("entry", str(entry)), ("action", "flag"), ("text", "Ada"), ("step", "preview")]
    with reading(server, "Lea", "de"):
        page = words_of(multipart(server, "/admin/exceptions/bulk", asked, {}, "Lea"))
    assert f"bleibt offen, zuständig: Lea; Auftrag {brought}: eingegangen, gesperrt" in page
