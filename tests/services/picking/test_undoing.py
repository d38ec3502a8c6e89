"""Taking a pick back when others have worked on with its units since."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import broken
from tests.services.picking.test_scans import MUG, Shift, rows
from warehouse.domain.codes import OrderState, Outcome, Role, ScanKind, TaskState
from warehouse.services.actor import Actor
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.packing.claims import ClaimPack, PackHeld, claim_pack
from warehouse.services.packing.scans import PackDesk
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import ScanCounter, ScanResult
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, ManifestRow
from warehouse.storage.models.stock import PutBackRow

ACCEPTED = Outcome.ACCEPTED
FINAL = (Outcome.POLICY, "That cannot be taken back. Tell a lead.")


@pytest.fixture
def shift(open_database: Callable[..., Database]) -> Shift:
    """Ana has laid the three mugs of order 1001 into tote T1; the two of order 1002 are next."""
    desks = {"batch": PickDesk(), "order": PackDesk(), "manifest": LoadingDesk()}
    database = open_database(judge=ScanCounter(desks))

    def recipe(session: Session) -> tuple[int, int]:
        ana, mug = make.a_person(session, "Ana"), make.an_item(session, "MUG", MUG)
        make.some_stock(session, make.a_bin(session, "S1", walk=1), mug, 20)
        make.a_cart(session, "K1")
        for code in ("T1", "T2", "T3"):
            make.a_tote(session, code)
        orders = [make.an_order(session, {mug: pieces}, number=number) for number, pieces in (("1001", 3), ("1002", 2))]
        return ana, make.a_batch(session, orders)

    shift = Shift(database, *make.build(database, recipe)).start()
    assert shift.says("K:K1", "T:T1", "T:T2", "L:S1", MUG, MUG, MUG) == [ACCEPTED] * 7
    return shift


def want(shift: Shift, pieces: int) -> None:
    """Let the order desk say that order 1001 wants so many."""
    lea = Actor(make.build(shift.database, lambda session: make.a_person(session, "Lea", Role.LEAD)), Role.LEAD, "Lea")
    change = ChangeOrder(actor=lea, at=make.NOON, number="1001", reason="Phone", quantities={1: pieces}, added={})
    shift.database.run(change_order, change)


def undone(shift: Shift) -> tuple[Outcome | None, str]:
    result = shift.scan("", kind=ScanKind.UNDO)[0]
    return result.outcome, str(result.text)


def at_pack(shift: Shift, *codes: str, claim: str = "T:T1") -> list[ScanResult]:
    """Let Ben take the order and scan at his bench."""
    ben = make.build(shift.database, lambda session: make.a_person(session, "Ben", Role.PACKER))
    who = {"device": "d-ben", "proven": "d-ben"}
    held: PackHeld = shift.database.run(
        claim_pack, ClaimPack(actor=Actor(ben, Role.PACKER, "Ben"), at=make.NOON, code=claim, **who)
    )
    station = {**who, "person": ben, "sender": ben, "role": Role.PACKER, "epoch": held.epoch}
    scans = [
        replace(shift.make(code), id=uuid.uuid4(), seq=number, work=("order", "1001"), list_version=1, **station)
        for number, code in enumerate(codes, 1)
    ]
    results: list[ScanResult] = shift.database.scan(scans)
    assert [result.outcome for result in results] == [ACCEPTED] * len(codes)
    return results


def leave(shift: Shift) -> None:
    """Let the sealed carton get its label and go with the carrier."""
    (carton,) = rows(shift, CartonRow)
    assert isinstance(carton, CartonRow)
    label = f"00{carton.sscc}"
    assert shift.says(label, work=("order", "1001")) == [ACCEPTED]
    (manifest,) = rows(shift, ManifestRow)
    assert isinstance(manifest, ManifestRow)
    assert shift.says(label, "C:CONFIRM", work=("manifest", manifest.id)) == [ACCEPTED] * 2


def test_a_pick_of_which_units_are_to_be_put_back_is_final(shift: Shift) -> None:
    assert shift.says("T:T1") == [ACCEPTED]
    want(shift, 1)
    assert undone(shift) == FINAL
    assert [(row.picked, row.ordered) for row in rows(shift, OrderLineRow)] == [(1, 1), (0, 2)]
    assert broken(shift.database) == []


def test_units_of_a_second_tote_that_are_to_be_put_back_are_not_taken_back_instead(shift: Shift) -> None:
    """The order would do with one fewer, but not the tote: the very one that lies there is somebody's task."""
    assert shift.says("", kind=ScanKind.UNDO) == [ACCEPTED]
    assert shift.says("", kind=ScanKind.TOTE_FULL) == [ACCEPTED]
    assert shift.says("T:T3", MUG, "T:T3") == [ACCEPTED] * 3
    want(shift, 2)
    assert [row.quantity for row in rows(shift, PutBackRow)] == [1]
    assert undone(shift) == FINAL
    assert broken(shift.database) == []


def test_a_pick_is_taken_back_while_the_rest_of_its_order_waits_to_be_put_back(shift: Shift) -> None:
    assert shift.says("", kind=ScanKind.UNDO) == [ACCEPTED]
    assert shift.says(MUG, "T:T1") == [ACCEPTED] * 2
    assert undone(shift)[0] is ACCEPTED
    assert broken(shift.database) == []


@pytest.mark.parametrize("scanned", [("T:T1",), ("T:T1", MUG)], ids=["set down there", "packed in part"])
def test_a_pick_whose_tote_is_at_pack_is_final(shift: Shift, scanned: tuple[str, ...]) -> None:
    assert shift.says("T:T1") == [ACCEPTED]
    at_pack(shift, *scanned)
    assert undone(shift) == FINAL
    assert broken(shift.database) == []
    assert shift.says(MUG, MUG, "T:T2") == [ACCEPTED] * 3
    assert undone(shift)[0] is ACCEPTED


@pytest.mark.parametrize("report", [ScanKind.SHORT, ScanKind.DAMAGED])
def test_what_was_missing_of_an_order_that_has_left_is_not_picked_for_it_any_more(
    shift: Shift, report: ScanKind
) -> None:
    """Another order sends the rest."""
    assert shift.says("", kind=ScanKind.UNDO) == [ACCEPTED]
    assert shift.says("T:T1") == [ACCEPTED]
    missing = {ScanKind.SHORT: (0, "not_found"), ScanKind.DAMAGED: (18, "broken")}
    quantity, reason = missing[report]
    assert shift.says("", kind=report, quantity=quantity, reason=reason) == [ACCEPTED]
    at_pack(shift, "T:T1", MUG, MUG, "C:CONFIRM")
    leave(shift)
    shift.says("", "", kind=ScanKind.UNDO)  # after a damage she hears first that there is no task any more
    assert rows(shift, OrderRow)[0].state is OrderState.SHIPPED
    (line, *_) = rows(shift, OrderLineRow)
    assert (line.picked, line.allocated, line.backordered) == (2, 0, 1)
    assert rows(shift, PickTaskRow)[0].state is TaskState.SHORT
    assert broken(shift.database) == []


def test_a_pick_without_a_tote_is_final_once_its_order_is_being_packed(open_database: Callable[..., Database]) -> None:
    database = open_database(judge=ScanCounter({"batch": PickDesk(), "order": PackDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana, mug = make.a_person(session, "Ana"), make.an_item(session, "MUG", MUG)
        make.some_stock(session, make.a_bin(session, "S1", walk=1), mug, 20)
        make.a_cart(session, "K1")
        batch = make.a_batch(session, [make.an_order(session, {mug: 3}, number="1001")])
        session.execute(update(PickTaskRow).values(slot_no=None))
        session.execute(delete(BatchSlotRow))
        return ana, batch

    shift = Shift(database, *make.build(database, recipe)).start()
    assert shift.says("K:K1", "L:S1", MUG, MUG, "C:CONFIRM", MUG) == [ACCEPTED] * 6
    at_pack(shift, MUG, claim="O:1001")
    assert undone(shift) == FINAL
    assert broken(shift.database) == []
