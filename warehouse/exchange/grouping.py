"""Rows that belong together, over the whole file: one pass finds where each group ends, a second hands groups out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from warehouse.domain.drafts import Finding
from warehouse.domain.words import sentence
from warehouse.exchange.columns import memos
from warehouse.exchange.limits import Limits, UnreadableFileError, unreadable
from warehouse.exchange.profile import Action, Filter, Profile
from warehouse.exchange.records import Row
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.targets import Kind
from warehouse.exchange.values import BadValueError, Memo

Key = tuple[str, str]
KeyOf = Callable[[list[str]], Key | None]
_SEEN_KEPT = 100


@dataclass(slots=True)
class Group:
    """All rows of one order or item, and the line it goes on at after something else came between."""

    key: Key
    rows: list[Row] = field(default_factory=list)
    resumed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the first pass found: records, the last record of each group, and where interrupted ones go on."""

    rows: int
    last: dict[Key, int]
    resumed: dict[Key, int]

    @property
    def records(self) -> int:
        """How many orders or other records the file has; where rows are not grouped each is one."""
        return len(self.last) or self.rows


def wrong_width(row: Row, width: int) -> Finding | None:
    """Say that a record has too few or too many fields."""
    line, cells = row
    if len(cells) == width:
        return None
    code = "too_few_fields" if len(cells) < width else "too_many_fields"
    return Finding(
        line, None, code, sentence("{number} fields where the header has {width}", number=len(cells), width=width)
    )


def survey(bound: BoundTable, profile: Profile, limits: Limits) -> Survey:
    """Read the whole file once; raises UnreadableFileError with what was seen when it cannot be read to its end."""
    seen: list[Finding] = []
    try:
        return _survey(bound, profile, limits, seen)
    except UnreadableFileError as error:
        raise UnreadableFileError(error.findings[-1], tuple(seen)) from error


def _survey(bound: BoundTable, profile: Profile, limits: Limits, seen: list[Finding]) -> Survey:
    key_of, width = key_reader(bound, profile), len(bound.table.header)
    last: dict[Key, int] = {}
    resumed: dict[Key, int] = {}
    count, previous = 0, None
    for line, cells in kept_rows(bound, profile):
        count += 1
        if len(cells) != width and len(seen) < _SEEN_KEPT:
            seen.extend(filter(None, [wrong_width((line, cells), width)]))
        if count > limits.rows:
            raise unreadable(sentence("The file has more than {rows} rows.", rows=limits.rows), line)
        key = key_of(cells)
        if key is None:
            continue
        if key != previous:
            if key in last:
                resumed.setdefault(key, line)
            previous = key
        last[key] = count
    return Survey(rows=count, last=last, resumed=resumed)


def groups(bound: BoundTable, profile: Profile, found: Survey) -> Iterator[tuple[int, Group | Row]]:
    """Give each group, in order of first appearance, with the number of records read so far.

    A row that names no group comes by itself. Only groups still waiting for a row are kept in memory.
    """
    key_of = key_reader(bound, profile)
    waiting: dict[Key, Group] = {}
    done: set[Key] = set()
    count = 0
    for line, cells in kept_rows(bound, profile):
        count += 1
        key = key_of(cells)
        if key is None:
            yield count, (line, cells)
            continue
        group = waiting.get(key)
        if group is None:
            group = waiting[key] = Group(key, resumed=found.resumed.get(key))
        group.rows.append((line, cells))
        if found.last.get(key) == count:
            done.add(key)
            for ready in _in_order(waiting, done):
                yield count, ready
    if count != found.rows or waiting:
        raise unreadable(sentence("The file was changed while it was read."))


def _in_order(waiting: dict[Key, Group], done: set[Key]) -> Iterator[Group]:
    while waiting and (first := next(iter(waiting))) in done:
        done.discard(first)
        yield waiting.pop(first)


def kept_rows(bound: BoundTable, profile: Profile) -> Iterator[Row]:
    """Give the records no filter says to ignore, such as a row of totals; blank cells are filled from above.

    Raises UnreadableFileError when a closing row counts other than what was read.
    """
    rows = _filled(bound, profile)
    places = bound.binding.places
    tests = [(test, places[test.column]) for test in profile.filters if test.column in places]
    ignoring = [it for it in tests if it[0].action in {Action.IGNORE_ROW, Action.COUNT}]
    return _without(rows, ignoring) if ignoring else rows


def _without(rows: Iterator[Row], ignoring: list[tuple[Filter, int]]) -> Iterator[Row]:
    count = 0
    for line, cells in rows:
        test = next((test for test, place in ignoring if _finds(test, place, cells)), None)
        if test is None:
            count += 1
            yield line, cells
        elif test.action is Action.COUNT and cells[0].strip() != str(count):
            raise unreadable(
                sentence(
                    "Line {line} says {said} records, but {count} stand above it.",
                    line=line,
                    said=cells[0].strip(),
                    count=count,
                ),
                line,
            )


def _filled(bound: BoundTable, profile: Profile) -> Iterator[Row]:
    """Give the rows, with the blank cells of columns that are said only once for a family."""
    rule, places = profile.group_by, bound.binding.places
    fill = [places[name] for name in rule.fill_down if name in places]
    if not fill or rule.within not in places:
        return bound.table.rows()
    return _fill_down(bound, fill, places[rule.within])


def _fill_down(bound: BoundTable, fill: list[int], within: int) -> Iterator[Row]:
    """Fill blank cells from the last whole row of the same family; a row of another width is refused as it stands."""
    above: list[str] = []
    for line, cells in bound.table.rows():
        full = cells
        if len(cells) == len(bound.table.header):
            if above and cells[within].strip() == above[within].strip():
                full = [above[at] if at in fill and not cell.strip() else cell for at, cell in enumerate(cells)]
            above = full
        yield line, full


def _finds(test: Filter, place: int, cells: list[str]) -> bool:
    return place < len(cells) and selects(test, cells[place].strip())


def selects(test: Filter, text: str) -> bool:
    """Say whether a filter means a row whose cell is `text`."""
    if test.matches is not None:
        return re.fullmatch(test.matches, text, re.ASCII) is not None
    return re.fullmatch(test.unless or "", text, re.ASCII) is None


def key_reader(bound: BoundTable, profile: Profile) -> KeyOf:
    """Make the function that names a row's group: (source, order number) or (“”, folded SKU); None when it cannot."""
    if profile.kind is Kind.ORDERS:
        number = _order_key(bound, profile)
        return _continued(number) if profile.group_by.blank_key == "same_as_above" else number
    return _item_key(bound, profile) if profile.kind is Kind.ITEMS else _no_key


def _no_key(_: list[str]) -> None:
    """Bins, stock and people have one row each."""


def _item_key(bound: BoundTable, profile: Profile) -> KeyOf:
    sku = memos(profile)["sku"]
    return _of_cell(bound.binding.place("sku"), lambda cell: ("", sku[cell].casefold()) if sku[cell] else None)


def _order_key(bound: BoundTable, profile: Profile) -> KeyOf:
    number, source = (memos(profile)[name] for name in ("order_no", "source"))
    place, source_place = bound.binding.place("order_no"), bound.binding.places.get("source")
    own = profile.identity.source if profile.identity else ""
    if source_place is None:
        return _of_cell(place, lambda cell: (own, number[cell]) if number[cell] else None)

    def key_of(cells: list[str]) -> Key | None:
        try:
            text = number[cells[place]]
            return (source[cells[source_place]] or own, text) if text else None
        except (BadValueError, IndexError):
            return None

    return key_of


def _of_cell(place: int, read: Callable[[str], Key | None]) -> KeyOf:
    """Make the reader of a key that one cell gives, remembering each cell."""
    keys = Memo(read)

    def key_of(cells: list[str]) -> Key | None:
        try:
            return keys[cells[place]]
        except (BadValueError, IndexError):
            return None

    return key_of


def _continued(key_of: KeyOf) -> KeyOf:
    """Let a row without an order number belong to the order above it."""
    previous: list[Key | None] = [None]

    def continued(cells: list[str]) -> Key | None:
        previous[0] = key_of(cells) or previous[0]
        return previous[0]

    return continued
