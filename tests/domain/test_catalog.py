import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from warehouse.domain.catalog import (
    GtinVerdict,
    Namespace,
    gtin_sentence,
    is_reserved,
    is_usable,
    judge_gtin,
    judge_item,
    nearest_skus,
    sku_key,
    sku_problem,
)
from warehouse.domain.codes import BinKind, Role, Tracking, UnitLevel
from warehouse.domain.drafts import BarcodeDraft, BinDraft, Finding, ItemDraft, StockDraft, UserDraft

VERDICTS = {
    "ok": {GtinVerdict.OK, GtinVerdict.RESTRICTED},
    "bad_check_digit": {GtinVerdict.BAD_CHECK_DIGIT},
    "bad_length": {GtinVerdict.BAD_LENGTH},
    "too_long_maybe_gs1_element_string": {GtinVerdict.TOO_LONG},
    "spreadsheet_scientific_notation": {GtinVerdict.SPREADSHEET_DAMAGE},
}


def an_item(*codes: str) -> ItemDraft:
    return ItemDraft(
        sku="S1",
        name="Mug",
        barcodes=tuple(
            BarcodeDraft(code=code, unit=UnitLevel.EACH, pack_quantity=1, line=line)
            for line, code in enumerate(codes, start=2)
        ),
        weight_g=None,
        length_mm=None,
        width_mm=None,
        height_mm=None,
        tracking=Tracking.NONE,
        flags=frozenset(),
        line=2,
    )


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("4006381333931", GtinVerdict.OK),
        ("96385074", GtinVerdict.OK),
        ("012345678905", GtinVerdict.OK),
        ("14006381333938", GtinVerdict.OK),
        ("4006381333930", GtinVerdict.BAD_CHECK_DIGIT),
        ("12345678901", GtinVerdict.BAD_LENGTH),
        ("123456789012345", GtinVerdict.TOO_LONG),
        ("8,02E+12", GtinVerdict.SPREADSHEET_DAMAGE),
        ("5.01235e+12", GtinVerdict.SPREADSHEET_DAMAGE),
        ("4006381333931.0", GtinVerdict.SPREADSHEET_DAMAGE),
        ("2000000000077", GtinVerdict.RESTRICTED),
        ("0200001008146", GtinVerdict.RESTRICTED),
        ("400000000008", GtinVerdict.RESTRICTED),
        ("00545785", GtinVerdict.RESTRICTED),
        ("SHELF-7", GtinVerdict.NOT_A_GTIN),
        ("\uff14006381333931", GtinVerdict.NOT_A_GTIN),
        ("", GtinVerdict.NOT_A_GTIN),
    ],
)
def test_a_product_code_is_judged(code: str, verdict: GtinVerdict) -> None:
    assert judge_gtin(code) is verdict


def test_every_real_code_is_judged_as_its_answer_key_says(shared: Path) -> None:
    with (shared / "data" / "gtin_real.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wrong = [row["code"] for row in rows if judge_gtin(row["code"]) not in VERDICTS[row["verdict"]]]
    assert wrong == []
    kinds = {row["kind"] for row in rows if row["kind"].startswith("restricted")}
    restricted = [row["code"] for row in rows if row["kind"] in kinds]
    assert [code for code in restricted if judge_gtin(code) is not GtinVerdict.RESTRICTED] == []


def test_odd_codes_are_named_and_only_damaged_ones_left_out() -> None:
    item = an_item("4006381333931", "4006381333930", "12345", "2000000000077", "SHELF-7", "8,02E+12")
    assert judge_item(item) == (
        Finding(
            *(3, "barcode", "bad_barcode"),
            "“4006381333930” has a wrong last digit, so no scanner will ever send it; left out",
        ),
        Finding(
            *(4, "barcode", "bad_barcode"),
            "“12345” has the wrong number of digits for a product code; leading zeros may be lost",
        ),
        Finding(
            *(5, "barcode", "bad_barcode"),
            "“2000000000077” is an in-store code: other shops use it for other goods",
        ),
        Finding(
            *(7, "barcode", "bad_barcode"),
            "“8,02E+12” was damaged by a spreadsheet and cannot be restored; left out",
        ),
    )
    assert [is_usable(barcode.code) for barcode in item.barcodes] == [True, False, True, True, True, False]


def test_our_own_prefixes_are_refused_for_skus() -> None:
    assert [is_reserved(code) for code in ("C:UNDO", "l:a1", "CX:1", "85123A")] == [True, True, False, False]
    assert sku_problem("t:1") == "“t:1” begins with “t:”, which is kept for our own barcodes"
    assert sku_problem("85123A") is None


def test_a_code_belongs_to_one_item_in_every_writing_of_it() -> None:
    names = Namespace()
    assert names.claim("012345678905", "S1", 2) is None
    assert names.claim("0012345678905", "S1", 3) is None
    assert names.claim("00012345678905", "S2", 4) == ("S1", 2)


def test_spellings_of_a_sku_are_one() -> None:
    assert sku_key(" 85123a ") == sku_key("85123A") == "85123a"


def test_the_nearest_skus_are_proposed_best_first() -> None:
    catalogue = ["85123A", "85123B", "85099B", "22423", "POST"]
    assert nearest_skus("85123a", catalogue) == ("85123A", "85123B")
    assert nearest_skus("85123a", catalogue, count=1) == ("85123A",)
    assert nearest_skus("9", catalogue) == ()
    assert nearest_skus("32158", ["85123"]) == ()


def test_master_data_is_named_by_what_a_person_knows_it_by() -> None:
    bin_ = BinDraft(
        code="A1",
        zone="",
        aisle="",
        bay="",
        level="",
        position="",
        x_mm=None,
        y_mm=None,
        walk_sequence=None,
        kind=BinKind.PICK_FACE,
        barcode="",
        line=2,
    )
    stock = StockDraft(bin="A1", sku="S1", lot="L7", expires_on=date(2027, 1, 31), quantity=1, line=2)
    user = UserDraft(name="Ana", role=Role.PICKER, badge="U:7", language="en", line=2)
    assert [draft.key for draft in (an_item(), bin_, stock, user)] == ["S1", "A1", "A1 S1 L7", "U:7"]


def test_what_is_odd_with_a_product_code_is_said_in_words() -> None:
    assert gtin_sentence("4006381333931") is None
    assert gtin_sentence("4006381333930") == "has a wrong last digit, so no scanner will ever send it; left out"


def test_a_weight_of_zero_is_a_weight_nobody_knows() -> None:
    (finding,) = judge_item(replace(an_item(), weight_g=0))
    assert finding == Finding(2, "weight_g", "missing_weight", "S1 weighs 0: taken as not known")
