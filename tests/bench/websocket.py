"""As much of a websocket client as the load needs: one socket, text frames, Engine.IO and Socket.IO greetings."""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

import orjson

PATIENCE = 30.0


class Line:
    """One Socket.IO connection; blocking while it greets and asks, non-blocking once `socket` is set so."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""
        try:
            self._greet(port, cookie)
        except BaseException:
            self.close()
            raise

    def send(self, text: bytes) -> None:
        """Send one text frame, small enough for the kernel to take it whole; masked with zeros, as a mask may be."""
        size = len(text)
        head = bytes((0x81, 0x80 | size)) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
        self.socket.sendall(head + b"\0\0\0\0" + text)

    def ask(self, event: str, payload: object) -> Any:
        """Send one event and wait for its acknowledgement."""
        self.send(b'425["' + event.encode() + b'",' + orjson.dumps(payload) + b"]")
        while True:
            for message in self.messages():
                if message.startswith(b"435"):
                    return orjson.loads(message[3:])[0]

    def messages(self) -> Iterator[bytes]:
        """Read once and give every whole message; pings are answered on the way."""
        with contextlib.suppress(BlockingIOError):
            more = self.socket.recv(1 << 18)
            if not more:
                raise ConnectionError("the server ended the connection")
            self._kept += more
        while (found := self._whole()) is not None:
            if found == b"2":
                self.send(b"3")
            else:
                yield found

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def _greet(self, port: int, cookie: str) -> None:
        key = os.urandom(16).hex()[:22] + "=="
        head = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
        )
        self.socket.sendall(head.encode())
        while b"\r\n\r\n" not in self._kept:
            self._kept += self.socket.recv(4096) or self._ended()
        answer, _, self._kept = self._kept.partition(b"\r\n\r\n")
        if b" 101 " not in answer.partition(b"\r\n")[0]:
            raise ConnectionError(answer.decode(errors="replace")[:200])
        self.send(b"40")
        while not any(message.startswith(b"40") for message in self.messages()):
            pass

    def _ended(self) -> bytes:
        raise ConnectionError("the server ended the connection")

    def _whole(self) -> bytes | None:
        """Take one whole frame off what was read; None when there is none yet."""
        kept = self._kept
        if len(kept) < 2:
            return None
        size, begin = kept[1] & 127, 2
        if size > 125:
            begin = 4 if size == 126 else 10
            if len(kept) < begin:
                return None
            size = int.from_bytes(kept[2:begin])
        if len(kept) < begin + size:
            return None
        self._kept = kept[begin + size :]
        if kept[0] & 15 == 8:
            raise ConnectionError("the server closed the connection")
        return kept[begin : begin + size]
