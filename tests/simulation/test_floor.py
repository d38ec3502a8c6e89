"""The physical floor: carts, totes, what lies in them, and orders that are on their way to pack."""

import threading
from collections import deque

from warehouse.simulation.floor import NO_TOTE, Floor, Trip
from warehouse.simulation.goods import Unit

MUG = Unit("MUG", (("04006381333931", 1), ("14006381333938", 6)))
PILE = ("S1", "MUG", "")


def a_floor() -> Floor:
    return Floor(carts=deque(["K1"]), totes=deque(["T1", "T2", "T3"]))


def test_a_trip_gets_a_cart_and_all_its_totes_or_waits() -> None:
    floor = a_floor()
    assert floor.take_cart_and_totes(2) == Trip("K1", ["T1", "T2"])
    floor.stop()
    assert floor.take_cart_and_totes(1) is None
    floor.bring_back("K1", ["T2"])
    assert (list(floor.carts), list(floor.totes)) == (["K1"], ["T3", "T2"])


def test_one_more_tote_is_waited_for_until_it_is_time_to_go_home() -> None:
    floor = a_floor()
    assert [floor.take_tote() for _ in range(3)] == ["T1", "T2", "T3"]
    threading.Timer(0.2, floor.bring_back, (None, ["T2"])).start()
    assert floor.take_tote() == "T2"
    floor.bring_back(None, ["T3"])
    floor.stop()
    assert [floor.take_tote(), floor.take_tote()] == ["T3", None]


def test_a_cart_that_was_left_is_found_by_who_goes_on_with_it() -> None:
    floor, trip = a_floor(), Trip("K1", [], {1: "T1"})
    floor.leave_trip(7, trip)
    assert (floor.find_trip(8), floor.find_trip(7), floor.find_trip(7)) == (None, trip, None)


def test_an_order_comes_to_pack_when_no_cart_carries_it_any_more() -> None:
    floor = a_floor()
    floor.on_trip(["1001"])
    assert not floor.bring_to_pack("1001")
    floor.on_trip(["1001"], -1)
    assert (floor.bring_to_pack("1001"), floor.bring_to_pack("1001")) == (True, False)
    assert (floor.next_to_pack("Ben"), floor.next_to_pack("Ben"), floor.is_away("1001")) == ("1001", None, True)
    floor.leave_bench("1001")
    assert (floor.is_away("1001"), floor.is_idle) == (False, True)


def test_the_second_count_is_for_somebody_else() -> None:
    floor = a_floor()
    floor.bench("1001").packers.add("Ben")
    floor.bring_to_pack("1001")
    assert (floor.next_to_pack("Ben"), floor.next_to_pack("Cleo")) == (None, "1001")
    floor.leave_bench("1001", again=True)
    assert (floor.is_idle, floor.next_to_pack("Cleo")) == (False, "1001")


def test_a_packed_order_leaves_its_totes_free() -> None:
    floor = a_floor()
    floor.take_cart_and_totes(2)
    floor.drop("1001", "T1", [MUG])
    assert floor.units_of("1001") == (["T1"], [MUG])
    floor.set_loose("1001", [])
    floor.packed("1001")
    assert (list(floor.totes), floor.units_of("1001")) == (["T3", "T1"], ([], []))


def test_pieces_of_an_order_without_a_tote_lie_on_the_bench() -> None:
    floor = a_floor()
    floor.set_loose("1001", [MUG])
    assert floor.units_of("1001") == ([f"{NO_TOTE}1001"], [MUG])


def test_what_goes_back_is_looked_for_where_it_should_lie_and_then_on_the_benches() -> None:
    floor = a_floor()
    floor.drop("1001", "T1", [MUG, MUG])
    floor.set_aside(MUG)
    assert floor.search("T1", "MUG", 3) == [MUG, MUG, MUG]
    assert floor.in_totes() == {}


def test_what_nobody_scanned_is_found_once() -> None:
    floor = a_floor()
    floor.slip_in("1001", MUG, PILE)
    assert floor.all_unscanned() == ["1001"]
    assert (floor.unscanned("1001"), floor.unscanned("1001")) == ([(MUG, PILE)], [])


def test_a_piece_with_a_serial_number_is_taken_once_until_it_is_laid_back() -> None:
    floor = a_floor()
    assert [floor.take_serial(["SN1", "SN2"]) for _ in range(3)] == ["SN1", "SN2", None]
    floor.return_serial("SN1")
    assert floor.take_serial(["SN1", "SN2"]) == "SN1"


def test_what_can_be_mistaken_belongs_to_another_order() -> None:
    floor = a_floor()
    floor.drop("1001", "T1", [MUG])
    floor.stick("095200001", "1001")
    assert (floor.foreign_tote("1001"), floor.label_of_other("1001")) == (None, None)
    assert (floor.foreign_tote("1002"), floor.label_of_other("1002")) == ("T1", "095200001")


def test_what_was_set_aside_lies_in_no_tote_that_could_be_scanned() -> None:
    floor = a_floor()
    floor.set_aside(MUG)
    assert floor.foreign_tote("1001") is None
    floor.drop("1002", "T2", [MUG])
    assert floor.foreign_tote("1001") == "T2"
