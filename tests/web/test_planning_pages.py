"""Planning in the browser and over HTTP: plans in the making, wave rules, what was saved."""

import json
from typing import Any

import pytest

from tests.serving import Serving, eventually
from tests.web.test_lead_pages import JSON, get, submit

PAGES = ("/admin/planning", "/admin/waves", "/admin/savings", "/admin/savings?advice=yes&days=7")


def send(server: Serving, path: str, body: object, who: str = "Lea") -> tuple[int, Any]:
    answer = server.request("POST", f"/api/v1{path}", who=who, body=json.dumps(body).encode(), **JSON)
    return answer.status, answer.json()


@pytest.mark.parametrize("page", PAGES)
def test_the_lead_sees_it_and_the_picker_does_not(server: Serving, page: str) -> None:
    assert (get(server, page).status, get(server, page, "Ana").status) == (200, 403)


def test_a_plan_is_begun_watched_and_stored(server: Serving) -> None:
    status, begun = send(server, "/plans", {"seconds": 0.1})
    assert (status, begun["moves"]) == (200, 0)
    path = f"/api/v1/plans/{begun['draft']}"
    assert eventually(lambda: server.request("GET", path, who="Lea").json()["state"] == "ready", 60)
    found = server.request("GET", path, who="Lea").json()
    assert (found["trips"], found["orders"]) == ([], 0)
    assert get(server, f"/admin/planning/{begun['draft']}").status == 200
    assert send(server, f"/plans/{begun['draft']}/commit", {})[1] == {"batches": [], "left_out": []}
    assert send(server, f"/plans/{begun['draft']}/commit", {})[0] == 409


def test_what_is_not_there_or_not_allowed_is_refused(server: Serving) -> None:
    assert send(server, "/plans/999/stop", {})[0] == 404
    assert send(server, "/plans", {"cart": "NOPE"})[0] == 404
    assert send(server, "/plans", {"seconds": 10**6})[0] == 400
    assert send(server, "/plans", {}, "Ana")[0] == 403
    assert send(server, "/plans/999/move", {"order": "A", "to": 0})[0] == 400
    assert submit(server, "/admin/planning", limit="many").status == 400


def test_wave_rules_are_kept_by_a_form_and_planned_from(server: Serving) -> None:
    form = {"name": "Noon", "max_orders": 30, "release_at": "11:45", "active": "yes", "day": ["0", "4"]}
    assert submit(server, "/admin/waves", **form).status == 303
    rules = next(it for it in server.request("GET", "/api/v1/waves/rules", who="Lea").json())
    assert (rules["rules"]["name"], rules["rules"]["weekdays"], rules["rules"]["rolling"]) == ("Noon", [0, 4], False)
    again = submit(server, "/admin/waves", **form)
    assert (again.status, "“Noon” already" in again.body.decode()) == (409, True)
    assert submit(server, "/admin/waves", key=rules["id"], **{**form, "zone": "A", "rolling": "yes"}).status == 303
    assert "rolling" in get(server, "/admin/waves").body.decode()
    planned = submit(server, f"/admin/waves/{rules['id']}/plan")
    assert planned.headers["Location"].startswith("/admin/planning/")
    assert submit(server, f"/admin/waves/{rules['id']}/remove").status == 303
    assert server.request("GET", "/api/v1/waves/rules", who="Lea").json() == []
    assert submit(server, "/admin/waves", name="Odd", max_orders=5, release_at="25:00").status == 400


def test_the_savings_come_as_a_file(server: Serving) -> None:
    answer = server.request("GET", "/api/v1/reports/savings.csv", who="Lea")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.decode().splitlines()[0] == "day,batches,lines,walked_m,name_order_m,saved_m,saved_hours"
