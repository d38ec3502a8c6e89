"""Whether things go into a box together: blocks of equal things laid side by side, turned any of six ways.

A greedy guillotine packing (after Gilmore & Gomory's cuts; see George & Robinson 1980 for filling by blocks): what it
says fits can really be laid that way. It may miss an arrangement, so a box is at worst suggested one size too large.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product

Edges = tuple[int, int, int]

MOST_BLOCKS = 100
"""So many blocks are laid at most: a very mixed basket is given up before it takes long."""


@dataclass(frozen=True, slots=True)
class _Block:
    """`units` equal things as one body of these edges, in one free space."""

    space: Edges
    edges: Edges
    units: int


def go_together(inner: Edges, things: Sequence[tuple[Edges, int]]) -> bool:
    """Whether all things (edges in millimetres, how many) can be laid into a box of this inner size."""
    return any(_lay(inner, sorted(things, key=by), cut) for by, cut in product(_FIRST, _CUTS))


def _lay(inner: Edges, things: Sequence[tuple[Edges, int]], cut: Callable[[_Block], Iterator[Edges]]) -> bool:
    spaces, laid = [inner], 0
    for edges, wanted in things:
        left = wanted
        while left:
            block = _best(spaces, edges, left)
            laid += 1
            if block is None or laid > MOST_BLOCKS:
                return False
            spaces.remove(block.space)
            spaces += [space for space in cut(block) if min(space) > 0]
            left -= block.units
    return True


def _best(spaces: Sequence[Edges], edges: Edges, left: int) -> _Block | None:
    """The block that wastes least: in the tightest space, of the most units."""
    turned: set[Edges] = {(way[0], way[1], way[2]) for way in permutations(edges)}
    blocks = (_block(space, way, left) for space in spaces for way in turned)
    fitting = [block for block in blocks if block is not None]
    return min(fitting, key=lambda it: (_volume(it.space), -it.units, _loss(it), it.edges), default=None)


def _block(space: Edges, edges: Edges, left: int) -> _Block | None:
    """As many as go side by side, then in rows, then in layers, all of them full."""
    x = min(left, space[0] // edges[0])
    y = min(left // x, space[1] // edges[1]) if x else 0
    z = min(left // (x * y), space[2] // edges[2]) if y else 0
    if not z:
        return None
    return _Block(space, (x * edges[0], y * edges[1], z * edges[2]), x * y * z)


def _loss(block: _Block) -> int:
    return min(whole - part for whole, part in zip(block.space, block.edges, strict=True))


def _cut_long(block: _Block) -> Iterator[Edges]:
    """Above the block, then beside it over the whole depth, then behind it."""
    (length, width, height), (x, y, z) = block.space, block.edges
    yield x, y, height - z
    yield length - x, width, height
    yield x, width - y, height


def _cut_wide(block: _Block) -> Iterator[Edges]:
    """A whole layer above the block, then behind it over the whole length, then beside it."""
    (length, width, height), (x, y, z) = block.space, block.edges
    yield length, width, height - z
    yield length, width - y, z
    yield length - x, y, z


def _volume(edges: Edges) -> int:
    return edges[0] * edges[1] * edges[2]


_CUTS = (_cut_long, _cut_wide)
_FIRST: tuple[Callable[[tuple[Edges, int]], tuple[int, ...]], ...] = (
    lambda thing: (-_volume(thing[0]), *thing[0]),
    lambda thing: (-max(thing[0]), *thing[0]),
    lambda thing: (-_volume(thing[0]) * thing[1], *thing[0]),
)
