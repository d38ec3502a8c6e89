"""JSON arrays of orders as the rows a CSV would have; every number stays the text it was."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from warehouse.domain.words import sentence
from warehouse.exchange.limits import UnreadableFileError, unreadable
from warehouse.exchange.nested import flat_records
from warehouse.exchange.profile import Format
from warehouse.exchange.records import Row
from warehouse.exchange.source import TextFile

_LINES = "lines"
_SPACE = " \t\r\n"


def looks_like_json(text: TextFile) -> bool:
    """Say whether the first character that is not blank opens an array or object."""
    with text.lines() as lines:
        for line in lines:
            if stripped := line.strip():
                return stripped[0] in "[{"
    return False


@dataclass(frozen=True, slots=True)
class JsonTable:
    """A decoded array: one row an object, or one a member of its `lines`; the line is where the object begins."""

    header: tuple[str, ...]
    content: str
    form: Format

    def rows(self) -> Iterator[Row]:
        """Give each row; a key an object lacks is blank."""
        for line, record in _records(self.content, self.form):
            yield line, [record.get(name, "") for name in self.header]


def json_table(text: TextFile, form: Format | None = None) -> JsonTable:
    """Read an array of objects; its columns are all keys in order of first appearance."""
    form = form or Format()
    limit = text.limits.json_characters
    with text.lines() as lines:
        content = lines.read(limit + 1)
    if len(content) > limit:
        raise unreadable(sentence("A JSON file may have at most {limit} characters.", limit=limit))
    header: dict[str, None] = {}
    for _, record in _records(content, form):
        header.update(dict.fromkeys(record))
        if len(header) > text.limits.columns:
            raise unreadable(sentence("The file names more than {most} columns.", most=text.limits.columns))
    for line, record in _records(content, form):
        _check(line, record, text.limits.field_characters)
    return JsonTable(tuple(header), content, form)


def _check(line: int, record: dict[str, str], longest: int) -> None:
    for name, value in record.items():
        if "\0" in value:
            raise unreadable(
                sentence("Line {line}, {name}: a NUL character stands in the text.", line=line, name=name), line, name
            )
        if len(value) > longest:
            raise unreadable(
                sentence("Line {line}, {name}: longer than {most} characters.", line=line, name=name, most=longest),
                line,
                name,
            )


def _records(content: str, form: Format) -> Iterator[tuple[int, dict[str, str]]]:
    for line, value in _elements(content):
        if not isinstance(value, dict):
            raise unreadable(sentence("Line {line}: an object with fields was expected.", line=line), line)
        if form.nested:
            yield from ((line, record) for record in flat_records(value, line, form.lines))
            continue
        lines = value.pop(_LINES, None)
        head = _flat(value, line)
        if lines is None:
            yield line, head
            continue
        if not isinstance(lines, list) or not all(isinstance(part, dict) for part in lines):
            raise unreadable(sentence("Line {line}: “lines” must be a list of objects.", line=line), line, _LINES)
        for part in lines:
            yield line, head | _flat(part, line)


def _elements(content: str) -> Iterator[tuple[int, Any]]:
    """Decode the array one element at a time, so that each one's line is known."""
    place, line, counted = _skip(content, 0), 1, 0
    if content[place : place + 1] != "[":
        raise unreadable(sentence("The JSON file must be a list: [ … ]."), 1)
    place = _skip(content, place + 1)
    while content[place : place + 1] != "]":
        line, counted = line + content.count("\n", counted, place), place
        value, end = _decode(content, place, line)
        yield line, value
        place = _skip(content, end)
        if content[place : place + 1] == ",":
            place = _skip(content, place + 1)
        elif content[place : place + 1] != "]":
            raise _cut(line + content.count("\n", counted, place))
    if content[place + 1 :].strip():
        raise unreadable(sentence("Something follows the end of the JSON list."))


def _decode(content: str, place: int, line: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(content, place)
    except json.JSONDecodeError as error:
        raise _cut(line + content.count("\n", place, error.pos)) from error
    except RecursionError as error:
        raise unreadable(sentence("Line {line}: nested too deeply.", line=line), line) from error


def _cut(line: int) -> UnreadableFileError:
    return unreadable(sentence("Line {line}: this is not well-formed JSON.", line=line), line)


def _skip(content: str, place: int) -> int:
    while place < len(content) and content[place] in _SPACE:
        place += 1
    return place


def _flat(value: dict[str, Any], line: int) -> dict[str, str]:
    return {name: _text(cell, name, line) for name, cell in value.items()}


def _text(cell: object, name: str, line: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    raise unreadable(
        sentence("Line {line}, {name}: a text or a number was expected.", line=line, name=name), line, name
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise unreadable(sentence("An object of the JSON file names the same field twice."))
    return value


def _no_constant(name: str) -> NoReturn:
    raise unreadable(sentence("{name} is not a number a file may hold.", name=name))


# Numbers stay text: the same strict parsers then judge 1e3 and 2.50 as in a CSV.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_once)
