from datetime import date

import pytest

from tests.exchange.files import head_of, read, said
from warehouse.domain.codes import BinKind, Role, Tracking, UnitLevel
from warehouse.domain.drafts import (
    AcceptedRecord,
    BarcodeDraft,
    BinDraft,
    ItemDraft,
    MasterDraft,
    StockDraft,
    UserDraft,
)
from warehouse.exchange.mapping import Parsed, record_key
from warehouse.exchange.profile import built_in_profile
from warehouse.exchange.targets import Kind

ITEMS = "sku,name,unit,barcode,pack_quantity,weight_g,length_mm,width_mm,height_mm,tracking,flags\n"
BINS = "code,zone,aisle,bay,level,position,x_mm,y_mm,walk_sequence,kind,barcode\n"


def read_as(kind: Kind, text: str) -> list[Parsed]:
    return read(text, built_in_profile(kind))


def drafts(kind: Kind, text: str) -> list[MasterDraft]:
    return [record.draft for record in read_as(kind, text) if isinstance(record, AcceptedRecord)]


def test_the_rows_of_an_item_become_one_item_with_its_barcodes() -> None:
    text = (
        ITEMS
        + "S1,Mug,each,4006381333931,1,350,100,80,90,lot,fragile high_value\n"
        + "S2,Bowl,,,,,,,,,\n"
        + "S1,Mug,case,14006381333938,6,,,,,,\n"
    )
    assert drafts(Kind.ITEMS, text) == [
        ItemDraft(
            sku="S1",
            name="Mug",
            barcodes=(
                BarcodeDraft(code="4006381333931", unit=UnitLevel.EACH, pack_quantity=1, line=2),
                BarcodeDraft(code="14006381333938", unit=UnitLevel.CASE, pack_quantity=6, line=4),
            ),
            weight_g=350,
            length_mm=100,
            width_mm=80,
            height_mm=90,
            tracking=Tracking.LOT,
            flags=frozenset({"fragile", "high_value"}),
            line=2,
        ),
        ItemDraft(
            sku="S2",
            name="Bowl",
            barcodes=(),
            weight_g=None,
            length_mm=None,
            width_mm=None,
            height_mm=None,
            tracking=Tracking.NONE,
            flags=frozenset(),
            line=3,
        ),
    ]
    assert head_of(text, built_in_profile(Kind.ITEMS)).records == 2


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("L:S,Mug,each,,,,,,,,", "sku", "reserved_code"),
        ("S1,,each,,,,,,,,", "name", "missing_value"),
        (",Mug,each,,,,,,,,", "sku", "missing_value"),
        ("S1,Mug,box,,,,,,,,", "unit", "unknown_value"),
        ("S1,Mug,case,123,,,,,,,", "pack_quantity", "missing_value"),
        ("S1,Mug,case,123,0,,,,,,", "pack_quantity", "bad_number"),
        ("S1,Mug,each,123,6,,,,,,", "pack_quantity", "bad_number"),
        ("S1,Mug,each,c:UNDO,,,,,,,", "barcode", "reserved_code"),
        ("S1,Mug,each,,,-1,,,,,", "weight_g", "bad_number"),
        ("S1,Mug,each,,,1.5,,,,,", "weight_g", "bad_number"),
        ("S1,Mug,each,,,,,,,batch,", "tracking", "unknown_value"),
        ("S1,Mug,each,,,,,,,,shiny", "flags", "unknown_value"),
        ("S1,Mug", None, "too_few_fields"),
    ],
)
def test_an_item_that_cannot_be_is_refused_with_line_and_column(row: str, column: str | None, code: str) -> None:
    (refused,) = read_as(Kind.ITEMS, f"{ITEMS}{row}\n")
    assert said(refused) == [(2, column, code)]


def test_one_code_on_two_items_is_refused_in_every_writing_of_it() -> None:
    rows = "S1,Mug,each,012345678905,,,,,,,\nS2,Bowl,each,0012345678905,,,,,,,\n"
    records = read_as(Kind.ITEMS, ITEMS + rows)
    assert [said(record) for record in records] == [[], [(3, "barcode", "duplicate_barcode")]]


def test_two_spellings_of_a_sku_are_never_merged() -> None:
    records = read_as(Kind.ITEMS, ITEMS + "85099B,Bag,,,,,,,,,\n85099b,Bag,,,,,,,,,\n")
    assert [(record_key(record), said(record)) for record in records] == [
        ("85099B", []),
        ("85099b", [(3, "sku", "duplicate_sku")]),
    ]


def test_rows_that_contradict_each_other_refuse_the_item() -> None:
    records = read_as(Kind.ITEMS, ITEMS + "S1,Mug,,,,,,,,,\nS1,Jug,,,,,,,,,\n")
    assert [said(record) for record in records] == [[(3, "name", "item_conflict")]]


def test_the_same_barcode_twice_on_an_item_is_once_or_a_contradiction() -> None:
    once = read_as(Kind.ITEMS, ITEMS + "S1,Mug,,X-1,,,,,,,\nS1,Mug,,X-1,,,,,,,\n")
    assert [said(record) for record in once] == [[(3, "barcode", "duplicate_record")]]
    twice = read_as(Kind.ITEMS, ITEMS + "S1,Mug,,X-1,,,,,,,\nS1,Mug,case,X-1,6,,,,,,\n")
    assert [said(record) for record in twice] == [[(3, "barcode", "duplicate_barcode")]]


def test_a_bad_barcode_is_left_out_and_its_item_goes_in() -> None:
    rows = 'S1,Mug,,5012345678930,,,,,,,\nS2,Jug,,"8,02E+12",,,,,,,\nS3,Cup,,2000000000077,,,,,,,\n'
    records = read_as(Kind.ITEMS, ITEMS + rows)
    assert [said(record) for record in records] == [
        [(2, "barcode", "bad_barcode")],
        [(3, "barcode", "bad_barcode")],
        [(4, "barcode", "bad_barcode")],
    ]
    assert [
        [barcode.code for barcode in draft.barcodes]
        for draft in drafts(Kind.ITEMS, ITEMS + rows)
        if isinstance(draft, ItemDraft)
    ] == [[], [], ["2000000000077"]]


def test_bins_are_read_and_doubles_refused() -> None:
    text = BINS + "A1-01,A,A,1,0,1,1200,-50,7,pick face,L:A1-01\na1-01,A,A,1,0,1,,,,,\nB2,,,,,,,,,reserve,OLD-7\n"
    records = read_as(Kind.BINS, text)
    assert drafts(Kind.BINS, text)[0] == BinDraft(
        code="A1-01",
        zone="A",
        aisle="A",
        bay="1",
        level="0",
        position="1",
        x_mm=1200,
        y_mm=-50,
        walk_sequence=7,
        kind=BinKind.PICK_FACE,
        barcode="L:A1-01",
        line=2,
    )
    assert [said(record) for record in records] == [[], [(3, "code", "duplicate_record")], []]


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ("T:1,,,,,,,,,,", (2, "code", "reserved_code")),
        ("A1,,,,,,,,,,L:A2", (2, "barcode", "reserved_code")),
        ("A1,,,,,,,,,attic,", (2, "kind", "unknown_value")),
        ("A1,,,,,,,,-1,,", (2, "walk_sequence", "bad_number")),
        ("A1,,,,,,,,,,X\nA2,,,,,,,,,,X", (3, "barcode", "duplicate_barcode")),
    ],
)
def test_a_bin_that_cannot_be_is_refused(rows: str, finding: tuple[int, str, str]) -> None:
    assert said(read_as(Kind.BINS, f"{BINS}{rows}\n")[-1]) == [finding]


def test_stock_is_whole_pieces_by_bin_sku_and_lot() -> None:
    head = "bin,sku,lot,expires_on,quantity\n"
    assert drafts(Kind.STOCK, head + "A1,S1,L7,2027-01-31,12\nA1,S1,,,0\n") == [
        StockDraft(bin="A1", sku="S1", lot="L7", expires_on=date(2027, 1, 31), quantity=12, line=2),
        StockDraft(bin="A1", sku="S1", lot="", expires_on=None, quantity=0, line=3),
    ]
    wrong = read_as(Kind.STOCK, head + "A1,S1,,,-1\nA1,S2,,,2.5\nA1,S3,,31.1.27,1\nA1,S4,,,1\nA1,s4,,,1\n")
    assert [said(record) for record in wrong] == [
        [(2, "quantity", "bad_number")],
        [(3, "quantity", "bad_number")],
        [(4, "expires_on", "bad_date")],
        [],
        [(6, "bin", "duplicate_record")],
    ]


def test_people_have_one_role_and_a_badge_of_their_own() -> None:
    head = "name,role,badge,language\n"
    assert drafts(Kind.USERS, head + "Ana,picker,U:1001,\nLea,Order Desk,77,de\n") == [
        UserDraft(name="Ana", role=Role.PICKER, badge="U:1001", language=None, line=2),
        UserDraft(name="Lea", role=Role.ORDER_DESK, badge="77", language="de", line=3),
    ]
    wrong = read_as(Kind.USERS, head + "Ana,boss,1,\nBen,packer,T:1,\nLea,lead,7,\nMallory,lead,7,\nEve,,9,\n")
    assert [said(record) for record in wrong] == [
        [(2, "role", "unknown_value")],
        [(3, "badge", "reserved_code")],
        [],
        [(5, "badge", "duplicate_record")],
        [(6, "role", "missing_value")],
    ]


@pytest.mark.parametrize(("first", "second"), [("x7", "U:X7"), ("U:x7", "X7"), ("12345670", "U:12345670")])
def test_badges_of_a_file_that_no_sign_in_can_tell_apart_stand_there_twice(first: str, second: str) -> None:
    ana, lea = read_as(Kind.USERS, f"name,role,badge,language\nAna,picker,{first},\nLea,lead,{second},\n")
    assert (said(ana), said(lea)) == ([], [(3, "badge", "duplicate_record")])
