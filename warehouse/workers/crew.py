"""All workers of a server: at work while it has the duty, made anew each time it gets it."""

from collections.abc import Callable, Sequence

from warehouse.workers import Worker


class Crew:
    """`make` gives fresh workers, which begin in their order."""

    def __init__(self, make: Callable[[], Sequence[Worker]]) -> None:
        self._make = make
        self._workers: list[Worker] = []

    def begin(self) -> None:
        """Start all; when one cannot begin, none is left at work."""
        try:
            for worker in self._make():
                self._workers.append(worker)
                worker.start()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Stop all, in the order in which they began."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.stop()

    def trouble(self) -> str | None:
        """Say which worker has ended though it should be at work."""
        return next((found for worker in self._workers if (found := worker.trouble())), None)
