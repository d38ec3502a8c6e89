"""The physical floor: carts, totes, what lies in them, and orders that are on their way to pack."""

from collections import deque

from warehouse.simulation.floor import Floor, Unit

MUG = Unit("MUG", (("04006381333931", 1), ("14006381333938", 6)))


def a_floor() -> Floor:
    return Floor(carts=deque(["K1"]), totes=deque(["T1", "T2", "T3"]))


def test_a_trip_gets_a_cart_and_all_its_totes_or_waits() -> None:
    floor = a_floor()
    assert floor.take_cart_and_totes(2) == ("K1", ["T1", "T2"])
    floor.stop()
    assert floor.take_cart_and_totes(1) is None
    floor.bring_back("K1", ["T2"])
    assert (list(floor.carts), list(floor.totes)) == (["K1"], ["T3", "T2"])


def test_an_order_on_two_trips_goes_to_pack_after_the_second() -> None:
    floor = a_floor()
    floor.expect([["1001", "1002"], ["1001"]])
    floor.drop("1001", "T1", [MUG])
    floor.drop("1002", "T2", [MUG, MUG])
    assert floor.trip_ended(["1001", "1002"]) == ["1002"]
    floor.drop("1001", "T3", [MUG])
    assert floor.trip_ended(["1001"]) == ["1001"]
    assert floor.units_of("1001") == (["T1", "T3"], [MUG, MUG])
    assert [floor.next_to_pack() for _ in range(3)] == ["1002", "1001", None]


def test_a_packed_order_leaves_its_totes_free() -> None:
    floor = a_floor()
    floor.take_cart_and_totes(2)
    floor.drop("1001", "T1", [MUG])
    floor.packed("1001")
    assert (list(floor.totes), floor.units_of("1001")) == (["T3", "T1"], ([], []))


def test_a_piece_with_a_serial_number_is_taken_once() -> None:
    floor = a_floor()
    assert [floor.take_serial(["SN1", "SN2"]) for _ in range(3)] == ["SN1", "SN2", None]


def test_what_can_be_mistaken_belongs_to_another_order() -> None:
    floor = a_floor()
    floor.drop("1001", "T1", [MUG])
    floor.stick("095200001", "1001")
    assert (floor.foreign_tote("1001"), floor.label_of_other("1001")) == (None, None)
    assert (floor.foreign_tote("1002"), floor.label_of_other("1002")) == ("T1", "095200001")


def test_packers_go_home_when_pickers_have_and_nothing_waits() -> None:
    floor = a_floor()
    floor.expect([["1001"]])
    floor.drop("1001", "T1", [MUG])
    floor.trip_ended(["1001"])
    floor.picking_ends()
    assert not floor.all_brought
    floor.next_to_pack()
    assert floor.all_brought
