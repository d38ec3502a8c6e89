"""The rare effects of one pick scan at work: what they share."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.picking import effects as fx
from warehouse.domain.values import value
from warehouse.services.actor import Request
from warehouse.services.scanning.groups import IncomingScan
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.queries.picking import BatchKeys


@value(kw_only=True)
class Happening:
    """The rare effects of one scan, and the orders whose state may have moved on with it."""

    scan: IncomingScan
    batch: int
    keys: BatchKeys
    effects: tuple[fx.Effect, ...]
    orders: frozenset[int]


@dataclass(slots=True)
class Case:
    """One scan's effects at work; `follow_up` is what the answer names."""

    session: Session
    happening: Happening
    request: Request
    follow_up: dict[str, Any] | None = None

    @property
    def who(self) -> dict[str, Any]:
        """What every request of a use case carries."""
        return {"actor": self.request.actor, "at": self.request.at}

    def task(self, key: int) -> PickTaskRow:
        """Give the row of a task."""
        return self.session.get_one(PickTaskRow, key)

    def lot(self, task: int, code: str | None) -> int:
        """Give the lot of a task by its code, its own where none is named."""
        keys = self.happening.keys
        return keys.lots.get((task, code), keys.tasks[task].lot) if code else keys.tasks[task].lot
