"""Prints into a folder: each job a file that appears whole or not at all."""

import os
import tempfile
from pathlib import Path

from printers.transports.base import PrinterState, PrinterStatus, SendOutcome, SendResult, check_job_name


class FolderTransport:
    """Writes each job to `folder` under its own name; the same job sent again replaces its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def status(self) -> PrinterStatus:
        """Say whether the folder can be written to."""
        if not self._folder.is_dir():
            return PrinterStatus(PrinterState.UNREACHABLE, (f"there is no folder {self._folder.name}",))
        if not os.access(self._folder, os.W_OK | os.X_OK):
            return PrinterStatus(PrinterState.ATTENTION, (f"folder {self._folder.name} cannot be written to",))
        return PrinterStatus(PrinterState.READY, waiting=0)

    def send(self, payload: bytes, job_name: str) -> SendResult:
        """Write the file beside its final place, make it durable, then rename it."""
        check_job_name(job_name)
        try:
            self._write(payload, job_name)
        except OSError as error:
            # The rename is the last step that can fail before the file shows, so nothing is there yet.
            return SendResult(SendOutcome.NOTHING_SENT, f"cannot write the file: {error.strerror or error}")
        try:
            _make_durable(self._folder)
        except OSError as error:
            return SendResult(SendOutcome.IN_DOUBT, f"the file may not last: {error.strerror or error}")
        return SendResult(SendOutcome.SENT)

    def _write(self, payload: bytes, job_name: str) -> None:
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", suffix=".part", delete=False) as file:
            part = Path(file.name)
            try:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
                part.chmod(0o640)
                part.replace(self._folder / job_name)
            except OSError:
                part.unlink(missing_ok=True)
                raise


def _make_durable(folder: Path) -> None:
    """Write the folder's new entry to disk."""
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
