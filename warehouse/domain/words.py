"""Sentences that keep their pattern and values, so that whoever shows them can put them into another language."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "pl": "Polski",
    "ar": "العربية",
}
"""Every language of the screens by its code, named as its own speakers do."""


MEANING = "||"
"""What follows it in a pattern only tells two meanings of one English word apart."""
KEPT = "[[["
"""How a text begins that `kept` has written."""
_HOLE = re.compile(r"\{(\w+)\}")
_SAID = "said"
_SO_LONG = 400
"""So much of a sentence's English finds its parts again: no column of sentences is shorter."""


class Text(str):
    """A sentence in English that knows its parts: pairs of the English pattern and the values in it.

    A value may be a `Text` itself. It is text in every other way: compared, stored and sent as its English words.
    """

    __slots__ = ("parts",)
    parts: tuple[tuple[str, dict[str, Any]], ...]

    def __new__(cls, text: str, parts: tuple[tuple[str, dict[str, Any]], ...]) -> "Text":
        """Keep the parts beside the words."""
        made = super().__new__(cls, text)
        made.parts = parts
        return made

    def __getnewargs__(self) -> tuple[str, tuple[tuple[str, dict[str, Any]], ...]]:  # type: ignore[override]  # str has one argument
        """Keep the parts in copies and on the way between processes."""
        return str(self), self.parts


def sentence(pattern: str, /, **values: object) -> Text:
    """Fill one English pattern, which is also the key of its translations."""
    return Text(pattern.partition(MEANING)[0].format(**values), ((pattern, _told(values)),))


def _told(values: Mapping[str, object]) -> dict[str, Any]:
    """What is no text or number is kept as its words: an error among the values could not travel between processes."""
    return {name: value if isinstance(value, str | int | float) else str(value) for name, value in values.items()}


def word(name: str) -> Text:
    """Say the name of a kind or state, which programs write with lines below: `order_desk` is "order desk"."""
    return sentence(name.replace("_", " "))


def together(*texts: str | None) -> Text:
    """Say sentences one after another; empty ones are left out, plain ones stay as they are."""
    said = [text for text in texts if text]
    return Text(" ".join(said).strip(), tuple(part for text in said for part in _parts(text)))


def phrase(text: str) -> Text:
    """Take any text as a sentence: one without parts is its own pattern, as refusals without values are."""
    return text if isinstance(text, Text) else Text(text, ((text, {}),))


def told_by(error: BaseException) -> str:
    """Give what an error says, with its parts where it has them."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Text) else str(error)


def listed(texts: Iterable[str], between: str = ", ") -> Text:
    """Join names or phrases to one value; `between` is no word."""
    found = list(texts)
    pattern = between.join(f"{{{place}}}" for place in range(len(found)))
    return Text(between.join(found), ((pattern, {str(place): text for place, text in enumerate(found)}),))


def without_end(text: str, end: str) -> str:
    """Take sentences off that a text ends with, where it does."""
    if isinstance(text, Text) and isinstance(end, Text) and end.parts and text.parts[-len(end.parts) :] == end.parts:
        return Text(text.removesuffix(end).rstrip(), text.parts[: -len(end.parts)])
    return text.removesuffix(end).rstrip()


def parts_of(text: str) -> list[list[Any]] | None:
    """Give a text's parts as JSON takes them, or None where it has none; a value with parts is the list of them."""
    if not isinstance(text, Text):
        return None
    return [[pattern, _plain_values(values)] for pattern, values in text.parts]


def kept(*texts: str) -> str:
    """Write sentences with their parts as one text, which `kept_texts` reads; for a column that is said later."""
    return json.dumps([[[pattern, _plain_values(values)] for pattern, values in _parts(text)] for text in texts])


def kept_texts(stored: str) -> list[Text] | None:
    """Read what `kept` has written; None for any other text."""
    if not stored.startswith(KEPT):
        return None
    return [_made_of(parts) for parts in json.loads(stored)]


def with_parts(data: Mapping[str, Any] | None, *texts: str) -> dict[str, Any] | None:
    """Add the parts of sentences to the JSON of the row that stores them, where `as_said` finds them by their words."""
    found = {text[:_SO_LONG]: parts for text in texts if (parts := parts_of(text)) is not None}
    if not found:
        return None if data is None else dict(data)
    return {**(data or {}), _SAID: {**(data or {}).get(_SAID, {}), **found}}


def as_said(text: str, data: Mapping[str, Any] | None) -> str:
    """Give a stored text its parts again, where the JSON of its row has them; any other stays as it is."""
    parts = ((data or {}).get(_SAID) or {}).get(text[:_SO_LONG])
    return text if parts is None else Text(text, _made_of(parts).parts)


def without_parts(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give the JSON of a row as it is without the parts of its sentences; None where nothing else is in it."""
    return {name: value for name, value in (data or {}).items() if name != _SAID} or None


def _made_of(parts: list[list[Any]]) -> Text:
    whole = [(pattern, {name: _value_of(value) for name, value in values.items()}) for pattern, values in parts]
    return Text(" ".join(_filled(pattern, values) for pattern, values in whole), tuple(whole))


def _filled(pattern: str, values: Mapping[str, object]) -> str:
    return _HOLE.sub(lambda hole: str(values.get(hole[1], hole[0])), pattern.partition(MEANING)[0])


def _value_of(value: object) -> object:
    return _made_of(value) if isinstance(value, list) else value


def _plain_values(values: Mapping[str, Any]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items()}


def _parts(text: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    return text.parts if isinstance(text, Text) else (("{text}", {"text": text}),)


def _plain(value: object) -> object:
    return parts_of(value) if isinstance(value, Text) else value
