"""Nothing is forgotten: what stands still gets an owner, and leaves the queue when it goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from tests.builders import NOON, build
from tests.services.bench import MUG, a_bench
from tests.services.floor import a_floor, claimed, order
from warehouse.domain.codes import ExceptionState, OrderState, Role
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.exceptions.stalling import NoteStanding, look_for_stalled, note_stalled
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow

DAY = timedelta(hours=24)


def look(database: Database, at: datetime) -> int:
    with database.read() as session:
        standing = look_for_stalled(session, at)
    opened: int = database.run(note_stalled, NoteStanding(actor=SYSTEM, at=at, standing=standing))
    return opened


def entries(database: Database) -> list[tuple[str, str, Role, int | None, ExceptionState]]:
    with database.read() as session:
        rows = session.query(ExceptionRow).order_by(ExceptionRow.id)
        return [(row.type, row.subject, row.owner_role, row.owner_id, row.state) for row in rows]


@pytest.mark.parametrize(("hours", "opened"), [(23, 0), (25, 1)])
def test_a_ready_order_past_its_cutoff_is_the_leads_after_a_day(database: Database, hours: int, opened: int) -> None:
    floor = build(database, a_floor)
    key = order(database, {floor.a: 1})
    assert look(database, NOON + timedelta(hours=hours)) == opened
    expected = [("stalled", f"order:{key}", Role.LEAD, None, ExceptionState.OPEN)]
    assert entries(database) == expected[:opened]


def test_an_order_whose_cutoff_lies_ahead_only_waits(database: Database) -> None:
    floor = build(database, a_floor)
    order(database, {floor.a: 1})
    ahead = update(OrderRow).values(cutoff_at=NOON + 3 * DAY)
    build(database, lambda session: session.execute(ahead) and None)
    assert look(database, NOON + 2 * DAY) == 0


def test_a_batch_in_hand_is_asked_of_its_picker_once(database: Database) -> None:
    floor = build(database, a_floor)
    order(database, {floor.a: 1})
    batch = claimed(database, floor)
    assert [look(database, NOON + days * DAY) for days in (2, 3)] == [1, 0]
    assert entries(database) == [("stalled", f"batch:{batch}", Role.PICKER, floor.ana.person, ExceptionState.OPEN)]


def test_what_a_lead_has_settled_is_not_asked_again_within_the_day(database: Database) -> None:
    floor = build(database, a_floor)
    order(database, {floor.a: 1})
    look(database, NOON + 2 * DAY)
    settled = Resolve(actor=floor.lea, at=NOON + 2 * DAY, exception=1, resolution="The customer waits.")
    database.run(resolve_exception, settled)
    hours = [look(database, NOON + 2 * DAY + timedelta(hours=later)) for later in (1, 23, 25)]
    assert hours == [0, 0, 1]


def test_an_order_left_at_pack_is_asked_of_its_packer_and_settled_by_the_next_scan(
    open_database: Callable[..., Database],
) -> None:
    database = open_database(judge=ScanCounter({"order": PackDesk()}))
    bench = a_bench(database)
    bench.claim()
    bench.says("T:T1")
    at = NOON + 2 * DAY
    assert look(database, at) == 1
    about = ("stalled", f"order:{bench.order}", Role.PACKER, bench.ben.person)
    assert bench.state() is OrderState.PACKING
    assert entries(database) == [(*about, ExceptionState.OPEN)]
    bench.scan(MUG, received_at=at + timedelta(minutes=5))
    assert look(database, at + timedelta(minutes=10)) == 0
    assert entries(database) == [(*about, ExceptionState.RESOLVED)]
