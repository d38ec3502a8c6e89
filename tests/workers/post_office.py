"""A mail server of our own on a real socket: takes mail, or refuses it as told; with a certificate it speaks TLS."""

import base64
import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Office:
    """What came in, what the next recipients are answered, who may send, and by which certificate it is known.

    `at_once` speaks TLS from the first byte, else when it is asked to. `heard` are the commands as they came, with
    whether nobody on the way could read them.
    """

    port: int = 0
    mails: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    login: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    heard: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Talk(socketserver.BaseRequestHandler):
    """One conversation."""

    office: Office
    safe = False
    known = False

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            if self.office.at_once:
                self._encrypt()
            self._open()
            self._say("220 post office")
            while line := self._lines.readline().decode().strip():
                if not self._answered(line):
                    return

    def finish(self) -> None:
        if hasattr(self, "_lines"):
            self._lines.close()
        self.request.close()

    def _answered(self, line: str) -> bool:
        word = line.split(maxsplit=1)[0].upper()
        self.office.heard.append((word, self.safe))
        if word == "QUIT":
            self._say("221 bye")
            return False
        if word == "STARTTLS":
            self._say("220 go on")
            self._lines.close()
            self._encrypt()
            self._open()
        elif word == "EHLO":
            self._say("250-post office")
            offers = ["STARTTLS"] if self.office.tls and not self.safe else []
            self._say("250 " + " ".join(offers or ["AUTH PLAIN"]))
        elif word == "AUTH":
            self._let_in(line)
        elif self.office.login and not self.known and word in {"MAIL", "RCPT", "DATA"}:
            self._say("530 who are you?")
        elif word == "DATA":
            self._take()
        elif word == "RCPT" and self.office.answers:
            self._say(self.office.answers.pop(0))
        else:
            self._say("250 fine")
        return True

    def _let_in(self, line: str) -> None:
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self.known = (user, password) == self.office.login
        self._say("235 come in" if self.known else "535 wrong name or password")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self._lines.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        self.office.mails.append("\n".join(lines))
        self._say("250 taken")

    def _encrypt(self) -> None:
        assert self.office.tls is not None
        self.request = self.office.tls.wrap_socket(self.request, server_side=True)
        self.safe = True

    def _open(self) -> None:
        self._lines = self.request.makefile("rb")

    def _say(self, text: str) -> None:
        self.request.sendall(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up in the middle of a handshake is no error of the server's."""


@contextlib.contextmanager
def post_office(**kind: object) -> Iterator[Office]:
    """Run the server until the block ends."""
    office = Office(**kind)  # type: ignore[arg-type]  # the test says which kind
    server = _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"office": office}))
    office.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
