"""The lead's and the office's pages and calls: who may see and do what, and that a form does what it says."""

import json
from urllib.parse import urlencode

import pytest

from tests.serving import CSRF, Answered, Serving
from warehouse.domain.codes import Role
from warehouse.domain.roles import RIGHTS, Permission

FORM = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
JSON = {"Content_Type": "application/json"}
WHO = {"Ana": Role.PICKER, "Ben": Role.PACKER, "Lea": Role.LEAD, "Ida": Role.ADMIN}

SEEN_BY = {
    "/board": Permission.SEE_BOARD,
    "/admin/people": Permission.SEE_PEOPLE,
    "/admin/orders": Permission.SEE_ORDERS,
    "/admin/batches": Permission.SEE_BATCHES,
    "/admin/carts": Permission.SEE_STOCK,
    "/admin/devices": Permission.SEE_BOARD,
    "/api/v1/devices": Permission.SEE_BOARD,
    "/admin/settings": Permission.EDIT_SETTINGS,
    "/api/v1/board": Permission.SEE_BOARD,
    "/api/v1/journal": Permission.SEE_JOURNAL,
    "/api/v1/users": Permission.SEE_PEOPLE,
    "/api/v1/orders": Permission.SEE_ORDERS,
}
DONE_BY = {
    "/admin/people": Permission.EDIT_PEOPLE,
    "/admin/people/999/pin": Permission.EDIT_PEOPLE,
    "/admin/people/999/unlock": Permission.UNLOCK_PEOPLE,
    "/admin/carts": Permission.EDIT_CATALOG,
    "/admin/carts/totes": Permission.EDIT_CATALOG,
    "/api/v1/carts": Permission.EDIT_CATALOG,
    "/admin/batches/plan": Permission.PLAN_BATCHES,
    "/admin/batches/release": Permission.PLAN_BATCHES,
    "/admin/batches/999/cancel": Permission.PLAN_BATCHES,
    "/admin/devices/d-none/lost": Permission.OVERRIDE,
    "/api/v1/devices/d-none/lost": Permission.OVERRIDE,
    "/admin/orders/X/hold": Permission.EDIT_ORDERS,
    "/admin/orders/X/cancel": Permission.EDIT_ORDERS,
    "/admin/exceptions/999/assign": Permission.ASSIGN_EXCEPTIONS,
    "/admin/settings/plain": Permission.EDIT_SETTINGS,
    "/api/v1/users": Permission.EDIT_PEOPLE,
    "/api/v1/users/999/reset-pin": Permission.EDIT_PEOPLE,
    "/api/v1/orders/X/hold": Permission.EDIT_ORDERS,
    "/api/v1/orders/X/rush": Permission.EDIT_ORDERS,
    "/api/v1/exceptions/999/assign": Permission.ASSIGN_EXCEPTIONS,
}


def submit(server: Serving, path: str, who: str = "Lea", **fields: object) -> Answered:
    body = urlencode({"csrf_token": CSRF, **fields}, doseq=True).encode()
    return server.request("POST", path, who=who, body=body, X_CSRF_Token="", **FORM)


def get(server: Serving, path: str, who: str = "Lea") -> Answered:
    return server.request("GET", path, who=who, Accept="text/html")


def an_exception(server: Serving) -> int:
    answer = server.request("POST", "/api/v1/trial/exception", who="Lea", body=b"{}", **JSON)
    return int(answer.json()["id"])


@pytest.mark.parametrize("path", SEEN_BY)
@pytest.mark.parametrize("who", WHO)
def test_who_may_see_a_page_is_what_the_table_says(server: Serving, who: str, path: str) -> None:
    allowed = SEEN_BY[path] in RIGHTS[WHO[who]]
    assert (get(server, path, who).status == 200, get(server, path, who).status == 403) == (allowed, not allowed)


@pytest.mark.parametrize("path", DONE_BY)
@pytest.mark.parametrize("who", WHO)
def test_who_may_do_something_is_what_the_table_says(server: Serving, who: str, path: str) -> None:
    allowed = DONE_BY[path] in RIGHTS[WHO[who]]
    if path.startswith("/api"):
        status = server.request("POST", path, who=who, body=b'{"nonsense": 1}', **JSON).status
    else:
        status = submit(server, path, who, nonsense=1).status
    assert (status == 403) == (not allowed)


@pytest.mark.parametrize("path", ["/admin/people", "/admin/batches/plan", "/admin/settings/plain", "/sign-out"])
def test_a_form_without_its_token_is_refused(server: Serving, path: str) -> None:
    answer = server.request("POST", path, who="Ida", body=b"name=Mallory", X_CSRF_Token="", **FORM)
    assert answer.status == 403


@pytest.mark.parametrize("who", WHO)
def test_the_start_shows_each_role_only_what_it_may_open(server: Serving, who: str) -> None:
    page = get(server, "/", who).body.decode()
    assert ('href="/pick"' in page) == (Permission.PICK in RIGHTS[WHO[who]])
    assert ('href="/board"' in page) == (Permission.SEE_BOARD in RIGHTS[WHO[who]])
    assert ('href="/admin/settings"' in page) == (Permission.EDIT_SETTINGS in RIGHTS[WHO[who]])


def test_the_start_of_a_stranger_is_the_sign_in(server: Serving) -> None:
    page = server.request("GET", "/?next=//evil.example", Accept="text/html").body.decode()
    assert "Scan your badge" in page
    assert "evil.example" not in page


def test_a_name_is_shown_as_it_is_and_never_run(server: Serving) -> None:
    name = "<script>alert(1)</script>"
    page = submit(server, "/admin/people", "Ida", name=name, role="picker", language="en").body.decode()
    assert name not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_refused_form_says_so_on_the_same_page(server: Serving) -> None:
    answer = submit(server, "/admin/people", "Ida", name="Ana", role="picker", language="en")
    assert (answer.status, "tell them apart by name" in answer.body.decode()) == (409, True)


def test_an_exception_is_taken_on_given_away_and_settled(server: Serving) -> None:
    entry = an_exception(server)
    place = f"/admin/exceptions/{entry}"
    assert submit(server, f"{place}/acknowledge").headers["Location"] == f"{place}?did=acknowledged"
    assert submit(server, f"{place}/assign", owner="role:order_desk").status == 303
    assert submit(server, f"{place}/comment", text="Looked at it").status == 303
    assert submit(server, f"{place}/resolve", resolution="Thrown away").status == 303
    found = server.request("GET", f"/api/v1/exceptions/{entry}", who="Lea").json()
    assert (found["entry"]["state"], found["entry"]["owner_role"]) == ("resolved", "order_desk")
    assert [step["kind"] for step in found["history"]] == ["opened", "acknowledged", "assigned", "comment", "resolved"]
    assert submit(server, f"{place}/resolve", resolution="Again").status == 409


def test_a_picker_may_not_lift_a_hold_by_settling_its_exception(server: Serving) -> None:
    body = json.dumps({"resolution": "Fine", "lift_hold": True}).encode()
    path = f"/api/v1/exceptions/{an_exception(server)}/resolve"
    assert server.request("POST", path, who="Ana", body=body, **JSON).status == 403


def test_plain_settings_are_stored_and_wrong_ones_named(server: Serving) -> None:
    assert submit(server, "/admin/settings/plain", "Ida", name="North", lease_minutes="20").status == 303
    assert server.request("GET", "/api/v1/settings", who="Ana").json()["settings"]["lease_minutes"] == 20
    wrong = submit(server, "/admin/settings/plain", "Ida", lease_minutes="1e3")
    assert (wrong.status, "lease_minutes" in wrong.body.decode()) == (400, True)


def test_the_rules_of_one_zone_are_set_and_taken_back(server: Serving) -> None:
    submit(server, "/admin/settings/record/pick", "Ida", zone="Z", mode="enforce", scan_each="yes")
    assert server.request("GET", "/api/v1/settings", who="Ana").json()["settings"]["pick"]["Z"]["scan_each"] is True
    submit(server, "/admin/settings/record/pick", "Ida", zone="Z", default="yes")
    assert server.request("GET", "/api/v1/settings", who="Ana").json()["settings"]["pick"] == {}


def test_carriers_are_set_with_their_cutoffs(server: Serving) -> None:
    fields = {"name": ["Post", ""], "cutoff": ["16:30", "12:00"], "pickup": ["17:00", "13:00"], "day-0-1": "on"}
    assert submit(server, "/admin/settings/carriers", "Ida", **fields).status == 303
    carriers = server.request("GET", "/api/v1/settings", who="Ana").json()["settings"]["carriers"]
    as_usual = {"closed": [], "times": [], "via": "neutral", "address": "", "rates": [], "currency": ""}
    assert carriers == [{"name": "Post", "cutoff": "16:30", "pickup": "17:00", "weekdays": [1]} | as_usual]


def test_what_weakens_a_check_needs_a_second_persons_badge_and_pin(server: Serving) -> None:
    alone = submit(server, "/admin/settings/one-person", "Ida", one_person="yes")
    assert alone.status == 403
    leo = server.request("POST", "/api/v1/users", who="Ida", body=b'{"name": "Leo", "role": "lead"}', **JSON).json()
    wrong = submit(
        server, "/admin/settings/one-person", "Ida", one_person="yes", approver_badge=leo["badge"], approver_pin="1"
    )
    assert wrong.status == 403
    right = submit(
        server,
        "/admin/settings/one-person",
        "Ida",
        one_person="yes",
        approver_badge=leo["badge"],
        approver_pin=leo["pin"],
    )
    assert right.status == 303
    assert server.request("GET", "/api/v1/settings", who="Ana").json()["settings"]["one_person"] is True


def test_an_unknown_order_is_not_found_and_not_an_error(server: Serving) -> None:
    assert get(server, "/admin/orders/NOPE").status == 404
    assert server.request("POST", "/api/v1/orders/NOPE/hold", who="Lea", body=b'{"text": "Wait"}', **JSON).status == 404


@pytest.mark.parametrize("query", ["?search='%25_--", "?state=nonsense", "?after=x", "?hold=maybe", "?limit=0"])
def test_odd_filters_are_answered_and_never_an_error(server: Serving, query: str) -> None:
    assert server.request("GET", f"/api/v1/orders{query}", who="Lea").status in {200, 400}
    assert get(server, f"/admin/orders{query}").status in {200, 400}


def test_a_site_adds_its_carts_and_totes_on_a_page(server: Serving) -> None:
    assert submit(server, "/admin/carts", "Ida", code="K-NEW", slots=6).status == 303
    assert submit(server, "/admin/carts/totes", "Ida", code="T-NEW").status == 303
    page = get(server, "/admin/carts", "Ida").body.decode()
    assert "K-NEW" in page
    assert "T-NEW" in page
    again = submit(server, "/admin/carts", "Ida", code="K-NEW", slots=6)
    assert (again.status, "Cart K-NEW is there already." in again.body.decode()) == (409, True)
    wrong = submit(server, "/admin/carts", "Ida", code="K-2", slots=0)
    assert wrong.status == 400


def test_a_cart_is_added_and_listed_over_http(server: Serving) -> None:
    body = json.dumps({"code": "K-API", "slots": 4}).encode()
    made = server.request("POST", "/api/v1/carts", who="Ida", body=body, **JSON)
    assert (made.status, made.json()["code"], made.json()["slots"]) == (201, "K-API", 4)
    listed = server.request("GET", "/api/v1/carts?limit=200", who="Lea").json()["items"]
    assert made.json() in listed


def test_the_language_of_a_person_is_chosen_and_changed_on_the_people_page(server: Serving) -> None:
    submit(server, "/admin/people", "Ida", name="Pola", role="picker", language="pl")
    submit(server, "/admin/people", "Ida", name="Sami", role="picker")
    people = {each["name"]: each for each in server.request("GET", "/api/v1/users", who="Ida").json()["items"]}
    assert (people["Pola"]["language"], people["Sami"]["language"]) == ("pl", "en")
    assert submit(server, f"/admin/people/{people['Sami']['id']}", "Ida", language="ar").status == 303
    assert submit(server, f"/admin/people/{people['Pola']['id']}", "Ida", language="tlh").status == 400
    people = {each["name"]: each for each in server.request("GET", "/api/v1/users", who="Ida").json()["items"]}
    assert (people["Pola"]["language"], people["Sami"]["language"]) == ("pl", "ar")
