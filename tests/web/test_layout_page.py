"""The floor plan in the browser and over HTTP: drawn, edited, an aisle closed and opened."""

import json

from tests.serving import Serving
from tests.web.test_lead_pages import JSON, get, submit

PARTS = (
    {"kind": "aisle", "code": "01", "x_mm": 3000},
    {"kind": "aisle", "code": "02", "x_mm": 6000, "one_way": "up"},
    {"kind": "cross_aisle", "code": "FRONT", "y_mm": 0},
    {"kind": "cross_aisle", "code": "BACK", "y_mm": 9000},
    {"kind": "depot", "code": "DESK", "x_mm": 3000, "y_mm": 0},
)


def put(server: Serving, **part: object) -> tuple[int, dict[str, object]]:
    answer = server.request("POST", "/api/v1/layout", who="Ida", body=json.dumps(part).encode(), **JSON)
    return answer.status, answer.json()


def test_parts_are_put_read_and_drawn(server: Serving) -> None:
    assert [put(server, **part)[1] for part in PARTS] == [{"word": "created"}] * 5
    assert put(server, **PARTS[0]) == (200, {"word": "unchanged"})
    plan = server.request("GET", "/api/v1/layout", who="Lea").json()
    assert [it["code"] for it in plan["aisles"]] == ["01", "02"]
    page = get(server, "/admin/layout").body.decode()
    assert page.count('class="floor-way"') == 4
    assert 'aria-label="Floor plan: 2 aisles, 2 cross aisles' in page


def test_a_part_without_its_figures_is_refused_by_name(server: Serving) -> None:
    status, problem = put(server, kind="aisle", code="09")
    assert (status, problem["detail"]) == (400, "An aisle needs its x_mm.")
    assert problem["errors"] == [{"field": "x_mm", "message": "is missing"}]
    assert put(server, kind="way", code="A", to="B", distance_mm=5, one_way="up")[0] == 400
    assert put(server, kind="lift", code="A")[0] == 400


def test_the_lead_closes_an_aisle_and_only_the_owner_of_master_data_edits(server: Serving) -> None:
    put(server, kind="aisle", code="07", x_mm=21000)
    assert submit(server, "/admin/layout/block", code="07", reason="Fallen pallet").status == 303
    assert "closed: Fallen pallet" in get(server, "/admin/layout").body.decode()
    assert submit(server, "/admin/layout/block", code="07", open="yes").status == 303
    assert "closed: Fallen pallet" not in get(server, "/admin/layout").body.decode()
    assert submit(server, "/admin/layout/part", kind="aisle", code="08", x_mm=1).status == 403
    assert get(server, "/admin/layout", "Ana").status == 403


def test_a_form_adds_and_removes(server: Serving) -> None:
    form = {"kind": "cross_aisle", "code": "MIDDLE", "y_mm": 4500}
    assert submit(server, "/admin/layout/part", "Ida", **form).status == 303
    assert "MIDDLE" in get(server, "/admin/layout").body.decode()
    assert submit(server, "/admin/layout/remove", "Ida", kind="cross_aisle", code="MIDDLE").status == 303
    assert "MIDDLE" not in get(server, "/admin/layout").body.decode()
    wrong = submit(server, "/admin/layout/part", "Ida", kind="cross_aisle", code="MIDDLE", y_mm="4,5")
    assert (wrong.status, "y_mm" in wrong.body.decode()) == (400, True)


def test_a_walk_that_is_no_batch_is_refused(server: Serving) -> None:
    assert [get(server, f"/admin/layout?batch={batch}").status for batch in ("x", "9" * 19)] == [400, 400]
    assert get(server, "/admin/layout?batch=999").status == 200
