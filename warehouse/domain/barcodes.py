"""One table that turns what a scanner sends into the keys a code is looked up by.

Upper and lower case: codes with our own prefix and codes typed by hand do not tell them apart (scanners with Caps Lock
swap them); every other code is matched exactly as it stands.
"""

import re
from functools import lru_cache

from warehouse.domain.codes import COMMANDS, PREFIXES, Via
from warehouse.domain.gs1 import GROUP_SEPARATOR, Elements, has_valid_check_digit, parse_elements
from warehouse.domain.values import value

MAX_LENGTH = 512
LITERAL_STAND_INS = ("{GS}", "<GS>")

_NO_ELEMENTS = Elements()
_SPACE = " \t\r\n\v\f"
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)
_QUANTITY = re.compile(r"QTY-([1-9][0-9]{0,3})", re.ASCII)
_OWN_CODES = ("L:", "T:", "K:")
_GS1_SYMBOLOGIES = {"C1", "e0", "e1", "d2", "Q3", "J1"}


@value(kw_only=True)
class Reading:
    """A code as read: the text without its AIM prefix, the keys it may be looked up by, and what a GS1 message says.

    `command` is the word of a command barcode, `armed` the n of `C:QTY-n`. A reading that can mean nothing has no keys.
    """

    text: str
    symbology: str | None = None
    keys: tuple[str, ...] = ()
    command: str | None = None
    armed: int | None = None
    gs1: Elements = _NO_ELEMENTS


def key(code: str) -> str:
    """Return the one form under which a code is stored and looked up.

    UPC-A, EAN-13, EAN-8 and GTIN-14 of the same article become the same 14 digits; our own codes become upper case.
    """
    if code[:2].upper() in PREFIXES:
        return code.upper()
    if _GTIN.fullmatch(code) and has_valid_check_digit(code):
        return code.zfill(14)
    return code


def badge_key(badge: str) -> str:
    """Return what tells a badge from others at a sign-in.

    It is the same with and without symbology identifier or prefix, in capitals or not: somebody may have typed it.
    """
    return key(read(badge).text.upper().removeprefix("U:"))


@lru_cache(maxsize=4096)
def read(raw: str, via: Via = Via.KEY, stand_in: str = "{GS}") -> Reading:
    """Normalise a raw code; `stand_in` is what the site's scanners send for the group separator."""
    text = raw.strip(_SPACE)
    symbology = None
    if aim := _AIM.match(text):
        symbology, text = aim[1], text[aim.end() :]
    if not text or len(raw) > MAX_LENGTH:
        return Reading(text=text[:MAX_LENGTH], symbology=symbology)
    elements = _gs1(text, symbology, stand_in)
    if elements is not None:
        return Reading(text=text, symbology=symbology, keys=_gs1_keys(elements), gs1=elements)
    if _CONTROL.search(text):
        return Reading(text=_CONTROL.sub("", text), symbology=symbology)
    return _plain(text, symbology, via)


def _gs1(text: str, symbology: str | None, stand_in: str) -> Elements | None:
    message = text
    for visible in (stand_in, *LITERAL_STAND_INS):
        if visible:
            message = message.replace(visible, GROUP_SEPARATOR)
    if symbology not in _GS1_SYMBOLOGIES and GROUP_SEPARATOR not in message:
        return None
    return parse_elements(message.removeprefix(GROUP_SEPARATOR))


def _gs1_keys(elements: Elements) -> tuple[str, ...]:
    if elements.gtin:
        return (elements.gtin,)
    if elements.sscc:
        return (f"00{elements.sscc}",)
    named = elements.lot or elements.serial
    return (key(named),) if named else ()


def _plain(text: str, symbology: str | None, via: Via) -> Reading:
    own = key(text)
    if own.startswith("C:"):
        return _command(own, symbology)
    if via is not Via.HAND or own[:2] in PREFIXES:
        return Reading(text=text, symbology=symbology, keys=(own,))
    # Typed by hand, a bare bin or tote code counts. Nobody types capitals with gloves on, and a pad has nothing else.
    typed = text.upper()
    keys = dict.fromkeys([own, key(typed), key(text.lower()), *(prefix + typed for prefix in _OWN_CODES)])
    return Reading(text=text, symbology=symbology, keys=tuple(keys))


def _command(own: str, symbology: str | None) -> Reading:
    word = own[2:]
    armed = _QUANTITY.fullmatch(word)
    return Reading(
        text=own,
        symbology=symbology,
        command=word if word in COMMANDS else None,
        armed=int(armed[1]) if armed else None,
    )
