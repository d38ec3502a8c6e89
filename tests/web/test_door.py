"""The door of the web part: hosts, headers, who may come in, forged writes, and input nobody should send."""

import gzip
import json
from pathlib import Path

import pytest

from tests.serving import Raw, Serving
from tests.trial_server import CSRF, SECRETS
from tests.web.office import open_office

HEADERS = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Cache-Control",
}
JSON = {"Content_Type": "application/json"}


@pytest.mark.parametrize(
    "path", ["/healthz", "/nothing", "/api/v1/trial", "/trial/broken", "/socket.io/?EIO=4", "/api/v1/openapi.json"]
)
def test_every_answer_carries_the_security_headers(server: Serving, path: str) -> None:
    answer = server.request("GET", path, who="Ana")
    assert set(answer.headers) >= HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:{port}.evil.example", ""]
)
def test_a_name_that_is_not_ours_is_not_answered(server: Serving, host: str) -> None:
    with Raw(server, Host=host.format(port=server.port), Upgrade="", Connection="close") as asker:
        assert asker.status == 400


def test_a_stranger_is_told_to_sign_in(server: Serving) -> None:
    answer = server.request("GET", "/api/v1/trial")
    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "not_signed_in",
        "detail": "Sign in first.",
    }


def test_a_strangers_browser_is_sent_to_the_sign_in_and_back(server: Serving) -> None:
    answer = server.request("GET", "/trial/7?a=b", Accept="text/html")
    assert (answer.status, answer.headers["Location"]) == (303, "/?next=%2Ftrial%2F7%3Fa%3Db")


def test_a_picker_does_not_see_a_leads_page(server: Serving) -> None:
    answer = server.request("GET", "/trial/7", who="Ana", Accept="text/html")
    assert answer.status == 403
    assert b"<h1>Your role does not allow this. Ask a lead.</h1>" in answer.body


def test_a_lead_does(server: Serving) -> None:
    assert server.request("GET", "/trial/7", who="Lea").body == b"page 7"


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "99999999999999999999", "x", "%D9%A3"])
def test_a_key_no_database_can_hold_is_not_found(server: Serving, number: str) -> None:
    assert server.request("GET", f"/trial/{number}", who="Lea").status == 404


@pytest.mark.parametrize("path", ["/pictures/a%00.webp", "/api/v1/orders/a%00", "/admin/orders/a%00"])
def test_an_address_no_database_can_hold_is_not_found(url: str, tmp_path: Path, path: str) -> None:
    with open_office(url, tmp_path) as office:
        assert office.house.ask("GET", path, "Lea").status_code == 404


def test_a_write_with_the_sessions_token_is_taken(server: Serving) -> None:
    answer = server.request("POST", "/api/v1/trial", who="Ana", body=b'{"amount": 3}', **JSON)
    assert (answer.status, answer.json()) == (201, {"amount": 3, "by": "Ana"})


@pytest.mark.parametrize(
    "headers",
    [
        {"X_CSRF_Token": ""},
        {"X_CSRF_Token": "guessed"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_forged_write_is_refused(server: Serving, headers: dict[str, str]) -> None:
    answer = server.request("POST", "/api/v1/trial", who="Ana", body=b'{"amount": 3}', **(JSON | headers))
    assert (answer.status, answer.json()["code"]) == (403, "forbidden")


def test_a_machine_needs_no_csrf_token_and_its_cookie_counts_for_nothing(server: Serving) -> None:
    def post(token: str) -> int:
        headers = JSON | {"Authorization": f"Bearer {token}", "X_CSRF_Token": ""}
        return server.request("POST", "/api/v1/trial", who="Ana", body=b'{"amount": 3}', **headers).status

    assert (post(server.token), post("wrong")) == (201, 401)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", [""]),
        (b"[", [""]),
        (b"[" * 100_000, [""]),
        (b'{"amount": ' + b"[" * 100_000, [""]),
        (b"\xff\xfe", [""]),
        (b'{"amount": "3"}', ["amount"]),
        (b'{"amount": 3.0}', ["amount"]),
        (b'{"amount": true}', ["amount"]),
        (b'{"amount": NaN}', ["amount"]),
        (b'{"amount": -1}', ["amount"]),
        (b'{"amount": 1e400}', ["amount"]),
        (b'{"amount": 99999999999999999999999999}', ["amount"]),
        (b'{"amount": 1, "role": "admin"}', ["role"]),
        (b'{"amount": 1, "note": "a\\u0000b"}', [""]),
        (b'{"amount": 1, "note": "\\ud800"}', [""]),
    ],
)
def test_bad_json_is_a_bad_request_that_names_the_field(server: Serving, body: bytes, fields: list[str]) -> None:
    answer = server.request("POST", "/api/v1/trial", who="Ana", body=body, **JSON)
    assert (answer.status, answer.json()["code"]) == (400, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_a_huge_body_is_refused(server: Serving) -> None:
    answer = server.request("POST", "/api/v1/trial", who="Ana", body=b" " * (2 << 20), **JSON)
    assert (answer.status, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(server: Serving, kind: str) -> None:
    answer = server.request("POST", "/api/v1/trial", who="Ana", body=b'{"amount": 3}', Content_Type=kind)
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=1_0", "limit=%20%205", "limit=%D9%A3", "limit=1&limit=2", "x=1"]
)
def test_a_wrong_query_is_a_bad_request(server: Serving, query: str) -> None:
    answer = server.request("GET", f"/api/v1/trial?{query}", who="Ana")
    assert (answer.status, answer.json()["code"]) == (400, "invalid_input")


def test_a_right_query_is_read(server: Serving) -> None:
    assert server.request("GET", "/api/v1/trial?limit=7", who="Ana").json() == {"amount": 7, "by": "Ana"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW"])
def test_a_method_that_does_not_exist_is_refused(server: Serving, method: str) -> None:
    answer = server.request(method, "/api/v1/trial", who="Ana")
    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_broken_page_shows_no_trace(server: Serving, accept: str) -> None:
    answer = server.request("GET", "/trial/broken", who="Ana", Accept=accept)
    assert answer.status == 500
    assert b"written down as number" in answer.body
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body


def test_the_meters_need_a_right(server: Serving) -> None:
    statuses = [server.request("GET", "/metrics", who=who).status for who in (None, "Ana", "Lea", "Ida")]
    assert statuses == [401, 403, 403, 200]


def test_readiness_names_each_part(server: Serving) -> None:
    answer = server.request("GET", "/readyz")
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "disk": "ok", "spooler": "ok"}}


def test_the_interface_describes_itself_by_the_models_that_validate(server: Serving) -> None:
    document = server.request("GET", "/api/v1/openapi.json").json()
    call = document["paths"]["/trial"]["post"]
    assert (document["openapi"], call["summary"], call["x-permissions"]) == ("3.1.0", "Count something.", ["pick"])
    assert call["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Count"}
    assert document["components"]["schemas"]["Count"]["properties"]["amount"] == {
        "maximum": 1_000_000,
        "minimum": 0,
        "title": "Amount",
        "type": "integer",
    }
    names = [parameter["name"] for parameter in document["paths"]["/trial"]["get"]["parameters"]]
    assert names == ["limit", "after"]
    assert set(_references(document)) <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def test_a_static_file_is_kept_for_good_and_packed(server: Serving) -> None:
    page = server.request("GET", "/nothing", Accept="text/html").body.decode()
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    plain = server.request("GET", address)
    packed = server.request("GET", address, Accept_Encoding="gzip")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.body) == plain.body
    assert server.request("GET", address.replace(address.split("/")[2], "0" * 16)).status == 404


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "%2e%2e/pyproject.toml", "..%5cpyproject.toml", "js/%00", "//etc/passwd"]
)
def test_nothing_outside_the_static_tree_is_sent(server: Serving, name: str) -> None:
    assert server.request("GET", f"/static/{'0' * 16}/{name}").status == 404


def _references(value: object) -> list[str]:
    text = json.dumps(value)
    return [part.split('"')[0] for part in text.split('"$ref": "')[1:]]


@pytest.mark.parametrize("path", ["/pick", "/put-backs", "/counts"])
def test_a_packed_page_repeats_nothing_of_what_was_asked(server: Serving, path: str) -> None:
    """Its size would tell who can make somebody's browser ask for it what the page's secret is (BREACH)."""
    asked = f"{path}?language=MARK&did=MARK&apart=MARK&MARK=MARK"
    strange = {"Referer": f"{server.url}/MARK", "User_Agent": "MARK", "Accept_Language": "MARK"}
    theme = f"warehouse={SECRETS['Ana']}; theme=MARK"
    answer = server.request(
        "GET", asked, who="Ana", Accept_Encoding="gzip", Accept="text/html", Cookie=theme, **strange
    )
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    page = gzip.decompress(answer.body)
    assert (CSRF.encode() in page, b"MARK" in page) == (True, False)


@pytest.mark.parametrize("path", ["/", "/admin/orders?q=MARK", "/nothing/MARK", "/static/0/MARK"])
def test_a_page_that_may_repeat_what_was_asked_is_not_packed(server: Serving, path: str) -> None:
    answer = server.request("GET", path, who="Lea", Accept_Encoding="gzip", Accept="text/html")
    assert "Content-Encoding" not in answer.headers
