"""What leaves: carton serials, cutoffs, a carton that fits, and the hash that binds a label to its content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.gs1 import check_digit, has_valid_check_digit
from warehouse.domain.shipping.cartonization import go_together
from warehouse.domain.words import sentence

_SSCC_DIGITS = 18
_SSCC_WITH_AI = 20
_PREFIX_DIGITS = range(4, 13)


def make_sscc(company_prefix: str, serial: int, extension: int = 0) -> str:
    """Build the 18 digits of a carton's serial: extension, GS1 company prefix, serial, check digit.

    Raises InvalidInputError when the prefix is no GS1 prefix or the serial does not fit behind it.
    """
    if not (company_prefix.isascii() and company_prefix.isdecimal() and len(company_prefix) in _PREFIX_DIGITS):
        raise InvalidInputError(
            sentence(
                "A GS1 company prefix has 4 to 12 digits, not {company_prefix}.", company_prefix=f"{company_prefix!r}"
            )
        )
    width = _SSCC_DIGITS - 2 - len(company_prefix)
    if not 0 <= serial < 10**width or extension not in range(10):
        raise InvalidInputError(
            sentence(
                "Carton serial {serial} does not fit in {width} digits, extension {extension}.",
                serial=serial,
                width=width,
                extension=extension,
            )
        )
    body = f"{extension}{company_prefix}{serial:0{width}d}"
    return f"{body}{check_digit(body)}"


def is_sscc(text: str) -> bool:
    """Say whether these are 18 digits with a right check digit."""
    return len(text) == _SSCC_DIGITS and has_valid_check_digit(text)


def sscc_in(keys: Iterable[str]) -> str | None:
    """Find a carton's serial among the keys of a scan, with its application identifier (00) or without."""
    for key in keys:
        digits = key[2:] if len(key) == _SSCC_WITH_AI and key.startswith("00") else key
        if is_sscc(digits):
            return digits
    return None


def neutral_tracking(sscc: str) -> str:
    """Give the tracking number of a parcel no carrier has numbered: its own serial."""
    return sscc


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoffRule:
    """A wall-clock time in a named zone."""

    at: time
    zone: str


def cutoff_on(rule: CutoffRule, day: date) -> datetime:
    """Resolve the cutoff of one day to UTC.

    A time the clock skips is read with the offset before the change, of one that comes twice the first (PEP 495).
    """
    return datetime.combine(day, rule.at.replace(tzinfo=None, fold=0), tzinfo=ZoneInfo(rule.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """Length, width and height in millimetres, in any order."""

    length: int
    width: int
    height: int

    @property
    def volume(self) -> int:
        """Cubic millimetres."""
        return self.length * self.width * self.height

    @property
    def lengths(self) -> tuple[int, int, int]:
        """The three lengths as given."""
        return self.length, self.width, self.height

    def fits_in(self, other: "Size") -> bool:
        """Whether a thing of this size goes into a space of the other, turned as needed."""
        return all(mine <= theirs for mine, theirs in zip(self.edges, other.edges, strict=True))

    @property
    def edges(self) -> list[int]:
        """The three lengths, shortest first."""
        return sorted((self.length, self.width, self.height))


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaging:
    """A kind of carton: its inner size, its own weight, and what it may carry."""

    code: str
    inner: Size
    tare_g: int = 0
    max_weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Units of one item to be packed; size or weight None when nobody has measured it."""

    quantity: int
    size: Size | None = None
    weight_g: int | None = None


def suggest_packaging(goods: Sequence[Goods], catalogue: Iterable[Packaging], fill: float = 0.85) -> Packaging | None:
    """Give the smallest carton that all units can be laid into, with `fill` of its volume used and its weight kept.

    None when none fits or a size is missing. An item without a weight counts as weightless.
    """
    sizes = [part.size for part in goods if part.size is not None]
    if not goods or len(sizes) < len(goods):
        return None
    volume = sum(size.volume * part.quantity for size, part in zip(sizes, goods, strict=True))
    weight = sum((part.weight_g or 0) * part.quantity for part in goods)
    fitting = [
        kind
        for kind in catalogue
        if volume <= kind.inner.volume * fill
        and all(size.fits_in(kind.inner) for size in sizes)
        and (kind.max_weight_g is None or weight <= kind.max_weight_g)
    ]
    things = [(part.size.lengths, part.quantity) for part in goods if part.size is not None]
    by_size = sorted(fitting, key=lambda kind: (kind.inner.volume, kind.tare_g, kind.code))
    return next((kind for kind in by_size if go_together(kind.inner.lengths, things)), None)


@dataclass(frozen=True, slots=True)
class Packed:
    """Units of one SKU and lot in a carton, with their serials."""

    sku: str
    quantity: int
    lot: str = ""
    serials: tuple[str, ...] = ()


def content_hash(order: str, content: Iterable[Packed]) -> str:
    """Give the hash a label is bound to: the same for the same units of the same order, in whatever order scanned."""
    totals: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
    for part in content:
        quantity, serials = totals.get((part.sku, part.lot), (0, ()))
        totals[part.sku, part.lot] = (quantity + part.quantity, (*serials, *part.serials))
    rows = [order]
    for (sku, lot), (quantity, serials) in sorted(totals.items()):
        rows += [sku, lot, str(quantity), str(len(serials)), *sorted(serials)]
    return sha256("".join(f"{len(row)}:{row}," for row in rows).encode("utf-8", "surrogatepass")).hexdigest()
