"""News are hints: frozen values that name what changed."""

import dataclasses
from datetime import UTC, datetime
from typing import get_args

import pytest

from warehouse.domain.news import BoardChanged, BoardKind, News, TakenOver


@pytest.mark.parametrize("kind", get_args(News))
def test_a_piece_of_news_cannot_be_changed(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_news_of_the_same_are_equal_so_that_they_can_be_joined() -> None:
    assert BoardChanged(BoardKind.STOCK) == BoardChanged(BoardKind.STOCK)


def test_a_take_over_names_the_device_that_lost_the_work() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert TakenOver(batch=1, epoch=2, device="d-1", name="Cleo", at=at).device == "d-1"
