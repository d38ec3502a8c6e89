"""A mail server of our own on a real socket: takes mail, or refuses it as told."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Office:
    """What came in, and what the next recipients are answered."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextlib.contextmanager
def post_office() -> Iterator[Office]:
    """Run the server until the block ends."""
    office = Office()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 post office")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "QUIT":
                    return self._say("221 bye")
                if word == "DATA":
                    self._take()
                elif word == "RCPT" and office.answers:
                    self._say(office.answers.pop(0))
                else:
                    self._say("250 fine")
            return None

        def _take(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            office.mails.append("\n".join(lines))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    office.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
