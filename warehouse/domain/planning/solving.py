"""From orders on a floor to trips in the order they are to be worked."""

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from warehouse.domain.planning.floors import Floor
from warehouse.domain.planning.improving import Budget, Start, improve
from warehouse.domain.planning.pool import Cart, Job, Lengths, Pool
from warehouse.domain.planning.punctual import Punctual
from warehouse.domain.planning.schedule import Due, Timed, Urgency, Value, ends_of, sequence_of, value_of
from warehouse.domain.planning.starts import first_fit, largest_first, savings
from warehouse.domain.planning.trips import Demand

_MOST_AT_ONCE = 600
_CHUNK = 500
"""A pool of more than 600 orders is worked in pieces of 500."""
_FEW_PARTNERS = 8
_MUCH_FEWER = 0.97
"""Fewer carts are the better start where they are fewer by more than this."""
_COOLED = 0.5
"""The part of the cooling that lies behind known trips: they are to be improved, not shaken to pieces."""
_HOPELESS = 0.2
"""Where orders strewn over all trips would be late in more cases than this, mixing is not tried: it takes its time."""

Trips = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must stay on one trip: bins, a load in each dimension of the cart, and what it may share a trip with.

    Needs of different groups never do; needs of different due times do where the problem says so.
    """

    codes: tuple[str, ...]
    load: tuple[int, ...]
    group: Hashable = None
    due: Due = field(default_factory=Due)
    lines: int = 1
    levels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many pickers work, and how long a trip of so many units of length, lines and levels up takes, in seconds."""

    pickers: int
    seconds: Callable[[int, int, int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Needs in the order of their urgency, the limits of a cart, and the floor; with a `pace`, due times may mix.

    `known` are trips that were good when some of these needs were planned before.
    """

    needs: Sequence[Need]
    limits: tuple[int, ...]
    floor: Floor
    pace: Pace | None = None
    known: Sequence[Sequence[int]] = ()


OnTrips = Callable[[Trips, int], None]


def solve(problem: Problem, budget: Budget, seed: int, on_trips: OnTrips) -> Trips:
    """Give the best trips found within the budget, as positions of needs, in the order to be worked.

    The first, by first fit, are told at once; better ones as they are found, with the steps so far.
    """
    return _Solver(problem, budget, seed, on_trips).solve()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Needs that are worked together, by position, with what is known of their trips."""

    at: tuple[int, ...]
    lengths: Lengths
    masks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way of mixing due times: a pool for each piece, and its best trips so far."""

    pieces: tuple[_Piece, ...]
    pools: tuple[Pool, ...]
    trips: list[Trips]
    cooled: float = 0.0
    demand: Demand | None = None


class _Solver:
    def __init__(self, problem: Problem, budget: Budget, seed: int, on_trips: OnTrips) -> None:
        self.problem, self.budget, self.seed, self.on_trips = problem, budget, seed, on_trips
        self.needs = problem.needs
        self.cart = Cart(problem.limits)
        self.told: Value | None = None
        self.trips: Trips = []

    def solve(self) -> Trips:
        groups = [(need.group, need.due.due) for need in self.needs]
        loads = [self.cart.pack(need.load) for need in self.needs]
        first = first_fit(self.cart, loads, groups, range(len(loads)))
        first.sort(key=lambda trip: (self._due(trip), trip))
        self.on_trips(first, 0)
        if self.budget.spent(0) >= 1 or not first:
            return first
        with _uncollected():
            return self._searched()

    def _searched(self) -> Trips:
        pieces = tuple(self._piece(at) for at in self._cut())
        apart, pace = self._apart(), self.problem.pace
        best = self._start(pieces, apart)
        if pace and len(pieces) == 1 and len(apart) > 1:
            best = self._mixed(best, dict.fromkeys(apart, 0), pace)
        self._tell(best, 0)
        self._search(best, self.budget.part(1, 1))
        return self.trips

    def _mixed(self, apart: _Attempt, mix: Mapping[float | None, int], pace: Pace) -> _Attempt:
        """Let due times share trips as far as nothing gets later by it, from the best start."""
        (piece,) = apart.pieces
        pool = self._pool(piece, mix)
        starts = [replace(apart, pools=(pool,), demand=self._punctual(piece, pace))]
        if self.problem.known:
            starts.append(replace(starts[0], trips=[self._known(piece, pool)], cooled=_COOLED))
        if any(need.due.priority for need in self.needs):
            starts.append(replace(starts[0], trips=[self._in_turn(piece, pool)], cooled=0.0))
        if self._may_mix(apart, pace):
            starts.append(replace(starts[0], trips=[self._begun(pool)], cooled=0.0))
        return min(starts, key=self._value)

    def _in_turn(self, piece: _Piece, pool: Pool) -> Trips:
        """Fill the carts in the order in which needs are worked: who goes first takes along what is due soonest."""
        turns = sorted(range(len(pool)), key=lambda job: (self._due([piece.at[job]]), job))
        return first_fit(self.cart, pool.loads, pool.groups, turns)

    def _punctual(self, piece: _Piece, pace: Pace) -> Punctual:
        """Let due times share trips as far as nothing gets later by it."""
        return Punctual(pace.pickers, lambda jobs, length: self._timed([piece.at[job] for job in jobs], length, pace))

    def _may_mix(self, apart: _Attempt, pace: Pace) -> bool:
        """Whether most would be in time if orders of all due times were strewn over trips that end when these do."""
        trips = self._ordered(apart)[1]
        length_of = {min(piece.at[job] for job in trip): pool.length(trip) for piece, pool, trip in _trips(apart)}
        ends = ends_of([self._timed(trip, length_of[min(trip)], pace) for trip in trips], pace.pickers)
        dues = [need.due.due for need in self.needs if need.due.due is not None]
        late = sum(end > due for due in dues for end in ends) / max(1, len(ends))
        return late <= _HOPELESS * len(self.needs)

    def _cut(self) -> list[list[int]]:
        """Give pieces of needs that are due together and lie near each other; one where they are not too many."""
        every = list(range(len(self.needs)))
        if len(every) <= _MOST_AT_ONCE:
            return [every]
        _, masks = self.problem.floor.measure({code for need in self.needs for code in need.codes}, roughly=True)
        nearest = [(mask & -mask).bit_length() for mask in (masks(need.codes) for need in self.needs)]
        every.sort(key=lambda at: (self._due([at])[1:], nearest[at], at))
        return [every[at : at + _CHUNK] for at in range(0, len(every), _CHUNK)]

    def _piece(self, at: list[int]) -> _Piece:
        roughly = len(self.needs) > _MOST_AT_ONCE
        lengths, masks = self.problem.floor.measure(
            {code for it in at for code in self.needs[it].codes}, roughly=roughly
        )
        return _Piece(tuple(at), lengths, tuple(masks(self.needs[it].codes) for it in at))

    def _apart(self) -> dict[float | None, int]:
        """Number the due times, the first due first: they share no trips."""
        dues = sorted({need.due.due for need in self.needs}, key=lambda due: (due is None, due or 0.0))
        return {due: at for at, due in enumerate(dues)}

    def _start(self, pieces: tuple[_Piece, ...], mix: Mapping[float | None, int]) -> _Attempt:
        pools = tuple(self._pool(piece, mix) for piece in pieces)
        trips = [self._begun(pool) for pool in pools]
        attempt = _Attempt(pieces, pools, trips)
        if not self.problem.known:
            return attempt
        known = [self._known(piece, pool) for piece, pool in zip(pieces, pools, strict=True)]
        return min(_Attempt(pieces, pools, known, cooled=_COOLED), attempt, key=self._value)

    def _pool(self, piece: _Piece, mix: Mapping[float | None, int]) -> Pool:
        needs = [self.needs[at] for at in piece.at]
        jobs = [
            Job(mask, need.load, (need.group, mix[need.due.due])) for need, mask in zip(needs, piece.masks, strict=True)
        ]
        return Pool(jobs, self.cart, piece.lengths)

    def _known(self, piece: _Piece, pool: Pool) -> Trips:
        """Begin with the known trips, as far as they may still be; what is new joins them, or each other."""
        number = {at: known for known, trip in enumerate(self.problem.known) for at in trip}
        groups = [(pool.groups[job], number.get(at, -1 - at)) for job, at in enumerate(piece.at)]
        known = first_fit(self.cart, pool.loads, groups, range(len(pool)))
        return savings(pool, _FEW_PARTNERS, known)

    def _begun(self, pool: Pool) -> Trips:
        """Begin with short trips, or with few: a search makes few trips short, but a large pool has no time for it."""
        few = largest_first(pool)
        if len(self.needs) > _MOST_AT_ONCE:
            return min(few, savings(pool, _FEW_PARTNERS), key=lambda trips: sum(map(pool.length, trips)))
        short = savings(pool, pool.lengths.temper.partners)
        return few if len(few) < len(short) * _MUCH_FEWER else short

    def _search(self, attempt: _Attempt, budget: Budget) -> None:
        rest = total = len(self.needs)
        for number, (piece, pool) in enumerate(zip(attempt.pieces, attempt.pools, strict=True)):
            part = budget.part(len(piece.at) / total, rest / total)
            rest -= len(piece.at)

            def better(trips: Trips, steps: int, number: int = number) -> None:
                attempt.trips[number] = trips
                self._tell(attempt, steps)

            start = Start(trips=attempt.trips[number], cooled=attempt.cooled, demand=attempt.demand)
            attempt.trips[number] = improve(pool, start, part, self.seed, better)
        self._tell(attempt, 0)

    def _tell(self, attempt: _Attempt, steps: int) -> None:
        value, trips = self._ordered(attempt)
        if self.told is None or value < self.told:
            self.told, self.trips = value, trips
            self.on_trips(trips, steps)

    def _value(self, attempt: _Attempt) -> Value:
        return self._ordered(attempt)[0]

    def _ordered(self, attempt: _Attempt) -> tuple[Value, Trips]:
        """Give all trips of an attempt in the order to be worked, and their value."""
        trips: Trips = []
        lengths: list[int] = []
        for piece, pool, own in zip(attempt.pieces, attempt.pools, attempt.trips, strict=True):
            trips += [[piece.at[job] for job in trip] for trip in own]
            lengths += [pool.length(trip) for trip in own]
        # Of trips due at the same time the one with the most urgent need comes first, as `Punctual` reckons, too.
        order = sorted(range(len(trips)), key=lambda at: (self._due(trips[at]), min(trips[at])))
        trips, lengths = [trips[at] for at in order], [lengths[at] for at in order]
        pace = self.problem.pace
        if not pace:
            return Value(0, 0, 0.0, sum(lengths)), trips
        timed = [self._timed(trip, length, pace) for trip, length in zip(trips, lengths, strict=True)]
        order = sequence_of(timed, pace.pickers)
        return value_of([timed[at] for at in order], pace.pickers, sum(lengths)), [trips[at] for at in order]

    def _timed(self, trip: Sequence[int], length: int, pace: Pace) -> Timed:
        needs = [self.needs[at] for at in trip]
        lines, levels = sum(need.lines for need in needs), sum(need.levels for need in needs)
        return Timed(pace.seconds(length, lines, levels), tuple(need.due for need in needs))

    def _due(self, trip: Iterable[int]) -> Urgency:
        return Timed(0.0, tuple(self.needs[at].due for at in trip)).urgency


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector out: what a search drops is in no circle, and it holds a million things to look through."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _trips(attempt: _Attempt) -> Iterator[tuple[_Piece, Pool, list[int]]]:
    """Give every trip of an attempt with the piece and the pool it is of."""
    for piece, pool, own in zip(attempt.pieces, attempt.pools, attempt.trips, strict=True):
        for trip in own:
            yield piece, pool, trip
