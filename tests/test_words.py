"""Every word on a screen is in every catalogue, with the same values and the plural forms of its language."""

import ast
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from tests.unsaid import unsaid
from tests.wording import (
    LAYOUTS,
    ROOT,
    SAID,
    SCRIPTS,
    TEMPLATES,
    refusals,
    said_in_layout,
    told_by_library,
    told_in,
    unsaid_on_paper,
)
from warehouse.domain.codes import (
    BarcodeKind,
)
from warehouse.domain.packing.texts import PACK_TEXTS
from warehouse.domain.packing.texts import named_thing as packed_thing
from warehouse.domain.picking.texts import TEXTS
from warehouse.domain.printer_trouble import FRAMES, REASONS
from warehouse.domain.words import LANGUAGES, kept, kept_texts, listed, parts_of, sentence, together, without_end
from warehouse.web.assets import REFUSED_BY, SAID_BY_SERVER, Assets
from warehouse.words import Words

HOLE = re.compile(r"\{(\w+)\}")
FOLDER = ROOT / "static" / "words"
TRANSLATED = sorted(set(LANGUAGES) - {"en"})
CATALOGUES: dict[str, dict[str, Any]] = {
    code: json.loads((FOLDER / f"{code}.json").read_text("utf-8")) for code in LANGUAGES
}

MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
VISIBLE = re.compile(r">([^<>]*[A-Za-z]{2}[^<>]*)<")
LABELLED = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"{$]*[A-Za-z]{2}[^"{$]*)"')
NAMES = {"https", "SHA-256", "CSV", "Android", "Windows", "macOS, iPad", "Linux", "Enter", "1.24 kg"}
CODES = {"stock.adjusted", "TEST-3-2", "Authorization: Bearer …"}


def words() -> Words:
    return Words(FOLDER)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("where", SAID)
def test_what_is_said_is_in_every_catalogue(where: str, language: str) -> None:
    assert SAID[where], "nothing found: the search is broken"
    assert [key for key in SAID[where] if key not in CATALOGUES[language]] == []


def test_all_catalogues_hold_the_same() -> None:
    keys = {language: set(CATALOGUES[language]) for language in TRANSLATED}
    everything = set.union(*keys.values())
    assert {language: sorted(everything - found) for language, found in keys.items() if everything - found} == {}
    assert set(CATALOGUES["en"]) <= everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_values_of_its_pattern(language: str) -> None:
    wrong = {}
    for key, entry in CATALOGUES[language].items():
        wanted = set(HOLE.findall(key))
        forms = {"other": entry} if isinstance(entry, str) else {name: it for name, it in entry.items() if name != "of"}
        for name, text in forms.items():
            found = set(HOLE.findall(text))
            if found - wanted or (wanted - found and name not in {"zero", "one", "two"}):  # "one scan" names no number
                wrong[key, name] = text
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_every_form_of_its_language(language: str) -> None:
    needed = set(Locale.parse(language).plural_form.tags) | {"other"}
    plural = {key: entry for key, entry in CATALOGUES[language].items() if not isinstance(entry, str)}
    wrong = {key: needed ^ (set(entry) - {"of"}) for key, entry in plural.items() if needed != set(entry) - {"of"}}
    assert wrong == {}


def test_a_pattern_that_has_plurals_in_english_has_them_elsewhere() -> None:
    for key in CATALOGUES["en"]:
        flat = [language for language in TRANSLATED if isinstance(CATALOGUES[language][key], str)]
        assert flat == [], key


def literal_texts(path: Path) -> list[str]:
    """Give the words that stand in the markup itself: between tags or in an attribute that is read."""
    source = path.read_text("utf-8")
    if path.suffix == ".js":
        source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)
        found = []
        for markup in re.findall(r"(?:html|svg)`(.*?)`", re.sub(r"\$\{[^`{}]*\}", "", source), re.DOTALL):
            found += [*VISIBLE.findall(re.sub(r"\$\{.*", "", markup, flags=re.DOTALL)), *LABELLED.findall(markup)]
    else:
        plain = MARKUP.sub("", source)
        found = [*VISIBLE.findall(plain), *LABELLED.findall(plain)]
    texts = (" ".join(text.split()) for text in found)
    return [text for text in texts if re.search(r"[A-Za-z]{2}", text) and text not in NAMES | CODES]


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_words_stand_in_the_markup_itself(path: Path) -> None:
    assert literal_texts(path) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_script_makes_no_words_of_its_own(path: Path) -> None:
    assert [text for text in unsaid(path.read_text("utf-8")) if text not in CATALOGUES["de"]] == []


def test_words_that_a_script_puts_together_are_found() -> None:
    old = (
        'const more = (stops) => `${stops} more stop${stops === 1 ? "" : "s"}, about ${Math.round(stops / 2)} m`;\n'
        'const it = { label: `${urgent ? "Urgent: " : ""}${order}, ${more(2)}`, icon: urgent ? "alert" : "tote" };\n'
        'const other = { title: isOne ? "One" : "Many", icon: `url(${icon})` };\n'
        'const view = html`<p class="a b">${`${n} left`}</p>`;\n'
        'feedback.clear("Nothing here. Go on."); throw new Error(`${n} left over`); // It is `left`'
    )
    assert unsaid(old) == ["One", "Many", " more stop", ", about ", "Urgent: ", " left", "Nothing here. Go on."]


def test_a_refusal_that_no_catalogue_knows_is_found() -> None:
    tree = ast.parse('raise ConflictError(f"Bin {code} is gone.")\nraise NotFoundError("Gone." if x else "Lost.")')
    assert list(told_in(tree, refusals())) == ["f'Bin {code} is gone.'", "Gone.", "Lost."]


def test_a_refusal_of_the_printers_that_no_catalogue_knows_is_found() -> None:
    tree = ast.parse(
        'pattern, n = "{n} is odd", 3\nraise RefusedContentError("sku", pattern, n=n, why=Word("none of ours"))\n'
        'raise PrintersError(f"{n} is gone")'
    )
    assert sorted(told_by_library(tree)) == ["f'{n} is gone'", "none of ours", "{n} is odd"]


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.name)
def test_paper_holds_no_words_that_it_does_not_say(path: Path) -> None:
    assert unsaid_on_paper(ast.parse(path.read_text("utf-8"))) == []


def test_words_that_paper_does_not_say_are_found() -> None:
    tree = ast.parse(
        'COLUMNS = (Column(title="Bin"),)\n'
        'def draw(drawing, n):\n    """Draw it all."""\n    facts = (Fact("Picker", Value("picker", "Ana")),)\n'
        '    drawing.write(Value("number", "Pick list"))\n    foot = f"printed {n}"\n'
        '    drawing.write(Value("lines", drawing.words.say("{number} of {total}", number=n, total=3)))'
    )
    assert sorted(said_in_layout(tree)) == ["Bin", "Picker", "{number} of {total}"]
    assert sorted(unsaid_on_paper(tree)) == ["Ana", "Pick list", "printed {}"]


def test_words_in_the_markup_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<p>{{ _("Said") }}</p><p>Not said</p><a aria-label="Nor this">{% if x %}{% endif %}</a>')
    script = tmp_path / "view.js"
    script.write_text('const a = html`<p>${t("Said")}</p><b>Not said</b><i aria-label="Nor this"></i>`;')
    assert (literal_texts(page), literal_texts(script)) == (["Not said", "Nor this"], ["Not said", "Nor this"])


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("en", 1, "1 order"),
        ("en", 12345, "12,345 orders"),
        ("de", 2, "2 Aufträge"),
        ("es", 1, "1 pedido"),
        ("pl", 1, "1 zamówienie"),
        ("pl", 3, "3 zamówienia"),
        ("pl", 5, "5 zamówień"),
        ("pl", 22, "22 zamówienia"),
        ("ar", 2, "طلبان"),
        ("ar", 5, "\u20685\u2069 طلبات"),
        ("ar", 11, "\u206811\u2069 طلبًا"),
    ],
)
def test_plurals_follow_the_language(language: str, number: int, expected: str) -> None:
    assert words().speaker(language).say("{number} orders", number=number) == expected


def test_numbers_and_times_are_written_as_the_reader_does() -> None:
    at = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    shown = {
        language: (speaker.number(12345.5), speaker.date(date(2026, 11, 21)), speaker.time(at, berlin))
        for language, speaker in ((code, words().speaker(code)) for code in LANGUAGES)
    }
    assert shown == {
        "en": ("12,345.5", "21 Nov 2026", "09:05"),
        "de": ("12.345,5", "21.11.2026", "09:05"),
        "es": ("12.345,5", "21 nov 2026", "09:05"),
        "pl": ("12\xa0345,5", "21 lis 2026", "09:05"),
        "ar": ("12,345.5", "21\u200f/11\u200f/2026", "09:05"),
    }


def test_a_sentence_of_the_rules_is_english_and_knows_its_parts() -> None:
    text = together(sentence("You are at {bin}.", bin="S4"), None, sentence("Go to {bin}.", bin="S1"))
    assert text == "You are at S4. Go to S1."
    assert parts_of(text) == [["You are at {bin}.", {"bin": "S4"}], ["Go to {bin}.", {"bin": "S1"}]]
    assert words().speaker("de").put(text) == "Das ist S4. Zu S1 gehen."
    assert without_end(text, sentence("Go to {bin}.", bin="S1")) == "You are at S4."


def test_a_value_may_be_a_sentence_itself() -> None:
    text = sentence("That is {thing}.", thing=packed_thing(BarcodeKind.BIN))
    assert (str(text), words().speaker("de").put(text)) == ("That is a bin.", "Das ist ein Platz.")
    units = listed([sentence("{number} of {name}", number=2, name="Mug"), "Cap"])
    assert words().speaker("de").put(sentence("Missing: {totes}.", totes=units)) == "Fehlt: 2 \u00d7 Mug, Cap."


def test_sentences_are_kept_with_their_parts_and_read_again() -> None:
    units = listed([sentence("{number} of {name}", number=2, name="Mug"), "Cap"])
    whole = [sentence("Missing: {totes}.", totes=units), sentence("Go on.")]
    found = kept_texts(kept(*whole, "Ana wrote this."))
    assert found == [*whole, "Ana wrote this."]
    assert [words().speaker("de").put(text) for text in found] == [
        "Fehlt: 2 \u00d7 Mug, Cap.",
        "Weiter.",
        "Ana wrote this.",
    ]
    assert kept_texts("Ana wrote this.") is None


def test_what_has_no_translation_is_said_in_english() -> None:
    assert words().speaker("pl").put("Nobody wrote this {down}.") == "Nobody wrote this {down}."
    assert words().speaker("xx").say("Count||button") == "Count"


def test_a_name_that_reads_like_a_pattern_is_no_pattern() -> None:
    """Somebody may call a printer so; the page that lists printers has to open all the same."""
    assert [words().speaker(code).put("{number} orders") for code in LANGUAGES] == ["{number} orders"] * len(LANGUAGES)


def test_a_code_stays_as_on_its_label_in_a_language_from_right_to_left() -> None:
    assert words().speaker("ar").say("Go to {bin}.", bin="04-06-3") == "اذهب إلى \u206804-06-3\u2069."
    assert {code: words().speaker(code).direction for code in LANGUAGES} == {
        code: "rtl" if code == "ar" else "ltr" for code in LANGUAGES
    }


def test_the_handheld_is_given_the_answers_its_server_may_send() -> None:
    assert set(TEXTS.values()) <= set(SAID_BY_SERVER["js/pages/pick/floor.js"])
    assert set(PACK_TEXTS.values()) <= set(SAID_BY_SERVER["js/pages/pack.js"])


def test_who_scans_is_given_why_a_scan_was_not_taken() -> None:
    """Also what the books refuse; a sentence that is written in two parts would not be found."""
    places = [ROOT / "warehouse" / name for name in REFUSED_BY]
    paths = [path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))]
    kinds = refusals()
    found = {text for path in paths for text in told_in(ast.parse(path.read_text("utf-8")), kinds)}
    told = {text for text in found if " " in text} & set(CATALOGUES["de"])
    assert {"Some fields are wrong.", "This device's token is missing. Take the work in hand again."} <= told
    for page in ("pick", "pack", "side_tasks", "load"):
        assert told - set(given_to(page)) == set()


def given_to(page: str) -> dict[str, Any]:
    """The words that a page gets in German."""
    assets = Assets(ROOT / "static", words().catalogues)
    module = assets.find(assets.version, f"words/de/js/pages/{page}.js")
    assert module is not None
    found: dict[str, Any] = json.loads(module.body.decode().partition('use("de",')[2].removesuffix(");\n"))
    return found


def test_the_board_is_given_every_word_and_the_pack_station_those_of_its_printers() -> None:
    assert given_to("board") == CATALOGUES["de"]
    assert {*REASONS, *FRAMES.values()} <= set(given_to("pack"))


def test_names_of_states_in_a_script_bring_no_words_of_the_office(tmp_path: Path) -> None:
    for folder in ("lib", "pages"):
        (tmp_path / "js" / folder).mkdir(parents=True)
    (tmp_path / "js/lib/words.js").write_text("export const use = () => 0;")
    (tmp_path / "js/pages/page.js").write_text(
        'const a = "open", b = t("free"), c = { label: "full" }, d = "Not now.";'
    )
    known = {word: word.upper() for word in ("open", "free", "full", "Not now.", "Nothing")}
    found = Assets(tmp_path, {"de": known})
    module = found.find(found.version, "words/de/js/pages/page.js")
    assert module is not None
    assert json.loads(module.body.decode().partition('use("de",')[2].removesuffix(");\n")) == {
        "free": "FREE",
        "full": "FULL",
        "Not now.": "NOT NOW.",
    }
