"""The handheld's events: scans, the batch in hand, the list as it is now, and the device's pulse."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from warehouse.access import Caller, requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.news import BatchChanged, OrderChanged, OrderOffered, TakenOver
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.realtime import Live
from warehouse.realtime.events import Call, Reply
from warehouse.realtime.publisher import Notice, Publisher
from warehouse.realtime.rooms import batch_room, order_room
from warehouse.realtime.scanning import ScanDesk
from warehouse.scans import actor_of
from warehouse.services.batches.leases import Held, Hold, hand_back
from warehouse.services.picking.start import snapshot_of, start_batch, take_batch_over
from warehouse.services.scanning.pulses import Pulse, note_pulse
from warehouse.storage.database import Database

Json = dict[str, Any]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Work(_Body):
    """A batch, on a device."""

    batch: Annotated[int, Field(ge=1, lt=2**63)]
    device: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class Sync(_Body):
    """The list as the device has it."""

    batch: Annotated[int, Field(ge=1, lt=2**63)]
    list_version: Annotated[int, Field(ge=0, lt=2**63)] = 0


class Beat(_Body):
    """What a device says of itself."""

    device: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")] | None = None
    last_seq: Annotated[int, Field(ge=0, lt=2**63)]
    pending: Annotated[int, Field(ge=0, lt=2**31)]
    persisted: bool = False


def register(live: Live, database: Database) -> None:
    """Answer the handheld's events."""
    _register_scans(live, ScanDesk(database))

    @live.on("claim", Work)
    @requires(Permission.PICK)
    def claim(call: Call, work: Work) -> Json:
        return _in_hand(call, database, database.run(start_batch, _hold(call.caller, work)))

    @live.on("take_over", Work)
    @requires(Permission.PICK)
    def take_over(call: Call, work: Work) -> Json:
        return _in_hand(call, database, database.run(take_batch_over, _hold(call.caller, work)))

    @live.on("hand_back", Work)
    @requires(Permission.PICK)
    def give_back(call: Call, work: Work) -> Json:
        call.leave(batch_room(work.batch))
        return {"epoch": database.run(hand_back, _hold(call.caller, work))}

    @live.on("sync", Sync)
    @requires(Permission.PICK, Permission.SEE_BATCHES)
    def sync(call: Call, known: Sync) -> Json:
        _snapshot(database, known.batch)
        # Heard of from now on, then looked at: what changes in between is not missed.
        call.move_to(batch_room(known.batch))
        snapshot = _snapshot(database, known.batch)
        return {"unchanged": True} if snapshot["list_version"] == known.list_version else snapshot

    @live.on("pulse", Beat)
    @requires()
    def pulse(call: Call, beat: Beat) -> Json:
        name = beat.device or call.caller.device
        if name is not None:
            request = Pulse(
                actor=actor_of(call.caller),
                at=datetime.now(UTC),
                device=name,
                proven=call.caller.device,
                last_seq=beat.last_seq,
                pending=beat.pending,
                persisted=beat.persisted,
            )
            database.run(note_pulse, request)
        return {"at": datetime.now(UTC).isoformat()}


def _register_scans(live: Live, desk: ScanDesk) -> None:
    live.at_pause(desk.judge)

    @live.later("scans")
    @requires(Permission.PICK, Permission.PACK, Permission.COUNT, Permission.SHIP)
    def scans(caller: Caller, payload: object, reply: Reply) -> None:
        desk.take(caller, payload, reply)


def tell(publisher: Publisher, _database: Database) -> None:
    """Tell those who work on a batch or order that it changed; the truth is fetched."""
    publisher.on(BatchChanged, _batch_changed)
    publisher.on(OrderChanged, _order_changed)
    publisher.on(TakenOver, _taken_over)
    publisher.on(OrderOffered, _offered)


def _batch_changed(news: BatchChanged) -> Iterable[Notice]:
    payload = {"batch": news.batch, "list_version": news.list_version}
    return [Notice(batch_room(news.batch), "batch_changed", payload, subject=str(news.batch))]


def _offered(news: OrderOffered) -> Iterable[Notice]:
    payload = {"batch": news.batch, "order": news.order, "extra_mm": news.extra_mm}
    return [Notice(batch_room(news.batch), "offer", payload, subject=str(news.batch))]


def _order_changed(news: OrderChanged) -> Iterable[Notice]:
    return [Notice(order_room(news.number), "order_changed", {"order": news.number}, subject=news.number)]


def _taken_over(news: TakenOver) -> Iterable[Notice]:
    told = {"epoch": news.epoch, "device": news.device, "name": news.name, "at": news.at.isoformat()}
    notices = []
    if news.batch is not None:
        notices.append(Notice(batch_room(news.batch), "taken_over", {"batch": news.batch, **told}, str(news.batch)))
    if news.order is not None:
        notices.append(Notice(order_room(news.order), "taken_over", {"order": news.order, **told}, news.order))
    return notices


def _hold(caller: Caller, work: Work) -> Hold:
    return Hold(
        actor=actor_of(caller), at=datetime.now(UTC), batch=work.batch, device=work.device, proven=caller.device
    )


def _snapshot(database: Database, batch: int) -> Json:
    with database.read() as session:
        found = snapshot_of(session, batch)
    if found is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=batch))
    return found


def _in_hand(call: Call, database: Database, held: Held) -> Json:
    call.move_to(batch_room(held.batch))
    token = {"device_token": held.device_token} if held.device_token else {}
    return _snapshot(database, held.batch) | token
