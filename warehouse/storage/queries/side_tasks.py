"""Put-back and count tasks as they are judged and shown; nothing here says what a count should find."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Tracking
from warehouse.domain.picking.work import Lease
from warehouse.domain.side.counting import CountPosition, CountWork
from warehouse.domain.side.putback import PutBackPosition, PutBackWork
from warehouse.domain.side.snapshot import count_position_from_json, put_back_position_from_json
from warehouse.domain.site import Site
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, LotRow, PlaceRow, PutBackRow, SerialRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPutBack:
    """A put-back as stored: what it asks for, where its holder stands, and why it is."""

    work: PutBackWork
    position: PutBackPosition
    state: str
    reason: str
    order: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCount:
    """A count as stored; `again` says that somebody else has counted this bin before."""

    work: CountWork
    position: CountPosition
    state: str
    reason: str
    again: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLot:
    """What the last count found of a lot, and what was booked then; for who approves, never for who counts."""

    sku: str
    lot: str
    counted: int
    booked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRound:
    """One of the counts of a bin, from 1: by whom, and what it found other than booked."""

    number: int
    person: str
    differences: tuple[CountedLot, ...]


def load_put_back(session: Session, key: int, site: Site) -> StoredPutBack | None:
    """Read a put-back, or None when there is none."""
    row = session.get(PutBackRow, key)
    if row is None:
        return None
    item = session.get_one(ItemRow, row.item_id)
    place = session.get(PlaceRow, row.place_id) if row.place_id else None
    goal = session.get(BinRow, row.bin_id) if row.bin_id else None
    work = PutBackWork(
        id=row.id,
        sku=item.sku,
        name=item.name,
        quantity=row.quantity,
        done=row.returned,
        tote=place.code if place else None,
        bin=goal.code if goal else None,
        lot=_lot_code(session, row, item),
        serials=_serials(session, row, item),
        lease=_lease(session, row, site),
    )
    return StoredPutBack(
        work=work,
        position=put_back_position_from_json(row.position),
        state=row.state,
        reason=row.reason,
        order=row.order_id,
        opened_at=row.opened_at,
    )


def load_count(session: Session, key: int, site: Site) -> StoredCount | None:
    """Read a count, or None when there is none; the work names no tracking, that comes with the codes scanned."""
    row = session.get(CountTaskRow, key)
    if row is None:
        return None
    only = session.get_one(ItemRow, row.item_id).sku if row.item_id else None
    code = session.get_one(BinRow, row.bin_id).code
    return StoredCount(
        work=CountWork(id=row.id, bin=code, only=only, lease=_lease(session, row, site)),
        position=count_position_from_json(row.position),
        state=row.state,
        reason=row.reason,
        again=row.counted is not None,
        opened_at=row.opened_at,
    )


def counted_rounds(session: Session, key: int) -> list[CountedRound]:
    """List the counts of a bin that nobody counts any more: who found what other than booked."""
    row = session.get(CountTaskRow, key)
    if row is None or row.state in {"open", "disputed"}:
        return []
    people = (row.first_person_id, row.second_person_id or row.person_id, row.person_id)
    kept = zip(people, (row.counted, row.recounted, row.third_count), strict=True)
    return [
        CountedRound(number=number, person=_name(session, person), differences=_counted(session, found))
        for number, (person, found) in enumerate(kept, start=1)
        if found is not None
    ]


def waiting_rounds(session: Session, key: int) -> list[CountedRound]:
    """List the counts of a bin of which one is to be booked; none when that is done."""
    row = session.get(CountTaskRow, key)
    return counted_rounds(session, key) if row is not None and row.state == "counted" else []


def _name(session: Session, person: int | None) -> str:
    return session.get_one(PersonRow, person).name if person is not None else "Somebody"


def _counted(session: Session, written: Any) -> tuple[CountedLot, ...]:
    return tuple(
        CountedLot(
            sku=session.get_one(ItemRow, item).sku,
            lot=session.get_one(LotRow, lot).code,
            counted=counted,
            booked=booked,
        )
        for item, lot, counted, booked in written
        if counted != booked
    )


def tracking_of(session: Session, skus: Iterable[str]) -> dict[str, Tracking]:
    """Say how these SKUs are tracked."""
    rows = session.execute(select(ItemRow.sku, ItemRow.tracking).where(ItemRow.sku.in_(list(skus))))
    return {row.sku: row.tracking for row in rows}


def put_back_keys(session: Session, *, after: tuple[bool, int] | None, limit: int) -> list[int]:
    """List put-backs by key, open ones first, from after the one named by (is closed, key)."""
    return _keys(session, PutBackRow, after, limit)


def count_keys(session: Session, *, after: tuple[bool, int] | None, limit: int) -> list[int]:
    """List counts by key, open ones first, from after the one named by (is closed, key)."""
    return _keys(session, CountTaskRow, after, limit)


def _keys(
    session: Session, table: type[PutBackRow] | type[CountTaskRow], after: tuple[bool, int] | None, limit: int
) -> list[int]:
    is_open, closed, key = table.closed_at.is_(None), table.closed_at.is_not(None), table.id
    query = select(table.id).order_by(closed, key).limit(limit)
    if after is not None:
        is_closed, last = after
        query = query.where(closed & (key > last) if is_closed else closed | (is_open & (key > last)))
    return list(session.scalars(query))


def _lease(session: Session, row: PutBackRow | CountTaskRow, site: Site) -> Lease | None:
    if row.person_id is None or row.device is None or row.taken_at is None:
        return None
    return Lease(
        epoch=row.epoch,
        person=row.person_id,
        name=session.get_one(PersonRow, row.person_id).name,
        device=row.device,
        since=site.clock(row.taken_at),
        expires_at=(row.taken_at + timedelta(minutes=site.lease_minutes)).isoformat(),
    )


def _lot_code(session: Session, row: PutBackRow, item: ItemRow) -> str | None:
    if row.lot_id is None or item.tracking is Tracking.NONE:
        return None
    return session.get_one(LotRow, row.lot_id).code or None


def _serials(session: Session, row: PutBackRow, item: ItemRow) -> frozenset[str]:
    """Give the numbered units that lie in the tote; none are asked for where not every unit has its number."""
    if item.tracking is not Tracking.SERIAL or not row.booked:
        return frozenset()
    numbered = select(SerialRow.code).where(SerialRow.item_id == item.id, SerialRow.place_id == row.place_id)
    found = frozenset(session.scalars(numbered))
    return found if len(found) >= row.quantity - row.returned else frozenset()
