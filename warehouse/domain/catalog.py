"""Rules for items and their codes: when two SKUs are one, which GTIN is sound, which values are ours alone."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from warehouse.domain.barcodes import key
from warehouse.domain.codes import PREFIXES
from warehouse.domain.drafts import Finding, ItemDraft
from warehouse.domain.gs1 import has_valid_check_digit
from warehouse.domain.words import Text, sentence

ITEM_FLAGS = frozenset({"high_value", "fragile", "limited_quantity"})
MAX_CODE = 120

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}", re.ASCII)
_POINT_ZERO = re.compile(r"[0-9]{6,}[.,]0+", re.ASCII)
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_SHORTEST_GTIN = 8
_LONGEST_GTIN = 14
_LIKE = 0.7


class GtinVerdict(StrEnum):
    """What may be said of a code that should be a GTIN."""

    OK = "ok"
    RESTRICTED = "restricted"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_LENGTH = "bad_length"
    TOO_LONG = "too_long"
    SPREADSHEET_DAMAGE = "spreadsheet_damage"
    NOT_A_GTIN = "not_a_gtin"


_SENTENCES = {
    GtinVerdict.RESTRICTED: sentence("is an in-store code: other shops use it for other goods"),
    GtinVerdict.BAD_CHECK_DIGIT: sentence("has a wrong last digit, so no scanner will ever send it; left out"),
    GtinVerdict.BAD_LENGTH: sentence("has the wrong number of digits for a product code; leading zeros may be lost"),
    GtinVerdict.TOO_LONG: sentence("is too long for a product code; it may be a shipping code; left out"),
    GtinVerdict.SPREADSHEET_DAMAGE: sentence("was damaged by a spreadsheet and cannot be restored; left out"),
}


def gtin_sentence(code: str) -> Text | None:
    """Say what is wrong or odd with a code that should be a GTIN; None for a sound one and for other codes."""
    return _SENTENCES.get(judge_gtin(code))


_UNUSABLE = {GtinVerdict.BAD_CHECK_DIGIT, GtinVerdict.TOO_LONG, GtinVerdict.SPREADSHEET_DAMAGE}


@lru_cache(maxsize=1 << 16)
def sku_key(sku: str) -> str:
    """Return the form in which two spellings of one SKU are equal."""
    return sku.strip().casefold()


def judge_gtin(code: str) -> GtinVerdict:
    """Say whether `code` is a sound GTIN-8, -12, -13 or -14 (GS1 General Specifications, sections 1.4 and 7.9)."""
    if _SCIENTIFIC.fullmatch(code) or _POINT_ZERO.fullmatch(code):
        return GtinVerdict.SPREADSHEET_DAMAGE
    if not _DIGITS.fullmatch(code):
        return GtinVerdict.NOT_A_GTIN
    if len(code) not in _GTIN_LENGTHS:
        return GtinVerdict.TOO_LONG if len(code) > _LONGEST_GTIN else GtinVerdict.BAD_LENGTH
    if not has_valid_check_digit(code):
        return GtinVerdict.BAD_CHECK_DIGIT
    return GtinVerdict.RESTRICTED if _is_restricted(code) else GtinVerdict.OK


def _is_restricted(code: str) -> bool:
    """Prefixes 02, 04 and 20 to 29 of a 13-digit code, 0 and 2 of an 8-digit one, are for use inside one company."""
    if len(code) == _SHORTEST_GTIN:
        return code[0] in "02"
    base = code.zfill(_LONGEST_GTIN)[1:]
    return base[0] == "2" or base[:2] in {"02", "04"}


def is_reserved(code: str) -> bool:
    """Say whether a value would be read as one of our own barcodes."""
    return code[:2].upper() in PREFIXES


def sku_problem(sku: str) -> Text | None:
    """Say in a sentence why a SKU cannot be taken; None when it can."""
    if is_reserved(sku):
        return sentence("“{sku}” begins with “{start}”, which is kept for our own barcodes", sku=sku, start=sku[:2])
    return None


def judge_item(item: ItemDraft) -> tuple[Finding, ...]:
    """Give what is odd about the codes of one item; none of it keeps the item out."""
    found = []
    for barcode in item.barcodes:
        if remark := gtin_sentence(barcode.code):
            message = sentence("“{code}” {remark}", code=barcode.code, remark=remark)
            found.append(Finding(barcode.line, "barcode", "bad_barcode", message))
    if item.weight_g == 0:
        message = sentence("{sku} weighs 0: taken as not known", sku=item.sku)
        found.append(Finding(item.line, "weight_g", "missing_weight", message))
    return tuple(found)


def is_usable(code: str) -> bool:
    """Say whether a code may be stored to be scanned; a flagged one may, a damaged one may not."""
    return judge_gtin(code) not in _UNUSABLE


class Namespace:
    """Which code belongs to which owner in one file, so that a code on two owners is found."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, int]] = {}

    def claim(self, code: str, owner: str, line: int) -> tuple[str, int] | None:
        """Book `code` for `owner`; give the other owner and its line when somebody else has it."""
        held = self._owners.setdefault(key(code), (owner, line))
        return None if held[0] == owner else held


def nearest_skus(sku: str, catalogue: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Propose up to `count` known SKUs that look like `sku`, best first; never merged by machine."""
    wanted = sku_key(sku)
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    scored = []
    for known in catalogue:
        matcher.set_seq1(sku_key(known))
        if matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE:
            scored.append((-matcher.ratio(), known))
    return tuple(known for score, known in sorted(scored)[:count] if -score >= _LIKE)
