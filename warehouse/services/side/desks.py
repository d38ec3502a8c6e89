"""Put-backs and counts through the scan path: read, judged by the pure rules, booked, and the position stored.

Nothing is remembered between scans: these tasks are few, and a person waits for each answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from warehouse.domain import barcodes
from warehouse.domain.codes import Outcome
from warehouse.domain.errors import NotFoundError
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.work import Lease, Meaning
from warehouse.domain.side.counting import judge_count
from warehouse.domain.side.putback import judge_put_back
from warehouse.domain.side.snapshot import Json, count_position_to_json, put_back_position_to_json
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.actor import Actor
from warehouse.services.scanning.groups import Case, IncomingScan, Judged, Refusal
from warehouse.services.side import effects as side_effects
from warehouse.services.side.effects import SideRequest
from warehouse.services.site import load_site
from warehouse.storage.models.stock import CountTaskRow, PutBackRow
from warehouse.storage.queries.directory import meanings_of
from warehouse.storage.queries.side_tasks import load_count, load_put_back, tracking_of

_AFTER_COUNT = {
    "open": "Counted. Somebody else counts it again.",
    "disputed": "Counted. The counts differ: somebody else counts it once more.",
    "counted": "Counted. It waits for an approval.",
    "done": "Counted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What the pure rules say of one scan, and what is to happen: `act` gives the text that is said instead, if any."""

    outcome: Outcome
    text: str
    before: Json
    after: Json
    lease: Lease | None
    act: Callable[[Session, SideRequest], str | None] | None = None


class SideDesk:
    """What both kinds of task share: one scan, one transaction, one answer. `read` reads the task and judges by it."""

    def __init__(self, word: str, table: type[PutBackRow] | type[CountTaskRow], read: "_Read") -> None:
        self._word, self._table, self._read = word, table, read

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Read nothing ahead."""

    def judge(self, connection: Connection, scan: IncomingScan) -> Case:
        """Judge one scan; what it does is written at once."""
        with _session(connection) as session:
            step = _as_the_device_saw_it(scan, self._read(session, scan, load_site(session)))

        def act() -> Judged:
            return _judged(self._word, scan, self._book(connection, scan, step))

        def refuse(refusal: Refusal) -> Judged:
            refused = replace(step, outcome=Outcome.POLICY, text=refusal.text, after=step.before)
            return replace(_judged(self._word, scan, refused), follow_up=refusal.follow_up)

        key = int(scan.work[1])
        name = f"{self._word.replace('_', '-')} {key}"
        return Case(name=name, keys={self._word: key}, act=act, refuse=refuse)

    def flush(self, connection: Connection) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """Nothing is remembered."""

    def _book(self, connection: Connection, scan: IncomingScan, step: _Step) -> _Step:
        """Store where the person stands, then let happen what the scan does: that may let the task go."""
        with _session(connection) as session:
            if step.after != step.before:
                stand = update(self._table).where(self._table.id == scan.work[1])
                session.execute(stand.values(position=step.after))
            said = None
            if step.act is not None and step.lease is not None:
                actor = Actor(step.lease.person, scan.role, step.lease.name)
                said = step.act(session, SideRequest(actor=actor, at=scan.received_at, scan=scan))
            session.flush()
        return replace(step, text=said or step.text)


class PutBackDesk(SideDesk):
    """Judges the scans of put-backs: the unit out of the tote, then the bin."""

    def __init__(self) -> None:
        super().__init__("put_back", PutBackRow, _read_put_back)


class CountDesk(SideDesk):
    """Judges the scans of counts; no answer names what the books expect."""

    def __init__(self) -> None:
        super().__init__("count", CountTaskRow, _read_count)


_Read = Callable[[Session, IncomingScan, Site], _Step]


def _read_put_back(session: Session, scan: IncomingScan, site: Site) -> _Step:
    stored = load_put_back(session, int(scan.work[1]), site)
    if stored is None:
        raise NotFoundError(sentence("There is no put-back {put_back}.", put_back=scan.work[1]))
    found = _look_up(session, scan)
    verdict = judge_put_back(stored.work, stored.position, scan.pure(), lambda key: found.get(key, ()))

    def act(session: Session, request: SideRequest) -> None:
        side_effects.put_back(session, request, verdict.effects)

    return _Step(
        outcome=verdict.outcome,
        text=verdict.text,
        before=put_back_position_to_json(stored.position),
        after=put_back_position_to_json(verdict.position),
        lease=stored.work.lease,
        act=act if verdict.effects else None,
    )


def _read_count(session: Session, scan: IncomingScan, site: Site) -> _Step:
    stored = load_count(session, int(scan.work[1]), site)
    if stored is None:
        raise NotFoundError(sentence("There is no count {key}.", key=scan.work[1]))
    found = _look_up(session, scan)
    skus = {meaning.sku or meaning.code for meanings in found.values() for meaning in meanings}
    work = replace(stored.work, tracking=tracking_of(session, skus))
    verdict = judge_count(work, stored.position, scan.pure(), lambda key: found.get(key, ()))

    def act(session: Session, request: SideRequest) -> str:
        outcomes = [side_effects.count(session, request, effect) for effect in verdict.effects]
        return _AFTER_COUNT[outcomes[-1].state]

    return _Step(
        outcome=verdict.outcome,
        text=verdict.text,
        before=count_position_to_json(stored.position),
        after=count_position_to_json(verdict.position),
        lease=work.lease,
        act=act if verdict.effects else None,
    )


def _session(connection: Connection) -> Session:
    return Session(connection, join_transaction_mode="rollback_only")


def _look_up(session: Session, scan: IncomingScan) -> dict[str, tuple[Meaning, ...]]:
    keys = barcodes.read(scan.code or "", scan.via).keys
    return {key: meanings_of(session.connection(), key) for key in keys}


def _as_the_device_saw_it(scan: IncomingScan, step: _Step) -> _Step:
    """What the device had refused never counts later."""
    if scan.local is None or scan.local is Outcome.ACCEPTED or step.outcome is not Outcome.ACCEPTED:
        return step
    return replace(step, outcome=scan.local, text=say("device_refused"), after=step.before, act=None)


def _judged(word: str, scan: IncomingScan, step: _Step) -> Judged:
    counted = step.after.get("counted", 0) - step.before.get("counted", 0)
    accepted = step.outcome is Outcome.ACCEPTED
    lease = step.lease
    return Judged(
        outcome=step.outcome,
        blocked=not accepted,
        text=step.text,
        position=step.after,
        symbology=barcodes.read(scan.code or "", scan.via).symbology,
        holder=lease.person if lease and (lease.epoch, lease.device) == (scan.epoch, scan.device) else None,
        step=step.before["step"],
        counted=counted if accepted else 0,
        keys={word: int(scan.work[1])},
    )
