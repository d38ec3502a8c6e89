"""Fields inside of fields, as JSON and XML have them, as the flat rows a CSV would have."""

from collections.abc import Iterator
from typing import Any

from warehouse.domain.words import sentence
from warehouse.exchange.limits import UnreadableFileError, unreadable

Flat = dict[str, str]
DEEPEST = 8
"""Deeper than any shop's order is nested."""


def flat_records(value: dict[str, Any], line: int, lines: str) -> Iterator[Flat]:
    """Give one flat record for each member of the list at the path `lines`, else one for the whole object."""
    members = _taken(value, lines.split("."))
    head = _flat(value, "", line, 0)
    if members is None:
        yield head
        return
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise unreadable(
            sentence("Line {line}: “{lines}” must be a list of objects.", line=line, lines=lines), line, lines
        )
    for member in members:
        yield head | _flat(member, f"{lines}.", line, 0)


def _taken(value: dict[str, Any], path: list[str]) -> Any:
    """Take what stands at the end of a path out of the object; None when nothing does."""
    for name in path[:-1]:
        inner = value.get(name)
        if not isinstance(inner, dict):
            return None
        value = inner
    return value.pop(path[-1], None)


def _flat(value: dict[str, Any], prefix: str, line: int, depth: int) -> Flat:
    if depth > DEEPEST:
        raise too_deep(line)
    record: Flat = {}
    for name, cell in value.items():
        inner = cell[0] if isinstance(cell, list) and cell else cell
        if isinstance(inner, dict):
            record |= _flat(inner, f"{prefix}{name}.", line, depth + 1)
        else:
            record[prefix + name] = _text(inner)
    return record


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell if isinstance(cell, str) else ""


def too_deep(line: int) -> UnreadableFileError:
    """Make the refusal of a file that is nested too deeply."""
    return unreadable(sentence("Line {line}: nested too deeply.", line=line), line)
