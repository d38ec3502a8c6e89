"""What is decided beside the scanner: another box, CONFIRM by a tap, a split, a void carton, a label once more."""

import re
import uuid
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState, Outcome, ScanKind, Via
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, NotOwnerError
from warehouse.domain.packing.effects import FillCarton, OpenCarton
from warehouse.domain.packing.judging import Decision, allow_split, judge_pack, judge_void
from warehouse.domain.packing.snapshot import position_to_json
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.walk import STICK, holds, next_carton_number, to_label
from warehouse.domain.packing.walk import open_carton as filling
from warehouse.domain.packing.work import PackVerdict, PackWork
from warehouse.domain.picking.work import Scan
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.packing.case import Case, case_of
from warehouse.services.packing.claims import read_pack
from warehouse.services.packing.effects import carry_out
from warehouse.services.packing.scans import resolver
from warehouse.services.packing.second import keep_second
from warehouse.services.printing.answers import ReprintJob, reprint_job
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, PackagingRow
from warehouse.storage.models.printing import PrintJobRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPack(Request):
    """Something about an order by who holds it under this epoch on this device."""

    order: str
    device: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCarton(AtPack):
    """Pack into a new carton from now on, in a box of the catalogue when one is named."""

    packaging: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseBox(AtPack):
    """The carton on the table is packed in this box of the catalogue."""

    packaging: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOrder(Request):
    """Let the order leave without what is missing."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCarton(Request):
    """Something about one carton, by its key, with the reason; asked under one `key` it happens once."""

    carton: int
    reason: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of it, as after a scan."""

    order: str
    outcome: str
    blocked: bool
    text: str


def next_carton(session: Session, request: NextCarton) -> int:
    """Start another carton, or put the empty one into the named box; its number is given back."""
    case, work = case_of(session, request, request.order), _packing(session, request)
    box = _box(session, request.packaging)
    filled = filling(work)
    number = next_carton_number(work)
    if filled is not None and not filled.content:
        number = filled.number
    else:
        carry_out(case, (*((FillCarton(filled.number),) if filled else ()), OpenCarton(number)))
    carton = case.carton(number)
    carton.packaging_id, carton.weight_g = (box or carton.packaging_id), None
    case.note("carton_chosen", carton=number, packaging=request.packaging)
    _forget_undo(session, case)
    return number


def choose_box(session: Session, request: ChooseBox) -> int:
    """Put the carton on the table into this box, which is weighed anew; without one the next carton is opened."""
    filled = filling(_packing(session, request))
    if filled is None or not filled.content:
        own = {one.name: getattr(request, one.name) for one in fields(request)}
        return next_carton(session, NextCarton(**own))
    case = case_of(session, request, request.order)
    carton = case.carton(filled.number)
    carton.packaging_id, carton.weight_g = _box(session, request.packaging), None
    case.pack.revision += 1
    case.note("carton_chosen", carton=filled.number, packaging=request.packaging)
    return filled.number


def finish_pack(session: Session, request: AtPack) -> Said:
    """Do what the CONFIRM barcode does, by a tap."""
    stored = read_pack(session, request.order)
    scan = Scan(
        id=str(uuid.uuid4()),
        device=request.device,
        seq=0,
        person=request.actor.person or 0,
        epoch=request.epoch,
        at=request.at.isoformat(),
        kind=ScanKind.CONFIRM,
        via=Via.HAND,
    )
    today = load_site(session).day_of(request.at)
    verdict = judge_pack(stored.work, stored.position, scan, resolver(session.connection()), today)
    return _settle(case_of(session, request, request.order), stored.work, verdict)


def split_order(session: Session, request: SplitOrder) -> Said:
    """Let an order leave without what is missing; refused without a reason, or without a lead where one is needed.

    Raises ForbiddenError, InvalidInputError or ConflictError with the words of the station.
    """
    stored = read_pack(session, request.order)
    verdict = allow_split(stored.work, stored.position, _decision(request, request.reason))
    _raise_refusal(request, verdict, request.reason)
    return _settle(case_of(session, request, request.order), stored.work, verdict)


def void_carton(session: Session, request: OnCarton) -> Said:
    """Declare a carton and its label dead: its units are packed again; one that is void already is left as it is."""
    carton = get_carton(session, request.carton)
    number = session.get_one(OrderRow, carton.order_id).number
    stored = read_pack(session, number)
    decision = _decision(request, request.reason)
    verdict = judge_void(stored.work, stored.position, carton.carton_no, decision)
    if verdict.outcome is not Outcome.ALREADY_DONE:
        _raise_refusal(request, verdict, request.reason)
    return _settle(case_of(session, request, number), stored.work, verdict)


def request_label(session: Session, request: OnCarton) -> uuid.UUID:
    """Ask for a sealed carton's label: the job that prints it, never a second one or one of ours."""
    carton = get_carton(session, request.carton)
    job = _living_label(session, carton).print_job_id
    if job is None:
        raise _never_printed(carton)
    return job


def reprint_label(session: Session, request: OnCarton) -> uuid.UUID:
    """Print a carton's living label once more, marked as a reprint, with the reason."""
    carton = get_carton(session, request.carton)
    label = _living_label(session, carton)
    if not request.reason.strip():
        raise InvalidInputError("Say why it is printed again.")
    job = session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == label.print_job_id)).one_or_none()
    if job is None:
        raise _never_printed(carton)
    asked = ReprintJob(actor=request.actor, at=request.at, job=job.job_id, reason=request.reason, key=request.key)
    return reprint_job(session, asked)


def get_carton(session: Session, key: int) -> CartonRow:
    """Give the row of a carton; NotFoundError when there is none."""
    row = session.get(CartonRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=key))
    return row


def carton_named(session: Session, name: str) -> int:
    """Give the key of a carton by the 18 digits of its serial, or by the key itself; NotFoundError for all else."""
    by = CartonRow.sscc == name if len(name) == _SSCC else CartonRow.id == int(name if _KEY.fullmatch(name) else 0)
    found = session.scalars(select(CartonRow.id).where(by)).one_or_none()
    if found is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=name))
    return found


_SSCC = 18
_KEY = re.compile(r"[0-9]{1,17}", re.ASCII)


def _held(session: Session, request: AtPack) -> PackWork:
    work = read_pack(session, request.order).work
    if not holds(work.lease, epoch=request.epoch, device=request.device):
        raise NotOwnerError(sentence("You do not have order {order}. Take it first.", order=request.order))
    return work


def _packing(session: Session, request: AtPack) -> PackWork:
    """Give the order while its units are packed; beside a sealed carton that waits for its label none is begun."""
    work = _held(session, request)
    waiting = to_label(work)
    if waiting is not None:
        raise ConflictError(say(STICK[waiting.label], carton=waiting.number))
    return work


def _living_label(session: Session, carton: CartonRow) -> LabelRow:
    living = select(LabelRow).where(LabelRow.carton_id == carton.id, LabelRow.state != LabelState.VOIDED)
    label = session.scalars(living).first()
    if label is None:
        raise ConflictError(sentence("Carton {sscc} has no living label.", sscc=carton.carton_no))
    return label


def _never_printed(carton: CartonRow) -> NotFoundError:
    return NotFoundError(sentence("The label of carton {carton_no} was never printed.", carton_no=carton.carton_no))


def _box(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalars(select(PackagingRow.id).where(PackagingRow.code == code, PackagingRow.active)).first()
    if found is None:
        raise NotFoundError(sentence("There is no box {box}.", box=code))
    return found


def _decision(request: Request, reason: str) -> Decision:
    return Decision(person=request.actor.person or 0, is_lead=request.actor.leads, reason=reason)


def _raise_refusal(request: Request, verdict: PackVerdict, reason: str) -> None:
    if verdict.accepted:
        return
    if not reason.strip():
        raise InvalidInputError(verdict.text)
    raise ConflictError(verdict.text) if request.actor.leads else ForbiddenError(verdict.text)


def _settle(case: Case, work: PackWork, verdict: PackVerdict) -> Said:
    """Carry a verdict out and let the packer stand where it says."""
    carry_out(case, verdict.effects)
    keep_second(case, work, verdict)
    case.pack.position = position_to_json(verdict.position)
    case.pack.revision += 1
    case.session.flush()
    return Said(order=case.order.number, outcome=verdict.outcome.value, blocked=verdict.blocked, text=verdict.text)


def _forget_undo(session: Session, case: Case) -> None:
    """A carton that came between cannot be undone away: the last scan before it stands."""
    position = dict(case.pack.position or {})
    position.pop("last", None)
    case.pack.position = position or None
    case.pack.revision += 1
    session.flush()
