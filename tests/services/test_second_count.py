"""A big or important order is counted by two people before it is sealed: kept over interruptions, never skipped."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build, some_stock
from tests.services.bench import BOWL, LATER, MUG, Bench, a_bench
from warehouse.domain.codes import CartonState, ExceptionState, OrderState, Outcome, Role
from warehouse.domain.errors import ForbiddenError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Actor
from warehouse.services.exceptions.queue import OpenEntry, Resolve, open_exception, resolve_exception
from warehouse.services.packing.claims import HoldPack, hand_back_pack
from warehouse.services.packing.decisions import SplitOrder, split_order
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter, ScanResult
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderRow

ACCEPTED, OVER, POLICY = Outcome.ACCEPTED, Outcome.OVER_QUANTITY, Outcome.POLICY


class Twice(Bench):
    """The bench with an order that two people count, and Cid, who packs, too."""

    cid: Actor

    def as_cid(self) -> None:
        """Go on as Cid with his own device."""
        self.ben, self.device = self.cid, "d-cid"

    def again(self, *codes: str) -> list[ScanResult]:
        """Cid takes the order and counts."""
        self.as_cid()
        self.claim()
        return self.scan(*codes)

    def entry(self) -> ExceptionRow:
        found: ExceptionRow = self.rows(ExceptionRow)[-1]
        return found


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Twice:
    plain = a_bench(open_database(judge=ScanCounter({"order": PackDesk(), "manifest": LoadingDesk()})))

    def recipe(session: Session) -> Actor:
        session.get_one(OrderRow, plain.order).instructions = [{"kind": "double_check", "text": "Worth more than 500"}]
        entry = OpenEntry(
            actor=plain.lea,
            at=NOON,
            type=ExceptionType.DOUBLE_CHECK,
            subject=f"order:{plain.order}",
            order=plain.order,
        )
        open_exception(session, entry)
        return Actor(a_person(session, "Cid", Role.PACKER), Role.PACKER, "Cid")

    bench = Twice(plain.database, plain.floor, plain.ben, plain.order)
    bench.cid = build(plain.database, recipe)
    return bench


def first_count(bench: Twice) -> ScanResult:
    bench.claim()
    return bench.scan("T:T1", MUG, MUG, BOWL, "C:CONFIRM")[-1]


def test_after_the_first_count_nothing_is_sealed_and_the_order_waits_for_somebody_else(bench: Twice) -> None:
    answer = first_count(bench)
    assert (answer.outcome, answer.text) == (
        ACCEPTED,
        "A second count is needed. Order 1042 waits for somebody else to count it again. Go on with the next order.",
    )
    assert [it.state for it in bench.cartons()] == [CartonState.OPEN]
    assert bench.labels() == bench.jobs() == []
    assert bench.says(MUG) == [Outcome.NOT_OWNER]
    assert bench.entry().text == "Order 1042 is packed. Somebody who did not pack it takes it and counts it again."
    with pytest.raises(ForbiddenError, match=r"You packed this order\. Someone else counts it again\."):
        bench.claim()


def test_the_second_count_is_blind_and_what_agrees_is_sealed(bench: Twice) -> None:
    first_count(bench)
    told = bench.again(MUG, MUG, BOWL, "C:CONFIRM")
    assert [it.outcome for it in told] == [ACCEPTED] * 4
    view = (told[0].extra or {})["view"]
    assert told[0].line == {"ordered": None, "picked": None, "packed": 1}
    assert [line["packed"] for line in view["lines"]] == [1, 0]
    assert [(it["quantity"]) for carton in view["cartons"] for it in carton["content"]] == [1]
    assert told[3].text == "Carton 1 is right. Carton 1 sealed. Stick the label on carton 1 and scan it."
    carton = bench.cartons()[0]
    assert (carton.state, carton.recounted_by_id, carton.recounted_self) == (
        CartonState.CLOSED,
        bench.cid.person,
        False,
    )
    assert (bench.entry().state, bench.entry().resolution) == (ExceptionState.RESOLVED, "Counted twice.")
    bench.ship()
    assert (bench.state(), bench.broken()) == (OrderState.SHIPPED, [])


def test_who_picked_may_make_the_second_count(bench: Twice) -> None:
    first_count(bench)
    bench.ben, bench.device = bench.ana, "d-ana-2"
    bench.claim()
    assert bench.says(MUG, MUG, BOWL, "C:CONFIRM") == [ACCEPTED] * 4


def test_one_too_few_is_blocked_by_name_and_one_too_many_with_what_the_first_count_says(bench: Twice) -> None:
    first_count(bench)
    few = bench.again(MUG, BOWL, "C:CONFIRM")[-1]
    assert (few.outcome, few.blocked, few.text) == (
        POLICY,
        True,
        "Not found in carton 1: 1 of Item MUG. Look again, or report them.",
    )
    many = bench.scan(MUG, MUG)[-1]
    assert (many.outcome, many.text) == (
        OVER,
        "By the first count carton 1 holds 2 of Item MUG. Count it once more, or call a lead.",
    )
    assert (bench.says("C:CONFIRM"), bench.cartons()[0].state) == ([ACCEPTED], CartonState.CLOSED)


def test_a_second_count_goes_on_exactly_where_it_was_after_a_break_and_a_restart(bench: Twice) -> None:
    first_count(bench)
    bench.again(MUG, MUG)
    asked = HoldPack(actor=bench.cid, at=LATER, device=bench.device, proven=bench.device, order="1042")
    bench.database.run(hand_back_pack, asked)
    bench.database._writer._judge.forget()  # type: ignore[attr-defined]  # as after a restart
    bench.claim()
    assert bench.says("C:CONFIRM", BOWL, "C:CONFIRM") == [POLICY, ACCEPTED, ACCEPTED]


def test_a_unit_the_second_count_does_not_find_leaves_the_carton_and_comes_again(bench: Twice) -> None:
    first_count(bench)
    bench.again(MUG, MUG)
    assert bench.says("C:SHORT", "C:SHORT", "L:P1") == [POLICY, ACCEPTED, ACCEPTED]
    assert (bench.state(), bench.line("BOWL")) == (OrderState.PICKED, (0, 0, 0, 1))
    assert bench.broken() == []


def test_an_undone_second_scan_counts_no_longer_and_moves_nothing(bench: Twice) -> None:
    first_count(bench)
    bench.again(MUG, MUG, BOWL, "C:UNDO")
    assert bench.line("BOWL") == (1, 1, 0, 0)
    assert bench.says("C:CONFIRM", BOWL, "C:CONFIRM") == [POLICY, ACCEPTED, ACCEPTED]


def test_a_carton_packed_anew_after_a_void_is_counted_twice_again(bench: Twice) -> None:
    first_count(bench)
    bench.again(MUG, MUG, BOWL, "C:CONFIRM")
    bench.void()
    bench.claim("O:1042")
    answer = bench.scan(MUG, MUG, BOWL, "C:CONFIRM")[-1]
    assert answer.text.startswith("A second count is needed.")
    assert (bench.entry().state, len(bench.rows(ExceptionRow))) == (ExceptionState.OPEN, 2)


def test_a_lead_lifts_the_second_count_with_a_reason_and_the_packer_seals(bench: Twice) -> None:
    first_count(bench)
    asked = Resolve(actor=bench.lea, at=NOON, exception=bench.entry().id, resolution="I counted it with Ben.")
    bench.database.run(resolve_exception, asked)
    bench.claim()
    assert (bench.says("C:CONFIRM"), bench.cartons()[0].state) == ([ACCEPTED], CartonState.CLOSED)
    assert bench.broken() == []


def test_where_one_person_may_approve_alone_the_same_packer_counts_again_and_it_is_marked(bench: Twice) -> None:
    bench.set("one_person", value=True)
    answer = first_count(bench)
    assert (
        answer.text == "A second count is needed. Carton 1: take everything out and scan each unit again, then confirm."
    )
    assert bench.says(MUG, MUG, BOWL, "C:CONFIRM") == [ACCEPTED] * 4
    carton = bench.cartons()[0]
    assert (carton.state, carton.recounted_by_id, carton.recounted_self) == (CartonState.CLOSED, bench.ben.person, True)
    noted = [row.details for row in bench.rows(AuditRow) if row.action == "carton_recounted"]
    assert noted == ['{"carton":1,"self_approved":true}']
    assert bench.broken() == []


def test_a_leave_to_split_outlives_the_first_count(bench: Twice) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    bench.database.run(split_order, SplitOrder(actor=bench.lea, at=LATER, order="1042", reason="It goes today."))
    bench.scan("C:CONFIRM")
    assert [it.outcome for it in bench.again(MUG, MUG, "C:CONFIRM")] == [ACCEPTED] * 3
    assert [it.state for it in bench.cartons()] == [CartonState.CLOSED]
    assert bench.broken() == []


def test_one_person_alone_packs_what_was_picked_again_and_counts_it_again(bench: Twice) -> None:
    bench.set("one_person", value=True)
    build(bench.database, lambda session: some_stock(session, bench.floor.s2, bench.floor.b, 1))
    first_count(bench)
    bench.scan(MUG, MUG)
    assert bench.says("C:SHORT", "C:SHORT", "L:P1") == [POLICY, ACCEPTED, ACCEPTED]
    bench.pick_again()
    bench.claim("O:1042")
    assert bench.says("T:T1", BOWL, "C:CONFIRM", BOWL, MUG, MUG, "C:CONFIRM") == [ACCEPTED] * 7
    assert (bench.cartons()[0].state, bench.broken()) == (CartonState.CLOSED, [])
