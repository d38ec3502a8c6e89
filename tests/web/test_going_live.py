"""Figures, what can be sold and going live, in the browser and over HTTP."""

import json
from typing import Any

import pytest

from tests.serving import CSRF, Serving
from tests.web.test_lead_pages import FORM, JSON, get, submit
from tests.web.test_told_languages import reading, told

PAGES = (
    *("/admin/figures", "/admin/figures/scan_block_rate", "/admin/figures/straight_through", "/admin/available"),
    *("/admin/figures/old_exceptions?days=7", "/admin/go-live", "/admin/go-live/shadow", "/admin/go-live/parallel"),
    *("/admin/go-live/costs", "/admin/go-live/cut-over"),
)
CALLS = (
    *("/figures?days=3", "/figures.csv", "/figures/on_time", "/figures/baselines", "/available", "/available.csv"),
    *("/going-live/checklist", "/going-live/shadow", "/going-live/shadow.csv?mode=enforce", "/going-live/costs"),
)


def send(server: Serving, path: str, body: object, who: str = "Lea", method: str = "POST") -> int:
    return server.request(method, f"/api/v1{path}", who=who, body=json.dumps(body).encode(), **JSON).status


@pytest.mark.parametrize("page", [*PAGES, *(f"/api/v1{call}" for call in CALLS)])
def test_the_lead_sees_it_and_the_picker_does_not(server: Serving, page: str) -> None:
    assert (get(server, page).status, get(server, page, "Ana").status) == (200, 403)


def test_a_figure_tells_what_it_counts(server: Serving) -> None:
    found: Any = server.request("GET", "/api/v1/figures/on_time?days=3", who="Lea").json()
    assert found["denominator"] == "orders that were due, cancelled ones left out."
    assert found["time_zone"] == "the site's; cutoff and pickup are times of its clock: UTC"
    assert (len(found["days"]), found["whole"]["few"]) == (3, True)
    assert get(server, "/api/v1/figures/nothing").status == 404
    assert b"orders that were due, cancelled ones left out." in get(server, "/admin/figures/on_time").body


def test_a_figure_from_before_is_kept_by_a_form(server: Serving) -> None:
    form = {"figure": "on_time", "n": 940, "of": 1000, "since": "2026-09-01", "until": "2026-09-30", "source": "ERP"}
    assert submit(server, "/admin/figures/baselines", **form).status == 303
    assert b"94.0 % \xc2\xb7 940 of 1,000" in get(server, "/admin/figures").body
    assert submit(server, "/admin/figures/baselines", **(form | {"n": 1001})).status == 400
    unknown = json.dumps(form | {"figure": "nothing"}).encode()
    refused = server.request("POST", "/api/v1/figures/baselines", who="Lea", body=unknown, **JSON).json()
    assert refused["errors"] == [{"field": "figure", "message": "there is no such figure"}]
    assert submit(server, "/admin/figures/baselines", "Ana", **form).status == 403
    assert send(server, "/figures/baselines", form) == 201
    assert send(server, "/figures/baselines/measured", {"days": 7}) == 201
    assert submit(server, "/admin/figures/baselines/measured", days=7).status == 303


def test_what_was_kept_an_hour_is_said_in_hours(server: Serving) -> None:
    days = {"since": "2026-09-01", "until": "2026-09-30", "source": "ERP"}
    assert submit(server, "/admin/figures/baselines", figure="lines_per_hour", n=12, of=10, **days).status == 303
    said = b"1.2 an hour \xc2\xb7 12 in 10.0 h \xc2\xb7 few cases"
    assert get(server, "/admin/figures").body.count(said) == 2
    assert said in get(server, "/admin/figures/lines_per_hour").body


def test_figures_are_said_in_the_readers_language(server: Serving) -> None:
    days = {"since": "2026-09-01", "until": "2026-09-30", "source": "ERP"}
    for figure, n, of in (("lines_per_hour", 13, 10), ("cycle_from_import", 15, 10), ("on_time", 197, 200)):
        assert submit(server, "/admin/figures/baselines", figure=figure, n=n, of=of, **days).status == 303
    with reading(server, "Lea", "de"):
        page = told(server, "Lea", "/admin/figures")
    kept = (
        "1,3 je Stunde · 13 in 10,0 h · wenige Fälle",
        "1,5 h im Mittel · von 10 · wenige Fälle",
        "98,5 % · 197 von 200",
    )
    assert [text for text in kept if page.count(text) != 2] == []
    assert "few cases" not in page


def test_stock_is_frozen_and_thawed(server: Serving) -> None:
    form = {"until": "2099-01-01T12:00", "reason": "count"}
    assert submit(server, "/admin/go-live/cut-over/freeze", **form).status == 400
    assert submit(server, "/admin/go-live/cut-over/thaw", reason="x").status == 409
    assert send(server, "/going-live/freeze", {"until": "2099-01-01T12:00:00Z", "reason": "count"}) == 400
    assert send(server, "/going-live/freeze/end", {"reason": "x"}) == 409
    assert submit(server, "/admin/go-live/cut-over/freeze", "Ana", **form).status == 403


@pytest.mark.parametrize("until", ["9999-12-31T23:59", "0001-01-01T00:00", "soon"])
def test_a_freeze_until_a_time_out_of_reach_is_refused(server: Serving, until: str) -> None:
    assert submit(server, "/admin/go-live/cut-over/freeze", until=until, reason="count").status == 400


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_out_of_reach_is_refused(server: Serving, day: str) -> None:
    asked = [get(server, f"{path}?day={day}").status for path in ("/admin/go-live/shadow", "/api/v1/going-live/shadow")]
    sent = submit(server, "/admin/go-live/day", "Ida", day=day).status
    assert [*asked, sent, get(server, "/admin/go-live").status] == [400, 400, 400, 200]


def test_the_day_the_costs_and_what_a_lead_says_are_kept(server: Serving) -> None:
    assert submit(server, "/admin/go-live/day", "Ida", day="2026-12-01").status == 303
    assert b"1 Dec 2026" in get(server, "/admin/go-live").body
    assert submit(server, "/admin/go-live/day", day="2026-12-01").status == 403
    assert submit(server, "/admin/go-live/costs", "Ida", correction_cents=1250).status == 303
    assert submit(server, "/admin/go-live/costs", "Ida", correction_cents="much").status == 400
    assert b'value="1250"' in get(server, "/admin/go-live/costs", "Ida").body
    assert submit(server, "/admin/go-live/say", step="migration_read").status == 303
    assert submit(server, "/admin/go-live/say", step="nothing").status == 400
    assert submit(server, "/admin/go-live/cut-over/opening").status == 303


def test_the_way_back_is_a_zip(server: Serving) -> None:
    taken = submit(server, "/admin/go-live/cut-over/way-back")
    assert (taken.status, taken.body[:2]) == (200, b"PK")
    assert b"files for the old system taken" in get(server, "/admin/go-live").body


def test_files_of_the_old_system_are_compared_answered_and_signed(server: Serving) -> None:
    sent = compare(server, old_lines="order,sku,quantity\n4711,NOPE,2\n")
    assert sent.status == 303
    run = sent.headers["Location"].partition("?")[0]
    assert b"4711" in get(server, run).body
    assert b"order,4711,,2,," in get(server, f"{run}/differences.csv").body
    assert submit(server, f"{run}/sign").status == 409
    assert submit(server, f"{run}/answers", level="order", text="cancelled by telephone").status == 303
    assert submit(server, f"{run}/sign").status == 303
    assert b"signed" in get(server, run).body


def test_files_as_large_as_an_import_are_compared(server: Serving) -> None:
    lines = "order,sku,quantity\n" + "".join(
        f"{number},SKU-WITH-A-LONG-NAME-{number % 977},1\n" for number in range(90_000)
    )
    assert len(lines) > 2_500_000
    sent = compare(server, old_lines=lines, new_lines=lines)
    assert sent.status == 303
    shown = get(server, sent.headers["Location"].partition("?")[0]).body
    assert b"Nothing differs" in shown
    broken = compare(server, old_lines=lines + "1,A,x\n")
    assert (broken.status, b"Line 90002: quantity must be a whole number" in broken.body) == (400, True)


def test_a_run_without_a_file_or_with_a_bad_one_is_refused(server: Serving) -> None:
    assert compare(server).status == 400
    bad = compare(server, old_lines="order,sku\n1,A\n")
    assert bad.status == 400
    assert b"quantity is missing" in bad.body
    assert get(server, "/admin/go-live/parallel/999").status == 404


def compare(server: Serving, **files: str) -> Any:
    parts = {"csrf_token": CSRF, "name": "Week 1", "days": "1"}
    head = "--x\r\nContent-Disposition: form-data"
    text = "".join(f'{head}; name="{name}"\r\n\r\n{it}\r\n' for name, it in parts.items())
    text += "".join(f'{head}; name="{name}"; filename="{name}.csv"\r\n\r\n{it}\r\n' for name, it in files.items())
    headers = FORM | {"Content_Type": "multipart/form-data; boundary=x"}
    body = f"{text}--x--\r\n".encode()
    return server.request("POST", "/admin/go-live/parallel", who="Lea", body=body, X_CSRF_Token="", **headers)


def test_a_buffer_is_of_an_item_that_is_there(server: Serving) -> None:
    assert send(server, "/available/buffer", {"sku": "NOPE", "pieces": 3}, method="PUT") == 404
    assert submit(server, "/admin/available/buffer", sku="NOPE", pieces=3).status == 404
    assert send(server, "/available/buffer", {"sku": "NOPE", "pieces": -1}, method="PUT") == 400
