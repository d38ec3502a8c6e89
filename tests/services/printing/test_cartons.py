"""Papers of a sealed carton: what is in it, what customs must know, and plain words where that is missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from printers import load_profile, media_named, render
from printers.documents import document_from_json
from tests.builders import NOON, build
from tests.services.printing.test_events import Bench, a_bench
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.shipping.parcels import make_sscc
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.cartons import PAPERS, carton_paper
from warehouse.services.printing.jobs import LABEL, ROLE_OF_KIND
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import LotRow

SSCC = make_sscc("9520000", 1)
SITE = {"eori": "GB123456789000", "vat_number": "GB123456789", "ioss": "IM2760000123", "incoterm": "DDP"}


def _abroad(session: Session) -> Bench:
    """Three A in carton 1, of lot L1, with everything that customs ask for."""
    bench = a_bench(session)
    for name, value in SITE.items():
        change_setting(session, ChangeSetting(actor=SYSTEM, at=NOON, name=name, value=value))
    item = session.get_one(ItemRow, bench.a)
    item.hs_code, item.origin, item.limited_quantity = "7013990000", "CZ", True
    session.get_one(OrderRow, bench.order).currency = "GBP"
    carton = session.get_one(CartonRow, bench.carton)
    carton.weight_g, carton.closed_at = 640, NOON
    [content] = session.query(CartonLineRow).all()
    session.get_one(OrderLineRow, content.order_line_id).unit_price_cents = 255
    lot = session.get_one(LotRow, content.lot_id)
    lot.code, lot.expires_on = "L1", date(2027, 2, 28)
    return bench


@pytest.fixture
def bench(database: Database) -> Bench:
    return build(database, _abroad)


def paper(database: Database, name: str) -> dict[str, Any]:
    with database.read() as session:
        return carton_paper(session, SSCC, name, NOON)


def change(database: Database, table: type, key: int, values: Mapping[str, Any]) -> None:
    def put(session: Session, _: None) -> None:
        row = session.get_one(table, key)
        for name, value in values.items():
            setattr(row, name, value)

    database.run(put, None)


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_is_a_document_that_prints_and_knows_its_printer(
    database: Database, bench: Bench, name: str
) -> None:
    document = document_from_json(paper(database, name))
    is_label = ROLE_OF_KIND[document.kind] == LABEL
    profile = load_profile("zebra_203" if is_label else "a4_laser_600")
    assert is_label != document.is_paper, bench
    assert render(document, profile, media_named("4x6in" if is_label else "A4")).pages >= 1


def test_a_content_list_has_lots_and_what_the_carton_weighs(database: Database, bench: Bench) -> None:
    found = paper(database, "contents")
    line = {"sku": "A", "name": "Item A", "quantity": 3, "barcode": "04006381333931", "lot": "L1"}
    assert found["lines"] == [line | {"expires_on": "2027-02-28", "serials": []}]
    assert (found["weight_g"], found["sscc"], found["carton"], found["cartons"], bench.carton > 0) == (
        640,
        SSCC,
        1,
        1,
        True,
    )


def test_a_logistic_label_says_what_is_inside_when_that_is_one_article(database: Database, bench: Bench) -> None:
    found = paper(database, "logistic-label")
    assert (found["content_gtin"], found["count"], found["lot"]) == ("04006381333931", 3, "L1"), bench


def test_an_invoice_knows_the_seller_by_the_sites_settings(database: Database, bench: Bench) -> None:
    found = paper(database, "invoice")
    assert found["seller"] == {
        "lines": ["Hearth & Home", "14 Canal Wharf", "Leeds LS11 5PS"],
        "eori": "GB123456789000",
        "vat_number": "GB123456789",
        "ioss": "IM2760000123",
    }
    assert found["lines"] == [
        {
            "description": "Item A",
            "sku": "A",
            "quantity": 3,
            "unit_cents": 255,
            "unit_weight_g": 100,
            "hs_code": "7013990000",
            "origin": "CZ",
        }
    ]
    assert (found["incoterm"], found["currency"], found["gross_weight_g"], bench.a > 0) == ("DDP", "GBP", 640, True)


def test_a_present_is_declared_as_one(database: Database, bench: Bench) -> None:
    assert paper(database, "cn23")["category"] == "sale_of_goods"
    change(database, OrderRow, bench.order, {"gift_note": "Happy birthday"})
    assert [paper(database, name)["category"] for name in ("cn22", "cn23")] == ["gift", "gift"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hs_code": None}, "need the HS code of A"),
        ({"hs_code": None, "origin": None}, "need the HS code and the country of origin of A"),
        ({"weight_g": None}, "need the weight of A"),
    ],
)
def test_what_customs_miss_is_named(database: Database, bench: Bench, values: dict[str, Any], words: str) -> None:
    change(database, ItemRow, bench.a, values)
    for name in ("cn22", "cn23", "invoice"):
        with pytest.raises(ConflictError, match=words):
            paper(database, name)


def test_a_carton_nobody_weighed_has_no_customs_papers(database: Database, bench: Bench) -> None:
    change(database, CartonRow, bench.carton, {"weight_g": None})
    change(database, ItemRow, bench.a, {"weight_g": None})
    with pytest.raises(ConflictError, match="weigh it"):
        paper(database, "invoice")


def test_a_harmless_carton_gets_no_mark(database: Database, bench: Bench) -> None:
    change(database, ItemRow, bench.a, {"limited_quantity": False})
    with pytest.raises(ConflictError, match="Nothing in this carton"):
        paper(database, "limited-quantity")


def test_an_unknown_carton_is_not_found(database: Database, bench: Bench) -> None:
    with database.read() as session, pytest.raises(NotFoundError):
        carton_paper(session, make_sscc("9520000", 2), "contents", NOON)
    assert replace(bench, carton=1)


@pytest.mark.parametrize(
    ("name", "value"), [("eori", "123"), ("vat_number", "GB 1"), ("ioss", "276"), ("incoterm", "COD")]
)
def test_a_number_of_the_wrong_form_is_refused_when_it_is_set(database: Database, name: str, value: str) -> None:
    request = ChangeSetting(actor=SYSTEM, at=NOON, name=name, value=value)
    with pytest.raises(InvalidInputError, match=name):
        database.run(change_setting, request)
