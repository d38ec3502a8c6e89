"""What a worker with a clock is: it takes its turn, waits, and takes it again, until told to stop."""

import logging
import threading
from abc import ABC, abstractmethod

from warehouse.domain.errors import RetryLaterError

log = logging.getLogger(__name__)

STOP_WITHIN = 2.0


class Periodic(ABC):
    """Takes its turn at once, for the server may have been away for days, and then every `every` seconds."""

    def __init__(self, name: str, every: float) -> None:
        self._every = every
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(STOP_WITHIN)

    def trouble(self) -> str | None:
        """Say so when it has ended though nobody stopped it."""
        is_well = self._thread.is_alive() or self._stopping.is_set()
        return None if is_well else f"the {self._thread.name} is not running"

    def wake(self) -> None:
        """Take the next turn now."""
        self._wake.set()

    @abstractmethod
    def turn(self) -> None:
        """Do what is to be done now, in steps short enough for the writer."""

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.turn()
            except RetryLaterError:
                log.info("%s: could not write now; it tries again at its next turn", self._thread.name)
            except Exception:  # the next turn tries again, whatever went wrong
                log.exception("%s: unexpected error", self._thread.name)
            self._wake.wait(self._every)
