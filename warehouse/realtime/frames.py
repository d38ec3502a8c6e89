"""Websocket frames (RFC 6455): bytes in, whole messages out. No socket here; extensions are never agreed on."""

import base64
import hashlib
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_CONTINUED = 0
_CONTROL = 8
_FINAL, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_SHORT, _TWO_BYTES = 125, 126
_SMALL = 65_536
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Message = tuple[int, bytes]


class FrameError(ValueError):
    """A client that does not speak the protocol, or says more at once than it may."""


class Frames:
    """Puts the messages of one client together; a message of more than `limit` bytes is refused at its first frame."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = b""
        self._begun: int | None = None
        self._parts = b""

    def feed(self, data: bytes) -> list[Message]:
        """Take what was read and give the messages it completes, as (TEXT | BINARY | CLOSE | PING | PONG, payload)."""
        kept = self._kept + data if self._kept else data
        found: list[Message] = []
        at = 0
        while (frame := self._frame(kept, at)) is not None:
            head, body, at = frame
            message = self._message(head, body)
            if message is not None:
                found.append(message)
        self._kept = kept[at:]
        return found

    def _frame(self, kept: bytes, at: int) -> tuple[int, bytes, int] | None:
        """Give first byte, payload and end of the frame that begins at `at`; None when it is not all there yet."""
        if len(kept) < at + 2:
            return None
        head, size, begin = kept[at], kept[at + 1] & _LENGTH, at + 2
        if head & _RESERVED or not kept[at + 1] & _MASKED:
            raise FrameError("an unmasked frame, or an extension nobody agreed on")
        if head & _CONTROL and (size > _SHORT or not head & _FINAL):
            raise FrameError("a control frame that is long or in parts")
        if size > _SHORT:
            begin += 2 if size == _TWO_BYTES else 8
            if len(kept) < begin:
                return None
            size = int.from_bytes(kept[at + 2 : begin])
        if size + len(self._parts) > self._limit:
            raise FrameError("a message longer than allowed")
        end = begin + 4 + size
        if len(kept) < end:
            return None
        return head, _unmask(kept[begin : begin + 4], kept[begin + 4 : end]), end

    def _message(self, head: int, body: bytes) -> Message | None:
        """Give the message that a frame completes; None for a part of one."""
        code = head & _OPCODE
        if code in {CLOSE, PING, PONG}:
            return code, body
        if code not in {_CONTINUED, TEXT, BINARY} or (code == _CONTINUED) is (self._begun is None):
            raise FrameError("a frame that cannot come here")
        begun = code if self._begun is None else self._begun
        if not head & _FINAL:
            self._begun, self._parts = begun, self._parts + body
            return None
        whole, self._begun, self._parts = (self._parts + body if self._parts else body), None, b""
        return begun, whole


def _unmask(mask: bytes, body: bytes) -> bytes:
    size = len(body)
    whole = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(body) ^ int.from_bytes(whole)).to_bytes(size)


def frame(code: int, body: bytes) -> bytes:
    """Give one whole frame as a server sends it, unmasked."""
    size = len(body)
    if size <= _SHORT:
        return bytes((_FINAL | code, size)) + body
    if size < _SMALL:
        return struct.pack("!BBH", _FINAL | code, _TWO_BYTES, size) + body
    return struct.pack("!BBQ", _FINAL | code, _TWO_BYTES + 1, size) + body


def agreement(key: str) -> bytes:
    """Give the server's half of the handshake for a client's `Sec-WebSocket-Key`."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
