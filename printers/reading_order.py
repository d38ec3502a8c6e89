"""From text as it is read to text as it is seen: Arabic letters joined, lines from right to left reversed."""

import re
import unicodedata
from functools import lru_cache

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display

_JOINERS, _ISOLATES = "\u200c\u200d", "\u2068\u2069"
UNSEEN = _JOINERS + _ISOLATES
"""What text may hold and nobody sees; isolates stand around a code in a right-to-left sentence, which keep it as it
stands on its label and turn nothing round."""
WITHOUT_UNSEEN = {ord(character): None for character in UNSEEN}
_WITHOUT_ISOLATES = {ord(character): None for character in _ISOLATES}
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
_STAND_INS = [chr(code) for code in range(0x4DC0, 0x4E00)]
"""Signs of the Book of Changes: of neither direction, and on no paper of a warehouse."""
# Marks are refused, not dropped; only ligatures that writing demands are made.
_shaper = ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False, "support_zwj": True})


@lru_cache(maxsize=4096)
def visual(line: str) -> str:
    """Give a line as it is seen from left to right: Arabic letters joined, right-to-left words reversed (UAX 9).

    Only for characters that the faces have: the library knows no others.
    """
    if line.isascii():
        return line
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        line = _reordered(line)
    return line.translate(WITHOUT_UNSEEN)


def _reordered(line: str) -> str:
    """Reverse what runs from right to left; an isolated part is one sign in it that has no direction of its own."""
    parts = dict(zip(_STAND_INS, _ISOLATED.findall(line), strict=False))
    for sign, part in parts.items():
        line = line.replace(part, sign, 1)
    seen = str(get_display(_shaper.reshape(line.translate(_WITHOUT_ISOLATES))))
    return "".join(visual(parts[sign][1:-1]) if sign in parts else sign for sign in seen)
