"""Nobody is asked who may not be: private addresses, names that change theirs, other protocols, redirects."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from warehouse.outbound import Answered, NetworkReach, NoAnswerError, Outgoing, RefusedAddressError, resolve, send
from warehouse.outbound.http import check_url

HERE = NetworkReach(allowed=("127.0.0.1",))


def reach(*addresses: str, allowed: tuple[str, ...] = ()) -> NetworkReach:
    return NetworkReach(allowed=allowed, look_up=lambda _host, _port: list(addresses))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - never bound
        *("224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "::", "ff02::1"),
    ],
)
def test_an_address_inside_is_refused(address: str) -> None:
    with pytest.raises(RefusedAddressError, match="private network"):
        resolve(reach("93.184.216.34", address), "shop.example", 443)


def test_a_public_address_is_asked_and_an_own_one_that_is_named() -> None:
    assert resolve(reach("93.184.216.34"), "shop.example", 443) == "93.184.216.34"
    assert resolve(reach("10.0.5.7", allowed=("10.0.5.0/24",)), "erp.local", 443) == "10.0.5.7"
    assert resolve(reach("10.0.5.7", allowed=("erp.local",)), "erp.local", 443) == "10.0.5.7"
    with pytest.raises(OSError, match="not known"):
        resolve(reach(), "shop.example", 443)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://shop.example/", "file:///etc/passwd", "https://", "shop.example", "https://a b/", "https://x:99999/"),
        *("https://ana:secret@shop.example/", "https://shop.example/#part", "http://shop.example/"),
        *("https://shop.example:22/", "https://shop.example/\r\nHost: x"),
    ],
)
def test_what_is_no_address_to_send_to_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        check_url(url, NetworkReach())


def test_a_name_is_looked_up_once_and_the_call_goes_there(receiver: "Receiver") -> None:
    """The second look would give another address: DNS rebinding."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    own = NetworkReach(allowed=("shop.example",), look_up=lambda _host, _port: next(answers))
    assert send(Outgoing(url=f"http://shop.example:{receiver.port}/a?b=c", body=b"x"), own).status == 200
    assert receiver.seen == [("POST", "/a?b=c", f"shop.example:{receiver.port}", b"x")]


def test_a_redirect_is_not_followed(receiver: "Receiver") -> None:
    receiver.status = 302
    assert send(Outgoing(url=receiver.url, body=b""), HERE) == Answered(302, b"no")
    assert len(receiver.seen) == 1


def test_an_answer_is_cut_where_it_gets_too_long(receiver: "Receiver") -> None:
    assert send(Outgoing(url=receiver.url, body=b"", most=1), HERE) == Answered(200, b"o", whole=False)


def test_nobody_is_waited_for_longer_than_asked_however_it_drips() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as dripping:
        threading.Thread(target=_drip, args=(dripping,), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(NoAnswerError, match=r"No answer within 0\.5 s\."):
            send(Outgoing(url=f"http://127.0.0.1:{dripping.getsockname()[1]}/", seconds=0.5), HERE)
        assert time.monotonic() - began < 10


def test_nobody_there_is_said_plainly() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NoAnswerError, match="The connection was refused"):
        send(Outgoing(url=f"http://127.0.0.1:{port}/"), HERE)


def _drip(server: socket.socket) -> None:
    line, _ = server.accept()
    with closing(line):
        try:
            for _ in range(200):
                line.sendall(b"H")
                time.sleep(0.1)
        except OSError:
            return


class Receiver(http.server.ThreadingHTTPServer):
    """A program that takes what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.seen: list[tuple[str, str, str, bytes]] = []
        self.status = 200
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


class _Taker(http.server.BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.command, self.path, self.headers["Host"], body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok" if self.server.status == 200 else b"no")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with closing(Receiver()) as server:
        yield server
        server.shutdown()


Receiver.close = Receiver.server_close  # type: ignore[attr-defined]  # so that it closes like everything else
