"""The floor plan in the database: from a file, by hand, and as the planner reads it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import NOON, a_bin, build
from warehouse.children import Children
from warehouse.domain.drafts import LayoutKind
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.layout import Aisle, Bin, CrossAisle, Edge, Layout, OneWay, Station
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Surroundings, import_file
from warehouse.services.actor import SYSTEM
from warehouse.services.layout.floor_plan import BlockAisle, PlaceBins, RemovePart, block_aisle, place_bins, remove_part
from warehouse.services.layout.picture import Wanted, draw_floor
from warehouse.storage.database import Database
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import (
    StoredCart,
    StoredStation,
    aisles_without_plan,
    floor_plan,
    load_layout,
)

HEAD = "kind,code,zone,name,x_mm,y_mm,one_way,blocked,to,distance_mm,totes,weight_g\n"
PLAN = (
    HEAD
    + "zone,A,,Fast movers,,,,,,,,\n"
    + "aisle,01,A,,3000,,up,,,,,\n"
    + "aisle,02,A,,6000,,,wet floor,,,,\n"
    + "cross_aisle,FRONT,,,,0,,,,,,\n"
    + "cross aisle,BACK,,,,20000,,,,,,\n"
    + "depot,DESK,,,4500,0,,,,,,\n"
    + "way,DESK,,,,,yes,,MEZZANINE,18000,,\n"
    + "cart,K9,,,,,,,,,12,90000\n"
)


def bring(database: Database, children: Children, text: str) -> dict[str, Any]:
    around = Surroundings(database=database, children=children, now=lambda: NOON, hash_pin=str)
    job = Job(kind=Kind.LAYOUT, origin=text.encode(), file_name="plan.csv", actor=SYSTEM)
    return import_file(around, job).report


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {word: number for word, number in report["layout"].items() if number}


def test_a_file_brings_the_floor_plan_and_the_carts_as_the_planner_reads_them(
    database: Database, children: Children
) -> None:
    assert [counts(bring(database, children, PLAN)), counts(bring(database, children, PLAN))] == [
        {"created": 8},
        {"unchanged": 8},
    ]
    with database.read() as session:
        assert load_layout(session) == Layout(
            bins={},
            depot_x_mm=4500,
            depot_y_mm=0,
            aisles=(
                Aisle(code="01", x_mm=3000, zone="A", one_way=OneWay.UP),
                Aisle(code="02", x_mm=6000, zone="A", blocked="wet floor"),
            ),
            cross_aisles=(CrossAisle(code="FRONT", y_mm=0), CrossAisle(code="BACK", y_mm=20000)),
            stations=(Station(code="DESK", x_mm=4500, y_mm=0),),
            edges=(Edge(a="DESK", b="MEZZANINE", distance_mm=18000, one_way=True),),
            start="DESK",
            end="",
        )
        assert floor_plan(session).carts == (
            StoredCart(id=1, code="K9", totes=12, orders=None, items=None, lines=None, volume_cm3=None, weight_g=90000),
        )


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("aisle,01,,,,,,,,,,", "x_mm", "“aisle” needs its x_mm"),
        ("cross_aisle,C,,,,,,,,,,", "y_mm", "“cross aisle” needs its y_mm"),
        ("aisle,01,,,3,,sideways,,,,,", "one_way", "“sideways” is none of: up, down"),
        ("way,A,,,,,up,,B,5,,", "one_way", "“up” is none of: no, yes"),
        ("cart,K1,,,,,,,,,0,", "totes", "0 is below 1"),
        ("lift,L1,,,,,,,,,,", "kind", "“lift” is none of: zone, aisle, cross_aisle, depot, start, end, station, way"),
    ],
)
def test_a_part_that_lacks_its_figures_is_refused_by_name(
    database: Database, children: Children, row: str, column: str, message: str
) -> None:
    report = bring(database, children, f"{HEAD}{row}\n")
    finding = report["findings"][0]
    assert (counts(report), finding["line"], finding["column"]) == ({"refused": 1}, 2, column)
    assert finding["message"].startswith(message)


def test_a_lead_closes_an_aisle_with_a_reason_and_opens_it_again(database: Database, children: Children) -> None:
    bring(database, children, PLAN)
    with pytest.raises(InvalidInputError, match="Say why nobody gets through"):
        database.run(block_aisle, BlockAisle(actor=SYSTEM, at=NOON, code="01", reason=" "))
    database.run(block_aisle, BlockAisle(actor=SYSTEM, at=NOON, code="01", reason="fallen pallet"))
    database.run(block_aisle, BlockAisle(actor=SYSTEM, at=NOON, code="02", reason=None))
    with database.read() as session:
        assert [(it.code, it.blocked) for it in load_layout(session).aisles] == [("01", "fallen pallet"), ("02", None)]


def test_a_part_is_taken_off_the_plan_once(database: Database, children: Children) -> None:
    bring(database, children, PLAN)
    away = RemovePart(actor=SYSTEM, at=NOON, kind=LayoutKind.WAY, code="DESK", to="MEZZANINE")
    database.run(remove_part, away)
    with pytest.raises(NotFoundError, match="There is no way DESK"):
        database.run(remove_part, away)
    with database.read() as session:
        assert load_layout(session).edges == ()


def test_bins_without_places_get_them_from_their_aisle_and_bay(database: Database, children: Children) -> None:
    bring(database, children, PLAN)

    def bins(session: Any) -> None:
        for code, bay in (("P1", "9"), ("P2", "10"), ("P3", "9")):
            row = session.get_one(BinRow, a_bin(session, code))
            row.aisle, row.bay = "01", bay
        session.get_one(BinRow, a_bin(session, "Q1")).aisle = "77"

    build(database, bins)
    placed = PlaceBins(actor=SYSTEM, at=NOON, aisle="01", first_y_mm=1000, bay_mm=900)
    assert database.run(place_bins, placed) == 3
    with database.read() as session:
        found = load_layout(session).bins
        assert {code: (found[code].x_mm, found[code].y_mm) for code in ("P1", "P2", "P3", "Q1")} == {
            "P1": (3000, 1000),
            "P2": (3000, 1900),
            "P3": (3000, 1000),
            "Q1": (None, None),
        }
        assert set(load_layout(session, {"P2"}).bins) == {"P2"}
        assert aisles_without_plan(session) == ["77"]


@pytest.mark.parametrize("desk", ["A", "Z"])
def test_a_place_where_trips_only_end_goes_before_the_desk_whatever_it_is_called(
    database: Database, children: Children, desk: str
) -> None:
    bring(database, children, HEAD + f"depot,{desk},,,4500,0,,,,,,\nend,PACK,,,9000,0,,,,,,\n")
    with database.read() as session:
        layout = load_layout(session)
    assert (layout.start, layout.end, layout.depot_x_mm) == (desk, "PACK", 4500)


def test_a_walk_is_drawn_to_where_trips_end_and_bins_where_their_aisle_stands(database: Database) -> None:
    layout = Layout(
        bins={"A1": Bin(code="A1", aisle="A", y_mm=2000)},
        aisles=(Aisle(code="A", x_mm=1000),),
        cross_aisles=(CrossAisle(code="f", y_mm=0), CrossAisle(code="b", y_mm=9000)),
        stations=(Station(code="IN", x_mm=0, y_mm=0), Station(code="OUT", x_mm=6000, y_mm=0)),
        start="IN",
        end="OUT",
    )
    stations = tuple(StoredStation(code=it.code, kind="station", x_mm=it.x_mm, y_mm=0) for it in layout.stations)
    with database.read() as session:
        parts = replace(floor_plan(session), cross_aisles=layout.cross_aisles, stations=stations)
    drawn = draw_floor(layout, parts, Wanted(figures={}, unit="pieces", walk=["A1"]))
    ends = {code: f"{x},{y}" for code, x, y in drawn.stations}
    assert (drawn.unplaced, len(drawn.stops)) == (0, 1)
    assert (drawn.walk.split()[0], drawn.walk.split()[-1]) == (ends["IN"], ends["OUT"])
