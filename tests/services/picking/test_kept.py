"""What is remembered of a batch between scans is never taken for what the database says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import broken
from tests.services.picking.test_scans import MUG, START, Shift, rows
from warehouse.domain.codes import Outcome, PlaceKind, ScanKind, ScanStatus, Tracking, UnitLevel
from warehouse.domain.drafts import BarcodeDraft, ItemDraft
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.catalog.writing import put_items
from warehouse.services.picking import scans as picking
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import take_batch_over
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import LotRow, MoveRow, PlaceRow, ReservationRow, StockRow

TEA = "5012345678900"


@pytest.fixture
def shift(open_database: Callable[..., Database]) -> Shift:
    """Two orders with 3 and 2 mugs, one with 2 packs of tea of lot L1; L2 lies in the same bin."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana = make.a_person(session, "Ana")
        near, far = make.a_bin(session, "S1", walk=1), make.a_bin(session, "S2", walk=2)
        mug = make.an_item(session, "MUG", MUG)
        tea = make.an_item(session, "TEA", TEA, tracking=Tracking.LOT)
        make.some_stock(session, near, mug, 20)
        for lot in ("L1", "L2"):
            make.some_stock(session, far, tea, 2, lot=lot, expires_on=date(2027, 1, 31))
        make.a_cart(session, "K1")
        for code in ("T1", "T2", "T3", "T4"):
            make.a_tote(session, code)
        wanted = ({mug: 3}, {mug: 2}, {tea: 2})
        orders = [make.an_order(session, it, number=str(1001 + at)) for at, it in enumerate(wanted)]
        return ana, make.a_batch(session, orders)

    ana, batch = make.build(database, recipe)
    return Shift(database, ana, batch).start()


def test_a_group_that_looks_at_nothing_leaves_no_trust_in_what_it_did_not_look_at(shift: Shift) -> None:
    (first,) = sent = [shift.make("K:K1")]
    shift.database.scan(sent)
    cleo = make.build(shift.database, lambda session: make.a_person(session, "Cleo"))
    shift.database.run(take_batch_over, shift.hold("d-cleo", cleo))
    assert shift.database.scan([first])[0].status is ScanStatus.DUPLICATE, "the same scan again judges nothing"
    assert shift.says("T:T1") == [Outcome.NOT_OWNER]


def test_work_that_changed_hands_on_another_server_is_nobody_elses_at_once(
    shift: Shift, open_database: Callable[..., Database]
) -> None:
    assert [shift.says(code) for code in ("K:K1", "0000", "0000")] == [
        [Outcome.ACCEPTED],
        *[[Outcome.UNKNOWN_BARCODE]] * 2,
    ]
    other = open_database(judge=ScanCounter({"batch": PickDesk()}))
    cleo = make.build(other, lambda session: make.a_person(session, "Cleo"))
    held = other.run(take_batch_over, shift.hold("d-cleo", cleo))
    assert shift.says("T:T1") == [Outcome.NOT_OWNER]
    hers = Shift(other, cleo, shift.batch, device="d-cleo", epoch=held.epoch, list_version=held.list_version)
    assert hers.says("T:T1") == [Outcome.ACCEPTED]
    assert shift.says("T:T2") == [Outcome.NOT_OWNER]
    assert hers.says("T:T2") == [Outcome.ACCEPTED]


def promised(session: Session, lot: str, quantity: int) -> None:
    key = session.scalars(select(LotRow.id).where(LotRow.code == lot)).one()
    session.execute(update(StockRow).where(StockRow.lot_id == key).values(reserved=quantity))


TO_THE_TEA = [*START, "T:T3", "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2"]
OTHER_LOT, OWN_LOT = (f"]C1010{TEA}10{lot}" for lot in ("L2", "L1"))


def promises(shift: Shift) -> list[tuple[str, int]]:
    with shift.database.read() as session:
        found = select(LotRow.code, ReservationRow.quantity).join(LotRow, LotRow.id == ReservationRow.lot_id)
        return [(code, quantity) for code, quantity in session.execute(found)]


def test_another_lot_of_the_bin_is_asked_for_twice_then_picked_and_can_be_undone(shift: Shift) -> None:
    assert shift.says(*TO_THE_TEA) == [Outcome.ACCEPTED] * len(TO_THE_TEA)
    assert shift.says(OTHER_LOT, OTHER_LOT, OTHER_LOT, "T:T3") == [Outcome.WRONG_LOT, *[Outcome.ACCEPTED] * 3]
    assert [task.picked for task in rows(shift, PickTaskRow)] == [3, 2, 2]
    assert promises(shift) == []
    assert shift.says(None, kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert promises(shift) == [("L1", 2)]
    assert lying(shift, "S2") == {"L1": 2, "L2": 2}
    assert lying(shift, "T3") == {}


def lying(shift: Shift, code: str) -> dict[str, int]:
    """Say how many of each lot lie at a place."""
    with shift.database.read() as session:
        found = (
            select(LotRow.code, StockRow.quantity)
            .join(StockRow, StockRow.lot_id == LotRow.id)
            .join(PlaceRow, PlaceRow.id == StockRow.place_id)
            .where(PlaceRow.code == code, StockRow.quantity > 0)
        )
        return {lot: units for lot, units in session.execute(found)}  # noqa: C416 - rows are no pairs for the type checker


def test_a_lot_reported_broken_to_its_last_piece_is_whole_again_when_that_is_undone(shift: Shift) -> None:
    assert shift.says(*TO_THE_TEA) == [Outcome.ACCEPTED] * len(TO_THE_TEA)
    assert shift.says(OTHER_LOT, OTHER_LOT) == [Outcome.WRONG_LOT, Outcome.ACCEPTED]
    assert shift.says(None, kind=ScanKind.DAMAGED, quantity=2, reason="broken") == [Outcome.ACCEPTED]
    assert lying(shift, "S2") == {"L1": 2}
    assert shift.says(None, kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert lying(shift, "S2") == {"L1": 2, "L2": 2}


def test_broken_pieces_of_a_lot_in_the_hand_are_missing_where_they_were_promised(shift: Shift) -> None:
    """Another order was promised one of them; this one still has its own two packs of the lot it was to take."""
    assert shift.says(*TO_THE_TEA) == [Outcome.ACCEPTED] * len(TO_THE_TEA)
    assert shift.says(OTHER_LOT, OTHER_LOT) == [Outcome.WRONG_LOT, Outcome.ACCEPTED]

    def recipe(session: Session) -> int:
        tea = session.scalars(select(ItemRow.id).where(ItemRow.sku == "TEA")).one()
        return make.a_batch(session, [make.an_order(session, {tea: 1}, number="1009")], number="B-2")

    make.build(shift.database, recipe)
    assert promises(shift)[-2:] == [("L1", 2), ("L2", 1)]
    assert shift.says(None, kind=ScanKind.DAMAGED, quantity=2, reason="broken") == [Outcome.ACCEPTED]
    assert promises(shift) == [("L1", 2)]
    assert [task.short for task in rows(shift, PickTaskRow)] == [0, 0, 0, 1]
    assert broken(shift.database) == []


def test_a_swap_into_a_lot_that_was_promised_meanwhile_is_refused_and_nothing_of_it_happens(shift: Shift) -> None:
    assert shift.says(*TO_THE_TEA) == [Outcome.ACCEPTED] * len(TO_THE_TEA)
    assert shift.says(OTHER_LOT, OTHER_LOT) == [Outcome.WRONG_LOT, Outcome.ACCEPTED]
    make.build(shift.database, lambda session: promised(session, "L2", 2))
    result = shift.scan("T:T3", local=Outcome.ACCEPTED)[0]
    assert (result.status, result.outcome, result.position["counted"]) == (ScanStatus.REJECTED, Outcome.POLICY, 1)
    assert result.follow_up["kind"] == "exception"
    assert promises(shift) == [("L1", 2)]
    assert [task.picked for task in rows(shift, PickTaskRow)] == [3, 2, 0]
    assert rows(shift, ScanRow)[-1].outcome is Outcome.POLICY
    assert shift.says(None, kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert shift.says(OWN_LOT, OWN_LOT, "T:T3") == [Outcome.ACCEPTED] * 3


def without_a_tote(session: Session) -> None:
    """Let the tea go without a tote of its own."""
    session.execute(update(PickTaskRow).where(PickTaskRow.slot_no == 3).values(slot_no=None))
    session.execute(delete(BatchSlotRow).where(BatchSlotRow.slot_no == 3))


def test_a_refused_first_pick_leaves_no_trust_in_the_place_that_was_made_for_it(shift: Shift) -> None:
    make.build(shift.database, without_a_tote)
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2", OTHER_LOT, OTHER_LOT)
    make.build(shift.database, lambda session: promised(session, "L2", 2))
    assert shift.says(OTHER_LOT) == [Outcome.POLICY]
    make.build(shift.database, lambda session: session.add(PlaceRow(kind=PlaceKind.TOTE, code="O:1999")))
    assert shift.says(None, kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert shift.says(OWN_LOT, OWN_LOT) == [Outcome.ACCEPTED] * 2
    (task,) = rows(shift, PickTaskRow, PickTaskRow.slot_no.is_(None))
    (move,) = rows(shift, MoveRow, MoveRow.pick_task_id == task.id)
    assert [place.code for place in rows(shift, PlaceRow, PlaceRow.id == move.to_place_id)] == ["O:1003"]


def test_a_pick_that_the_books_refuse_is_not_answered_as_done_by_the_scan_behind_it(shift: Shift) -> None:
    shift.scan(*START, "T:T3", "L:S1", MUG, MUG, MUG)
    make.build(shift.database, lambda session: session.execute(delete(ReservationRow)).rowcount)
    scans = [shift.make("T:T1"), shift.make(None, kind=ScanKind.TOTE_FULL)]
    pick, _ = shift.database.scan(scans)
    assert (pick.status, pick.code) == (ScanStatus.ERROR, "internal")
    assert [task.picked for task in rows(shift, PickTaskRow)] == [0, 0, 0]
    assert rows(shift, MoveRow, MoveRow.reason == "pick") == []


def test_forgetting_old_batches_never_forgets_one_in_the_middle_of_a_group(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picking, "KEPT", 0)

    def recipe(session: Session) -> tuple[int, int]:
        mug = session.scalars(select(ItemRow.id).where(ItemRow.sku == "MUG")).one()
        make.a_cart(session, "K2")
        return make.a_person(session, "Cleo"), make.a_batch(
            session, [make.an_order(session, {mug: 1}, number="1009")], number="B-2"
        )

    cleo, batch = make.build(shift.database, recipe)
    other = Shift(shift.database, cleo, batch, device="d-cleo").start()
    results = shift.database.scan([shift.make("K:K1"), other.make("K:K2"), shift.make("T:T1"), other.make("T:T4")])
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 4


def test_a_scan_by_somebody_who_does_not_exist_is_an_error_for_itself_alone(shift: Shift) -> None:
    results = shift.database.scan([shift.make("K:K1", person=999), shift.make("K:K1", seq=1)])
    assert [(result.status, result.code) for result in results] == [
        (ScanStatus.ERROR, "not_found"),
        (ScanStatus.APPLIED, None),
    ]


def test_a_changed_rule_holds_for_the_next_scan_of_work_in_hand(shift: Shift) -> None:
    assert [result.blocked for result in shift.scan("K:K1", "0000000000000")] == [False, True]
    watch = ChangeSetting(actor=SYSTEM, at=make.NOON, name="modes", value={"zone:A": "shadow"})
    shift.database.run(change_setting, watch)
    shift.scan(*START[1:], "T:T3", "L:S1")
    version = rows(shift, BatchRow)[0].list_version
    assert shift.scan("0000000000000")[0].blocked is False
    shift.database.run(change_setting, replace(watch, value={}))
    assert shift.scan("0000000000000")[0].blocked is True
    assert rows(shift, BatchRow)[0].list_version == version + 1


def test_an_order_is_watched_by_its_channel_where_its_zone_says_nothing(shift: Shift) -> None:
    watch = ChangeSetting(actor=SYSTEM, at=make.NOON, name="modes", value={"channel:test": "shadow"})
    shift.database.run(change_setting, watch)
    shift.scan(*START, "T:T3", "L:S1")
    assert shift.scan("0000000000000")[0].blocked is False
    shift.database.run(change_setting, replace(watch, value={"channel:test": "shadow", "zone:A": "enforce"}))
    assert shift.scan("0000000000000")[0].blocked is True
    assert [row.mode for row in rows(shift, ScanRow)][-2:] == ["shadow", "enforce"]


def an_item(line: int, sku: str, code: str) -> ItemDraft:
    sizes = {"weight_g": 100, "length_mm": None, "width_mm": None, "height_mm": None}
    barcode = BarcodeDraft(code=code, unit=UnitLevel.EACH, pack_quantity=1, line=line)
    more = {"tracking": Tracking.NONE, "flags": frozenset(), "line": line}
    return ItemDraft(sku=sku, name=f"Item {sku}", barcodes=(barcode,), **sizes, **more)


def test_a_new_barcode_of_an_item_tells_the_handhelds_that_pick_it(shift: Shift) -> None:
    before = rows(shift, BatchRow)[0].list_version

    def store(session: Session) -> list[str]:
        drafts = [an_item(1, "MUG", "9780306406157"), an_item(2, "POT", "9783161484100")]
        return [put.word for _, put in put_items(session, Request(actor=SYSTEM, at=make.NOON), drafts, {})]

    assert make.build(shift.database, store) == ["updated", "created"]
    assert rows(shift, BatchRow)[0].list_version == before + 1
    assert make.build(shift.database, store) == ["unchanged", "unchanged"]
    assert rows(shift, BatchRow)[0].list_version == before + 1
