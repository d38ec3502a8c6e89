"""The small parts under the socket."""

from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from warehouse.realtime.wire import Bucket, Json


@dataclass(frozen=True)
class Result:
    outcome: str


class Position(BaseModel):
    task: int


def test_dataclasses_and_models_are_sent_as_objects() -> None:
    assert Json.dumps({"result": Result("accepted"), "position": Position(task=7)}, separators=(",", ":")) == (
        '{"result":{"outcome":"accepted"},"position":{"task":7}}'
    )


def test_what_cannot_be_sent_is_named() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        Json.dumps({"value": object()})


@pytest.mark.parametrize("text", ["NaN", "[1e999]", "[" * 5000, "{'a': 1}", ""])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Json.loads(text)


def test_a_bucket_lets_a_burst_through_and_then_keeps_the_pace() -> None:
    now = [0.0]
    bucket = Bucket(10, clock=lambda: now[0])
    assert [bucket.wait_needed() for _ in range(20)] == [0.0] * 20
    assert bucket.wait_needed() == pytest.approx(0.1)
    now[0] += 1.0
    assert bucket.wait_needed() == 0.0
