"""What runs in a helper process: take work from the line, do it, answer; end with the line.

This file is started by its path and imports only the standard library until it has been told where to look.
"""

import os
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

NICE = 10
"""How much lower than the server's its priority is where there is no class of its own for what may wait."""


class Answer(NamedTuple):
    """One message back: `item` of a stream, the `end` with the result, or an `error`."""

    kind: str
    value: Any = None

    def check(self) -> None:
        """Raise what was raised in the helper process."""
        if self.kind == "error":
            raise self.value


def serve(line: "Connection[Any, Any]") -> None:
    """Answer until the other end is closed."""
    sys.path[:] = line.recv()
    while True:
        function, args, kwargs, stream = line.recv()
        try:
            result = function(*args, **kwargs)
            if stream:
                for item in result:
                    line.send(("item", item))
                result = None
            answer = ("end", result)
        except (BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # whatever it is, it belongs to the one who asked
            answer = ("error", error)
        _tell(line, answer)


def _tell(line: "Connection[Any, Any]", answer: tuple[str, Any]) -> None:
    try:
        line.send(answer)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # the answer cannot travel: say so in words that can
        line.send(("error", TypeError(f"{type(error).__name__} while answering: {error}")))


def give_way(process: int = 0) -> None:
    """Let a process (this one) work only while nothing else wants the processor: a scan goes before a rendered page.

    Linux wakes the server at once on a processor that does such work (`SCHED_IDLE`); beside a process that is only
    nice it waits out a time slice, some milliseconds at each step of an answer.
    """
    try:
        os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):  # another system, or a sandbox that does not allow it
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, NICE)


def main() -> None:
    """Work at low priority on the line whose descriptor is the argument."""
    give_way()
    try:
        serve(Connection(int(sys.argv[1])))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        sys.exit(0)


if __name__ == "__main__":
    main()
