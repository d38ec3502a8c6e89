from datetime import UTC, datetime, timedelta

import pytest

from warehouse.domain.sources import next_look
from warehouse.domain.write_backs import RETRIES, retry_in

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "failures", "minutes"), [(10, 0, 10), (10, 1, 20), (10, 3, 80), (10, 99, 360), (600, 5, 600)]
)
def test_a_source_that_fails_is_looked_at_less_and_less_often(every: int, failures: int, minutes: int) -> None:
    assert next_look(NOON, every, failures) == NOON + timedelta(minutes=minutes)


def test_a_shop_is_told_again_until_it_is_somebodys_task() -> None:
    tried = [retry_in(attempts) for attempts in range(1, len(RETRIES) + 2)]
    assert tried == [*RETRIES, None]
