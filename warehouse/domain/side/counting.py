"""Count tasks: a blind count of one bin, and what follows from it: an adjustment, a recount, an approval, a decision.

The person never sees what the books say. A difference above the tolerance is counted again by somebody else, and by a
third person where these two differ. What two people agree on is adjusted after an approval; where all three differ,
whoever corrects stock decides which count holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from warehouse.domain.codes import BarcodeKind, Outcome, ScanKind, Tracking
from warehouse.domain.picking.texts import named_thing, say
from warehouse.domain.picking.work import Lease, Meaning, Resolve, Scan
from warehouse.domain.side.tasks import SCANS, UNITS, Read, TaskVerdict, holder_refusal, one_meaning, read_scan
from warehouse.domain.words import together

Pile = tuple[str, str | None]
"""SKU and lot (None where lots are not tracked)."""

_LOT_TRACKED = {Tracking.LOT, Tracking.EXPIRY}
MOST_ROUNDS = 3
"""After so many counts that differ somebody decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWork:
    """A bin to count; `tracking` says which SKUs need their lot, `only` limits the count to one SKU."""

    id: int
    bin: str
    only: str | None = None
    tracking: Mapping[str, Tracking] = field(default_factory=dict)
    lease: Lease | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPosition:
    """Where the person stands: bin scanned or not, the piles so far, the piles before the last scan."""

    at_bin: bool = False
    piles: tuple[tuple[Pile, int], ...] = ()
    undo: tuple[tuple[Pile, int], ...] | None = None
    asked: bool = False
    finished: bool = False


@dataclass(frozen=True, slots=True)
class CountDone:
    """The count is closed with these piles; `decide_count` says what follows."""

    count: int
    piles: tuple[tuple[Pile, int], ...]


CountVerdict = TaskVerdict[CountPosition, CountDone]


class CountStep(StrEnum):
    """What follows from a count."""

    BOOK = "book"
    RECOUNT = "recount"
    THIRD = "third"
    APPROVE = "approve"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class CountRound:
    """One person's count of the bin: by how many eaches each (item, lot) differs from the books of that moment.

    Differences are compared, not counts: what is picked between two rounds changes both count and books.
    """

    person: int | None
    differences: Mapping[tuple[int, int], int] = field(default_factory=dict)


def judge_count(work: CountWork, position: CountPosition, scan: Scan, resolve: Resolve) -> CountVerdict:
    """Decide about one scan of a count task."""
    stranger = holder_refusal(work.lease, scan)
    if stranger is not None:
        return TaskVerdict(outcome=Outcome.NOT_OWNER, text=stranger, position=position)
    if position.finished:
        return TaskVerdict(outcome=Outcome.ALREADY_DONE, text=say("count_done"), position=position)
    read = read_scan(scan, resolve)
    if read.kind in SCANS:
        return _judge_code(work, position, read)
    if read.kind is ScanKind.CONFIRM:
        return _confirm(work, position)
    if read.kind is ScanKind.UNDO and position.undo is not None:
        before = CountPosition(at_bin=True, piles=position.undo)
        return _accept(work, before, say("undone"))
    outcome = Outcome.ALREADY_DONE if read.kind is ScanKind.UNDO else Outcome.POLICY
    return _refuse(work, position, outcome, "nothing_to_undo" if read.kind is ScanKind.UNDO else "not_here")


def decide_count(rounds: Sequence[CountRound], *, is_within: bool) -> CountStep:
    """Say what follows from the rounds so far; `is_within` says that the last differs by no more than is let pass."""
    if is_within:
        return CountStep.BOOK
    *before, last = rounds
    if not before:
        return CountStep.RECOUNT
    if any(each.differences == last.differences for each in before):
        return CountStep.APPROVE
    return CountStep.THIRD if len(rounds) < MOST_ROUNDS else CountStep.DECIDE


def may_count(person: int | None, rounds: Sequence[CountRound], *, leads: bool, self_approval: bool) -> bool:
    """Say whether the person may do the next round: somebody else than before, unless the site allows one person.

    The third round may also be a lead's who counted before: a shift of two would wait for ever otherwise.
    """
    is_last = len(rounds) == MOST_ROUNDS - 1
    return self_approval or (leads and is_last) or all(each.person != person for each in rounds)


def may_approve(person: int | None, rounds: Sequence[CountRound], *, self_approval: bool) -> bool:
    """Say whether the person may approve the adjustment: nobody approves his own count, unless the site allows it."""
    return self_approval or all(each.person != person for each in rounds)


def next_count(work: CountWork, position: CountPosition) -> str:
    """Say in one sentence what to do."""
    if position.finished:
        return say("count_done")
    return say("count_items" if position.at_bin else "count_bin", bin=work.bin)


def _judge_code(work: CountWork, position: CountPosition, read: Read) -> CountVerdict:
    meaning = one_meaning(read)
    if isinstance(meaning, tuple):
        outcome, text = meaning
        return TaskVerdict(outcome=outcome, text=text, position=_unasked(position))
    if meaning.kind is BarcodeKind.BIN:
        return _judge_bin(work, position, meaning.code)
    if meaning.kind not in UNITS:
        return _refuse(work, position, Outcome.POLICY, "wrong_thing", thing=named_thing(meaning.kind))
    if not position.at_bin:
        return _refuse(work, position, Outcome.POLICY)
    return _judge_units(work, position, read, meaning)


def _judge_bin(work: CountWork, position: CountPosition, code: str) -> CountVerdict:
    if code != work.bin:
        return _refuse(work, position, Outcome.WRONG_BIN, "wrong_bin", bin=code)
    if position.at_bin:
        return _refuse(work, position, Outcome.ALREADY_DONE)
    return _accept(work, CountPosition(at_bin=True), say("at_bin", bin=work.bin))


def _judge_units(work: CountWork, position: CountPosition, read: Read, meaning: Meaning) -> CountVerdict:
    sku, lot = meaning.sku or meaning.code, read.lot_of(meaning)
    if work.only not in {None, sku}:
        return _refuse(work, position, Outcome.NOT_ON_BATCH, "not_on_batch")
    is_tracked = work.tracking.get(sku) in _LOT_TRACKED
    if is_tracked and lot is None:
        return _refuse(work, position, Outcome.AMBIGUOUS, "scan_lot")
    if read.kind is ScanKind.QUANTITY and (read.number or 0) < 1:
        return _refuse(work, position, Outcome.POLICY, "enter_number")
    pile = (sku, lot if is_tracked else None)
    piles = dict(position.piles)
    piles[pile] = piles.get(pile, 0) + read.units_of(meaning)
    onward = CountPosition(at_bin=True, piles=tuple(piles.items()), undo=position.piles)
    text = say("count_so_far", number=piles[pile], name=meaning.name or sku)
    return TaskVerdict(outcome=Outcome.ACCEPTED, text=text, position=onward)


def _confirm(work: CountWork, position: CountPosition) -> CountVerdict:
    if not position.at_bin:
        return _refuse(work, position, Outcome.POLICY)
    if not position.piles and not position.asked:
        asking = CountPosition(at_bin=True, asked=True)
        return TaskVerdict(outcome=Outcome.POLICY, text=say("count_empty", bin=work.bin), position=asking)
    done = CountPosition(at_bin=True, piles=position.piles, finished=True)
    effects = (CountDone(work.id, position.piles),)
    return TaskVerdict(outcome=Outcome.ACCEPTED, text=say("count_done"), position=done, effects=effects)


def _accept(work: CountWork, position: CountPosition, text: str) -> CountVerdict:
    return TaskVerdict(
        outcome=Outcome.ACCEPTED,
        text=together(text, next_count(work, position)),
        position=position,
    )


def _refuse(
    work: CountWork, position: CountPosition, outcome: Outcome, pattern: str = "", **values: object
) -> CountVerdict:
    refusal = say(pattern, **values) if pattern else ""
    text = together(refusal, next_count(work, position))
    return TaskVerdict(outcome=outcome, text=text, position=_unasked(position))


def _unasked(position: CountPosition) -> CountPosition:
    return CountPosition(at_bin=position.at_bin, piles=position.piles, undo=position.undo)
