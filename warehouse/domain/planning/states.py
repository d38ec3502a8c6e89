"""The states of a half-built tour, and how each step of building changes them.

A tour through a building with parallel aisles is built aisle by aisle from left to right (Ratliff & Rosenthal 1983;
Roodbergen & de Koster 2001 for one more cross aisle; here for any number of them). For what is still to come, a
half-built tour is described by its front: for each cross aisle, whether the tour has been there, whether its number of
ways at that corner is odd, and which corners hang together. Half-built tours of the same state are interchangeable, so
only the shortest of each need be kept: 6 states for two cross aisles, 24 for three, 112 for four.
"""

from functools import cache
from itertools import product

Corner = tuple[bool, int] | None
"""Whether an odd number of ways meet there, and the part of the tour it belongs to; None where the tour is not yet."""

Front = tuple[Corner, ...]

UNREACHED = -1


MOVES = PASS, TWICE, FROM_LOW, FROM_HIGH, GAP = range(5)
"""How the part of an aisle between two cross aisles is walked: through it once or twice, from its lower or its upper
end and back, or from both around a gap. Plain numbers: a single tour asks for them hundreds of times."""


class States:
    """The states for `height` cross aisles, numbered as they are met; 0 is the empty tour.

    `vertical[block][move][state]` is the state after a move; `horizontal[state]` lists (state, ways) for going on to
    the next aisle, `ways` counting how often cross aisles are walked; `onward` says besides how often each. `corner`
    and `odd_corner` give the state once the tour comes to a corner to turn there, or to start or end there.
    """

    def __init__(self, height: int, *, open_ends: bool = False) -> None:
        self.height = height
        self.open_ends = open_ends
        self._number: dict[Front, int] = {}
        self.fronts: list[Front] = []
        self.onward: list[list[tuple[int, int, tuple[int, ...]]]] = []
        self.vertical: list[list[list[int]]] = [[[] for _ in MOVES] for _ in range(height - 1)]
        self.corner: list[list[int]] = [[] for _ in range(height)]
        self.odd_corner: list[list[int]] = [[] for _ in range(height)]
        self._find((None,) * height)
        self._close()
        self.horizontal = [[(state, number) for state, number, _ in options] for options in self.onward]
        self.final = [number for number, front in enumerate(self.fronts) if _is_tour(front)]

    def __len__(self) -> int:
        return len(self.fronts)

    def _find(self, front: Front) -> int:
        front = _canonical(front)
        if front not in self._number:
            self._number[front] = len(self.fronts)
            self.fronts.append(front)
        return self._number[front]

    def _close(self) -> None:
        """Follow every step from every state until no new one is met."""
        done = 0
        while done < len(self.fronts):
            front = self.fronts[done]
            for block, moves in enumerate(self.vertical):
                for move in MOVES:
                    moves[move].append(self._find(_walked(front, block, move)))
            for index in range(self.height):
                self.corner[index].append(self._find(_visited(front, index, odd=False)))
                if self.open_ends:
                    self.odd_corner[index].append(self._find(_visited(front, index, odd=True)))
            self.onward.append([(self._find(after), sum(ways), ways) for after, ways in _onward(front)])
            done += 1


@cache
def states_of(height: int, *, open_ends: bool = False) -> States:
    """Give the states for so many cross aisles, made once; with `open_ends` for trips that end elsewhere too."""
    return States(height, open_ends=open_ends)


def _canonical(front: Front) -> Front:
    names: dict[int, int] = {}
    return tuple(corner and (corner[0], names.setdefault(corner[1], len(names))) for corner in front)


def _is_tour(front: Front) -> bool:
    corners = [corner for corner in front if corner]
    return bool(corners) and not any(odd or part for odd, part in corners)


def _visited(front: Front, index: int, *, odd: bool) -> Front:
    """The tour comes to a corner; `odd` when it starts or ends there and not both."""
    corners = list(front)
    corner = corners[index] or (False, len(front) + index)
    corners[index] = (corner[0] ^ odd, corner[1])
    return tuple(corners)


def _walked(front: Front, block: int, move: int) -> Front:
    low, high = block, block + 1
    if move == FROM_LOW:
        return _visited(front, low, odd=False)
    if move == FROM_HIGH:
        return _visited(front, high, odd=False)
    both = _visited(_visited(front, low, odd=move == PASS), high, odd=move == PASS)
    return both if move == GAP else _joined(both, both[low], both[high])


def _joined(front: Front, low: Corner, high: Corner) -> Front:
    parts = {corner[1] for corner in (low, high) if corner}
    return tuple(corner and (corner[0], min(parts) if corner[1] in parts else corner[1]) for corner in front)


def _onward(front: Front) -> list[tuple[Front, tuple[int, ...]]]:
    """Every choice of ways to the next aisle: one from an odd corner, none or two from an even; no part is lost."""
    parts = {corner[1] for corner in front if corner}
    choices = [((0,) if corner is None else (1,) if corner[0] else (0, 2)) for corner in front]
    onward: list[tuple[Front, tuple[int, ...]]] = []
    for ways in product(*choices):
        after = tuple(
            (way == 1, corner[1]) if way and corner else None for way, corner in zip(ways, front, strict=True)
        )
        if {corner[1] for corner in after if corner} == parts:
            onward.append((after, ways))
    return onward
