"""The judge of pages: axe, in every theme, over a page as it stands."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests/tools/judges/node_modules/axe-core/axe.min.js"
THEMES = ("light", "dark", "contrast")
EVERYTHING = "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
COLOURS = "runOnly: ['color-contrast', 'link-in-text-block']"
STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets = [sheet];
}"""
"""Colours change at once, so that none is judged on its way from one theme to the next."""


def load_judge() -> str:
    """The judge, which the test command installs; who asks for it is skipped plainly where it is missing."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: `make judges` adds it")
    return AXE.read_text("utf-8")


def findings(page: Page, judge: str) -> list[tuple[str, str, str]]:
    """Judge a page as it stands: by every rule in the first theme, by its colours in the others.

    Gives theme, rule and the first element that breaks it.
    """
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(f"window.axe || (() => {{ {judge} }})()")
    page.evaluate(STILL)
    before, found = page.evaluate("document.documentElement.dataset.theme"), []
    for theme in THEMES:
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        rules = EVERYTHING if theme == THEMES[0] else COLOURS
        broken = page.evaluate(
            f"axe.run(document, {{resultTypes: ['violations'], {rules}}}).then((it) => it.violations)"
        )
        found += [(theme, each["id"], str(each["nodes"][0]["target"])) for each in broken]
    page.evaluate("theme => (document.documentElement.dataset.theme = theme)", before)
    session.detach()
    return found
