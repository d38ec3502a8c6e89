"""The page of sources says what is looked at, and what is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.web.office import Office, open_office
from warehouse.storage.models.intake import SourceRow


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(sqlite_url, tmp_path) as found:
        yield found


def test_only_what_was_looked_at_works_and_what_no_clock_looks_at_is_stopped(office: Office) -> None:
    def three(session: Session) -> None:
        for key, (name, kind, looked) in enumerate(
            (("a-staff", "users", None), ("b-shop", "orders", None), ("c-shop", "orders", NOON)), start=1
        ):
            row = SourceRow(id=key, name=name, kind=kind, profile="canonical", way="folder", created_at=NOON)
            row.next_at, row.looked_at = NOON, looked
            session.add(row)

    build(office.house.database, three)
    answer = office.house.ask("GET", "/admin/sources", "Ida")
    assert answer.status_code == 200
    rows = answer.text.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:3]
    said = [next(it for it in ("Stopped", "Not looked at yet", "Works", "") if it in row) for row in rows]
    assert said == ["Stopped", "Not looked at yet", "Works"]
    listed = office.house.ask("GET", "/api/v1/sources", "Ida").json["items"]
    assert [it["active"] for it in listed] == [False, True, True]
    refused = office.submit("/admin/sources/1/look", "Ida")
    assert (refused[0], "only brought by hand" in refused[1]) == (409, True)
    assert office.submit("/admin/sources/2/look", "Ida")[0] == 303
