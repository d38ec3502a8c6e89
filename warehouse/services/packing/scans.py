"""Packing: the scans of orders at the pack station, judged by the pure rules over what is remembered of each order.

An order is read whole once and kept while its mark in the database is the one that was read. A verdict's effects are
carried out at once, all or none, and the order is read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import read
from warehouse.domain.codes import Mode, Outcome, Tracking
from warehouse.domain.errors import NotFoundError
from warehouse.domain.packing.apply import apply
from warehouse.domain.packing.effects import PackEffect, PackUnits, UnpackUnits
from warehouse.domain.packing.judging import judge_pack
from warehouse.domain.packing.second_effects import TallyUnits, UntallyUnits
from warehouse.domain.packing.snapshot import position_to_json
from warehouse.domain.packing.walk import holds
from warehouse.domain.packing.work import PackVerdict
from warehouse.domain.picking.work import Meaning
from warehouse.domain.site import Site
from warehouse.domain.values import value
from warehouse.domain.words import sentence
from warehouse.services.actor import Actor, Request
from warehouse.services.packing.case import case_of
from warehouse.services.packing.effects import carry_out
from warehouse.services.packing.second import keep_second
from warehouse.services.scanning.groups import Case, IncomingScan, Judged, Refusal
from warehouse.services.site import load_site
from warehouse.storage.models.packing import PackRow
from warehouse.storage.queries.packing.codes import meanings_at_pack
from warehouse.storage.queries.packing.views import shown_position, view_of
from warehouse.storage.queries.packing.work import StoredPack, load_pack, marks_of

KEPT = 256
_PACKS: Table = PackRow.__table__  # type: ignore[assignment]  # declared tables are tables
_STAND = (
    update(_PACKS)
    .where(_PACKS.c.id == bindparam("of"))
    .values(position=bindparam("where", type_=_PACKS.c.position.type), revision=_PACKS.c.revision + 1)
)


@value
class _Step:
    """One scan as it went: the order before it, the verdict, the order after it, what follows."""

    before: StoredPack
    verdict: PackVerdict
    after: StoredPack
    follow_up: Mapping[str, Any] | None


class PackDesk:
    """Judges the scans of orders at pack; see the module's text."""

    def __init__(self) -> None:
        self._kept: dict[str, StoredPack] = {}
        self._site: Site | None = None

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Make sure that every order of these scans is remembered as it is now."""
        wanted = sorted({str(scan.work[1]) for scan in scans})
        marks = marks_of(connection, wanted)
        for number in wanted:
            kept = self._kept.get(number)
            if kept is not None and kept.mark != marks.get(number):
                del self._kept[number]
        site = site_of(connection)
        if site != self._site:
            # Rules stand in what is remembered: changed ones reach orders that are being packed.
            self._kept.clear()
        self._site = site
        for number in wanted:
            if number in marks and number not in self._kept:
                self._read(connection, number)

    def judge(self, connection: Connection, scan: IncomingScan) -> Case:
        """Judge one scan; what it does is written at once."""
        number = str(scan.work[1])
        stored = self._kept.get(number) or self._read(connection, number)
        if stored.pack is None or self._site is None:
            raise NotFoundError(
                sentence("Order {number} is not at the pack station. Scan its tote to take it.", number=number)
            )
        today = self._site.day_of(scan.received_at)
        verdict = judge_pack(stored.work, stored.position, scan.pure(), resolver(connection, scan.received_at), today)

        def act() -> Judged:
            follow_up = self._carry_out(connection, stored, scan, verdict)
            after = self._foresee(connection, stored, verdict) or self._read(connection, number)
            self._kept[number] = after
            return _judged(scan, _Step(stored, verdict, after, follow_up))

        def refuse(refusal: Refusal) -> Judged:
            refused = _not_allowed(stored, verdict, refusal.text)
            return _judged(scan, _Step(stored, refused, self._read(connection, number), refusal.follow_up))

        return Case(name=f"order {number}", keys={"order": stored.order}, act=act, refuse=refuse)

    def flush(self, connection: Connection) -> None:
        """Nothing waits here; what is remembered stays within bounds."""
        del connection
        if len(self._kept) > KEPT:
            self._kept.clear()

    def forget(self) -> None:
        """Drop everything remembered."""
        self._kept.clear()

    def _read(self, connection: Connection, number: str) -> StoredPack:
        assert self._site is not None  # noqa: S101 - `prepare` has read it
        stored = load_pack(connection, number, self._site)
        if stored is None:
            raise NotFoundError(sentence("There is no order {number}.", number=number))
        self._kept[number] = stored
        return stored

    def _foresee(self, connection: Connection, stored: StoredPack, verdict: PackVerdict) -> StoredPack | None:
        """Give the order after plain counting as the rules foresee it; None when it has to be read again."""
        if not all(_is_plain(stored, effect) for effect in verdict.effects):
            return None
        number = stored.work.order
        mark = marks_of(connection, [number]).get(number)
        if mark is None or mark[:3] != stored.mark[:3] or mark[4:7] != stored.mark[4:7]:
            return None
        return replace(stored, work=apply(stored.work, verdict), position=verdict.position, mark=mark)

    def _carry_out(
        self, connection: Connection, stored: StoredPack, scan: IncomingScan, verdict: PackVerdict
    ) -> dict[str, Any] | None:
        follow_up = None
        if verdict.effects:
            request = Request(actor=Actor(scan.person, scan.role, ""), at=scan.received_at)
            with Session(connection, join_transaction_mode="rollback_only") as session:
                case = case_of(session, request, stored.work.order, scan.id)
                carry_out(case, verdict.effects)
                keep_second(case, stored.work, verdict)
                session.flush()
                follow_up = case.follow_up
        connection.execute(_STAND, {"of": stored.pack, "where": position_to_json(verdict.position)})
        return follow_up


def _not_allowed(stored: StoredPack, verdict: PackVerdict, text: str) -> PackVerdict:
    """Refuse what the rules would allow and the books do not; nothing of it has happened."""
    is_blocked = stored.work.policy.mode is not Mode.SHADOW
    return replace(
        verdict,
        outcome=Outcome.POLICY,
        blocked=is_blocked,
        text=text,
        position=stored.position,
        effects=(),
        line=None,
    )


def _is_plain(stored: StoredPack, effect: PackEffect) -> bool:
    """Tell whether an effect only counts: pieces that nobody tells apart, or any that are counted again."""
    if isinstance(effect, TallyUnits | UntallyUnits):
        return True
    if not isinstance(effect, PackUnits | UnpackUnits):
        return False
    return stored.work.lines[effect.order_line].tracking is Tracking.NONE


def site_of(connection: Connection) -> Site:
    """Read the site's settings on this connection."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        return load_site(session)


def resolver(connection: Connection, at: datetime | None = None) -> Callable[[str], tuple[Meaning, ...]]:
    """Look codes up in the whole site, cartons and their labels among them, badges as they count `at` that time."""
    return lambda key: meanings_at_pack(connection, key, at)


def _judged(scan: IncomingScan, step: _Step) -> Judged:
    verdict, work, line = step.verdict, step.before.work, step.verdict.line
    lease = work.lease
    is_holder = lease is not None and holds(lease, epoch=scan.epoch, device=scan.device)
    packed = [effect for effect in verdict.effects if isinstance(effect, PackUnits | UnpackUnits)]
    counted = sum(it.quantity if isinstance(it, PackUnits) else -it.quantity for it in packed)
    return Judged(
        outcome=verdict.outcome,
        blocked=verdict.blocked,
        text=verdict.text,
        position=shown_position(verdict.position),
        line=None if line is None else {"ordered": line.ordered, "picked": line.picked, "packed": line.packed},
        list_version=step.after.list_version,
        follow_up=step.follow_up,
        extra={"view": view_of(step.after)},
        symbology=read(scan.code or "", scan.via, work.stand_in).symbology,
        holder=lease.person if lease and is_holder else None,
        mode=work.policy.mode.value,
        step=step.before.position.step.value,
        order_line=packed[-1].order_line if packed else None,
        counted=counted,
        keys={"order": step.before.order},
    )
