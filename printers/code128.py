"""Code 128 (ISO/IEC 15417): text to the shortest list of codewords, codewords to modules.

Only subsets B and C are used, because printers differ in how they take subset A. The codeword list is the one
truth that every output (PDF, PNG, ZPL) is made from.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from printers.errors import RefusedContentError

FNC1 = "\x1d"
"""Stands for the FNC1 character in the text to encode (GS, as scanners deliver it)."""

NOT_ASCII = "a barcode cannot hold {character}; it takes printable ASCII only"

CODE_C, CODE_B, FNC1_WORD, START_B, START_C, STOP = 99, 100, 102, 104, 105, 106

_TABLE = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
_WIDTHS = (*(_TABLE[start : start + 6] for start in range(0, len(_TABLE), 6)), "2331112")


def encode(text: str, field: str) -> tuple[int, ...]:
    """Give the shortest codeword list for `text`: start code, data, check character, stop.

    `text` holds printable ASCII and FNC1. Among equally short lists the one that changes subset least often wins.
    Raises RefusedContentError for anything else.
    """
    _refuse_unprintable(text, field)
    words = _shortest(text)
    return (*words, check_character(words), STOP)


def check_character(words: Sequence[int]) -> int:
    """Give the modulo-103 check character of a start code and its data."""
    return (words[0] + sum(place * word for place, word in enumerate(words))) % 103


@lru_cache(maxsize=4096)
def modules_of(words: tuple[int, ...]) -> str:
    """Draw codewords as one character a module: 1 is a bar, 0 a space."""
    return "".join(_pattern(word) for word in words)


def _pattern(word: int) -> str:
    return "".join(("1", "0")[place % 2] * int(width) for place, width in enumerate(_WIDTHS[word]))


def _refuse_unprintable(text: str, field: str) -> None:
    if not text:
        raise RefusedContentError(field, "a barcode cannot be empty")
    for character in text:
        if character != FNC1 and not " " <= character <= "~":
            raise RefusedContentError(field, NOT_ASCII, character=ascii(character))


class _Path(NamedTuple):
    """Codewords so far and how often the subset changed; the last word's link leads back to the start."""

    length: int
    changes: int
    words: tuple[int, "_Path | None"]


def _shortest(text: str) -> tuple[int, ...]:
    """Walk the text once, keeping the best path that ends in subset B and the best that ends in C."""
    digits = text.removeprefix(FNC1)
    if len(digits) % 2 == 0 and len(digits) > 2 and _digits(digits):  # noqa: PLR2004 - nothing is shorter than pairs
        pairs = (int(digits[place : place + 2]) for place in range(0, len(digits), 2))
        return (START_C, *([FNC1_WORD] if digits != text else ()), *pairs)
    in_b: list[_Path | None] = [_Path(1, 0, (START_B, None))]
    in_c: list[_Path | None] = [_Path(1, 0, (START_C, None))]
    for end in range(1, len(text) + 1):
        b = _step(in_b[end - 1], _word_b(text[end - 1]))
        c = _step(in_c[end - 1], FNC1_WORD if text[end - 1] == FNC1 else None)
        pair = text[end - 2 : end] if end > 1 else ""
        if len(pair) == 2 and _digits(pair):  # noqa: PLR2004 - a pair
            c = _better(c, _step(in_c[end - 2], int(pair)))
        in_b.append(_better(b, _change(c, CODE_B)))
        in_c.append(_better(c, _change(b, CODE_C)))
    best = _better(in_b[-1], in_c[-1])
    if best is None:
        raise AssertionError("subset B reaches the end of every text")
    return tuple(reversed(list(_words_back(best))))


def _digits(pair: str) -> bool:
    return pair.isascii() and pair.isdigit()


def _word_b(character: str) -> int:
    return FNC1_WORD if character == FNC1 else ord(character) - 32


def _step(path: _Path | None, word: int | None) -> _Path | None:
    if path is None or word is None:
        return None
    return _Path(path.length + 1, path.changes, (word, path))


def _change(path: _Path | None, word: int) -> _Path | None:
    return path and _Path(path.length + 1, path.changes + 1, (word, path))


def _better(one: _Path | None, other: _Path | None) -> _Path | None:
    if one is None or other is None:
        return one or other
    return one if one[:2] <= other[:2] else other


def _words_back(path: _Path | None) -> Iterable[int]:
    while path is not None:
        word, path = path.words
        yield word
