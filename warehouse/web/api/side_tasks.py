"""What the interfaces of put-backs and counts share: pages with open tasks first, the device, who holds a task."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.picking.work import Lease
from warehouse.services.side.leases import SideHold
from warehouse.web import caller
from warehouse.web.api import Answer, Listing, PageQuery, listing
from warehouse.web.api.batches import DeviceBody
from warehouse.web.asking import actor, now

__all__ = ["DeviceBody", "Holder", "TaskAnswer", "after_of", "hold_of", "holder_of", "page_of"]

_CURSOR = re.compile(r"([01])-([0-9]{1,18})", re.ASCII)
Task = TypeVar("Task", bound="TaskAnswer")


class Holder(Answer):
    """Who holds a task."""

    epoch: int
    person: int
    name: str
    device: str
    since: str


class TaskAnswer(Answer):
    """What every such task shows; `next` says what to do, `position` where the one who asks stands.

    `pictures` has the hash of each picture there is, by SKU: `/pictures/{hash}.webp`.
    """

    id: int
    state: str
    reason: str
    opened_at: datetime
    lease: Holder | None
    next: str
    position: dict[str, Any] | None
    pictures: dict[str, str]


def after_of(query: PageQuery) -> tuple[bool, int] | None:
    """Read the cursor of a list that has its open tasks first."""
    if query.after is None:
        return None
    found = _CURSOR.fullmatch(query.after)
    if found is None:
        raise InvalidInputError("The cursor is wrong.", (FieldProblem("after", "use the `next` of a page"),))
    return found[1] == "1", int(found[2])


def page_of(tasks: Sequence[Task], limit: int) -> Listing[Task]:
    """Make one page of `limit + 1` tasks asked for."""
    return listing(tasks, limit, lambda task: f"{int(task.state == 'done')}-{task.id}")


def hold_of(key: int, body: DeviceBody) -> SideHold:
    """Say who takes which task with which device."""
    return SideHold(actor=actor(), at=now(), key=key, device=body.device, proven=caller().device)


def holder_of(lease: Lease | None) -> Holder | None:
    """Show who holds a task."""
    return None if lease is None else Holder.model_validate(lease)
