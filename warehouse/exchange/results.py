"""What a system came to, as CSV: pieces sent by order and SKU, or pieces on hand by SKU."""

import csv
from collections.abc import Iterator

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.rollout.parallel import Results
from warehouse.domain.words import sentence
from warehouse.exchange.limits import Limits, unreadable
from warehouse.exchange.records import guess_delimiter
from warehouse.exchange.source import Origin, open_text

LINES, STOCK = ("order", "sku", "quantity"), ("sku", "quantity")
_MOST_PIECES = 10**9


def read_results(lines: Origin | None, stock: Origin | None) -> Results:
    """Read one system's files; a SKU that comes twice is added up. Raises UnreadableFileError naming the line."""
    sent: dict[tuple[str, str], int] = {}
    for (order, sku), pieces in _rows(lines, LINES):
        sent[order, sku] = sent.get((order, sku), 0) + pieces
    there: dict[str, int] = {}
    for (sku,), pieces in _rows(stock, STOCK):
        there[sku] = there.get(sku, 0) + pieces
    return Results(sent, there)


def _rows(origin: Origin | None, columns: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if origin is None:
        return
    text = open_text(origin, "cp1252", Limits())
    delimiter = guess_delimiter(text)
    with text.lines() as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            places = _places(next(reader, []), columns)
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield _row(row, places, reader.line_num)
        except csv.Error as error:
            raise unreadable(
                sentence("Line {line} is no CSV: {error}.", line=reader.line_num, error=error), reader.line_num
            ) from None


def _places(header: list[str], columns: tuple[str, ...]) -> list[int]:
    names = [name.strip().casefold() for name in header]
    missing = [column for column in columns if column not in names]
    if missing:
        named = f"The first line must name the columns {', '.join(columns)}"
        raise unreadable(sentence("{columns}; {names} is missing.", columns=named, names=", ".join(missing)), 1)
    return [names.index(column) for column in columns]


def _row(row: list[str], places: list[int], line: int) -> tuple[tuple[str, ...], int]:
    cells = [row[place].strip() if place < len(row) else "" for place in places]
    *keys, quantity = cells
    if not all(keys) or any(len(key) > 80 or not key.isprintable() for key in keys):  # noqa: PLR2004 - as stored
        raise unreadable(
            sentence("Line {line}: order and SKU must be printable and at most 80 characters.", line=line), line
        )
    if not (quantity.isascii() and quantity.isdigit()) or int(quantity) > _MOST_PIECES:
        raise unreadable(
            sentence(
                "Line {line}: quantity must be a whole number, not {quantity}.",
                line=line,
                quantity=f"{quantity[:40]!r}",
            ),
            line,
        )
    return tuple(keys), int(quantity)


def check_given(*files: Origin | None) -> None:
    """Refuse when there is nothing to compare with."""
    if not any(files):
        raise InvalidInputError("Choose at least one file of the old system.")
