"""Picking: the scans of batches, judged by the pure rules over what is remembered of each batch.

A batch is read whole once and then kept, for as long as its revision in the database is the one that was read; a
group asks for the revisions of its batches unless one before it did and nothing was written since. Frequent effects
wait in the books and are written in bulk; a rare one writes what waits first, is carried out as a use case of its own,
and has its batch read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind, Mode, Outcome, TaskState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.picking.applying import apply
from warehouse.domain.picking.effects import CommitPick, Effect, ReleaseCount, Skip, UndoPick
from warehouse.domain.picking.judging import judge
from warehouse.domain.picking.snapshot import Json, position_to_json
from warehouse.domain.picking.walk import policy_at, stand
from warehouse.domain.picking.work import BatchWork, Meaning, PickTask, Position, Verdict
from warehouse.domain.site import Site
from warehouse.domain.values import value
from warehouse.domain.words import sentence
from warehouse.services.batches.rerouting import Skips
from warehouse.services.picking.books import Booking, PickBooks, container_of
from warehouse.services.picking.case import Happening
from warehouse.services.picking.effects import carry_out, settle
from warehouse.services.picking.lots import is_as_promised, lot_of, with_promise, without_serials
from warehouse.services.picking.undoing import require_free
from warehouse.services.scanning.groups import Case, IncomingScan, Judged, Refusal
from warehouse.services.site import load_site
from warehouse.storage.group import calm_of, stir
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.prepared import Prepared, PreparedLookup
from warehouse.storage.queries.directory import meanings_of
from warehouse.storage.queries.picking import BatchKeys, StoredBatch, load_batch

KEPT = 512


@dataclass(slots=True)
class _Kept:
    """A batch as remembered. `totes` are the codes by which its totes were scanned, `places` where its units go.

    `stand` is the stored form of the position once a scan has been judged.
    """

    work: BatchWork
    position: Position
    keys: BatchKeys
    revision: int
    totes: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    stand: Json = field(default_factory=dict)


class PickDesk:
    """Judges the scans of batches; see the module's text."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._sure: set[int] = set()
        self._calm: object = None
        self._site: Site | None = None
        self._books = PickBooks()
        self._moved: dict[int, _Kept] = {}
        self._ended: list[Happening] = []
        self._skips = Skips()

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Make sure that every batch of these scans is remembered as it is now."""
        if len(self._kept) > KEPT:
            self._kept.clear()
        if (calm := calm_of(connection)) is not self._calm:
            self._calm, self._sure = calm, set()
        wanted = {int(scan.work[1]) for scan in scans} - (self._sure & self._kept.keys())
        if not wanted:
            return
        self._sure |= wanted
        revisions = {row.id: row.revision for row in _REVISIONS.all(connection, wanted)}
        for batch in wanted:
            kept = self._kept.get(batch)
            if kept is not None and kept.revision != revisions.get(batch):
                del self._kept[batch]
        missing = [batch for batch in wanted if batch in revisions and batch not in self._kept]
        if missing:
            self._site = self._load_site(connection)
            for batch in missing:
                stored = self._load(connection, batch)
                self._kept[batch] = _Kept(stored.work, stored.position, stored.keys, stored.revision)

    def judge(self, connection: Connection, scan: IncomingScan) -> Case:
        """Judge one scan; what a rare one does is written at once, and the batch read again."""
        kept = self._kept.get(int(scan.work[1]))
        if kept is None or self._site is None:
            raise NotFoundError(sentence("There is no batch {batch}.", batch=scan.work[1]))
        before = stand(kept.work, kept.position, scan.list_version)  # booked at the task that it is judged at
        task = kept.work.tasks.get(before.task or 0)
        today = self._site.day_of(scan.received_at)
        verdict = judge(kept.work, before, scan.pure(), self._resolver(connection, kept, scan.received_at), today)
        is_plain = all(_is_plain(connection, kept, effect) for effect in verdict.effects)
        if not is_plain:
            self.flush(connection)  # what came before stands, whatever becomes of this scan

        def act() -> Judged:
            follow_up = self._carry_over(connection, kept, scan, verdict)
            return _judged(kept, scan, _Step(before, task, verdict, follow_up))

        def refuse(refusal: Refusal) -> Judged:
            kept.places.clear()  # one that was made for this scan is gone again, and its key may be another's
            self._read_again(connection, kept)
            refused = _not_allowed(kept.work, before, refusal.text)
            self._carry_over(connection, kept, scan, refused)
            return _judged(kept, scan, _Step(before, task, refused, refusal.follow_up))

        name, keys = f"batch {kept.work.number}", {"batch": kept.work.id}
        return Case(name=name, keys=keys, act=act, refuse=refuse, plain=is_plain)

    def flush(self, connection: Connection) -> None:
        """Write the books, the states of orders whose work here ended, and where everybody stands."""
        self._books.flush(connection)
        ended, self._ended = self._ended, []
        if ended:
            stir(connection)
            settle(connection, ended)
        moved, self._moved = self._moved, {}
        if not moved:
            return
        _STAND.run(connection, [{"of": batch, "where": kept.stand} for batch, kept in moved.items()])
        for kept in moved.values():
            kept.revision += 1
        self._skips.settle(connection)

    def forget(self) -> None:
        """Drop everything remembered, and what waits."""
        self._kept.clear()
        self._sure.clear()
        self._books = PickBooks()
        self._moved, self._ended, self._skips = {}, [], Skips()

    def _load_site(self, connection: Connection) -> Site:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            return load_site(session)

    def _load(self, connection: Connection, batch: int) -> StoredBatch:
        assert self._site is not None  # noqa: S101 - `prepare` has read it
        stored = load_batch(connection, batch, self._site)
        if stored is None:
            raise NotFoundError(sentence("There is no batch {batch}.", batch=batch))
        return replace(stored, work=without_serials(stored.work))

    def _resolver(self, connection: Connection, kept: _Kept, at: datetime) -> Callable[[str], tuple[Meaning, ...]]:
        """Look codes up: the totes on this cart from memory, everything else in the whole site."""

        def resolve(key: str) -> tuple[Meaning, ...]:
            known = kept.totes.get(key)
            for slot in kept.work.slots.values():
                if known is not None and slot.tote == known:
                    return (Meaning(kind=BarcodeKind.TOTE, code=known, order=slot.order, free=False),)
            found = meanings_of(connection, key, at)
            if len(found) == 1 and found[0].kind is BarcodeKind.TOTE:
                kept.totes[key] = found[0].code
            return found

        return resolve

    def _carry_over(self, connection: Connection, kept: _Kept, scan: IncomingScan, verdict: Verdict) -> object:
        """Let the verdict's effects happen; give the follow-up of one that happened by hand only."""
        self._skips.note(kept.work.id, scan, verdict.effects)
        follow_up = self._let_happen(connection, kept, scan, verdict) if verdict.effects else None
        kept.position, kept.stand = verdict.position, position_to_json(verdict.position)
        self._moved[kept.work.id] = kept
        return follow_up

    def _let_happen(self, connection: Connection, kept: _Kept, scan: IncomingScan, verdict: Verdict) -> object:
        effects = [effect for effect in verdict.effects if not isinstance(effect, _QUIET)]
        before, kept.work = kept.work, apply(kept.work, verdict)
        happening = Happening(
            scan=scan, batch=before.id, keys=kept.keys, effects=(), orders=_orders_touched(kept, before, verdict)
        )
        steps = [step for effect in effects for step in self._steps(connection, kept, scan, effect)]
        bookings = [step for step in steps if isinstance(step, Booking)]
        if len(bookings) < len(steps):
            return self._carry_out(connection, kept, happening, steps)
        self._books.waiting += bookings
        self._ended += [happening] if happening.orders else []
        return None

    def _carry_out(
        self, connection: Connection, kept: _Kept, happening: Happening, steps: Sequence[Booking | Effect]
    ) -> object:
        """Carry out all of a scan that has rare effects, in their order; the batch is read again."""
        follow_up = None
        for step in steps:
            if isinstance(step, Booking):
                PickBooks([step]).flush(connection)
            else:
                follow_up = carry_out(connection, replace(happening, effects=(step,))) or follow_up
        settle(connection, [happening])
        self._read_again(connection, kept)
        return follow_up

    def _read_again(self, connection: Connection, kept: _Kept) -> None:
        """Take the batch as it is stored now; where the person stands was judged, and is kept."""
        stored = self._load(connection, kept.work.id)
        kept.work, kept.keys, kept.revision = stored.work, stored.keys, stored.revision

    def _steps(
        self, connection: Connection, kept: _Kept, scan: IncomingScan, effect: Effect
    ) -> tuple[Booking | Effect, ...]:
        if not isinstance(effect, CommitPick | UndoPick):
            return (effect,)
        keys, task = kept.keys.tasks[effect.task], kept.work.tasks[effect.task]
        lot = lot_of(connection, kept.keys, effect)
        name = effect.tote or f"O:{task.order}"
        if name not in kept.places:
            kept.places[name] = container_of(connection, name)
        booking = Booking(scan=scan, effect=effect, keys=keys, lot=lot, container=kept.places[name], state=task.state)
        if isinstance(effect, UndoPick):
            require_free(connection, booking)
        return with_promise(kept.work, kept.keys, booking)


_QUIET = (ReleaseCount, Skip)


def _is_plain(connection: Connection, kept: _Kept, effect: Effect) -> bool:
    if not isinstance(effect, CommitPick):
        return isinstance(effect, _QUIET)
    return is_as_promised(kept.work, kept.keys, effect, lot_of(connection, kept.keys, effect))


_BATCH: Table = BatchRow.__table__  # type: ignore[assignment]  # declared tables are tables
_REVISIONS = PreparedLookup(select(BatchRow.id, BatchRow.revision), BatchRow.id)
_STAND = Prepared(
    update(_BATCH)
    .where(_BATCH.c.id == bindparam("of"))
    .values(position=bindparam("where", type_=_BATCH.c.position.type), revision=_BATCH.c.revision + 1)
)


@value
class _Step:
    """One scan as it went: where the person stood, at which task, the verdict, what follows."""

    before: Position
    task: PickTask | None
    verdict: Verdict
    follow_up: object


def _not_allowed(work: BatchWork, before: Position, text: str) -> Verdict:
    """Refuse what the rules would allow and the books do not."""
    is_blocked = policy_at(work, work.tasks.get(before.task or 0)).mode is not Mode.SHADOW
    return Verdict(outcome=Outcome.POLICY, blocked=is_blocked, text=text, position=before)


def _orders_touched(kept: _Kept, before: BatchWork, verdict: Verdict) -> frozenset[int]:
    """Give the orders whose last open task here ended, or was opened again: their state may change."""
    touched: set[int] = set()
    for effect in verdict.effects:
        if isinstance(effect, CommitPick | UndoPick):
            task = before.tasks[effect.task]
            if task.state is not TaskState.OPEN or not _has_open(kept.work, task.order):
                touched.add(kept.keys.tasks[effect.task].order)
    return frozenset(touched)


def _has_open(work: BatchWork, order: str) -> bool:
    return any(task.state is TaskState.OPEN and task.order == order for task in work.tasks.values())


def _judged(kept: _Kept, scan: IncomingScan, step: _Step) -> Judged:
    verdict, task = step.verdict, step.task
    assert verdict.outcome is not None  # noqa: S101 - the server's own meanings are never open
    lease, line = kept.work.lease, verdict.line
    counted = verdict.position.counted - step.before.counted if verdict.outcome is Outcome.ACCEPTED else 0
    return Judged(
        outcome=verdict.outcome,
        blocked=verdict.blocked,
        text=verdict.text,
        position=kept.stand,
        line=None if line is None else {"ordered": line.ordered, "picked": line.picked, "packed": line.packed},
        list_version=kept.work.list_version,
        follow_up=step.follow_up,
        holder=lease.person if lease and (lease.epoch, lease.device) == (scan.epoch, scan.device) else None,
        mode=policy_at(kept.work, task).mode.value,
        step=step.before.step.value,
        task=task.id if task else None,
        order_line=task.order_line if task else None,
        counted=counted,
        keys={"batch": kept.work.id},
    )
