"""Pages of connections: webhooks with their secret shown once, sources, audits of files; who may open them."""

import re
import time
import uuid
from pathlib import Path

import pytest

from tests.serving import CSRF, Answered, Serving
from warehouse.domain.webhooks import key_of

SAMPLES = Path(__file__).resolve().parents[1] / "exchange" / "samples"
PAGES = ["/admin/profiles", "/admin/sources", "/admin/webhooks", "/admin/webhooks/deliveries"]


def page(server: Serving, path: str, who: str = "Ines", status: int = 200) -> str:
    answer = server.request("GET", path, who=who, Accept="text/html")
    assert answer.status == status, answer.body
    return answer.body.decode()


def send(server: Serving, path: str, *, who: str = "Ines", **fields: str | list[str]) -> Answered:
    pairs = [(name, each) for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
    return multipart(server, path, [*pairs, ("csrf_token", CSRF)], {}, who)


def multipart(
    server: Serving, path: str, pairs: list[tuple[str, str]], files: dict[str, bytes], who: str = "Ines"
) -> Answered:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode() for name, text in pairs
    ]
    parts += [
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n"
        for name, body in files.items()
    ]
    body = b"".join([*parts, f"--{mark}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={mark}"
    return server.request("POST", path, who=who, body=body, Content_Type=kind, Accept="text/html")


@pytest.mark.parametrize("path", PAGES)
def test_only_who_looks_after_connections_opens_their_pages(server: Serving, path: str) -> None:
    assert page(server, path)
    for who in ("Ana", "Ben", "Lea"):
        page(server, path, who, 403)


def test_an_endpoint_is_added_with_a_secret_that_is_shown_once(server: Serving) -> None:
    added = send(server, "/admin/webhooks", name="Shop", url="https://shop.example/hooks", types=["order.shipped"])
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", added.body.decode())
    assert len(key_of(secret)) == 32
    listed = page(server, "/admin/webhooks")
    assert ("https://shop.example/hooks" in listed, secret in listed) == (True, False)
    rotated = send(server, "/admin/webhooks/1/rotate").body.decode()
    assert secret not in rotated
    assert "old secret until" in rotated
    assert send(server, "/admin/webhooks/1/pause").status == 303
    assert "Paused" in page(server, "/admin/webhooks")
    assert "Take it up again first" in send(server, "/admin/webhooks/1/test").body.decode()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://shop.example/hooks", "https only"),
        ("https://ana:pw@shop.example/", "no user name"),
        ("javascript:alert(1)", "not an address"),
    ],
)
def test_an_address_that_may_not_be_told_is_refused_on_the_page(server: Serving, url: str, sentence: str) -> None:
    answer = send(server, "/admin/webhooks", name="Shop", url=url, types=["order.shipped"])
    assert (answer.status, sentence in answer.body.decode()) == (400, True)
    assert send(server, "/admin/webhooks", name="Shop", url="https://shop.example/").status == 400


def test_a_source_is_added_looked_at_and_stopped(server: Serving) -> None:
    wanted = {"name": "demo-shop", "profile": "orders/shopify-orders", "way": "folder", "every_minutes": "30"}
    assert send(server, "/admin/sources", **wanted, write_back="shopify").status == 303
    shown = page(server, "/admin/sources")
    assert "inbox/demo-shop" in shown
    assert "already" in send(server, "/admin/sources", **wanted).body.decode()
    assert send(server, "/admin/sources/1/stop").status == 303
    assert "Stopped" in page(server, "/admin/sources")
    assert send(server, "/admin/sources/1/look").status == 303


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": "../etc"}, "name"), ({"every_minutes": "0"}, "every_minutes"), ({"way": "ftp"}, "way")],
)
def test_a_source_that_makes_no_sense_is_refused(server: Serving, wrong: dict[str, str], field: str) -> None:
    sent = {"name": "odd", "profile": "orders/canonical", "way": "folder", "every_minutes": "15"} | wrong
    answer = send(server, "/admin/sources", **sent)
    assert (answer.status, field in answer.body.decode()) == (400, True)


def test_files_are_audited_on_a_page_and_nothing_of_them_comes_in(server: Serving) -> None:
    files = {name: (SAMPLES / name).read_bytes() for name in ("shopify_products.csv", "shopify_orders.csv")}
    answer = multipart(server, "/admin/audits", [("csrf_token", CSRF)], files)
    assert answer.status == 303, answer.body
    where = answer.headers["Location"].partition("?")[0]
    until = time.monotonic() + 60
    while "being looked through. A year" in (shown := page(server, where)) and time.monotonic() < until:
        time.sleep(0.3)
    assert "read as items/shopify-products" in shown
    assert "read as orders/shopify-orders" in shown
    assert "85099b" in shown
    report = server.request("GET", f"{where}/report.html", who="Ines")
    assert (report.status, report.headers["Content-Disposition"]) == (200, 'attachment; filename="report.html"')
    names = re.findall(rf"{where}/([a-z_]+\.csv)", shown)
    assert names
    assert all(server.request("GET", f"{where}/{name}", who="Ines").status == 200 for name in names)
    assert server.request("GET", f"{where}/state.json", who="Ines").status == 404
    assert server.request("GET", f"{where}/..%2f..%2fsecret_key", who="Ines").status == 404
    assert not server.request("GET", "/api/v1/orders?source=shopify", who="Ida").json()["items"]


def test_a_file_nobody_can_read_is_said_so_on_the_page(server: Serving) -> None:
    answer = multipart(server, "/admin/audits", [("csrf_token", CSRF)], {"odd.csv": b"\x00\x01,\n"})
    where = answer.headers["Location"].partition("?")[0]
    until = time.monotonic() + 60
    while "being looked through. A year" in (shown := page(server, where)) and time.monotonic() < until:
        time.sleep(0.3)
    assert "NUL" in shown or "no column" in shown


def test_a_profile_of_ones_own_may_not_be_called_as_one_of_the_product(server: Serving) -> None:
    looked = multipart(
        server,
        "/admin/profiles/look",
        [("csrf_token", CSRF), ("kind", "orders")],
        {"erp.csv": (SAMPLES / "erp_semicolon_cp1252.csv").read_bytes()},
    )
    (token,) = re.findall(r'name="token" value="([0-9a-f]{32})"', looked.body.decode())
    sent = {"kind": "orders", "token": token, "name": "erp.csv", "encoding": "cp1252", "do": "propose"}
    columns = {"col-0": "order_no", "col-2": "sku", "col-4": "quantity"}
    taken = send(server, "/admin/profiles/work", **sent, **columns, profile="erp-semicolon")
    assert "comes with the product" in taken.body.decode()
    missing = send(server, "/admin/profiles/work", **sent, profile="mine", **{"col-0": "order_no"})
    assert "“sku” is missing" in missing.body.decode()


def test_what_left_is_downloaded_in_the_shops_form(server: Serving) -> None:
    answer = server.request("GET", "/admin/sources/shipped?source=demo-shop&form=amazon&days=7", who="Ines")
    assert (answer.status, answer.headers["Content-Disposition"]) == (200, 'attachment; filename="shipped-amazon.txt"')
    assert answer.body.startswith(b"order-id\torder-item-id\tquantity")
    assert server.request("GET", "/admin/sources/shipped?source=demo-shop&form=fax", who="Ines").status == 400
    assert server.request("GET", "/admin/sources/shipped?source=demo-shop", who="Lea").status == 403
