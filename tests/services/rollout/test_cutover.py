"""The freeze, the opening count, what came over, the way back, and the list that answers by itself."""

import csv
import io
import zipfile
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.figures.world import NOW, World
from tests.services.floor import Floor, a_floor, broken, order, pick, planned, released, tasks
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.leases import Hold, claim_batch
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.rollout.checklist import Backup, backup_of, checklist
from warehouse.services.rollout.cutover import (
    OpenOpening,
    Totals,
    ZoneCount,
    migration_report,
    open_opening,
    opening_progress,
    way_back,
)
from warehouse.services.rollout.statements import Say, Step, say, statements
from warehouse.services.side.counting import SubmitCount, submit_count
from warehouse.services.stock.freezing import BeginFreeze, EndFreeze, begin_freeze, current_freeze, end_freeze
from warehouse.services.stock.ledger import Receive, receive_stock
from warehouse.services.stock.relocating import Carry, carry_goods
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import CountTaskRow
from warehouse.storage.models.training import TrainingRow

LATER = NOON + timedelta(hours=4)


def frozen(database: Database) -> Floor:
    floor = build(database, a_floor)
    order(database, {floor.a: 2})
    return floor


def freeze(floor: Floor) -> BeginFreeze:
    return BeginFreeze(actor=floor.lea, at=NOON, until=LATER, reason="opening count")


def test_while_frozen_nothing_moves_but_released_work(database: Database) -> None:
    floor = frozen(database)
    batch = released(database, floor)
    order(database, {floor.b: 1}, "1043")
    waiting = planned(database, floor).batches[0]
    database.run(begin_freeze, freeze(floor))
    refused = (
        (receive_stock, Receive(actor=floor.lea, at=NOON, item=floor.a, bin=floor.s1, quantity=1)),
        (carry_goods, Carry(actor=floor.lea, at=NOON, source="S1", target="S2", sku="A", quantity=1)),
        (release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(waiting,))),
    )
    for use_case, request in refused:
        with pytest.raises(ConflictError, match="Stock is frozen: opening count"):
            database.run(use_case, request)  # type: ignore[arg-type]
    database.run(claim_batch, Hold(actor=floor.ana, at=NOON, batch=batch, device="d-1"))
    pick(database, floor, tasks(database, batch)[0].id, 2)
    assert broken(database) == []


def test_a_freeze_ends_by_a_lead_or_by_its_hour(database: Database) -> None:
    floor = frozen(database)
    database.run(begin_freeze, freeze(floor))
    with pytest.raises(ConflictError, match="already"):
        database.run(begin_freeze, freeze(floor))
    with database.read() as session:
        assert current_freeze(session, LATER) is None
    database.run(end_freeze, EndFreeze(actor=floor.lea, at=NOON, reason="counted"))
    with database.read() as session:
        assert current_freeze(session, NOON) is None
    with pytest.raises(ConflictError, match="not frozen"):
        database.run(end_freeze, EndFreeze(actor=floor.lea, at=NOON, reason="again"))


def test_only_a_lead_freezes_and_not_for_ever(database: Database) -> None:
    floor = frozen(database)
    with pytest.raises(ForbiddenError):
        database.run(begin_freeze, BeginFreeze(actor=floor.ana, at=NOON, until=LATER, reason="x"))
    for until in (NOON, NOON + timedelta(days=8)):
        with pytest.raises(InvalidInputError):
            database.run(begin_freeze, BeginFreeze(actor=floor.lea, at=NOON, until=until, reason="x"))


def test_every_bin_is_counted_once_for_the_opening_even_while_frozen(database: Database) -> None:
    floor = frozen(database)
    database.run(begin_freeze, freeze(floor))
    opened = [database.run(open_opening, OpenOpening(actor=floor.lea, at=NOON)) for _ in range(2)]
    with database.read() as session:
        first = session.query(CountTaskRow).filter_by(bin_id=floor.s1).one().id
    found = {(floor.a, floor.lot_a): 10}
    database.run(submit_count, SubmitCount(actor=floor.ana, at=NOON, count=first, found=found))
    with database.read() as session:
        progress = opening_progress(session)
    assert (opened, progress) == ([3, 0], [ZoneCount(zone="A", bins=3, waiting=2, counted=1)])
    with pytest.raises(ForbiddenError):
        database.run(open_opening, OpenOpening(actor=floor.ana, at=NOON))


def test_the_way_back_holds_stock_open_orders_and_what_was_sent(database: Database) -> None:
    build(database, World)
    with database.read() as session:
        archive = zipfile.ZipFile(io.BytesIO(way_back(session)))
        came, totals = migration_report(session)
    rows = {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()}
    assert rows["stock.csv"] == [{"bin": "S1", "sku": "MUG", "lot": "", "expires_on": "", "quantity": "50"}]
    assert (rows["open_orders.csv"], len(rows["sent.csv"])) == ([], 5)
    assert (rows["sent.csv"][0]["order"], rows["sent.csv"][0]["quantity"]) == ("1", "2")
    assert came == []
    assert totals == Totals(items=1, without_barcode=0, bins=2, pieces=50, open_orders=0, open_lines=0)


def test_what_is_still_to_be_sent_goes_back_too(database: Database) -> None:
    floor = build(database, a_floor)
    order(database, {floor.a: 2}, "=1042")
    with database.read() as session:
        archive = zipfile.ZipFile(io.BytesIO(way_back(session)))
    (row,) = csv.DictReader(io.StringIO(archive.read("open_orders.csv").decode()))
    assert (row["order"], row["sku"], row["to_send"], row["state"]) == ("'=1042", "A", "2", "ready")


def test_the_checklist_answers_from_what_is_known(database: Database) -> None:
    build(database, World)
    with database.read() as session:
        before = checklist(session, NOW, None)
    steps = ((Step.WAY_BACK, ""), (Step.MIGRATION_READ, ""), (Step.TRAINED, "person:1"), (Step.BACKUP_RESTORED, ""))
    for step, subject in steps:
        database.run(say, Say(actor=SYSTEM, at=NOW, step=step, subject=subject))
    with database.read() as session:
        after = checklist(session, NOW, Backup(NOW - timedelta(days=1), checked=True))
    known = {point.title: (point.holds, point.known) for point in after}
    assert {point.title for point in before if point.holds} == {"Data clean", "Stock not frozen"}
    assert {title for title, (holds, _) in known.items() if holds} == {
        *("Data clean", "Stock not frozen", "Way back prepared", "Migration report read"),
        "Backup made, its copy checked",
    }
    assert known["People trained"] == (False, "1 of 3 pickers and packers")
    assert known["Opening stock counted"] == (False, "0 of 1 bins")


@pytest.mark.postgres
def test_on_postgresql_a_lead_says_that_a_dump_was_restored_and_it_grows_old(postgres_url: str) -> None:
    database = Database(postgres_url)

    def point(at: datetime) -> tuple[bool, str, str]:
        with database.read() as session:
            found = next(
                it for it in checklist(session, at, Backup(NOW, checked=True)) if it.title.startswith("Backup")
            )
        return found.holds, found.known, found.href

    unsaid = "nobody has said that a dump was restored and looked through by `warehouse doctor`"
    assert point(NOW) == (False, unsaid, "/admin/go-live/cut-over#backup")
    database.run(say, Say(actor=SYSTEM, at=NOW, step=Step.BACKUP_RESTORED))
    assert point(NOW)[:2] == (True, "a dump was restored and checked, said 2026-10-26 12:00 UTC")
    late = point(NOW + timedelta(days=8))
    assert (late[0], late[1].endswith("older than a week")) == (False, True)
    database.close()


def test_a_statement_is_taken_back_by_a_newer_one_and_only_leads_speak(database: Database) -> None:
    floor = build(database, a_floor)
    asked = {"at": NOON, "step": Step.TRAINED, "subject": "person:1"}
    for holds in (True, False):
        database.run(say, Say(actor=floor.lea, holds=holds, **asked))
        with database.read() as session:
            assert bool(statements(session, Step.TRAINED)) is holds
    with pytest.raises(ForbiddenError):
        database.run(say, Say(actor=floor.ana, **asked))


@pytest.mark.parametrize("record", [None, {}, {"at": "x", "checked": True}, {"checked": True}, {"at": 3}])
def test_a_note_of_a_backup_that_cannot_be_read_is_none(record: dict[str, object] | None) -> None:
    assert backup_of(record) is None


def test_people_count_as_trained_by_orders_without_a_mistake_and_only_while_they_work_here(database: Database) -> None:
    def recipe(session: Session) -> None:
        floor = a_floor(session)
        session.get_one(PersonRow, floor.ben.person).expires_at = NOW - timedelta(days=1)
        for number in range(20):
            entry = {"person_id": floor.ana.person, "role": Role.PICKER, "kind": "order", "subject": f"P-{number}"}
            session.add(TrainingRow(**entry, mistakes=2, at=NOON))

    def trained() -> list[str]:
        with database.read() as session:
            return [point.known for point in checklist(session, NOW, None) if point.title == "People trained"]

    build(database, recipe)
    assert trained() == ["0 of 1 pickers and packers"]
    build(database, lambda session: session.execute(update(TrainingRow).values(mistakes=0)) and None)
    assert trained() == ["1 of 1 pickers and packers"]
