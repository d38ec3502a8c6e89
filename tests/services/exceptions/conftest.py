"""The house that a check is tried in."""

from collections.abc import Iterator

import pytest

from tests.services.exceptions.situations import House, a_house
from warehouse.children import Children


@pytest.fixture
def house(sqlite_url: str, children: Children) -> Iterator[House]:
    with a_house(sqlite_url, children) as found:
        yield found
