"""The desk's pages: answers, many at once, rules with a rehearsal, deputies, who decides, the review."""

import json
import re
from urllib.parse import urlencode

import pytest

from tests.serving import CSRF, Answered, Serving
from tests.web.test_lead_pages import an_exception
from warehouse.domain.exceptions.rules import decision_rights

FORM = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def submit(server: Serving, path: str, who: str = "Lea", **fields: object) -> Answered:
    body = urlencode({"csrf_token": CSRF, **fields}, doseq=True).encode()
    return server.request("POST", f"/admin/{path}", who=who, body=body, X_CSRF_Token="", **FORM)


def page(server: Serving, path: str, who: str = "Ida") -> str:
    return server.request("GET", f"/admin/{path}", who=who, Accept="text/html").body.decode()


def state(server: Serving, entry: int) -> str:
    found = server.request("GET", f"/api/v1/exceptions/{entry}", who="Lea").json()
    word: str = found["entry"]["state"]
    return word


def test_an_answer_leads_to_the_next_of_the_queue(server: Serving) -> None:
    first, second = an_exception(server), an_exception(server)
    answer = submit(server, f"exceptions/{first}/answer?sort=age", answer="process", text="Looked at it")
    assert answer.status == 303
    assert re.search(r"/admin/exceptions/\d+\?did=answered&sort=age", answer.headers["Location"])
    assert (state(server, first), state(server, second)) == ("resolved", "open")


def test_a_refused_answer_says_why_on_the_page(server: Serving) -> None:
    entry = an_exception(server)
    refused = submit(server, f"exceptions/{entry}/answer", answer="reject", text="no")
    assert (refused.status, "nothing to reject" in refused.body.decode()) == (409, True)
    assert submit(server, f"exceptions/{entry}/answer", answer="perhaps", text="x").status == 400


def test_many_are_rehearsed_before_anything_happens(server: Serving) -> None:
    entries = [an_exception(server) for _ in range(3)]
    asked = {"entry": [*entries, 99_999_999], "action": "process", "text": "Found them"}
    preview = submit(server, "exceptions/bulk", **asked, step="preview").body.decode()
    assert "3 of 4 can be done" in preview
    assert "There is no exception 99999999." in preview
    assert [state(server, entry) for entry in entries] == ["open"] * 3
    done = submit(server, "exceptions/bulk", **asked, step="do").body.decode()
    assert "3 of 4 done" in done
    assert [state(server, entry) for entry in entries] == ["resolved"] * 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"action": "process", "text": "x"}, "Choose at least one entry."),
        ({"entry": ["1"], "action": ""}, "Choose what to do with them."),
        ({"entry": ["1; drop"], "action": "take"}, "Choose at most 200 entries of the list."),
    ],
)
def test_what_cannot_be_done_to_many_is_said(server: Serving, fields: dict[str, object], sentence: str) -> None:
    answer = submit(server, "exceptions/bulk", **fields)
    assert (answer.status, sentence in answer.body.decode()) == (400, True)


def test_an_entry_is_split_and_merged_again(server: Serving) -> None:
    entry = an_exception(server)
    submit(server, f"exceptions/{entry}/split", text="And the label?", role="master_data_owner")
    shown = page(server, f"exceptions/{entry}", "Lea")
    part = re.search(r'name="entry" value="(\d+)"', shown)
    assert part is not None
    assert submit(server, f"exceptions/{entry}/merge", entry=[part[1]]).status == 303
    assert state(server, int(part[1])) == "resolved"


def test_other_thresholds_are_tried_without_storing_them(server: Serving) -> None:
    fields = dict(re.findall(r'type="number" min="0" name="([a-z0-9_]+)" value="(\d+)"', page(server, "rules")))
    limits = {name: value for name, value in fields.items() if name != "hours"} | {"line_ceiling": "7"}
    tried = submit(server, "rules/limits", "Ida", **limits, step="try")
    assert (tried.status, "with the values below it would be" in tried.body.decode()) == (200, True)
    assert submit(server, "rules/limits", "Ida", **limits, step="save").status == 403
    stored = server.request("GET", "/api/v1/settings", who="Ida").json()["settings"]["limits"]
    assert stored["line_ceiling"] == 10_000


def test_open_hours_and_deputies_are_kept(server: Serving) -> None:
    submit(server, "rules/calendar", "Ida", **{"day-0": "08:00-12:00, 13:00-17:00", "holidays": "2026-12-25"})
    me = server.request("GET", "/api/v1/session", who="Ida").json()["person"]
    key = me["id"] if isinstance(me, dict) else me
    submit(server, "rules/duties", "Ida", **{"deputy-lead": key, "mail-lead": "lead@example.org"})
    settings = server.request("GET", "/api/v1/settings", who="Ida").json()["settings"]
    assert [it["opens"] for it in settings["calendar"]["hours"]] == ["08:00", "13:00"]
    assert settings["duties"]["lead"] == {"owner": None, "deputy": key, "away_until": None}
    assert settings["mailboxes"] == {"lead": "lead@example.org"}
    wrong = submit(server, "rules/calendar", "Ida", **{"day-0": "17:00-08:00"})
    assert (wrong.status, "must close after 17:00" in wrong.body.decode()) == (400, True)
    submit(server, "rules/calendar", "Ida")
    submit(server, "rules/duties", "Ida")


def test_who_decides_is_read_from_the_rights(server: Serving) -> None:
    shown = page(server, "rules/rights", "Lea")
    assert all(right.what.replace("'", "&#39;") in shown for right in decision_rights())


def test_the_review_of_a_month_is_a_page_and_a_csv(server: Serving) -> None:
    an_exception(server)
    assert "Rules that fired" in page(server, "rules/review", "Lea")
    rows = page(server, "rules/review?format=csv", "Lea").splitlines()
    assert rows[0] == "part,what,count,of,late,overridden,within a minute,still open"
    assert any(row.startswith("fired,") for row in rows)
    for month in ("2026-13", "9999-12", "0001-01"):
        refused = server.request("GET", f"/admin/rules/review?month={month}", who="Lea", Accept="text/html")
        assert refused.status == 400


def test_a_picker_sees_neither_rules_nor_review(server: Serving) -> None:
    asked = [server.request("GET", f"/admin/rules{path}", who="Ana").status for path in ("", "/rights", "/review")]
    assert asked == [403, 403, 403]


def test_settling_over_the_interface_is_refused_to_whose_it_is_not(server: Serving) -> None:
    entry = an_exception(server)
    body = json.dumps({"resolution": "Fine"}).encode()
    path = f"/api/v1/exceptions/{entry}/resolve"
    answer = server.request("POST", path, who="Ben", body=body, Content_Type="application/json")
    assert (answer.status, answer.json()["code"]) == (403, "forbidden")


@pytest.fixture(scope="module")
def second(server: Serving) -> dict[str, str]:
    """Nora leads, too; what she types to approve."""
    body = json.dumps({"name": "Nora", "role": "lead"}).encode()
    nora = server.request("POST", "/api/v1/users", who="Ida", body=body, Content_Type="application/json").json()
    return {"approver_badge": nora["badge"], "approver_pin": nora["pin"]}


def setting(server: Serving, name: str) -> object:
    return server.request("GET", "/api/v1/settings", who="Ida").json()["settings"][name]


def last_change(server: Serving, name: str) -> str:
    """The newest line about a setting on the page of what was changed last."""
    rows = page(server, "settings").partition("What was changed last")[2].split("<tr>")
    return next(row for row in rows if name in row)


def test_the_matrix_is_saved_when_a_second_person_approves_and_says_who(
    server: Serving, second: dict[str, str]
) -> None:
    changed = {"severity-price_anomaly": "H", "hours-price_anomaly": "6", "answer-bad_barcode": "process"}
    assert submit(server, "rules/matrix", "Ida", **changed).status == 403
    wrong = {**second, "approver_pin": "000000"}
    assert submit(server, "rules/matrix", "Ida", **changed, **wrong).status == 403
    assert setting(server, "exception_rules") == {}
    assert submit(server, "rules/matrix", "Ida", **changed, **second).status == 303
    rule = {"severity": None, "owner": None, "hours": None, "answer": None, "person": None}
    assert setting(server, "exception_rules") == {
        "price_anomaly": rule | {"severity": "H", "hours": 6},
        "bad_barcode": rule | {"answer": "process"},
    }
    assert "approved by a second person" in last_change(server, "Exception rules")
    assert '<option value="H" selected>Holds the order</option>' in page(server, "rules")
    assert submit(server, "rules/matrix", "Ida", **second).status == 303
    assert setting(server, "exception_rules") == {}


def test_nobody_approves_their_own_change(server: Serving) -> None:
    body = json.dumps({"name": "Otto", "role": "admin"}).encode()
    otto = server.request("POST", "/api/v1/users", who="Ida", body=body, Content_Type="application/json").json()
    let_in = {"badge": otto["badge"], "pin": otto["pin"]}
    session = server.request(
        "POST", "/api/v1/session", body=json.dumps(let_in).encode(), Content_Type="application/json"
    )
    cookie = session.headers["Set-Cookie"].partition(";")[0]
    own = {"approver_badge": otto["badge"], "approver_pin": otto["pin"], "hours-unpaid": "2"}
    form = urlencode({"csrf_token": session.json()["csrf_token"], **own}).encode()
    answer = server.request("POST", "/admin/rules/matrix", body=form, Cookie=cookie, **FORM)
    assert (answer.status, setting(server, "exception_rules")) == (403, {})


def test_known_false_alarms_are_a_list_with_a_reason_and_an_end(server: Serving, second: dict[str, str]) -> None:
    rows = {
        "type": ["unusual_quantity", "duplicate_order"],
        "by": ["customer", "customer"],
        "value": ["17850", " "],
        "reason": ["Fills a container each spring", ""],
        "until": ["2027-03-31", ""],
    }
    assert submit(server, "rules/allowed", "Ida", **rows).status == 403
    assert submit(server, "rules/allowed", "Ida", **rows, **second).status == 303
    assert setting(server, "allowed") == [
        {
            "type": "unusual_quantity",
            "by": "customer",
            "value": "17850",
            "reason": "Fills a container each spring",
            "until": "2027-03-31",
        }
    ]
    shown = page(server, "rules")
    assert 'value="Fills a container each spring"' in shown
    senseless = {**rows, "type": ["mismatch", "mismatch"]}
    assert submit(server, "rules/allowed", "Ida", **senseless, **second).status == 400
    emptied = {**rows, "value": ["", ""]}
    assert submit(server, "rules/allowed", "Ida", **emptied, **second).status == 303
    assert setting(server, "allowed") == []


def test_important_customers_are_a_number_a_line(server: Serving, second: dict[str, str]) -> None:
    sent = {"customers": "17850\r\n\r\n 12583 \r\n17850"}
    assert submit(server, "rules/important", "Ida", **sent).status == 403
    assert submit(server, "rules/important", "Ida", **sent, **second).status == 303
    assert setting(server, "important_customers") == ["17850", "12583"]
    assert "17850\n12583</textarea>" in page(server, "rules")
    submit(server, "rules/important", "Ida", customers="", **second)


def test_whose_a_code_is_is_decided_on_its_entry(server: Serving) -> None:
    def item(sku: str, *codes: str) -> int:
        wanted = {"sku": sku, "name": sku.title(), "barcodes": [{"code": code} for code in codes]}
        body = json.dumps(wanted).encode()
        found = server.request("POST", "/api/v1/items", who="Ida", body=body, Content_Type="application/json")
        return int(found.json()["id"])

    mug = item("DESK-MUG", "4006381333931")
    file = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nitems\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="items.csv"\r\n\r\n'
        b"sku,name,barcode\nDESK-CUP,Cup,4006381333931\n\r\n--x--\r\n"
    )
    sent = server.request(
        "POST", "/api/v1/imports", who="Ida", body=file, Content_Type="multipart/form-data; boundary=x"
    )
    assert sent.status == 200
    found = server.request("GET", "/api/v1/exceptions?type=duplicate_sku", who="Ida").json()["items"][0]["id"]
    shown = page(server, f"exceptions/{found}")
    assert ("Whose code is it?" in shown, "DESK-CUP <small>Cup</small>" in shown) == (True, True)
    assert submit(server, f"exceptions/{found}/code", "Ana", item=mug).status == 403
    assert submit(server, f"exceptions/{found}/code", "Ida", item=99_999).status == 409
    assert submit(server, f"exceptions/{found}/code", "Ida", item=mug).status == 303
    assert state(server, found) == "resolved"
