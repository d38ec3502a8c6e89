"""JSON columns give back what was put in, bare numbers too."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON
from warehouse.storage.database import Database
from warehouse.storage.models.journal import SettingRow


@pytest.mark.parametrize("value", [20, 0, True, "20", "", [1, "a"], {"last": 7}])
def test_a_json_value_comes_back_as_it_went_in(database: Database, value: Any) -> None:
    def put(session: Session, _: None) -> None:
        session.add(SettingRow(name="lease_minutes", value=value, changed_at=NOON))

    database.run(put, None)
    with database.read() as session:
        found = session.get_one(SettingRow, "lease_minutes").value
    assert (found, type(found)) == (value, type(value))
