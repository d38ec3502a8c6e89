"""What works beside the requests, each in threads of its own: spooler, escalator, housekeeper."""

from datetime import UTC, datetime
from typing import Protocol


class Worker(Protocol):
    """Something that works while the server runs."""

    def start(self) -> None:
        """Begin; called once, in the process that serves."""
        ...

    def stop(self) -> None:
        """Finish what is at hand within a few seconds and begin nothing more."""
        ...

    def trouble(self) -> str | None:
        """Say so when it has ended though nobody stopped it."""
        ...


def utc_now() -> datetime:
    """Read the server's clock."""
    return datetime.now(UTC)
