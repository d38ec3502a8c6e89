"""What the world is told after a commit: small frozen values, mapped to rooms by those who deliver them.

News are hints: they name what changed by key, and the truth is fetched.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BoardKind(StrEnum):
    """Which part of the lead's board has changed."""

    BATCHES = "batches"
    ORDERS = "orders"
    STOCK = "stock"
    EXCEPTIONS = "exceptions"
    SCANS = "scans"
    DEVICES = "devices"
    PRINTERS = "printers"
    PEOPLE = "people"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchChanged:
    """The list or the state of a batch changed."""

    batch: int
    list_version: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged:
    """The state, the holds or the lines of an order changed."""

    order: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """Somebody took over a batch, or an order at pack, by its number; `device` lost it, `name` has it now."""

    batch: int | None = None
    order: str | None = None
    epoch: int
    device: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOffered:
    """An order could come along on a batch that is under way, for so many millimetres more."""

    batch: int
    order: str
    extra_mm: int


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """A part of the board is to be drawn anew."""

    kind: BoardKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJobQueued:
    """There is paper to make."""

    job: uuid.UUID
    printer: int | None = None
    station: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJobChanged:
    """A print job went on: it came out, waits for its printer, or needs a person's word."""

    job: uuid.UUID
    state: str
    printer: int | None = None
    station: int | None = None
    carton: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWanted:
    """A label is to be bought from its carrier, or taken back."""

    label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionChanged:
    """An entry of the exception queue was opened or went on; `role` and `person` own it now."""

    exception: int
    type: str
    state: str
    role: str
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesChanged:
    """These people have something new to know, or have looked at it; `mail` waits to be sent."""

    people: tuple[int, ...]
    mail: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFound:
    """A plan that is being looked for got better, or came to its end; `values` are its figures as shown."""

    draft: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWentOn:
    """A file is read further, or its import has ended; `rows` of its `whole` are through."""

    run: int
    state: str
    rows: int
    whole: int


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """Another program is to be told something."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """These sessions have ended: their sockets close and their rooms empty."""

    sign_ins: tuple[int, ...]
    reason: str = ""


News = (
    BatchChanged
    | OrderChanged
    | TakenOver
    | OrderOffered
    | BoardChanged
    | PrintJobQueued
    | PrintJobChanged
    | LabelWanted
    | ExceptionChanged
    | NoticesChanged
    | PlanFound
    | ImportWentOn
    | MessageQueued
    | SignedOut
)
