"""Scans given up over HTTP: what a device has kept is taken, or refused with a reason; times are times everywhere."""

import json
import uuid
from typing import Any

import pytest

from tests.serving import Answered, Serving

AT = "2026-11-21T09:00:00Z"


def give_up(server: Serving, who: str = "Ana", **scan: Any) -> Answered:
    kept = {"id": str(uuid.uuid4()), "seq": 1, "at": AT, "person": 1, "kind": "scan", "work": {"batch": 1}}
    told = kept | {"code": "L:S1", "quantity": 1, "said": "no"} | scan
    body = json.dumps({"device": "d-1", "scans": [told]}).encode()
    return server.request("POST", "/api/v1/scans/give-up", who=who, body=body, Content_Type="application/json")


def test_what_a_device_gave_up_is_named_so_that_it_may_forget_it(server: Serving) -> None:
    scan = str(uuid.uuid4())
    answer = give_up(server, id=scan, code="A\x1dB \u202e", said="\u0001\u2028 what \u200f")
    assert (answer.status, answer.json()) == (200, {"given": [scan]})


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2026-11-21T09:00:00"]
)
def test_a_time_that_no_clock_shows_is_a_wrong_field(server: Serving, at: str) -> None:
    answer = give_up(server, at=at)
    assert (answer.status, [it["field"] for it in answer.json()["errors"]]) == (400, ["scans.0.at"])


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "2026-11-21T09:00:00"])
def test_so_it_is_wherever_a_time_may_be_sent(server: Serving, at: str) -> None:
    def post(path: str, who: str, **told: str) -> Answered:
        return server.request("POST", path, who=who, body=json.dumps(told).encode(), Content_Type="application/json")

    opened = post("/api/v1/manifests", "Ben", carrier="Post", cutoff=at)
    frozen = post("/api/v1/going-live/freeze", "Lea", until=at, reason="Stocktaking")
    asked = server.request("GET", f"/api/v1/orders?cutoff_before={at}", who="Lea")
    assert [answer.status for answer in (opened, frozen, asked)] == [400, 400, 400]


def test_who_scans_nothing_gives_nothing_up(server: Serving) -> None:
    assert give_up(server, "Ines").status == 403
