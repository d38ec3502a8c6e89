"""What a shift leaves open: who is on, batches in hand or begun, totes, cartons, devices, exceptions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.codes import BatchState, CartonState, ExceptionState, OrderState, TaskState
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow, ToteRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.people import DeviceRow, PersonRow, SignInRow
from warehouse.storage.models.shift import LONGEST_PAUSE, PauseRow
from warehouse.storage.models.stock import PlaceRow

HERE_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShift:
    """Somebody who is on: signed in, and heard of lately."""

    id: int
    name: str
    role: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch in somebody's hands, or begun and in nobody's: then its cart is half picked and stands at `parked`."""

    id: int
    number: str
    state: str
    person: str | None
    kept_for: str | None
    cart: str | None
    parked: str | None
    lines: int
    lines_ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTote:
    """A tote with a picked order that nobody has packed; `at` is the shelf it was put on."""

    tote: str
    order: str
    at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseCarton:
    """A sealed carton that still lacks its label or its place on a manifest."""

    sscc: str
    order: str
    lacks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentDevice:
    """A device with scans that the server has not got."""

    name: str
    person: str | None
    pending: int
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKeys:
    """What was open, by keys and codes: no names, so that it may be kept."""

    people: list[int]
    batches: list[str]
    half_picked: list[str]
    totes: list[str]
    no_label: list[str]
    no_manifest: list[str]
    devices: dict[str, int]
    exceptions: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """Everything a lead gives on."""

    people: tuple[OnShift, ...]
    batches: tuple[OpenBatch, ...]
    totes: tuple[WaitingTote, ...]
    cartons: tuple[LooseCarton, ...]
    devices: tuple[UnsentDevice, ...]
    exceptions: int
    overdue: int

    def as_keys(self) -> OpenKeys:
        """Give it as it is kept with the signatures."""
        return OpenKeys(
            people=[person.id for person in self.people],
            batches=[batch.number for batch in self.batches if batch.person is not None],
            half_picked=[batch.number for batch in self.batches if batch.person is None],
            totes=[tote.tote for tote in self.totes],
            no_label=[carton.sscc for carton in self.cartons if carton.lacks == "label"],
            no_manifest=[carton.sscc for carton in self.cartons if carton.lacks == "manifest"],
            devices={device.name: device.pending for device in self.devices},
            exceptions=self.exceptions,
            overdue=self.overdue,
        )


def heard_since(moment: datetime) -> ColumnElement[bool]:
    """Say of a device that it was heard since then, is not lost, and that its person has not signed out after it."""
    left = exists().where(SignInRow.person_id == DeviceRow.person_id, SignInRow.ended_at >= DeviceRow.seen_at)
    return and_(DeviceRow.seen_at > moment, DeviceRow.lost_at.is_(None), ~left)


def on_pause(now: datetime) -> Select[int]:
    """Select the keys of those who have a break now; one that nobody ended counts for as long as any may last."""
    return select(PauseRow.person_id).where(PauseRow.ended_at.is_(None), PauseRow.started_at > now - LONGEST_PAUSE)


def open_work(session: Session, now: datetime) -> OpenWork:
    """Read everything that is open."""
    waiting = ExceptionRow.state != ExceptionState.RESOLVED
    return OpenWork(
        people=_people(session, now),
        batches=_batches(session),
        totes=_totes(session),
        cartons=_cartons(session),
        devices=_devices(session),
        exceptions=session.scalar(select(func.count(ExceptionRow.id)).where(waiting)) or 0,
        overdue=session.scalar(select(func.count(ExceptionRow.id)).where(waiting, ExceptionRow.due_at <= now)) or 0,
    )


def _people(session: Session, now: datetime) -> tuple[OnShift, ...]:
    signed_in = select(SignInRow.person_id).where(
        SignInRow.ended_at.is_(None), SignInRow.expires_at > now, SignInRow.seen_at > now - HERE_WITHIN
    )
    heard = select(DeviceRow.person_id).where(heard_since(now - HERE_WITHIN))
    rows = session.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.role, PersonRow.id.in_(on_pause(now)).label("paused"))
        .where(PersonRow.active, or_(PersonRow.id.in_(signed_in), PersonRow.id.in_(heard)))
        .order_by(PersonRow.role, PersonRow.name)
    )
    return tuple(OnShift(id=key, name=name, role=role, paused=bool(on)) for key, name, role, on in rows)


def _batches(session: Session) -> tuple[OpenBatch, ...]:
    kept = aliased(PersonRow)
    ended = select(func.count(PickTaskRow.id)).where(
        PickTaskRow.batch_id == BatchRow.id, PickTaskRow.state != TaskState.OPEN
    )
    lines = select(func.count(PickTaskRow.id)).where(PickTaskRow.batch_id == BatchRow.id)
    begun = (BatchRow.state == BatchState.RELEASED) & BatchRow.started_at.is_not(None)
    rows = session.execute(
        select(
            BatchRow.id, BatchRow.number, BatchRow.state, PersonRow.name.label("person"), kept.name.label("kept_for")
        )
        .add_columns(CartRow.code.label("cart"), BatchRow.parked_place.label("parked"))
        .add_columns(lines.scalar_subquery().label("lines"), ended.scalar_subquery().label("lines_ended"))
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .outerjoin(kept, kept.id == BatchRow.assigned_id)
        .outerjoin(CartRow, CartRow.id == BatchRow.cart_id)
        .where(or_(BatchRow.state.in_((BatchState.PICKING, BatchState.PICKED)), begun))
        .order_by(BatchRow.cutoff_at.is_(None), BatchRow.cutoff_at, BatchRow.id)
    )
    return tuple(OpenBatch(**row._asdict()) for row in rows)


def _totes(session: Session) -> tuple[WaitingTote, ...]:
    rows = session.execute(
        select(ToteRow.code, OrderRow.number, PlaceRow.code)
        .join(OrderRow, OrderRow.id == ToteRow.order_id)
        .outerjoin(PlaceRow, PlaceRow.id == ToteRow.at_place_id)
        .where(OrderRow.state.in_((OrderState.PICKED, OrderState.PACKING)))
        .order_by(OrderRow.cutoff_at.is_(None), OrderRow.cutoff_at, ToteRow.code)
    )
    return tuple(WaitingTote(tote=tote, order=order, at=at) for tote, order, at in rows)


def _cartons(session: Session) -> tuple[LooseCarton, ...]:
    loose = (CartonRow.state == CartonState.LABELLED) & CartonRow.manifest_id.is_(None)
    rows = session.execute(
        select(CartonRow.sscc, OrderRow.number, CartonRow.state)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .where(or_(CartonRow.state == CartonState.CLOSED, loose), CartonRow.sscc.is_not(None))
        .order_by(CartonRow.state, CartonRow.id)
    )
    lacks = {CartonState.CLOSED: "label", CartonState.LABELLED: "manifest"}
    return tuple(LooseCarton(sscc=sscc or "", order=order, lacks=lacks[state]) for sscc, order, state in rows)


def _devices(session: Session) -> tuple[UnsentDevice, ...]:
    rows = session.execute(
        select(DeviceRow.name, PersonRow.name, DeviceRow.pending, DeviceRow.seen_at)
        .outerjoin(PersonRow, PersonRow.id == DeviceRow.person_id)
        .where(DeviceRow.pending > 0, DeviceRow.lost_at.is_(None))
        .order_by(DeviceRow.pending.desc(), DeviceRow.name)
    )
    return tuple(UnsentDevice(name=name, person=who, pending=left, seen_at=seen) for name, who, left, seen in rows)
