"""A code of two items means neither until somebody decides; a code of none is told until it is known."""

import pytest
from sqlalchemy import select

from tests.builders import NOON, an_item, build
from tests.services.bench import MUG, Bench
from tests.services.exceptions.situations import ITEMS, House, a_barcode_nobody_knows
from warehouse.domain.codes import Outcome, Role
from warehouse.domain.errors import ConflictError, ForbiddenError
from warehouse.services.actor import Actor
from warehouse.services.catalog.deciding import DecideCode, claimants, decide_code
from warehouse.services.exceptions.queue import Resolve, settle_exception
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.exception_queue import ExceptionRow

MAX = Actor(None, Role.MASTER_DATA_OWNER, "Max")


@pytest.fixture
def bench(house: House) -> Bench:
    """Ben packs two mugs; then a file says that the cup has the mug's code."""
    found = house.bench()
    found.claim()
    assert found.says("T:T1", MUG) == [Outcome.ACCEPTED] * 2
    house.bring(f"{ITEMS}\nCUP,Cup,{MUG}\n", "items")
    return found


def entry(house: House) -> ExceptionRow:
    with house.database.read() as session:
        return session.scalars(select(ExceptionRow).order_by(ExceptionRow.id.desc())).first()  # type: ignore[return-value]


def test_a_code_of_two_items_is_refused_until_it_is_said_whose_it_is(house: House, bench: Bench) -> None:
    (refused,) = bench.scan(MUG)
    assert (refused.outcome, refused.text) == (
        Outcome.AMBIGUOUS,
        "Two items have this code. Scan the item's own label.",
    )
    with house.database.read() as session:
        named = claimants(session, entry(house).subject)
    assert [(one.sku, one.name) for one in named] == [("MUG", "Item MUG"), ("CUP", "Cup")]
    asked = DecideCode(actor=MAX, at=NOON, exception=entry(house).id, item=named[0].item)
    with pytest.raises(ForbiddenError):
        house.database.run(
            decide_code, DecideCode(actor=bench.ana, at=NOON, exception=entry(house).id, item=named[0].item)
        )
    house.database.run(decide_code, asked)
    assert bench.says(MUG) == [Outcome.ACCEPTED]
    assert (entry(house).state, entry(house).resolution) == ("resolved", "The code is of MUG.")
    again = house.bring(f"{ITEMS}\nCUP,Cup,{MUG}\n", "items").report["findings"]
    assert ([it["code"] for it in again], entry(house).id) == (["duplicate_barcode"], asked.exception)
    assert bench.says("5012345678900") == [Outcome.ACCEPTED]


def test_a_code_may_go_over_to_the_other_item(house: House, bench: Bench) -> None:
    with house.database.read() as session:
        mug, cup = claimants(session, entry(house).subject)
    house.database.run(decide_code, DecideCode(actor=MAX, at=NOON, exception=entry(house).id, item=cup.item))
    assert bench.says(MUG) == [Outcome.NOT_ON_BATCH]
    with house.database.read() as session:
        code = session.scalars(select(BarcodeRow).where(BarcodeRow.code == f"0{MUG}")).one()
        assert (code.item_id, code.claimed_by_id, claimants(session, entry(house).subject)) == (cup.item, None, [])
    with pytest.raises(ConflictError):
        house.database.run(decide_code, DecideCode(actor=MAX, at=NOON, exception=entry(house).id, item=mug.item))


def test_who_settles_it_without_a_decision_leaves_the_code_with_whom_it_was(house: House, bench: Bench) -> None:
    said = Resolve(actor=MAX, at=NOON, exception=entry(house).id, resolution="The file was wrong.")
    house.database.run(settle_exception, said)
    assert bench.says(MUG) == [Outcome.ACCEPTED]


def test_a_code_of_two_items_is_refused_at_the_bin_too_for_either_of_them(house: House) -> None:
    shift = house.shift()
    house.bring(f"{ITEMS}\nCUP,Cup,{MUG}\n", "items")
    assert shift.says(MUG) == [Outcome.AMBIGUOUS]


def test_a_code_nobody_knew_is_told_once_and_settled_when_it_gets_its_item(house: House) -> None:
    a_barcode_nobody_knows(house)
    found = entry(house)
    assert (found.subject, found.data["code"]) == ("code:05099999999995", "05099999999995")
    assert found.text == (
        "Barcode not in the system: 5099999999995, scanned at batch B-1. Find the item and add its barcode."
    )
    house.bring(f"{ITEMS}\nNEW,New,5099999999995\n", "items")
    assert (entry(house).id, entry(house).state, entry(house).resolution) == (
        *(found.id, "resolved"),
        "It is in the system now.",
    )


def test_a_torn_label_of_ours_is_no_matter_of_master_data(house: House) -> None:
    shift = house.shift()
    build(house.database, lambda session: an_item(session, "PEN"))
    assert shift.says("T:T77", "\x01\x02") == [Outcome.UNKNOWN_BARCODE] * 2
    with house.database.read() as session:
        assert session.scalars(select(ExceptionRow)).all() == []
