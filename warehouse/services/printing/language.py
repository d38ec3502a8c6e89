"""Which language paper speaks.

What leaves the house speaks the site's, and so does what nobody asked for; all other paper speaks that of whoever
asked for it. Customs papers stay English. The choice is kept in the document: a reprint says what the first print said.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.site import Site
from warehouse.domain.words import Text, with_parts, without_parts
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.models.people import PersonRow

LEAVES = frozenset(
    {"packing_slip", "gift_note", "shipping_label", "logistic_label", "limited_quantity", "return_label", "manifest"}
)
"""What goes to a customer or a carrier."""
CUSTOMS = frozenset({"cn22", "cn23", "commercial_invoice", "carrier_label"})
"""What is English everywhere, or is printed as it came."""
_DEFAULT = Site().language
Values = dict[str, Any]


def in_language(session: Session, documents: Iterable[Mapping[str, Any]], reader: str | None) -> list[Values]:
    """Give documents in the language they are to speak; `reader` is that of who asked for them, None for nobody.

    Sentences of ours in them keep their parts. English stands in no document: without a language paper speaks it.
    """
    chosen: dict[str, str] = {}
    made = []
    for document in documents:
        kind = str(document.get("kind", ""))
        if kind not in chosen:
            chosen[kind] = _language(session, kind, reader)
        made.append(_marked(document, chosen[kind]))
    return made


def in_language_of(session: Session, document: Mapping[str, Any], person: int | None) -> Values:
    """Give a document in the language it is to speak when this person asked for it."""
    asks = person is not None and document.get("kind") not in LEAVES | CUSTOMS
    reader = session.scalar(select(PersonRow.language).where(PersonRow.id == person)) if asks else None
    return in_language(session, [document], reader)[0]


def same_content(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Tell whether a stored document says what is asked for, in whatever language."""
    plain = without_parts(stored) or {}
    return {name: value for name, value in plain.items() if name != "language"} == dict(asked)


def _language(session: Session, kind: str, reader: str | None) -> str:
    if kind in CUSTOMS:
        return _DEFAULT
    if reader is not None and kind not in LEAVES:
        return reader
    return str(session.scalar(select(SettingRow.value).where(SettingRow.name == "language")) or _DEFAULT)


def _marked(document: Mapping[str, Any], language: str) -> Values:
    if language == _DEFAULT:
        return dict(document)
    return {**(with_parts(document, *_texts(document)) or {}), "language": language}


def _texts(value: object) -> Iterator[str]:
    """Give every sentence of ours in a document."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
