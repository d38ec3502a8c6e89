"""The socket floor: a bare asyncio protocol that speaks websocket and Socket.IO frames and sends every scan back.

No framework, no JSON, no database: what is left is the price of the socket itself in Python. Run as
`python -m tests.bench.echo`; prints its port.
"""

import asyncio
import base64
import hashlib
import struct

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Echo(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.kept = b""
        self.greeted = False

    def data_received(self, data: bytes) -> None:
        """Answer every whole frame."""
        self.kept += data
        if not self.greeted:
            self._greet()
            return
        while (text := self._whole()) is not None:
            if text == b"40":
                self._send(b'40{"sid":"echo"}')
            elif text.startswith(b"42"):
                number = text[2 : text.index(b"[")]
                self._send(b"43" + number + b"[" + text[text.index(b",") + 1 :])

    def _greet(self) -> None:
        head, end, rest = self.kept.partition(b"\r\n\r\n")
        if not end:
            return
        key = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key.split(b":")[1].strip() + GUID, usedforsecurity=False).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self._send(b'0{"sid":"echo","upgrades":[],"pingInterval":600000,"pingTimeout":600000}')
        self.greeted, self.kept = True, rest

    def _send(self, text: bytes) -> None:
        size = len(text)
        head = bytes((0x81, size)) if size < 126 else struct.pack("!BBH", 0x81, 126, size)
        self.transport.write(head + text)

    def _whole(self) -> bytes | None:
        kept = self.kept
        if len(kept) < 8:
            return None
        size, begin = kept[1] & 127, 2
        if size == 126:
            size, begin = int.from_bytes(kept[2:4]), 4
        end = begin + 4 + size
        if len(kept) < end:
            return None
        mask, body, self.kept = kept[begin : begin + 4], kept[begin + 4 : end], kept[end:]
        whole = mask * (size // 4 + 1)
        return (int.from_bytes(body) ^ int.from_bytes(whole[:size])).to_bytes(size)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
