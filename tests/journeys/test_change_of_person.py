"""What Ana scanned without network outlives her sign-out: Carl signs in on the device, and it arrives as hers."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, Floor, secret_of
from tests.journeys.hands import ALL_SENT, begin, labels_of, scan
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow

pytestmark = pytest.mark.browser


def scans_of(floor: Floor, batch: int) -> list[tuple[str, str, str | None]]:
    """Who scanned and who sent what on this batch, in the order of the device."""
    with floor.database.read() as session:
        names = {row.id: row.name for row in session.execute(select(PersonRow.id, PersonRow.name))}
        rows = session.scalars(select(ScanRow).where(ScanRow.batch_id == batch).order_by(ScanRow.seq)).all()
        return [(names[row.person_id or 0], names[row.sender_id or 0], row.code) for row in rows]


def test_scans_outlive_a_sign_out_and_come_in_as_whose_they_are(browser: Browser, floor: Floor) -> None:
    with floor.person(browser, "Ana", HANDHELD) as device:
        page = floor.page(device, "/pick")
        begin(page, floor.database)
        labels = labels_of(floor.database)
        task = labels.walk[0]
        batch = int(labels.snapshot["id"])
        page.wait_for_selector(ALL_SENT)
        before = len(scans_of(floor, batch))
        device.set_offline(True)
        page.wait_for_selector("[data-link=offline]")
        pulled = [labels.bin(task), *labels.units(task)]
        for code in pulled:
            scan(page, code, "accepted")
        # Signed out by the house while she is behind the racks: a page that closes has network again for a moment.
        device.clear_cookies()
        page.close()
        assert scans_of(floor, batch)[before:] == []
        device.add_cookies([{"name": "warehouse", "value": secret_of("Carl"), "url": floor.url}])
        device.set_offline(False)
        other = floor.page(device, "/pick")
        other.wait_for_selector(ALL_SENT)
        assert scans_of(floor, batch)[before:] == [("Ana", "Carl", code) for code in pulled]
        assert other.inner_text(".start-hello") == "Carl"
