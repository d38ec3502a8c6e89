"""The shipping page: rules proposed, rehearsed on what left, put in force by somebody else; what parcels cost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.builders import build
from tests.web.office import Office, open_office
from warehouse.storage.models.packing import LabelRow
from warehouse.web.asking import now

TIMES = {"cutoff": "16:00", "pickup": "17:00", "weekdays": [0, 1, 2, 3, 4, 5, 6], "currency": "EUR"}
CARRIERS = [
    {"name": "Post", **TIMES, "rates": [{"cents": 450}]},
    {"name": "Swift", **TIMES, "rates": [{"cents": 390, "service": "Night"}]},
]
RULES = [{"name": "Cheapest", "use": [{"carrier": "Post"}, {"carrier": "Swift", "service": "Night"}]}]


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(sqlite_url, tmp_path, carriers=CARRIERS) as found:
        found.bench.load(f"00{found.sscc}", "C:CONFIRM")
        yield found


def shown(office: Office, who: str) -> str:
    return office.house.ask("GET", "/admin/shipping", who).text


def test_rules_are_rehearsed_on_what_left_and_come_into_force_by_another_person(office: Office) -> None:
    assert "Each parcel goes with the carrier of its order." in shown(office, "Lea")
    assert "Propose rules" not in shown(office, "Lea")
    assert office.submit("/admin/shipping/rules", rules=json.dumps(RULES))[0] == 403
    done = office.submit("/admin/shipping/rules", "Ida", rules=json.dumps(RULES), note="cheaper")
    assert done == (303, "/admin/shipping?did=saved")
    page = shown(office, "Lea")
    assert ("Proposed: version 1" in page, "last 30 days" in page, "cheaper" in page) == (True, True, True)
    assert "Swift Night" in page
    assert office.submit("/admin/shipping/rules/1/accept", "Ida")[0] == 403
    assert office.submit("/admin/shipping/rules/1/accept", "Ben")[0] == 403
    assert office.submit("/admin/shipping/rules/1/accept") == (303, "/admin/shipping?did=saved")
    assert "version 1" in shown(office, "Lea")
    assert "Proposed" not in shown(office, "Lea")


def test_rules_that_make_no_sense_are_refused_where_they_were_written(office: Office) -> None:
    unknown = json.dumps([{"name": "A", "use": [{"carrier": "Nobody"}]}])
    status, page = office.submit("/admin/shipping/rules", "Ida", rules=unknown)
    assert (status, "Nobody" in page) == (400, True)
    status, page = office.submit("/admin/shipping/rules", "Ida", rules="[{")
    assert (status, "The rules are not JSON." in page) == (400, True)


def test_what_parcels_cost_is_added_up_by_week(office: Office) -> None:
    [label] = office.bench.rows(LabelRow)
    # The page shows the last weeks, and the bench's story was told long ago.
    build(office.bench.database, lambda session: session.execute(update(LabelRow).values(created_at=now())))
    page = shown(office, "Lea")
    assert label.carrier == "Post"
    assert ("What parcels cost" in page, "No costs known yet" in page, "4.50" in page) == (True, False, True)
