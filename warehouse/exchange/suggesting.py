"""What a column most likely is: every header that any profile knows, said to a person who decides."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from warehouse.exchange.profile import Profile, built_in_profile, fold, profile_names
from warehouse.exchange.targets import TARGETS, Kind

_SIGNS = re.compile(r"[^a-z0-9äöüßéèáñ]+")


def suggest(kind: Kind, header: Sequence[str], like: Profile | None = None) -> list[str]:
    """Give for each column the target it seems to be, or nothing; no target twice, a profile to begin with first."""
    known = dict(_known(kind))
    if like is not None:
        known |= {_plain(name): target for target, column in like.columns.items() for name in column.headers}
    given: set[str] = set()
    found = []
    for name in header:
        target = known.get(_plain(name), "")
        found.append("" if target in given else target)
        given.add(target)
    return found


def known_words(kind: Kind, target: str) -> dict[str, str]:
    """Give what words of shops mean, as far as any profile knows, by their folded form."""
    words: dict[str, str] = {}
    for name in profile_names(kind):
        for said, meant in built_in_profile(kind, name).value_map.get(target, {}).items():
            words.setdefault(said.casefold(), meant)
    return words


@cache
def _known(kind: Kind) -> Mapping[str, str]:
    known = {_plain(target): target for target in TARGETS[kind]}
    for profile in (built_in_profile(kind, name) for name in profile_names(kind)):
        for target, column in profile.columns.items():
            for name in column.headers:
                known.setdefault(_plain(name), target)
    return known


def _plain(header: str) -> str:
    return _SIGNS.sub("", fold(header))
