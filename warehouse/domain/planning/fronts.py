"""What a step of building does to all half-built tours of a trip at once, in plain numbers.

A front is a vector: for each state (`planning.states`) the length of the shortest half-built tour in it, `FAR` where
there is none. These loops are where a search on several blocks spends its time, so they take vectors and tables only
and run as they stand, or compiled where the extra `fast` is installed (`planning.compiled`).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

FAR = 1 << 60
WANTED, IDLE, BY = range(3)
"""The kinds of a row of moves: a block that must be walked along begins, one that may be left out, and a way to walk
along the block that was begun last. A row is (kind, price, number of the table that says which state leads where)."""

Vector = Any
"""One number for each state: a list, or an array."""
Tables = Any
"""For each row of moves that walks, the state each state becomes."""
Ways = Any
"""For each state the (state, ways) it can go on to the next aisle with."""
Moves = Any


def walked(front: Vector, moves: Moves, tables: Tables, far: Vector) -> Vector:
    """Give the front after these blocks; `far` is a vector that nothing has reached."""
    after = before = front
    for kind, price, row in moves:
        if kind == BY:
            for to, cost in zip(tables[row], before):  # noqa: B905 the compiler knows no `strict`
                if cost + price < after[to]:  # noqa: PLR1730 `min` takes twice as long
                    after[to] = cost + price
        else:
            before = after
            after = before.copy() if kind == IDLE else far.copy()
    return after


def unwalked(back: Vector, moves: Moves, tables: Tables, far: Vector) -> Vector:
    """Give what it costs to go on from each state before these blocks, the last of them first, from that after them."""
    after = before = back
    for kind, price, row in moves:
        if kind == BY:
            for state, to in enumerate(tables[row]):
                if after[to] + price < before[state]:  # noqa: PLR1730 as above
                    before[state] = after[to] + price
        else:
            after = before
            before = after.copy() if kind == IDLE else far.copy()
    return before


def onward(front: Vector, ways: Ways, width: int, far: Vector) -> Vector:
    """Give the front as it arrives at an aisle that is `width` away."""
    after = far.copy()
    for state, cost in enumerate(front):
        if cost < FAR:
            for to, number in ways[state]:
                if cost + number * width < after[to]:  # noqa: PLR1730 as above
                    after[to] = cost + number * width
    return after


def unonward(back: Vector, ways: Ways, width: int, far: Vector) -> Vector:
    """Give what it costs to go on from each state towards an aisle that is `width` away, from what it costs there."""
    before = far.copy()
    for state in range(len(back)):
        for to, number in ways[state]:
            if back[to] + number * width < before[state]:  # noqa: PLR1730 as above
                before[state] = back[to] + number * width
    return before


def lowered(front: Vector) -> int:
    """Take the least value off all that are reached, and give it."""
    least = FAR
    for cost in front:
        if cost < least:  # noqa: PLR1730 as above
            least = cost
    for state, cost in enumerate(front):
        if cost < FAR:
            front[state] = cost - least
    return least


def joined(front: Vector, back: Vector) -> int:
    """Give the length of the shortest tour of a front and a back that meet."""
    least = FAR
    for cost, rest in zip(front, back):  # noqa: B905 as above
        if cost + rest < least:  # noqa: PLR1730 as above
            least = cost + rest
    return least


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """One way of reckoning: how it holds `numbers` (a vector, or rows), what `name` tells vectors apart, the loops."""

    numbers: Callable[[Sequence[Any]], Any]
    name: Callable[[Vector], Hashable]
    walked: Callable[[Vector, Moves, Tables, Vector], Vector] = walked
    unwalked: Callable[[Vector, Moves, Tables, Vector], Vector] = unwalked
    onward: Callable[[Vector, Ways, int, Vector], Vector] = onward
    unonward: Callable[[Vector, Ways, int, Vector], Vector] = unonward
    lowered: Callable[[Vector], int] = lowered
    joined: Callable[[Vector, Vector], int] = joined


PLAIN = Arithmetic(numbers=list, name=tuple)
