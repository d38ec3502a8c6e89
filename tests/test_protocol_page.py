"""docs/protocol.md says what the code does: events, outcomes, kinds, statuses, fields."""

import re
from pathlib import Path

from warehouse.app import LIVE
from warehouse.domain.codes import Outcome, ScanKind, ScanStatus, Via
from warehouse.scans import WireScan

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "protocol.md").read_text()


def named(section: str) -> list[str]:
    """The first cells of a section's table."""
    text = PAGE.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


class _Ear:
    """Stands where the socket server stands and notes the events that are registered."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def on(self, name: str, _model: object = None) -> object:
        self.events.append(name)
        return lambda handler: handler

    def later(self, name: str) -> object:
        return self.on(name)

    def at_pause(self, _act: object) -> None:
        """Nothing is heard here."""


def test_the_page_names_every_event_a_client_may_send() -> None:
    ear = _Ear()
    for register in LIVE:
        register(ear, None)  # type: ignore[arg-type]  # only the names are asked
    assert sorted(named("Client to server")) == sorted(ear.events)


def test_the_page_names_every_outcome() -> None:
    assert named("A result") == [outcome.value for outcome in Outcome]


def test_the_page_names_every_field_of_a_scan() -> None:
    assert sorted(named("A scan")) == sorted(WireScan.model_fields)


def test_the_page_names_every_kind_status_and_way() -> None:
    kinds = PAGE.split("| `kind` | ", 1)[1].split(" |", 1)[0].split(", ")
    ways = PAGE.split("| `via` | ", 1)[1].split(" |", 1)[0].split(", ")
    assert kinds == [kind.value for kind in ScanKind]
    assert ways == [way.value for way in Via]
    assert all(f"`{status.value}`" in PAGE for status in ScanStatus)
