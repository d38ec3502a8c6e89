"""The loops of a search compiled, where numba is installed (the extra `fast`): the same source, the same plans."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle, islice
from operator import methodcaller
from typing import Any

from warehouse.domain.planning.fronts import PLAIN, Arithmetic, joined, lowered, onward, unonward, unwalked, walked


@cache
def quickest() -> Arithmetic:
    """Give the compiled arithmetic where it can be had, else the plain one."""
    try:
        import numba  # noqa: PLC0415 an extra; and a third of a second, which only a search has to spend
    except ImportError:
        return PLAIN
    loops = [_compiled(numba.njit, loop) for loop in (walked, unwalked, onward, unonward, lowered, joined)]
    return Arithmetic(_numbers, methodcaller("tobytes"), *loops)


def _compiled(compiler: Any, loop: Callable[..., Any]) -> Any:
    """Compile a loop at its first call; it is kept for the next process where a folder for that can be written."""
    try:
        return compiler(loop, cache=True)
    except RuntimeError:
        return compiler(loop)


def _numbers(rows: Sequence[Any]) -> Any:
    """Give an array; rows that are shorter than others say again what they say."""
    import numpy as np  # noqa: PLC0415 comes with numba

    if isinstance(rows[0], list):
        longest = max(map(len, rows))
        rows = [list(islice(cycle(row), longest)) for row in rows]
    return np.array(rows, dtype=np.int64)
