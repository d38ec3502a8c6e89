"""Which column of this very file is which of our targets."""

from dataclasses import dataclass, field
from typing import Any

from warehouse.domain.drafts import Finding
from warehouse.domain.words import sentence
from warehouse.exchange.limits import Limits, unreadable
from warehouse.exchange.profile import Profile, fold
from warehouse.exchange.rejected import EXTRA_COLUMNS
from warehouse.exchange.targets import TARGETS
from warehouse.exchange.values import Memo, reader_of, show


@dataclass(frozen=True, slots=True)
class Binding:
    """Where each mapped target stands, and the headers nothing is known about."""

    places: dict[str, int]
    header: tuple[str, ...]
    unknown: tuple[str, ...]
    joined: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def column(self, target: str) -> str:
        """Give the header a target stands under in this file."""
        return self.header[self.places[target]] if target in self.places else target

    def place(self, target: str) -> int:
        """Give the index of a target's cell; that of the blank put behind every row when the file lacks it."""
        return self.places.get(target, len(self.header))

    def cell(self, target: str, padded: list[str]) -> str:
        """Give a target's cell of a row with a blank put behind it, with what is to be joined to it."""
        text = padded[self.place(target)]
        if target not in self.joined:
            return text
        return " ".join(filter(None, [text.strip(), *(padded[place].strip() for place in self.joined[target])]))

    def notes(self) -> tuple[Finding, ...]:
        """Say which columns are not read."""
        return tuple(
            Finding(None, name, "unknown_column", sentence("Column {name} is not read", name=show(name)))
            for name in self.unknown
        )


def bind(header: tuple[str, ...], profile: Profile, limits: Limits) -> Binding:
    """Find the targets in a header; refuses the file when a required one is missing or one stands there twice."""
    if len(header) > limits.columns:
        raise unreadable(
            sentence(
                "The file has {number} columns; at most {most} are taken.", number=len(header), most=limits.columns
            )
        )
    owners = {fold(name): target for target, column in profile.columns.items() for name in column.headers}
    joining = {fold(name): target for target, column in profile.columns.items() for name in column.join}
    joined: dict[str, tuple[int, ...]] = {}
    places: dict[str, int] = {}
    unknown = []
    for place, name in enumerate(header):
        target = owners.get(fold(name))
        if other := joining.get(fold(name)):
            joined[other] = (*joined.get(other, ()), place)
        elif target is None:
            if name.strip() and fold(name) not in EXTRA_COLUMNS:
                unknown.append(name.strip())
        elif places.setdefault(target, place) != place:
            raise unreadable(
                sentence(
                    "Columns {first} and {name} both mean {target}.",
                    first=show(header[places[target]]),
                    name=show(name),
                    target=target,
                )
            )
    _require(places, profile, header)
    return Binding(places, tuple(name.strip() for name in header), tuple(unknown), joined)


def required_targets(profile: Profile) -> tuple[str, ...]:
    """Give the targets without which no row can be read."""
    targets = TARGETS[profile.kind]
    return tuple(name for name, column in profile.columns.items() if column.required or targets[name].required)


def _require(places: dict[str, int], profile: Profile, header: tuple[str, ...]) -> None:
    missing = [name for name in required_targets(profile) if name not in places]
    if missing:
        wanted = ", ".join(show(profile.columns[name].headers[0]) for name in missing)
        there = ", ".join(show(name) for name in header[:8])
        raise unreadable(
            sentence(
                "The file has no column {wanted}. It begins with {there}. Is this the right profile?",
                wanted=wanted,
                there=there,
            )
        )


def memos(profile: Profile) -> dict[str, Memo[Any]]:
    """Make one remembering reader for each target of the profile's kind."""
    return {
        name: Memo(reader_of(target, profile.parse, profile.value_map.get(name, {}), profile.defaults.get(name, "")))
        for name, target in TARGETS[profile.kind].items()
    }
