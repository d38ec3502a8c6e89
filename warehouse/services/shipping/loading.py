"""Loading: the scans of cartons at the dock, judged against one carrier's list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import read
from warehouse.domain.codes import CartonState, Outcome, ScanKind, Via
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.packing.effects import CloseManifest, LoadCarton, LoadEffect
from warehouse.domain.picking.work import Scan
from warehouse.domain.shipping.loading import LoadingWork, LoadVerdict, judge_loading, load
from warehouse.domain.words import sentence
from warehouse.services.actor import Actor, Request
from warehouse.services.packing.scans import resolver
from warehouse.services.scanning.groups import Case, IncomingScan, Judged, Refusal
from warehouse.services.shipping.shipments import close_manifest, load_carton
from warehouse.storage.models.packing import ManifestRow
from warehouse.storage.queries.manifests import loading_work


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveNow(Request):
    """The carrier leaves with what is loaded; `leave_rest` are the serials of what was seen not loaded and may stay."""

    manifest: int
    leave_rest: tuple[str, ...] = ()


@dataclass(slots=True)
class LoadingDesk:
    """Judges loading scans; remembers only what it asked last, which at worst is asked again."""

    _asked: dict[tuple[int, str], str] = field(default_factory=dict)

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Nothing is read ahead: each scan is judged by the list as it is."""

    def judge(self, connection: Connection, scan: IncomingScan) -> Case:
        """Judge one scan of a carton; what it does is written at once."""
        key = int(scan.work[1])
        work = loading_work(connection, key, scan.code)
        if work is None:
            raise NotFoundError(sentence("There is no list {manifest}.", manifest=key))
        verdict = judge_loading(work, self._asked.get((key, scan.device)), scan.pure(), resolver(connection))

        def act() -> Judged:
            request = Request(actor=Actor(scan.person, scan.role, ""), at=scan.received_at)
            with Session(connection, join_transaction_mode="rollback_only") as session:
                _carry_out(session, request, verdict.effects)
                session.flush()
            self._remember(key, scan.device, verdict)
            return _judged(scan, load(work, verdict), verdict)

        def refuse(refusal: Refusal) -> Judged:
            refused = replace(verdict, outcome=Outcome.POLICY, text=refusal.text, effects=(), asked=None)
            self._remember(key, scan.device, refused)
            return replace(_judged(scan, work, refused), follow_up=refusal.follow_up)

        keys = {"manifest": key}
        return Case(name=f"loading list {key}", keys=keys, act=act, refuse=refuse, plain=not verdict.effects)

    def flush(self, connection: Connection) -> None:
        """Nothing waits here."""

    def forget(self) -> None:
        """Drop what was asked."""
        self._asked.clear()

    def _remember(self, manifest: int, device: str, verdict: LoadVerdict) -> None:
        self._asked.pop((manifest, device), None)
        if verdict.asked is not None:
            self._asked[manifest, device] = verdict.asked


def leave_now(session: Session, request: LeaveNow) -> str:
    """Close a list by a tap; gives the sentence. ConflictError while a carton is missing that nobody said to leave.

    Nothing can be closed before a carton is loaded.
    """
    work = loading_work(session.connection(), request.manifest, None)
    if work is None:
        raise NotFoundError(sentence("There is no list {manifest}.", manifest=request.manifest))
    look = resolver(session.connection())
    verdict = judge_loading(work, None, _confirm(request), look)
    left = {it.sscc for it in work.cartons.values() if it.state is not CartonState.LOADED}
    if verdict.asked is not None and left <= set(request.leave_rest):
        verdict = judge_loading(work, verdict.asked, _confirm(request), look)
    if verdict.blocked:
        raise ConflictError(verdict.text)
    _carry_out(session, request, verdict.effects)
    return verdict.text


def _carry_out(session: Session, request: Request, effects: Sequence[LoadEffect]) -> None:
    for effect in effects:
        match effect:
            case LoadCarton():
                load_carton(session, request, effect)
            case CloseManifest():
                close_manifest(session, request, effect)


def _confirm(request: LeaveNow) -> Scan:
    return Scan(
        id="",
        device="",
        seq=0,
        person=request.actor.person or 0,
        epoch=0,
        at=request.at.isoformat(),
        kind=ScanKind.CONFIRM,
        via=Via.HAND,
    )


def _judged(scan: IncomingScan, work: LoadingWork, verdict: LoadVerdict) -> Judged:
    loaded = sum(1 for it in work.cartons.values() if it.state.value in {"loaded", "shipped"})
    position: dict[str, Any] = {
        "step": "closed" if work.closed else "load",
        "loaded": loaded,
        "planned": len(work.cartons),
        "asked": verdict.asked,
    }
    return Judged(
        outcome=verdict.outcome,
        blocked=verdict.blocked,
        text=verdict.text,
        position=position,
        symbology=read(scan.code or "", scan.via).symbology,
        step="load",
        keys={"manifest": work.id},
    )


def manifest_row(session: Session, key: int) -> ManifestRow:
    """Give the row of a list; NotFoundError when there is none."""
    row = session.scalars(select(ManifestRow).where(ManifestRow.id == key)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no list {manifest}.", manifest=key))
    return row
