"""A folder that a shop's program puts files into, and one that it takes them from.

A file is taken once it is at rest: as large as at the last look, and not written to for some seconds. Then it moves to
`done`, or to `failed` with its reason beside it; rows that were refused lie in `rejected`, to be mended.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from warehouse.domain.write_backs import ShippedParcel, WriteBackForm
from warehouse.exchange.write_back import suffix_of, write_back

AT_REST = 3.0
"""Seconds without a change after which a file is taken for whole."""

LONGEST_NAME = 200
"""Bytes of a file's own name that are kept where it is put away: file systems allow 255, with all we add."""

_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")


class DropFolder:
    """One folder; it is made when it is looked into first."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def settled(self) -> Iterator[Path]:
        """Give the files that are whole, the oldest first; links and hidden files are left alone."""
        found = []
        for entry in os.scandir(self._path):
            info = entry.stat(follow_symlinks=False)
            rest = self._clock().timestamp() - info.st_mtime
            wanted = not entry.name.startswith(".") and not entry.name.lower().endswith(_UNFINISHED)
            if wanted and stat.S_ISREG(info.st_mode) and rest >= AT_REST:
                found.append((info.st_mtime, entry.name))
        for _, name in sorted(found):
            yield self._path / name

    def put_away(self, path: Path, rejected: bytes | None) -> None:
        """Move a file that was read to `done`; its refused rows are written to `rejected`."""
        name = self._move(path, "done")
        if rejected:
            self._keep("rejected", f"refused-{name}", rejected)

    def put_aside(self, path: Path, reason: str) -> None:
        """Move a file that cannot be read to `failed`, with the reason beside it."""
        name = self._move(path, "failed")
        self._keep("failed", f"{name}.reason.txt", f"{reason}\n".encode())

    def write(self, form: str, parcels: Sequence[ShippedParcel]) -> Path:
        """Write what left as a file in the shop's form; it appears whole or not at all."""
        wanted = WriteBackForm(form)
        name = f"shipped-{self._stamp()}.{suffix_of(wanted)}"
        return self._keep("", name, write_back(wanted, parcels))

    def _move(self, path: Path, folder: str) -> str:
        name = f"{self._stamp()}-{_shortened(path.name)}"
        target = self._path / folder
        target.mkdir(mode=0o700, exist_ok=True)
        path.rename(target / name)
        return name

    def _keep(self, folder: str, name: str, body: bytes) -> Path:
        target = self._path / folder
        target.mkdir(mode=0o700, exist_ok=True)
        partial = target / f".{name}.part"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        return partial.rename(target / name)

    def _stamp(self) -> str:
        return self._clock().strftime("%Y%m%d-%H%M%S-%f")


def _shortened(name: str) -> str:
    """Give the end of a name that leaves room for a stamp before it and an ending behind."""
    while len(os.fsencode(name)) > LONGEST_NAME:
        name = name[1:]
    return name
