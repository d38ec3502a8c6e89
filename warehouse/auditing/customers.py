"""Customers of an order file that may be one: the same e-mail or phone, or nearly the same name at one postcode."""

import re
from collections import defaultdict
from difflib import SequenceMatcher

from warehouse.auditing.findings import Audit, Lines
from warehouse.domain.orders import OrderDraft
from warehouse.domain.words import sentence

ALIKE = 0.92
_NO_DIGIT = re.compile(r"[^0-9]")
_SHORTEST_PHONE = 7
_SAME = {
    "e-mail": sentence("The same e-mail"),
    "phone": sentence("The same phone"),
    "postcode": sentence("The same postcode"),
}
Who = tuple[str, str]


class Customers:
    """Gathers who ordered, by what may tell that two are one."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], dict[Who, Lines]] = defaultdict(dict)

    def add(self, draft: OrderDraft) -> None:
        """Note the customer of one order."""
        to = draft.ship_to
        name = (to.name or to.company).strip()
        who = (draft.customer, name)
        phone = _NO_DIGIT.sub("", to.phone)
        ways = [("e-mail", to.email.casefold()), ("phone", phone if len(phone) >= _SHORTEST_PHONE else "")]
        ways.append(("postcode", to.postcode.casefold().replace(" ", "") if name else ""))
        for way in ways:
            if way[1]:
                self._by[way].setdefault(who, Lines()).add(draft.line)

    def tell(self, audit: Audit) -> None:
        """Name each pair once."""
        told: set[tuple[Who, Who]] = set()
        for (way, _), them in self._by.items():
            known = sorted(them)
            for place, one in enumerate(known):
                for other in known[place + 1 :]:
                    if (one, other) not in told and _may_be_one(way, one, other):
                        told.add((one, other))
                        lines = Lines(
                            [*them[one].first[:5], *them[other].first[:5]], them[one].count + them[other].count
                        )
                        about = sentence("{one} and {other}", one=_shown(one), other=_shown(other))
                        audit.add("duplicate_customer", about, _SAME[way], lines)


def _may_be_one(way: str, one: Who, other: Who) -> bool:
    if one[0] and one[0] == other[0]:
        return False
    if way != "postcode":
        return True
    return SequenceMatcher(None, one[1].casefold(), other[1].casefold()).ratio() >= ALIKE


def _shown(who: Who) -> str:
    return f"{who[1]} ({who[0]})" if who[0] else who[1]
