"""A pool of low-priority processes without a database, for work that would slow a scan: rendering, parsing, planning.

Children are started fresh, never forked: a fork would copy threads' locks and open database handles.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from warehouse.children import worker
from warehouse.children.worker import Answer
from warehouse.domain.errors import RetryLaterError

Given = ParamSpec("Given")
Result = TypeVar("Result")

AT_ONCE = 2
PATIENCE = 120.0
"""Seconds without a sign of life after which a child is taken for stuck and ended."""


class ChildLostError(RetryLaterError):
    """A helper process ended or got stuck in the middle of its work; the work itself can be asked for again."""

    code = "child_lost"


class Children:
    """Up to `at_once` helper processes, started when first needed and kept for the next call."""

    def __init__(self, at_once: int = AT_ONCE, *, patience: float = PATIENCE) -> None:
        self._turns = threading.Semaphore(at_once)
        self._patience = patience
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._closed = False

    def run(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Call `function(*args, **kwargs)` in a child and give its result, or raise what it raised there.

        The function stands at the top of a module; what goes in and out can be pickled. It may be called twice: when
        a child is lost on the way, another one tries once more. Then ChildLostError is raised.
        """
        try:
            return self._once(function, args, kwargs)
        except ChildLostError:
            return self._once(function, args, kwargs)

    def stream(
        self, function: Callable[Given, Iterator[Result]], *args: Given.args, **kwargs: Given.kwargs
    ) -> Generator[Result, None, None]:
        """Give what the generator `function(*args, **kwargs)` yields in a child, no faster than it is taken.

        Close it, or read it to its end: until then it holds one of the children.
        """
        with self._child() as child:
            child.ask(function, args, kwargs, stream=True)
            while (answer := child.answer(self._patience)).kind == "item":
                yield answer.value
            answer.check()

    def close(self) -> None:
        """End every child that has nothing to do; one at work ends when its call does."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _once(self, function: Callable[..., Result], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Result:
        with self._child() as child:
            child.ask(function, args, kwargs)
            answer = child.answer(self._patience)
            answer.check()
            result: Result = answer.value
        return result

    @contextmanager
    def _child(self) -> Iterator["_Child"]:
        with self._turns:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None or not child.alive():
                child = _Child()
            try:
                yield child
            finally:
                self._put_back(child)

    def _put_back(self, child: "_Child") -> None:
        with self._lock:
            if child.free and not self._closed:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One helper process; `free` while nothing asked of it is outstanding."""

    def __init__(self) -> None:
        self._line, far = Pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own file
                [sys.executable, str(Path(worker.__file__)), str(far.fileno())],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            far.close()
        self.free = True
        self._send(list(sys.path))

    def alive(self) -> bool:
        """Whether it can be asked something."""
        return self._process.poll() is None

    def ask(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, stream: bool = False
    ) -> None:
        """Hand over work; ChildLostError when it has gone."""
        self.free = False
        self._send((function, args, kwargs, stream))

    def answer(self, patience: float) -> Answer:
        """Wait for the next answer; ChildLostError when none comes."""
        answer = _receive(self._line, patience)
        if answer is None:
            self.end()
            raise ChildLostError("A helper process was lost while working. Nothing was changed; try again.")
        self.free = answer.kind != "item"
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _send(self, message: object) -> None:
        try:
            self._line.send(message)
        except (BrokenPipeError, ConnectionResetError):
            self.end()
            raise ChildLostError("A helper process was lost. Nothing was changed; try again.") from None


def _receive(line: "Connection[Any, Any]", patience: float) -> Answer | None:
    with suppress(EOFError, OSError):
        if line.poll(patience):
            return Answer(*line.recv())
    return None
