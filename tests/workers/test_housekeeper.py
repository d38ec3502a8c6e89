"""The house is tidied by itself, in small steps."""

import json
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.floor import a_floor, order
from tests.serving import eventually
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow, RequestKeyRow
from warehouse.workers.housekeeper import Housekeeper

MANY = 51


def many_keys(session: Session) -> None:
    for number in range(MANY):
        session.add(
            RequestKeyRow(
                caller="person:1",
                key=f"k-{number}",
                fingerprint="0" * 64,
                status=200,
                answer={},
                created_at=NOON,
                erase_after=NOON,
            )
        )


def left(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(RequestKeyRow)) or 0


def test_what_is_over_goes_in_steps(database: Database) -> None:
    build(database, many_keys)
    keeper = Housekeeper(database, every=0.05, clock=lambda: NOON + timedelta(days=1))
    keeper.start()
    try:
        assert eventually(lambda: left(database) == 0)
    finally:
        keeper.stop()
    with database.read() as session:
        rows = session.scalars(select(AuditRow.details).where(AuditRow.action == "tidied")).all()
    steps = [json.loads(row)["rows"] for row in rows]
    assert (steps[0], sum(steps)) == (2, MANY)
    assert len(steps) > 2


def test_what_stands_still_is_put_before_somebody(database: Database) -> None:
    floor = build(database, a_floor)
    for number in range(11):
        order(database, {floor.a: 1}, number=str(number))
    Housekeeper(database, clock=lambda: NOON + timedelta(days=2)).turn()
    with database.read() as session:
        kinds = session.scalars(select(ExceptionRow.type)).all()
    assert kinds == ["stalled"] * 11
