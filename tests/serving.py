"""Starts trial servers as real processes and connects real clients to them."""

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import socketio

from tests.trial_server import CSRF, SECRETS

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Serving:
    """A running server: `pid` watches, `worker` serves."""

    url: str
    token: str
    process: "subprocess.Popen[str]"
    data_dir: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def worker(self) -> int:
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def memory(self) -> int:
        """Resident bytes of the worker."""
        return self._status("VmRSS") * 1024

    def threads(self) -> int:
        return self._status("Threads")

    def request(
        self, method: str, path: str, *, who: str | None = None, body: bytes | None = None, **headers: str
    ) -> Answered:
        """Send one request; header names have underscores. A person's cookie and CSRF token come with `who`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            sent.setdefault("Cookie", f"warehouse={SECRETS[who]}")
            sent.setdefault("X-CSRF-Token", CSRF)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers={name: text for name, text in sent.items() if text})
            answer = connection.getresponse()
            return Answered(answer.status, dict(answer.getheaders()), answer.read())

    def stop(self) -> float:
        """Ask it to end; answers how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        return time.monotonic() - began

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@contextlib.contextmanager
def serving(data_dir: Path, **settings: object) -> Iterator[Serving]:
    """Run a trial server on a free port, with these settings, until the block ends."""
    process = start(data_dir, **settings)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Ready"), process.communicate(timeout=5)[1]
        found = json.loads((data_dir / "server.json").read_text())
        yield Serving(found["url"], found["token"], process, data_dir)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def start(data_dir: Path, **settings: object) -> "subprocess.Popen[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    environ |= {"WAREHOUSE_DATA_DIR": str(data_dir), "WAREHOUSE_PORT": "0"}
    environ |= {f"WAREHOUSE_{name}": str(value) for name, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.trial_server"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def speaking(server: Serving, who: str | None = "Ana", **auth: object) -> Iterator[socketio.Client]:
    """A Socket.IO client signed in as `who`, closed at the end."""
    client = socketio.Client(reconnection=False)
    headers = {"Cookie": f"warehouse={SECRETS[who]}"} if who is not None else {}
    client.connect(server.url, headers=headers, auth=auth or None, transports=["websocket"], wait_timeout=10)
    try:
        yield client
    finally:
        client.disconnect()


class Raw:
    """A websocket client that does only what it is told."""

    def __init__(
        self, server: Serving, *, receive_buffer: int | None = None, tls: bool = False, **headers: str
    ) -> None:
        bare = socket.socket()
        if receive_buffer is not None:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        bare.settimeout(20)
        bare.connect(("127.0.0.1", server.port))
        self.socket = _unchecked_tls(bare) if tls else bare
        self.kept = bytearray()
        try:
            self._shake_hands(server, headers)
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, server: Serving, headers: Mapping[str, str]) -> None:
        wanted = {
            "Host": f"127.0.0.1:{server.port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}" for name, value in wanted.items() if value]
        head = "\r\n".join(["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", *lines, "", ""])
        self.socket.sendall(head.encode())
        self.status = int(self._line().split()[1])
        self.headers = self._headers()

    def send(self, text: str) -> None:
        self.socket.sendall(frame(text.encode()))

    def receive(self) -> str:
        """The next text message; raises ConnectionError at the end."""
        first, length = self._exactly(2)
        length &= 127
        if length in {126, 127}:
            length = int.from_bytes(self._exactly(2 if length == 126 else 8))
        body = self._exactly(length)
        if first & 15 == 8:
            raise ConnectionError("closed")
        return body.decode()

    def sign_in(self, auth: object = None) -> str:
        """Greet Engine.IO and Socket.IO; the answer is given back."""
        self.receive()
        self.send("40" if auth is None else "40" + json.dumps(auth))
        return self.receive()

    def is_closed_within(self, seconds: float) -> bool:
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exactly(self, size: int) -> bytes:
        while len(self.kept) < size:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("ended")
            self.kept += more
        found = bytes(self.kept[:size])
        del self.kept[:size]
        return found

    def _line(self) -> str:
        while b"\r\n" not in self.kept:
            self.kept += self.socket.recv(1) or self._ended()
        line, _, self.kept = self.kept.partition(b"\r\n")
        return line.decode()

    def _ended(self) -> bytes:
        raise ConnectionError("ended")

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while line := self._line():
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
        return found


def frame(body: bytes, *, length: int | None = None) -> bytes:
    """One masked text frame; `length` lets its head promise more than comes."""
    size = len(body) if length is None else length
    head = bytes([0x81])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += bytes([0xFE]) + size.to_bytes(2)
    else:
        head += bytes([0xFF]) + size.to_bytes(8)
    return head + b"\0\0\0\0" + body


def cookie_of(who: str) -> str:
    return f"warehouse={SECRETS[who]}"


def eventually(check: Any, within: float = PATIENCE) -> bool:
    """Whether `check()` becomes true in time."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.05)
    return bool(check())


def _unchecked_tls(bare: socket.socket) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(bare)
