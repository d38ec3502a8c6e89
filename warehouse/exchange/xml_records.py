"""Orders in XML as rows; what makes XML dangerous to read, declarations of types and entities, is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from warehouse.domain.words import sentence
from warehouse.exchange.limits import UnreadableFileError, unreadable
from warehouse.exchange.nested import DEEPEST, Flat, flat_records, too_deep
from warehouse.exchange.profile import Format
from warehouse.exchange.records import Row
from warehouse.exchange.source import TextFile


@dataclass(frozen=True, slots=True)
class XmlTable:
    """A parsed document: one row an order line, on the line its order begins."""

    header: tuple[str, ...]
    records: tuple[tuple[int, Flat], ...]

    def rows(self) -> Iterator[Row]:
        """Give each row; an element an order lacks is blank."""
        for line, record in self.records:
            yield line, [record.get(name, "") for name in self.header]


def xml_table(text: TextFile, form: Format) -> XmlTable:
    """Read a document whose orders are elements named as the profile says."""
    limit = text.limits.json_characters
    with text.lines() as lines:
        content = lines.read(limit + 1)
    if len(content) > limit:
        raise unreadable(sentence("An XML file may have at most {limit} characters.", limit=limit))
    records = tuple(
        (line, flat) for line, order in _orders(content, form) for flat in flat_records(order, line, form.lines)
    )
    header = dict.fromkeys(name for _, record in records for name in record)
    if len(header) > text.limits.columns:
        raise unreadable(sentence("The file names more than {most} fields.", most=text.limits.columns))
    for line, record in records:
        for name, value in record.items():
            if len(value) > text.limits.field_characters:
                raise unreadable(
                    sentence(
                        "Line {line}, {name}: longer than {most} characters.",
                        line=line,
                        name=name,
                        most=text.limits.field_characters,
                    ),
                    line,
                    name,
                )
    return XmlTable(tuple(header), records)


@dataclass(slots=True)
class _Element:
    """An element that is being read."""

    name: str
    line: int
    children: dict[str, list[Any]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def value(self) -> Any:
        """Give its text, or its children by name: one that stands once by itself, others as a list."""
        if not self.children:
            return "".join(self.text).strip()
        return {name: them if len(them) > 1 else them[0] for name, them in self.children.items()}


class _Reader:
    """Gathers the elements of each order; everything outside of orders is passed over."""

    def __init__(self, form: Format) -> None:
        self._form = form
        self._open: list[_Element] = []
        self.orders: list[tuple[int, dict[str, Any]]] = []
        self.seen = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._declared

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.seen += 1
        if self._open or name == self._form.record:
            if len(self._open) > DEEPEST:
                raise too_deep(self.parser.CurrentLineNumber)
            self._open.append(_Element(name, self.parser.CurrentLineNumber))

    def _said(self, text: str) -> None:
        if self._open:
            self._open[-1].text.append(text)

    def _end(self, _name: str) -> None:
        if not self._open:
            return
        element = self._open.pop()
        value = element.value()
        if self._open:
            self._open[-1].children.setdefault(element.name, []).append(value)
        elif isinstance(value, dict):
            self.orders.append((element.line, _listed(value, self._form.lines.split("."))))
        else:
            raise unreadable(sentence("Line {line}: the order is empty.", line=element.line), element.line)

    def _declared(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise unreadable(
            sentence("Line {line}: an order file may declare no types or entities of its own.", line=line), line
        )


def _listed(value: dict[str, Any], path: list[str]) -> dict[str, Any]:
    """Make the lines a list where an order has only one."""
    inner: Any = value
    for name in path[:-1]:
        inner = inner.get(name) if isinstance(inner, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get(path[-1]), dict):
        inner[path[-1]] = [inner[path[-1]]]
    return value


def _orders(content: str, form: Format) -> list[tuple[int, dict[str, Any]]]:
    reader = _Reader(form)
    try:
        reader.parser.Parse(_undeclared(content), True)  # noqa: FBT003 - expat's own "this is the end"
    except expat.ExpatError as error:
        raise _broken(error) from error
    if not reader.orders and reader.seen > 1:
        raise unreadable(sentence("The file has no element “{record}”. Is this the right profile?", record=form.record))
    return reader.orders


def _undeclared(content: str) -> bytes:
    """Give the text as UTF-8; the code page a declaration names was found before and no longer holds."""
    if content.lstrip("\ufeff").startswith("<?xml"):
        end = content.find("?>")
        content = " " * (end + 2) + content[end + 2 :] if end >= 0 else content
        content = content.lstrip(" ")
    return content.encode()


def _broken(error: expat.ExpatError) -> UnreadableFileError:
    return unreadable(sentence("Line {line}: this is not well-formed XML.", line=error.lineno), error.lineno)
