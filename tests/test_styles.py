"""What people look at all day can be read: contrast is measured, and no page carries style or script in its text."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
STATUSES = ("ok", "wrong", "caution", "stop", "info", "idle")
THEMES = ("light", "dark", "contrast")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
ICONS = set(re.findall(r'<symbol id="i-([a-z]+)"', (ROOT / "templates" / "_icons.svg").read_text("utf-8")))

Colours = dict[str, str]


def colours(theme: str) -> Colours:
    found: Colours = {}
    contrast_block = TOKENS.index('[data-theme="contrast"]')
    for at, name, value in (
        (match.start(), match[1], match[2]) for match in re.finditer(r"--([a-z-]+): ([^;]+);", TOKENS)
    ):
        pair = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value)
        shown = pair[1 if theme == "light" else 2] if pair else value
        if re.fullmatch(r"#\w{6}", shown) and (theme == "contrast" or at < contrast_block):
            found[name] = shown
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_read_at_seven_to_one(theme: str, status: str) -> None:
    known = colours(theme)
    pairs = {
        "words on the band": (known[f"{status}-on"], known[f"{status}-fill"]),
        "ink on its tint": (known[f"{status}-ink"], known[f"{status}-tint"]),
        "ink on a card": (known[f"{status}-ink"], known["surface"]),
    }
    assert {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < 7} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_read_at_seven_to_one_and_edges_are_seen(theme: str) -> None:
    known = colours(theme)
    texts = [(ink, on) for ink in ("ink", "ink-soft") for on in ("ground", "surface", "raised", "sunken")]
    texts += [("brand-on", "brand"), ("brand", "surface"), ("brand", "ground")]
    weak = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in texts}
    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < 7} == {}
    for edge in ("line-strong", "focus"):
        assert contrast(known[edge], known["surface"]) >= 3, edge


def test_who_asks_the_system_for_more_contrast_gets_the_same_colours() -> None:
    chosen = re.search(r':root\[data-theme="contrast"\] \{(.*?)\}', TOKENS, re.DOTALL)
    asked = re.search(r":root:not\(\[data-chosen\]\) \{(.*?)\}", TOKENS, re.DOTALL)
    assert chosen is not None
    assert asked is not None
    assert chosen[1].split() == asked[1].split()


def test_colours_stand_in_one_place() -> None:
    elsewhere = {
        sheet.name: found
        for sheet in sorted((ROOT / "static" / "css").glob("*.css"))
        if sheet.name not in {"tokens.css", "print.css"}
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", sheet.read_text("utf-8")))
    }
    assert elsewhere == {}


@pytest.mark.parametrize("theme", THEMES)
def test_right_and_wrong_differ_in_lightness_too(theme: str) -> None:
    known = colours(theme)
    for bad in ("wrong", "stop"):
        assert contrast(known["ok-fill"], known[f"{bad}-fill"]) >= 4.5


def test_every_style_sheet_stays_in_its_layer() -> None:
    order = re.search(r"@layer ([a-z, ]+);", (ROOT / "static" / "css" / "app.css").read_text("utf-8"))
    assert order is not None
    for layer in order[1].split(", "):
        sheet = (ROOT / "static" / "css" / f"{layer}.css").read_text("utf-8")
        rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).strip()
        assert re.match(rf"@layer {layer} \{{", rules), layer
        assert rules.count("{") == rules.count("}"), layer
        assert not re.search(r"url\(|@import|\b(left|right|top|bottom): ", rules), layer


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_carries_no_style_and_no_script_of_its_own(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.DOTALL)
    # A page to be printed has a policy of its own, and names the one style sheet that it lets in.
    text = text.replace('<style nonce="{{ nonce }}">', "")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert re.search(r'src="\{\{ (asset|word_module|joined)\(|type="application/json"', script)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_script_turns_no_text_into_markup_or_code(script: Path) -> None:
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML|\sstyle="
    assert not re.search(rf"\beval\(|new Function|randomUUID\(|{markup}", script.read_text("utf-8"))


def test_every_icon_that_is_named_is_drawn() -> None:
    named = set()
    for path in (*TEMPLATES, *SCRIPTS):
        text = path.read_text("utf-8")
        named |= set(re.findall(r"""\bicon(?:\(|: )"([a-z]+)\"""", text))
        named |= set(re.findall(r'"[A-Z][A-Za-z ]+", "([a-z]+)", \[', text))
    assert named - ICONS == set()
    assert {"check", "cross", "board", "printer"} <= named
