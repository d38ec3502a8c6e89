"""What people type about a fact stands beside the audit chain: erased in time, never changed unseen."""

import json
from datetime import timedelta

from sqlalchemy import select, update

from tests.builders import NOON, build
from tests.services.floor import a_floor, order
from warehouse.services.actor import SYSTEM
from warehouse.services.audits import Seal, verify_chain
from warehouse.services.housekeeping import Chore, Tidy, due_keys, tidy
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.remarks import KEEP_REMARKS
from warehouse.storage.database import Database
from warehouse.storage.models.journal import AuditRow, RemarkRow
from warehouse.storage.queries.journal import facts_after
from warehouse.storage.queries.orders import story_of
from warehouse.storage.queries.remarks import changed_remarks

REASON = "Rosa Reed from 1 Mill Lane rang"


def a_cancelled_order(database: Database) -> int:
    floor = build(database, a_floor)
    key = order(database, {floor.a: 1})
    database.run(cancel_order, CancelOrder(actor=floor.lea, at=NOON, number="1042", reason=REASON))
    return key


def in_story(database: Database, key: int) -> list[str]:
    with database.read() as session:
        return [it.text for it in story_of(session, key) if it.kind == "cancelled"]


def in_journal(database: Database) -> list[object]:
    with database.read() as session:
        return [it.details.get("reason") for it in facts_after(session, 0, 1000) if it.action == "cancelled"]


def test_a_typed_reason_is_read_in_story_and_journal_and_stands_nowhere_in_the_chain(database: Database) -> None:
    key = a_cancelled_order(database)
    assert (in_story(database, key), in_journal(database)) == ([f"reason {REASON}"], [REASON])
    with database.read() as session:
        written = session.scalars(select(AuditRow.details)).all()
        (kept,) = session.scalars(select(RemarkRow)).all()
    assert not any("Rosa" in details for details in written)
    told = [json.loads(details)["reason"] for details in written if "remark" in details]
    assert told == [{"remark": kept.id, "sha256": kept.digest}]


def test_after_a_year_the_text_is_gone_and_the_chain_still_verifies(database: Database) -> None:
    key = a_cancelled_order(database)
    for days, gone in ((-1, 0), (1, 1), (1, 0)):
        at = NOON + KEEP_REMARKS + timedelta(days=days)
        with database.read() as session:
            keys = tuple(due_keys(session, Chore.REMARKS, at))
        assert database.run(tidy, Tidy(actor=SYSTEM, at=at, chore=Chore.REMARKS, keys=keys)) == gone
    assert (in_story(database, key), in_journal(database)) == (["reason (erased)"], ["(erased)"])
    with database.read() as session:
        assert verify_chain(session, Seal(anchor=None, key=b"")).ok
        assert list(changed_remarks(session)) == []


def test_a_reason_changed_afterwards_is_found(database: Database) -> None:
    a_cancelled_order(database)
    build(database, lambda session: session.execute(update(RemarkRow).values(text="Nobody rang")) and None)
    with database.read() as session:
        assert list(changed_remarks(session)) == ["remark 1 is not what was written"]
