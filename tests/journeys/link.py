"""The Wi-Fi between a handheld and the server: it may be fine, lose answers, swallow everything, or be gone."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from enum import Enum


class Mode(Enum):
    """What the link does with what passes over it."""

    FINE = "fine"
    LOSSY = "lossy"
    SILENT = "silent"
    GONE = "gone"


class Link:
    """A TCP proxy on a port of its own. `LOSSY` breaks the connection on three of ten answers that the server gave."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = Mode.FINE
        self.port = 0
        self._chance = random.Random(7)  # noqa: S311 - the same bad luck every time
        self._open: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @contextlib.contextmanager
    def up(self) -> Iterator["Link"]:
        """Carry until the block ends."""
        self._thread.start()
        self._ready.wait(10)
        yield self
        self._tell(self._ended.set)
        self._thread.join(5)

    def set(self, mode: Mode) -> None:
        """Change the weather; what is gone cuts every connection at once, silence cuts none."""
        self.mode = mode
        if mode is Mode.GONE:
            self._tell(self._cut)

    def _cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    def _tell(self, run: Callable[[], None]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(run)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        self._cut()
        server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if self.mode is Mode.GONE:
            writer.transport.abort()
            return
        try:
            upstream, server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open.add(server)
        await asyncio.gather(self._pump(reader, server, writer), self._pump(upstream, writer, server, is_answer=True))

    async def _pump(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        other: asyncio.StreamWriter,
        *,
        is_answer: bool = False,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self.mode is Mode.SILENT:
                    continue  # swallowed: this connection will never be whole again
                if self.mode is Mode.LOSSY and is_answer and b"results" in data and self._chance.random() < 0.3:
                    break
                target.write(data)
                await target.drain()
        for each in (target, other):
            self._open.discard(each)
            each.transport.abort()
