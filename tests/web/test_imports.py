"""Imports in the browser and over HTTP: look first, import, follow it live, read the report, mend what was refused."""

import contextlib
import gzip
import os
import re
import signal
import sqlite3
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.serving import CSRF, Answered, Serving, eventually, serving, speaking

HEAD = "order_no,sku,quantity,ship_name,ship_line1,ship_city,ship_postcode,ship_country\n"
SAMPLES = Path(__file__).resolve().parents[1] / "exchange" / "samples"


def order(number: str, quantity: object = 2, sku: str = "MUG-1") -> str:
    return f"{number},{sku},{quantity},Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB\n"


def number() -> str:
    return f"W{uuid.uuid4().hex[:10].upper()}"


def send(server: Serving, path: str, file: bytes, who: str = "Ida", **fields: str) -> Answered:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in {"csrf_token": CSRF, **fields}.items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="orders.csv"\r\n\r\n')
    body = "".join(parts).encode() + file + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return server.request("POST", path, who=who, body=body, Content_Type=kind, Accept="text/html, application/json")


def bring(server: Serving, file: str | bytes, who: str = "Ida", **fields: str) -> Answered:
    body = file.encode() if isinstance(file, str) else file
    return send(server, "/api/v1/imports", body, who, **{"kind": "orders", **fields})


def counts(answer: Answered) -> dict[str, int]:
    return {word: count for word, count in answer.json()["orders"].items() if count}


def page(server: Serving, path: str, who: str = "Ida") -> str:
    answer = server.request("GET", path, who=who, Accept="text/html")
    assert answer.status == 200, answer.body
    return answer.body.decode()


def previewed(server: Serving, file: str, **fields: str) -> dict[str, str]:
    """Send a file to be looked at; give the form behind the button that imports it."""
    answer = send(server, "/admin/imports/preview", file.encode(), kind="orders", profile="orders/canonical", **fields)
    assert answer.status == 200, answer.body
    shown = answer.body.decode()
    assert "Nothing is stored yet" in shown
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', shown))


def confirmed(server: Serving, form: dict[str, str]) -> str:
    """Press the button; give the address of the run."""
    body = "&".join(f"{name}={value}" for name, value in ({"csrf_token": CSRF} | form).items()).encode()
    kind = "application/x-www-form-urlencoded"
    answer = server.request("POST", "/admin/imports", who="Ida", body=body, Content_Type=kind, Accept="text/html")
    assert answer.status == 303, answer.body
    return answer.headers["Location"]


def ended(server: Serving, run: object) -> Any:
    until = time.monotonic() + 60
    while (found := server.request("GET", f"/api/v1/imports/{run}", who="Ida").json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def stored(server: Serving, external: str) -> list[Any]:
    answer = server.request("GET", f"/api/v1/orders?source=canonical&external_id={external}", who="Ida")
    found: list[Any] = answer.json()["items"]
    return found


@pytest.fixture(scope="module", autouse=True)
def mug(server: Serving) -> None:
    answer = bring(server, "sku,name,barcode\nMUG-1,Mug,4006381333931\n", "Ida", kind="items")
    assert answer.json()["items"]["created"] == 1


def test_a_person_looks_first_imports_mends_what_was_refused_and_sends_it_again(server: Serving) -> None:
    good, bad = number(), number()
    form = previewed(server, HEAD + order(good) + order(bad, "1e3"))
    assert stored(server, good) == []
    run = confirmed(server, form).rsplit("/", 1)[1]
    found = ended(server, run)
    assert (found["state"], found["rows_done"], found["has_rejected"]) == ("done", 2, True)
    assert "is not a whole number; digits 0 to 9 only" in page(server, f"/admin/imports/{run}")
    refused = server.request("GET", f"/admin/imports/{run}/rejected", who="Ida")
    assert refused.headers["Content-Disposition"] == "attachment; filename*=UTF-8''refused-orders.csv"
    header, row = refused.body.decode().splitlines()
    assert header == HEAD.strip() + ",line,reason"
    assert row.startswith(order(bad, "1e3").strip() + ",3,")
    mended = refused.body.replace(b"1e3", b"3")
    assert counts(bring(server, mended)) == {"created": 1}
    assert (len(stored(server, good)), len(stored(server, bad))) == (1, 1)


def test_a_file_sent_twice_changes_nothing(server: Serving) -> None:
    text = HEAD + order(number(), 5)
    assert [counts(bring(server, text)), counts(bring(server, text))] == [{"created": 1}, {"unchanged": 1}]


def test_a_dry_run_reports_alike_and_stores_nothing(server: Serving) -> None:
    external = number()
    text = HEAD + order(external, 7) + order(number(), 0)
    rehearsed = bring(server, text, dry_run="true")
    assert stored(server, external) == []
    assert "Location" not in rehearsed.headers
    real = bring(server, text).json()
    assert real.pop("id") > 0
    assert rehearsed.json() == real


def test_all_or_nothing_refuses_the_file_for_one_order(server: Serving) -> None:
    external = number()
    text = HEAD + order(external, 8) + order(number(), 0)
    answer = bring(server, text, all_or_nothing="true")
    assert counts(answer) == {"refused": 2}
    assert [(found["line"], found["code"]) for found in answer.json()["findings"]] == [
        (2, "all_or_nothing"),
        (3, "invalid_quantity"),
    ]
    assert stored(server, external) == []


DAMAGED = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\n\n", "The file holds nothing but blank lines."),
    "NUL": ((SAMPLES / "nul_bytes.csv").read_bytes(), "Line 2"),
    "open quote": (HEAD.encode() + order("1").encode() + b'2,"open', "The quote opened on line 3 is not closed"),
    "other columns": (b"colour,size\nred,9\n", "The file has no column"),
    "spreadsheet": (b"PK\x03\x04whatever", "Save it as CSV"),
    "half of UTF-16": (b"\xff\xfeo\x00r\x00d", "not readable as utf-16"),
    "no code page": (HEAD.encode() + b"1,M\xfcG,2,,,,,\n", "Line 2 is not readable as utf-8"),
    "cut gzip": (gzip.compress(HEAD.encode() * 9)[:-9], "The compressed file is damaged or cut off."),
    "one endless line": (gzip.compress(b"x" * (3 << 20)), "A line of the file is longer than"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_refused_in_one_sentence_on_the_page_and_over_http(server: Serving, kind: str) -> None:
    body, sentence = DAMAGED[kind]
    answer = bring(server, body)
    assert (answer.status, answer.json()["code"]) == (400, "unreadable_file")
    assert sentence in answer.json()["detail"]
    shown = send(server, "/admin/imports/preview", body, kind="orders", profile="orders/canonical")
    assert sentence.replace("“", "") in shown.body.decode().replace("“", "")


def test_a_file_with_a_header_only_is_taken_as_empty(server: Serving) -> None:
    assert (bring(server, HEAD).json()["rows"], counts(bring(server, HEAD))) == (0, {})


def test_only_who_may_brings_a_file(server: Serving) -> None:
    file = (HEAD + order(number())).encode()
    assert [bring(server, file, who).status for who in ("Ana", "Ben")] == [403, 403]
    assert bring(server, "name,role,badge\nMallory,admin,U:M1\n", "Lea", kind="users").status == 403
    for path in ("/admin/imports", "/admin/imports/1", "/admin/imports/1/rejected", "/api/v1/imports"):
        assert server.request("GET", path, who="Ana", Accept="text/html").status == 403
    assert server.request("POST", "/api/v1/imports", body=b"").status == 401


def test_an_import_is_shown_only_to_who_may_bring_its_kind(server: Serving) -> None:
    bring(server, HEAD + order(number()), "Ines")
    people = f"name,role,badge,pin\n{number()},chief,U:{number()},493017\n"
    run = bring(server, people, kind="users").json()["id"]
    paths = (f"/api/v1/imports/{run}", f"/admin/imports/{run}", f"/api/v1/imports/{run}/rejected")
    paths += (f"/admin/imports/{run}/rejected",)
    assert {who: [server.request("GET", path, who=who).status for path in paths] for who in ("Ida", "Ines", "Lea")} == {
        "Ida": [200] * 4,
        "Ines": [403] * 4,
        "Lea": [403] * 4,
    }
    listed = {who: server.request("GET", "/api/v1/imports", who=who).json()["items"] for who in ("Ida", "Ines", "Lea")}
    assert listed["Ida"][0]["id"] == run
    assert ({it["kind"] for it in listed["Ines"]}, listed["Lea"]) == ({"orders"}, [])
    assert f"/admin/imports/{run}" in links(server, "/admin/imports", "Ida")
    assert f"/admin/imports/{run}" not in links(server, "/admin/imports", "Ines")


def links(server: Serving, path: str, who: str) -> set[str]:
    return set(re.findall(r'href="([^"?]+)', page(server, path, who)))


def test_the_menu_leads_whoever_may_bring_a_file_or_print_labels_there(server: Serving) -> None:
    assert "/admin/imports" in links(server, "/admin/orders", "Lea")
    assert "/admin/printers" in links(server, "/admin/shipping", "Lea")
    sheet = "/api/v1/labels/commands.pdf"
    assert sheet in links(server, "/admin/printers", "Lea")
    assert server.request("GET", sheet, who="Lea").status == 200
    assert "/admin/imports" in links(server, "/admin/orders", "Ines")
    assert not {"/admin/imports", "/admin/printers"} & links(server, "/pick", "Ana")
    assert sheet not in links(server, "/admin/printers", "Ana")


def test_unknown_fields_and_profiles_are_named(server: Serving) -> None:
    file = (HEAD + order(number())).encode()
    assert "“color” is none of" in bring(server, file, color="red").json()["detail"]
    assert "There is no profile “nobody”" in bring(server, file, profile="nobody").json()["detail"]


def many(orders: int) -> str:
    stem = uuid.uuid4().hex[:8].upper()
    return HEAD + "".join(order(f"M{stem}-{n}", n % 5 + 1) for n in range(orders))


def looked_at(server: Serving, text: str) -> dict[str, str]:
    """Have a file wait for its import as if it had been looked at, which takes as long again."""
    form = previewed(server, HEAD + order(number()))
    (server.data_dir / "uploads" / form["token"]).write_text(text)
    return form


def test_while_a_file_goes_in_its_page_hears_how_far_and_no_second_one_begins(server: Serving) -> None:
    form = looked_at(server, many(700))
    told: list[Any] = []  # a run before this one may still have something to say
    with speaking(server, "Ida") as client:
        client.on("import_progress", told.append)
        assert client.call("watch", "imports") == {}
        address = confirmed(server, form)
        second = bring(server, HEAD + order(number()))
        shown = page(server, address)
        run = int(address.rsplit("/", 1)[1])
        assert eventually(lambda: any(news["run"] == run and news["state"] != "running" for news in told), within=120)
    heard = [news for news in told if news["run"] == run]
    assert (second.status, second.json()["code"]) == (409, "import_running")
    assert "js/pages/imports.js" in shown
    assert heard[-1] == {"run": run, "state": "done", "rows_done": 700, "rows": 700}
    assert len(heard) > 1
    assert [news["rows_done"] for news in heard] == sorted(news["rows_done"] for news in heard)


def test_an_import_of_the_largest_key_is_not_there(server: Serving) -> None:
    last = 2**63 - 1
    paths = (f"/api/v1/imports/{last}", f"/admin/imports/{last}", f"/api/v1/imports/{last}/rejected")
    assert [server.request("GET", path, who="Ida").status for path in paths] == [404] * 3


def test_who_may_not_import_does_not_hear_of_it(server: Serving) -> None:
    with speaking(server, "Ana") as client:
        assert client.call("watch", "imports")["code"] == "forbidden"


def summed(data_dir: Path) -> list[Any]:
    """What an import leaves in the books, but for times and keys."""
    with contextlib.closing(sqlite3.connect(data_dir / "warehouse.sqlite")) as books:
        return [
            books.execute(text).fetchall()
            for text in (
                'SELECT number, state, value_cents, content_hash, basket_hash FROM "order" ORDER BY number',
                'SELECT number, line_no, sku, ordered FROM order_line JOIN "order" o ON o.id = order_id ORDER BY 1, 2',
                "SELECT reason, text FROM hold ORDER BY text",
                # How many there were in an hour, which an alert counts, depends on when somebody looked.
                "SELECT type, text FROM exception WHERE type != 'anomaly' ORDER BY text",
            )
        ]


def through(server: Serving, text: str) -> dict[str, int]:
    """Import to the end, however slow the machine is; gives the counts."""
    run = confirmed(server, looked_at(server, text)).rsplit("/", 1)[1]
    found: dict[str, int] = ended(server, run)["report"]["orders"]
    return found


def killed_in_the_middle(data_dir: Path, text: str, stored: int) -> str:
    """Import until more than so many orders are stored, then kill server and worker; the run's key is given back."""
    with serving(data_dir) as server:
        run = confirmed(server, looked_at(server, text)).rsplit("/", 1)[1]
        while stored_orders(data_dir) <= stored:
            time.sleep(0.005)
        os.kill(server.worker, signal.SIGKILL)
        server.process.kill()
    with contextlib.closing(sqlite3.connect(data_dir / "warehouse.sqlite")) as books:
        books.execute("UPDATE import_run SET seen_at = '2026-01-01 00:00:00'")  # as if minutes had gone by
        books.commit()
    return run


def test_an_import_killed_twice_in_the_middle_and_sent_again_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    text = many(400) + order("LATE-1", 2, "CUP-9")
    with serving(tmp_path / "calm") as server:
        assert through(server, text)["created"] == 401
    runs = [killed_in_the_middle(tmp_path / "killed", text, stored) for stored in (0, 40)]
    went_in = stored_orders(tmp_path / "killed")
    assert 40 < went_in < 401
    with serving(tmp_path / "killed") as server:
        assert through(server, text)["unchanged"] == went_in
        assert [ended(server, run)["state"] for run in runs] == ["cut_off", "cut_off"]
    assert summed(tmp_path / "killed") == summed(tmp_path / "calm")


def stored_orders(data_dir: Path) -> int:
    with contextlib.closing(sqlite3.connect(data_dir / "warehouse.sqlite")) as books:
        return int(books.execute('SELECT count(*) FROM "order"').fetchone()[0])
