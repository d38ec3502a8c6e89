"""Starting, refusing to start, ending: with real processes."""

import json
import os
import shutil
import signal
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serving import Raw, cookie_of, eventually, serving, speaking, start


def test_the_address_file_is_private_and_goes_with_the_server(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        path = tmp_path / "server.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert set(json.loads(path.read_text())) == {"url", "token"}
        answer = server.request("GET", "/metrics", Authorization=f"Bearer {server.token}")
        assert (answer.status, b"warehouse_sockets" in answer.body) == (200, True)
    assert not path.exists()


def test_13_a_second_server_on_the_same_file_refuses_and_names_the_first(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        second = start(tmp_path)
        _, complaint = second.communicate(timeout=120)
        assert second.returncode != 0
        assert f"warehouse serve (process {first.process.pid}, since " in complaint
        assert first.request("GET", "/healthz").status == 200


def test_sigterm_lets_open_sockets_go_and_ends_within_ten_seconds(tmp_path: Path) -> None:
    with serving(tmp_path) as server, Raw(server, Cookie=cookie_of("Ana")) as idle, speaking(server, "Ben") as ben:
        idle.sign_in()
        assert ben.call("echo", 1, timeout=5)["value"] == 1
        assert server.stop() < 10
        assert server.process.returncode == 0
        assert idle.is_closed_within(1)


def test_an_event_that_comes_while_draining_is_asked_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path) as server, Raw(server, Cookie=cookie_of("Ana")) as ana:
        ana.sign_in()
        assert _echo(ana) is None
        os.kill(server.process.pid, signal.SIGTERM)
        codes = _codes_until_the_end(ana)
    assert codes[-1] == "retry_later"
    assert set(codes) <= {None, "retry_later"}


def test_a_killed_parent_takes_its_worker_along_and_frees_the_file(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        worker = server.worker
        server.process.kill()
        server.process.wait(10)
        assert eventually(lambda: not Path(f"/proc/{worker}").exists(), within=60)
    (tmp_path / "server.json").unlink()
    shutil.rmtree(tmp_path)
    with serving(tmp_path) as again:
        assert again.request("GET", "/healthz").status == 200


def test_a_worker_that_dies_is_replaced_and_says_so_in_the_address_file(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        (tmp_path / "server.json").unlink()
        os.kill(server.worker, signal.SIGKILL)
        assert eventually((tmp_path / "server.json").exists, within=60)
        assert json.loads((tmp_path / "server.json").read_text())["token"] == server.token


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command to make a certificate")
def test_1_over_tls_long_messages_arrive_whole_and_plain_text_is_refused(tmp_path: Path) -> None:
    certificate, key = _self_signed(tmp_path)
    with serving(tmp_path / "data", TLS_CERT=certificate, TLS_KEY=key) as server:
        assert server.url.startswith("https://")
        with Raw(server, tls=True, Cookie=f"__Host-{cookie_of('Ana')}") as ana:
            ana.sign_in()
            ana.send('420["big", 3000000]')
            assert json.loads(ana.receive().removeprefix("430")) == [{"text": _letters(3_000_000)}]
            assert isinstance(ana.socket, ssl.SSLSocket)
            assert ana.socket.version() in {"TLSv1.2", "TLSv1.3"}
        with pytest.raises((ConnectionError, IndexError)):
            Raw(server)


def _codes_until_the_end(ana: Raw) -> list[str | None]:
    codes: list[str | None] = []
    until = time.monotonic() + 10
    try:
        while time.monotonic() < until:
            codes.append(_echo(ana))
            time.sleep(0.02)
    except OSError:
        return codes
    raise AssertionError("the socket stayed open")


def _echo(ana: Raw) -> str | None:
    ana.send('420["echo", 1]')
    code: str | None = json.loads(ana.receive().removeprefix("430"))[0].get("code")
    return code


def _letters(size: int) -> str:
    return "".join(chr(97 + number % 26) for number in range(size))


def _self_signed(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run(  # noqa: S603 - our own words
        [*command, "-out", certificate, "-keyout", key], check=True, capture_output=True
    )
    return certificate, key


MANY_THREADS = """
import ctypes, threading
from warehouse.server import bound_memory

bound_memory()
kept, done = [], threading.Barrier(33)

def work():
    kept.append([bytearray(1000) for _ in range(100)])
    done.wait()

for _ in range(32):
    threading.Thread(target=work).start()
done.wait()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
library.malloc_info(0, ctypes.c_void_p(library.fdopen(1, b"w")))
library.fflush(None)
"""


def test_many_threads_share_two_pools_of_memory() -> None:
    command = [sys.executable, "-c", MANY_THREADS]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own lines
    assert 1 <= told.stdout.count("<heap nr=") <= 2
