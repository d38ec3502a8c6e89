"""Twenty people pick the last units of one item from different batches at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import stock_at
from tests.services.side_floor import MUG, SideFloor, Worker, a_judge, a_side_floor, clean, rows
from warehouse.domain.codes import Outcome, Role, ScanKind
from warehouse.services.actor import Actor
from warehouse.services.batches.leases import Hold
from warehouse.services.picking.start import start_batch
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import MoveRow

PEOPLE = 20


def a_person_with_a_batch(floor: SideFloor, number: int) -> Worker:
    """A batch of one order for one mug, in hand, cart and tote taken, standing at the bin."""
    name = f"Picker {number}"

    def recipe(session: Session) -> tuple[int, int]:
        make.a_cart(session, f"K{number + 10}")
        make.a_tote(session, f"T{number + 10}")
        order = make.an_order(session, {floor.mug: 1}, number=f"R{number}")
        return make.a_person(session, name), make.a_batch(session, [order], number=f"B-{number}")

    person, batch = make.build(floor.database, recipe)
    worker = Worker(floor.database, Actor(person, Role.PICKER, name), f"d-{number}", ("batch", batch))
    hold = Hold(actor=worker.actor, at=make.NOON, batch=batch, device=worker.device)
    held = floor.database.run(start_batch, hold)
    worker.epoch, worker.list_version = held.epoch, held.list_version
    assert worker.says(f"K:K{number + 10}", f"T:T{number + 10}", "L:S1") == [Outcome.ACCEPTED] * 3
    return worker


@pytest.fixture
def floor(open_database: Callable[..., Database]) -> SideFloor:
    """As many mugs in S1 as people who want one."""
    floor = a_side_floor(open_database(judge=a_judge()))
    make.build(floor.database, lambda session: make.some_stock(session, floor.s1, floor.mug, PEOPLE - 10))
    return floor


def at_once(workers: list[Worker], act: Callable[[Worker], list[Outcome | None]]) -> list[list[Outcome | None]]:
    start = Barrier(len(workers))

    def act_together(worker: Worker) -> list[Outcome | None]:
        start.wait()
        return act(worker)

    with ThreadPoolExecutor(len(workers)) as people:
        return list(people.map(act_together, workers))


def picked(floor: SideFloor) -> int:
    units = sum(line.picked for line in rows(floor.database, OrderLineRow))
    assert units == sum(task.picked for task in rows(floor.database, PickTaskRow))
    assert units == sum(move.quantity for move in rows(floor.database, MoveRow, MoveRow.reason == "pick"))
    return units


def test_everybody_gets_the_one_unit_and_not_one_more(floor: SideFloor) -> None:
    workers = [a_person_with_a_batch(floor, number) for number in range(PEOPLE)]

    def reach_for_more(worker: Worker) -> list[Outcome | None]:
        wanted = [worker.make(MUG, kind=ScanKind.QUANTITY, quantity=2), worker.make(MUG), worker.make(MUG)]
        return [result.outcome for result in floor.database.scan([*wanted, wanted[1]])]

    answers = at_once(workers, reach_for_more)
    accepted = [[outcome is Outcome.ACCEPTED for outcome in answer] for answer in answers]
    assert accepted == [[False, True, False, True]] * PEOPLE
    assert (picked(floor), stock_at(floor.database, floor.s1, floor.mug)) == (PEOPLE, (0, 0))
    assert clean(floor) == []


def test_units_that_break_meanwhile_are_picked_by_nobody(floor: SideFloor) -> None:
    workers = [a_person_with_a_batch(floor, number) for number in range(PEOPLE)]

    def find_one_broken_or_pick(worker: Worker) -> list[Outcome | None]:
        breaks = int(worker.device[2:]) % 2 == 0
        broken = worker.make(None, kind=ScanKind.DAMAGED, quantity=1, reason="broken")
        scans = [broken, worker.make(MUG)] if breaks else [worker.make(MUG)]
        return [result.outcome for result in floor.database.scan(scans)]

    answers = at_once(workers, find_one_broken_or_pick)
    damaged = sum(move.quantity for move in rows(floor.database, MoveRow, MoveRow.reason == "damage"))
    assert damaged == sum(answer[0] is Outcome.ACCEPTED for answer in answers if len(answer) == 2) > 0
    left = stock_at(floor.database, floor.s1, floor.mug)
    assert (picked(floor) + damaged + left[0], left[1] <= left[0]) == (PEOPLE, True)
    assert clean(floor) == []
