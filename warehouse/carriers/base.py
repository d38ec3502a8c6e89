"""What every kind of carrier answers: rates, buy under a key, look a key up, void, manifest, track."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class RefusedError(Exception):
    """The carrier said no, and nothing was bought; the text is what it said."""


class AwayError(Exception):
    """The carrier was not reached: nothing was asked, and asking later is safe."""


class LostAnswerError(Exception):
    """Nobody knows what the carrier did: the request may have reached it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a parcel goes or comes from."""

    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One parcel to be taken away; grams and cents."""

    key: str
    service: str
    order: str
    sscc: str
    carton: int
    cartons: int
    weight_g: int | None
    value_cents: int
    currency: str
    sender: tuple[str, ...]
    receiver: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a service would cost, in cents."""

    service: str
    cents: int
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtLabel:
    """A label that is paid for: its number, and its bytes as `zpl`, `pdf` or `png` made for so many dots per inch."""

    tracking: str
    format: str
    content: bytes
    dpi: float = 203.2
    cents: int | None = None
    currency: str = ""


class Answered(StrEnum):
    """What a carrier knows of a key when it is looked up."""

    NEVER = "never"
    """It was never bought under this key."""
    LATER = "later"
    """It is still being worked on."""
    UNKNOWN = "unknown"
    """It cannot be looked up."""


class Voided(StrEnum):
    """How far a carrier is with taking a label back."""

    DONE = "done"
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEvent:
    """Something that happened to a parcel on its way, in the carrier's words."""

    at: str
    text: str


class CarrierAdapter(Protocol):
    """One carrier. Every call may take seconds; none is made inside a transaction."""

    def rates(self, shipment: Shipment) -> Sequence[Quote]:
        """Give what its services would cost."""
        ...

    def buy(self, shipment: Shipment) -> BoughtLabel | Answered:
        """Buy a label under the shipment's key, or say that the answer comes later.

        Raises RefusedError or AwayError when nothing was bought, LostAnswerError when nobody knows.
        """
        ...

    def find(self, key: str) -> BoughtLabel | Answered:
        """Look up what was bought under a key; raises LostAnswerError when the carrier does not answer."""
        ...

    def void(self, key: str, tracking: str) -> Voided:
        """Ask to take a label back; asking again is harmless. Raises LostAnswerError."""
        ...

    def manifest(self, day: date, numbers: Sequence[str]) -> str:
        """Tell the carrier what it takes along, and give its reference; empty where it wants no such list."""
        ...

    def track(self, tracking: str) -> Sequence[TrackEvent]:
        """Give what happened to a parcel, the oldest first."""
        ...
