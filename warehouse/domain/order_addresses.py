"""The checks on where an order goes: what is missing, what looks odd, and when two places are one."""

import re
from collections.abc import Iterator

from warehouse.domain.orders import ShipTo
from warehouse.domain.words import Text, listed, sentence, word

Place = tuple[str, str]
"""A postcode without blanks, and a country, both folded."""

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_PO_BOX = re.compile(r"\b(?:p\.? ?o\.? ?box|postfach|packstation|apartado|skrytka)\b", re.IGNORECASE)
# Only patterns sure enough to flag by; a country without one passes.
_POSTCODES = {
    "GB": re.compile(r"(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})", re.ASCII | re.IGNORECASE),
    "US": re.compile(r"[0-9]{5}(?:-[0-9]{4})?", re.ASCII),
    **{code: re.compile(r"[0-9]{5}", re.ASCII) for code in ("DE", "FR", "ES", "IT", "FI")},
    **{code: re.compile(r"[0-9]{4}", re.ASCII) for code in ("AT", "BE", "CH", "DK", "NO")},
}
_FIELDS = {name: word(name) for name in ("name", "street", "city", "country")}


def address_lacks(to: ShipTo) -> Text | None:
    """Name what no parcel arrives without; None when all of it is there."""
    asked = {"name": to.name or to.company, "street": to.line1, "city": to.city, "country": to.country}
    missing = [_FIELDS[name] for name, value in asked.items() if not value]
    return sentence("Missing in the address: {fields}", fields=listed(missing)) if missing else None


def address_oddities(to: ShipTo, *, courier: bool, limit: int) -> Iterator[Text]:
    """Give what is odd about an address; whoever knows it may find it right."""
    if to.country and not _COUNTRY.fullmatch(to.country):
        yield sentence("“{country}” is not a two-letter country code", country=to.country)
    pattern = _POSTCODES.get(to.country)
    if pattern and not pattern.fullmatch(to.postcode):
        said = "Postcode “{postcode}” does not look like one of {country}"
        yield sentence(said, postcode=to.postcode, country=to.country)
    if courier and any(_PO_BOX.search(text) for text in (to.line1, to.line2)):
        yield sentence("A courier does not deliver to a PO box")
    if any(len(text) > limit for text in (to.name, to.company, to.line1, to.line2)):
        yield sentence("An address line is longer than {limit} characters and will not fit on the label", limit=limit)


def place_of(postcode: str, country: str) -> Place | None:
    """Give the form in which two spellings of a postcode are equal; None without one."""
    folded = "".join(postcode.split()).casefold()
    return (folded, country.casefold()) if folded else None
