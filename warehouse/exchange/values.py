"""From a cell to a value, strictly: ASCII digits, real dates, known words; what fails says what was expected."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from warehouse.domain.words import Text, sentence
from warehouse.exchange.profile import Parse
from warehouse.exchange.rejected import plain
from warehouse.exchange.targets import Form, Target

T = TypeVar("T")

_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII
)
_YEARS = range(1990, 2100)
_SHOWN = 40
_REMEMBERED = 50_000
_CENT = Decimal("0.01")
ANY_WORD = "*"
"""In a value map: whatever else a cell that is not blank says."""

_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}
_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4")}


class BadValueError(ValueError):
    """A cell that is not what its column must hold."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Memo(dict[str, T], Generic[T]):
    """Remembers what a cell came to, because a column repeats itself; a bad cell raises anew each time."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> T:
        """Read a cell not seen before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[cell] = self._read(cell)
        return value


def show(cell: str) -> str:
    """Quote a cell for a sentence, cut to what fits."""
    return f"“{cell[:_SHOWN]}…”" if len(cell) > _SHOWN else f"“{cell}”"


def tidy(cell: str, parse: Parse) -> str:
    """Take off outer blanks and the apostrophe that keeps a spreadsheet from calculating or dropping zeros."""
    text = plain(cell.strip())
    if parse.strip_leading_apostrophe:
        text = text.removeprefix("'")
    return text.strip()


def read_text(cell: str, target: Target) -> str:
    """Read free text: line breaks become blanks, control characters are refused."""
    text = cell if cell.isprintable() else _printable(cell)
    return _fitting(text, target.longest)


def read_code(cell: str, target: Target) -> str:
    """Read a code: one run of visible characters, nothing invisible in it."""
    if not cell.isprintable():
        raise BadValueError(
            "bad_character", sentence("{cell} holds a character that cannot be seen", cell=show(_visible(cell)))
        )
    return _fitting(cell, target.longest)


def _printable(cell: str) -> str:
    text = " ".join(cell.split())
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise BadValueError("bad_character", sentence("{text} holds a control character", text=show(_visible(text))))
    return text


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _fitting(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadValueError(
            "too_long", sentence("{text} is longer than {longest} characters", text=show(text), longest=longest)
        )
    return text


def read_quantity(cell: str, parse: Parse) -> int:
    """Read whole pieces: digits 0 to 9 only, a minus sign allowed so that it can be named."""
    if not parse.whole_decimals:
        if _WHOLE.fullmatch(cell):
            return int(cell)
        raise BadValueError("bad_number", sentence("{cell} is not a whole number; digits 0 to 9 only", cell=show(cell)))
    amount = read_decimal(cell, parse)
    if amount != amount.to_integral_value():
        raise BadValueError("bad_number", sentence("{cell} is not a whole number of pieces", cell=show(cell)))
    return int(amount)


def read_decimal(cell: str, parse: Parse) -> Decimal:
    """Read a decimal number with the profile's marks; grouping must be in threes."""
    whole, mark, fraction = cell.partition(parse.decimal_mark)
    sound = bool(fraction) == bool(mark) and (not fraction or re.fullmatch(r"[0-9]{1,6}", fraction, re.ASCII))
    digits = whole.replace(parse.thousands_mark, "") if parse.thousands_mark else whole
    if digits != whole and not re.fullmatch(_grouped(parse.thousands_mark), whole, re.ASCII):
        sound = False
    if not sound or not _WHOLE.fullmatch(digits):
        raise BadValueError(
            "bad_number",
            sentence("{cell} is not a number written like {example}", cell=show(cell), example=_example(parse)),
        )
    return Decimal(f"{digits}.{fraction or 0}")


def _grouped(mark: str) -> str:
    return rf"-?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+"


def _example(parse: Parse) -> str:
    return f"1{parse.thousands_mark}234{parse.decimal_mark}50"


def read_cents(cell: str, parse: Parse) -> int:
    """Read money in cents; parts of a cent, as some price lists have, are rounded half to even."""
    amount = read_decimal(cell.removeprefix(parse.money_mark), parse)
    return int(amount.quantize(_CENT, ROUND_HALF_EVEN).scaleb(2))


def read_weight(cell: str, parse: Parse) -> int:
    """Read a weight in the profile's unit as whole grams, half to even."""
    if parse.weight_unit == "g":
        return read_quantity(cell, parse)
    return int((read_decimal(cell, parse) * _GRAMS[parse.weight_unit]).to_integral_value(ROUND_HALF_EVEN))


def read_length(cell: str, parse: Parse) -> int:
    """Read a length in the profile's unit as whole millimetres, half to even."""
    if parse.length_unit == "mm":
        return read_quantity(cell, parse)
    return int((read_decimal(cell, parse) * _MILLIMETRES[parse.length_unit]).to_integral_value(ROUND_HALF_EVEN))


def read_moment(cell: str, parse: Parse) -> datetime:
    """Read a time as UTC; one without a zone is in the profile's. A clock hour that occurs twice is the first one."""
    for form in parse.moments:
        moment = _moment(cell, form)
        if moment is not None:
            aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(parse.zone))
            return aware.astimezone(UTC)
    raise BadValueError(
        "bad_date",
        sentence(
            "{cell} is not a date and time written like {example}", cell=show(cell), example=_shown(parse.moments)
        ),
    )


def read_date(cell: str, parse: Parse) -> date:
    """Read a calendar day."""
    for form in parse.dates:
        if form == "iso":
            day = _iso(date, cell) if _ISO_DATE.fullmatch(cell) else None
        else:
            moment = _moment(cell, form)
            day = moment.date() if moment else None
        if day is not None and day.year in _YEARS:
            return day
    raise BadValueError(
        "bad_date",
        sentence("{cell} is not a date written like {example}", cell=show(cell), example=_shown(parse.dates)),
    )


def _moment(cell: str, form: str) -> datetime | None:
    if form == "iso":
        moment = _iso(datetime, cell) if _ISO_MOMENT.fullmatch(cell) else None
    else:
        moment = _formatted(cell, form)
    return moment if moment and moment.year in _YEARS else None


def _iso(kind: type[T], cell: str) -> T | None:
    try:
        return kind.fromisoformat(cell)  # type: ignore[attr-defined, no-any-return]  # date and datetime both have it
    except ValueError:
        return None


def _formatted(cell: str, form: str) -> datetime | None:
    # strptime takes digits of every script; a file must use those of ASCII.
    try:
        return datetime.strptime(cell, form) if cell.isascii() else None  # noqa: DTZ007 - the zone is put on after
    except ValueError:
        return None


def _shown(forms: tuple[str, ...]) -> str:
    example = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)
    return " or ".join("2026-03-31" if form == "iso" else example.strftime(form) for form in forms)


_READERS: dict[Form, Callable[[str, Parse], object]] = {
    Form.QUANTITY: read_quantity,
    Form.MONEY: read_cents,
    Form.WEIGHT: read_weight,
    Form.LENGTH: read_length,
    Form.MOMENT: read_moment,
    Form.DATE: read_date,
}


def reader_of(target: Target, parse: Parse, words: dict[str, str], default: str) -> Callable[[str], Any]:
    """Make the function that reads a target's cells; a blank one is None, or an empty text for texts and codes."""
    folded = {word.casefold(): value for word, value in words.items()}
    other = folded.pop(ANY_WORD, None)
    textual = target.form in {Form.TEXT, Form.CODE}

    def read(cell: str) -> Any:
        text = tidy(cell, parse)
        if folded or other is not None:
            text = folded.get(text.casefold(), other if text and other is not None else text)
        text = text or default
        if textual:
            return read_code(text, target) if target.form is Form.CODE else read_text(text, target)
        return _READERS[target.form](text, parse) if text else None

    return read
