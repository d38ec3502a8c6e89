"""Which language a page is in: the one of the person's badge; before sign-in the browser's, else the site's."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from flask import Flask, g, request

from warehouse.access import Caller, credentials_of
from warehouse.domain.words import LANGUAGES
from warehouse.services.site import load_site
from warehouse.web import optional_caller, parts
from warehouse.words import SOURCE, Speaker

THEME = "theme"
THEMES = ("light", "dark", "contrast")
"""How a device may show everything, whoever works on it; what is stored as a cookie and is no secret."""


def speaker() -> Speaker:
    """Give the speaker of this request's language."""
    found = g.get("speaker")
    if not isinstance(found, Speaker):
        found = parts().words.speaker(_language())
        g.speaker = found
    return found


def furnish(app: Flask) -> None:
    """Give templates `_` and what else depends on the language."""
    app.context_processor(_given)
    app.jinja_env.globals.update(_=lambda pattern, **values: speaker().say(pattern, **values), number=_number, put=_put)
    app.jinja_env.filters.update(put=_put, word=_word, begin=_begin, dated=_dated)


def chosen() -> str | None:
    """Give the language that the sign-in page was asked for, or None."""
    wanted = request.args.get("language")
    return wanted if wanted in LANGUAGES else None


def named(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Give kinds or states as the choices of a field: the value, and its name with a capital."""
    return [(str(kind), _begin(_word(str(kind)))) for kind in kinds]


def _given() -> dict[str, Any]:
    found = speaker()
    return {
        "chosen_theme": theme if (theme := request.cookies.get(THEME)) in THEMES else None,
        "language": found.language,
        "direction": found.direction,
        "languages": LANGUAGES,
        "word_module": partial(parts().assets.words, found.language),
        "joined": partial(parts().assets.joined, found.language),
        "later": partial(parts().assets.later, found.language),
        "apart": "apart" in request.args,
    }


def _number(value: float, digits: int | None = None) -> str:
    return speaker().number(value, digits)


def _put(text: str | None) -> str:
    return speaker().put(text) if text else ""


def _word(name: object) -> str:
    """Say the name of a kind or state, which programs write with lines below."""
    return speaker().say(str(name).replace("_", " "))


def _begin(text: str) -> str:
    """Begin with a capital; words that have capitals further on keep them."""
    return text[:1].upper() + text[1:]


def _dated(day: date | str | None, skeleton: str = "") -> str:
    """Write a day, also one that comes as 2026-11-21."""
    return speaker().date(date.fromisoformat(day) if isinstance(day, str) else day, skeleton) if day else ""


def _language() -> str:
    found = optional_caller() or _at_no_address()
    if found is not None:
        return found.language or request.accept_languages.best_match(LANGUAGES) or SOURCE
    return chosen() or request.accept_languages.best_match(LANGUAGES) or _site_language()


def _at_no_address() -> Caller | None:
    """Tell who asks for an address that is none: the door looks nobody up there."""
    if request.url_rule is not None:
        return None
    return parts().access.recognise(credentials_of(request.environ, secure=parts().settings.secure))


def _site_language() -> str:
    with parts().database.read() as session:
        return load_site(session).language
