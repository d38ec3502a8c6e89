"""Which language pages and refusals are in: the badge's; before sign-in the one tapped, the browser's, the site's."""

import json
import re

import pytest

from tests.serving import Answered, Serving, speaking

FORM = "application/x-www-form-urlencoded"


def language(answer: Answered) -> tuple[str, ...]:
    """Give language and direction of a page."""
    found = re.search(r'<html lang="(\w+)" dir="(\w+)"', answer.body.decode())
    assert found is not None
    return found.groups()


def choose(server: Serving, who: str, wanted: str) -> int:
    body = f"csrf_token=&language={wanted}".encode()
    return server.request("POST", "/language", who=who, body=body, Content_Type=FORM).status


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("ar", "ar"),
        ("fr, pl;q=0.5", "pl"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_before_sign_in_the_browser_says_its_language(server: Serving, accepted: str, expected: str) -> None:
    answer = server.request("GET", "/", Accept="text/html", Accept_Language=accepted)
    assert language(answer) == (expected, "rtl" if expected == "ar" else "ltr")


def test_the_sign_in_page_is_shown_in_the_language_that_is_tapped(server: Serving) -> None:
    page = server.request("GET", "/?language=es", Accept="text/html", Accept_Language="de")
    assert (language(page), 'action="/sign-in?language=es"' in page.body.decode()) == (("es", "ltr"), True)
    strange = server.request("GET", "/?language=xx", Accept="text/html", Accept_Language="de")
    assert language(strange) == ("de", "ltr")


def test_who_signs_in_on_a_tapped_language_keeps_it(server: Serving) -> None:
    body = json.dumps({"name": "Petra", "role": "picker"}).encode()
    petra = server.request("POST", "/api/v1/users", who="Ida", body=body, Content_Type="application/json").json()
    form = f"badge={petra['badge']}&pin={petra['pin']}".encode()
    answer = server.request("POST", "/sign-in?language=pl", body=form, Content_Type=FORM)
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    home = server.request("GET", "/", Cookie=cookie, Accept="text/html", Accept_Language="de")
    assert (answer.status, language(home)) == (303, ("pl", "ltr"))


def test_the_language_follows_the_badge_and_not_the_browser(server: Serving) -> None:
    assert choose(server, "Ana", "ar") == 303
    home = server.request("GET", "/", who="Ana", Accept="text/html", Accept_Language="de")
    assert (language(home), "مرحبًا" in home.body.decode()) == (("ar", "rtl"), True)
    assert choose(server, "Ana", "en") == 303
    assert language(server.request("GET", "/", who="Ana", Accept="text/html")) == ("en", "ltr")


def test_a_language_without_screens_is_refused(server: Serving) -> None:
    assert choose(server, "Ana", "xx") == 400


def test_a_refusal_is_told_in_the_language_of_who_asks(server: Serving) -> None:
    choose(server, "Ana", "de")
    page = server.request("GET", "/nowhere", who="Ana", Accept="text/html")
    answer = server.request("GET", "/api/v1/users", who="Ana", Accept="application/json")
    choose(server, "Ana", "en")
    assert "An dieser Adresse ist nichts." in page.body.decode()
    assert (answer.status, answer.json()["code"]) == (403, "forbidden")
    assert answer.json()["detail"] == "Ihre Rolle erlaubt das nicht. Schichtleitung fragen."


def test_a_page_brings_the_words_that_its_script_says_and_no_others(server: Serving) -> None:
    def script(query: str, kind: str) -> str:
        page = server.request("GET", f"/?language=de{query}", Accept="text/html").body.decode()
        address = re.search(rf'src="(/static/\w+/{kind}/de/js/pages/sign_in\.js)"', page)
        assert address is not None
        module = server.request("GET", address[1])
        assert module.headers["Content-Type"].startswith("text/javascript")
        for strange in ("xx/js/pages/sign_in.js", "de/js/pages/nothing.js", "de/css/all.css"):
            assert server.request("GET", f"{address[1].partition('/de/')[0]}/{strange}").status == 404
        return module.body.decode()

    joined, apart = script("", "joined"), script("&apart", "words")
    assert ('"Which one?":"Welches?"' in joined, "Tap Start" in joined, "startReader" in joined) == (True, False, True)
    assert ('"Which one?":"Welches?"' in apart, "Tap Start" in apart, "startReader" in apart) == (True, False, False)


def test_a_site_says_which_language_strangers_get(server: Serving) -> None:
    def prefer(code: str) -> int:
        body = json.dumps({"settings": {"language": code}}).encode()
        return server.request("PATCH", "/api/v1/settings", who="Ida", body=body, Content_Type="application/json").status

    kept, page, refused = prefer("es"), server.request("GET", "/", Accept="text/html"), prefer("tlh")
    assert (kept, language(page), refused, prefer("en")) == (200, ("es", "ltr"), 400, 200)


def test_a_device_keeps_the_look_that_was_chosen_on_it(server: Serving) -> None:
    def display(theme: str) -> Answered:
        body = f"csrf_token=&theme={theme}".encode()
        return server.request("POST", "/display", who="Ana", body=body, Content_Type=FORM)

    chosen = display("contrast")
    cookie = chosen.headers["Set-Cookie"].partition(";")[0]
    page = server.request("GET", "/", Cookie=cookie, Accept="text/html").body.decode()
    assert (chosen.status, cookie) == (303, "theme=contrast")
    assert 'data-theme="contrast" data-chosen' in page
    plain = server.request("GET", "/", Cookie="theme=pink", Accept="text/html").body.decode()
    assert 'data-theme="auto">' in plain
    assert display("pink").status == 400
    assert display("auto").headers["Set-Cookie"].startswith("theme=;")


def test_a_refusal_with_values_is_told_in_the_language_of_who_asks(server: Serving) -> None:
    choose(server, "Lea", "pl")
    api = server.request("GET", "/api/v1/orders/9999", who="Lea", Accept="application/json")
    with speaking(server, "Lea") as client:
        live = client.call("watch", {"room": "board"}, timeout=5)
    choose(server, "Lea", "en")
    assert (api.status, api.json()["detail"]) == (404, "Nie ma zamówienia 9999.")
    assert live["detail"] == "Podaj nazwę pokoju albo listę nazw."


@pytest.mark.parametrize(
    ("who", "page", "said", "unsaid"),
    [
        ("Ida", "/admin/settings", ["Zeitzone", "Heimatland", "Nur zusehen"], ["Time zone", "Watch only"]),
        ("Lea", "/admin/exceptions", ["Doppelter Auftrag"], ["Duplicate order"]),
        ("Lea", "/admin/orders", ["Eingegangen"], ["Received"]),
        ("Lea", "/admin/layout", ["Nichts als die Codes der Plätze."], ["Nothing but the codes"]),
    ],
)
def test_choices_and_labels_of_the_office_are_in_its_language(
    server: Serving, who: str, page: str, said: list[str], unsaid: list[str]
) -> None:
    choose(server, who, "de")
    shown = server.request("GET", page, who=who, Accept="text/html").body.decode()
    choose(server, who, "en")
    assert ([text for text in said if text not in shown], [text for text in unsaid if text in shown]) == ([], [])


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("limit=many", "limit", "ganze Zahl mit den Ziffern 0-9 schreiben"),
        ("limit=0", "limit", "1 oder mehr erwartet"),
        ("colour=red", "colour", "ein solches Feld gibt es hier nicht"),
    ],
)
def test_a_wrong_field_is_told_in_the_language_of_who_asks(
    server: Serving, query: str, field: str, message: str
) -> None:
    choose(server, "Lea", "de")
    answer = server.request("GET", f"/api/v1/orders?{query}", who="Lea", Accept="application/json")
    choose(server, "Lea", "en")
    assert (answer.status, answer.json()["errors"]) == (400, [{"field": field, "message": message}])
