"""The rare effects of one pick scan at work: what they share."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.texts import say
from warehouse.domain.values import value
from warehouse.services.actor import Request
from warehouse.services.scanning.groups import IncomingScan
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.stock import LotRow
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
        """Give the lot of a task by its code, its own where none is named; ConflictError when it is not there (now)."""
        own, found = self.happening.keys.tasks[task].lot, self.happening.keys.lots.get((task, code or ""))
        if found is None and code and (need := self.session.get_one(LotRow, own).code) not in {"", code}:
            raise ConflictError(say("wrong_lot", lot=code, need=need))
        return own if found is None else found
