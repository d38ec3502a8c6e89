"""A picture from its page to the handheld: who may send it, who sees it, what its address promises."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from tests.trial_server import CSRF
from tests.web.office import Office, open_office
from warehouse.storage.models.catalog import ItemRow


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(sqlite_url, tmp_path) as opened:
        yield opened


def png(colour: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (400, 300), colour).save(written, "PNG")
    return written.getvalue()


def an_item(office: Office) -> tuple[int, str]:
    with office.bench.database.read() as session:
        row = session.scalars(select(ItemRow).order_by(ItemRow.id)).first()
        assert row is not None
        return row.id, row.sku


def send(office: Office, item: int, content: bytes, who: str = "Ida") -> tuple[int, str]:
    data = {"csrf_token": CSRF, "picture": (BytesIO(content), "C:\\mug.png")}
    answer = office.house.ask("POST", f"/admin/items/{item}/picture", who, data=data)
    return answer.status_code, answer.text


def address(office: Office, item: int) -> str:
    page = office.house.ask("GET", f"/admin/items/{item}", "Ida").text
    return page.partition('class="item-picture" src="')[2].partition('"')[0]


def test_a_picture_is_shown_on_its_page_and_at_pack_and_kept_for_good(office: Office) -> None:
    item, sku = an_item(office)
    assert send(office, item, png())[0] == 303
    large = office.house.ask("GET", address(office, item), "Ida")
    small = office.house.ask("GET", address(office, item).replace("/large.webp", ".webp"), "Ben")
    assert [(it.status_code, it.mimetype, it.headers["Cache-Control"]) for it in (large, small)] == [
        (200, "image/webp", "private, max-age=31536000, immutable")
    ] * 2
    assert len(small.data) <= 8000
    shown = office.house.ask("GET", "/api/v1/packs/1042", "Ben").json
    assert shown is not None
    assert shown.get("pictures", {}).get(sku) == address(office, item).split("/")[2] or sku not in {
        line["sku"] for line in shown["lines"]
    }


def test_another_picture_has_another_address_and_one_that_was_taken_away_none(office: Office) -> None:
    item, _ = an_item(office)
    send(office, item, png("red"))
    first = address(office, item)
    send(office, item, png("blue"))
    second = address(office, item)
    assert first != second
    assert office.submit(f"/admin/items/{item}/picture/remove", "Ida")[0] == 303
    assert address(office, item) == ""
    assert [office.house.ask("GET", it, "Ida").status_code for it in (first, second)] == [404, 404]


def test_a_stranger_sees_no_picture_and_a_packer_sends_none(office: Office) -> None:
    item, _ = an_item(office)
    assert send(office, item, png(), "Ben")[0] == 403
    send(office, item, png())
    assert office.house.ask("GET", address(office, item), None).status_code == 401


def test_what_is_no_picture_is_refused_in_one_sentence(office: Office) -> None:
    item, _ = an_item(office)
    status, text = send(office, item, b"<svg/>")
    assert (status, "The picture cannot be read. Send a PNG, JPEG or WebP file." in text) == (400, True)
    assert send(office, 10**6, png())[0] == 404


def test_it_is_had_by_its_item_over_the_interface_as_it_is_now(office: Office) -> None:
    item, _ = an_item(office)
    path = f"/api/v1/items/{item}/picture.webp"
    assert office.house.ask("GET", path, "Ben").status_code == 404
    send(office, item, png())
    small, large = (office.house.ask("GET", f"{path}?size={size}", "Ben") for size in ("small", "large"))
    assert [(it.status_code, it.mimetype) for it in (small, large)] == [(200, "image/webp")] * 2
    assert (len(small.data) < len(large.data), small.headers["Cache-Control"]) == (True, "private, no-cache")
    assert office.house.ask("GET", f"{path}?size=huge", "Ben").status_code == 400
    assert office.house.ask("GET", path, None).status_code == 401
