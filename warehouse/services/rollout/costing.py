"""What a span cost, by the four formulas, with the site's own figures and what happened, counted from events."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Outcome, Role, ScanKind
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.figures.measures import Span
from warehouse.domain.rollout.costs import Cost, Happened, corrections, four_costs, mis_ships
from warehouse.services.figures.quality import MISMATCHES, on_the_floor, on_time, picking_accuracy, within
from warehouse.services.figures.speed import hours_here
from warehouse.services.rollout.statements import Step, statements
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow
from warehouse.storage.models.packing import ShipmentRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.training import TrainingRow
from warehouse.storage.queries.people import working_at

DATA_KINDS = (
    *(ExceptionType.UNKNOWN_SKU, ExceptionType.DUPLICATE_SKU, ExceptionType.BAD_BARCODE, ExceptionType.UNKNOWN_BARCODE),
    *(ExceptionType.ADDRESS_CHECK, ExceptionType.CUSTOMS_DATA, ExceptionType.DUPLICATE_CUSTOMER),
    *(ExceptionType.INVALID_QUANTITY, ExceptionType.PRICE_ANOMALY),
)
"""Exceptions that poor data cause."""


def costs_of(session: Session, span: Span) -> tuple[Cost, ...]:
    """Work out corrections, mis-ships, and the four costs of a span."""
    model, happened = load_site(session).costs, what_happened(session, span)
    return (corrections(model, happened), mis_ships(model, happened), *four_costs(model, happened))


def what_happened(session: Session, span: Span) -> Happened:
    """Count what the formulas rest on."""
    packed, due = picking_accuracy(session, span), on_time(session, span)
    return Happened(
        orders=len(packed),
        wrong_orders=sum(not case.n for case in packed),
        blocked=_mistakes(session, span),
        data_orders=_data_orders(session, span),
        late_orders=sum(not case.n for case in due),
        untrained_s=_untrained(session, span),
        workarounds=_workarounds(session, span),
    )


def trained_people(session: Session) -> set[int]:
    """Name the people who have practised enough in their role, or of whom a lead says so."""
    enough = load_site(session).training.orders
    practised = (
        select(TrainingRow.person_id)
        .join(PersonRow, (PersonRow.id == TrainingRow.person_id) & (PersonRow.role == TrainingRow.role))
        .where(TrainingRow.kind == "order", TrainingRow.mistakes == 0)
        .group_by(TrainingRow.person_id)
        .having(func.count() >= max(enough, 1))
    )
    said = statements(session, Step.TRAINED)
    return set(session.scalars(practised)) | {int(subject.partition(":")[2]) for subject in said}


def untrained_people(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Name the pickers and packers nobody has trained yet."""
    roles = PersonRow.role.in_([Role.PICKER, Role.PACKER])
    floor = select(PersonRow.id, PersonRow.name).where(working_at(now), roles)
    trained = trained_people(session)
    return [(key, name) for key, name in session.execute(floor.order_by(PersonRow.name)) if key not in trained]


def _mistakes(session: Session, span: Span) -> int:
    query = select(func.count()).select_from(ScanRow).where(within(ScanRow.received_at, span), on_the_floor())
    return session.scalar(query.where(ScanRow.mode == "enforce", ScanRow.outcome.in_(MISMATCHES))) or 0


def _data_orders(session: Session, span: Span) -> int:
    """Count orders stopped by their data; an entry that is about no order counts as one."""
    about = func.coalesce(ExceptionRow.order_id, -ExceptionRow.id)
    opened = within(ExceptionRow.opened_at, span)
    return session.scalar(select(func.count(about.distinct())).where(opened, ExceptionRow.type.in_(DATA_KINDS))) or 0


def _untrained(session: Session, span: Span) -> int:
    trained = trained_people(session)
    return sum(stay.seconds for stay in hours_here(session, span) if stay.person not in trained)


def _workarounds(session: Session, span: Span) -> int:
    """Count decisions around the rules: holds lifted, shipments split, papers printed again, ends without a scan."""
    counts = (
        select(func.count()).select_from(HoldRow).where(within(HoldRow.lifted_at, span)),
        select(func.count()).select_from(ShipmentRow).where(
            ShipmentRow.shipment_no > 1, within(ShipmentRow.created_at, span)
        ),
        select(func.count()).select_from(PrintJobRow).where(
            PrintJobRow.reprint_no > 0, within(PrintJobRow.created_at, span)
        ),
        select(func.count()).select_from(ScanRow).where(
            ScanRow.kind == ScanKind.CONFIRM, ScanRow.outcome == Outcome.ACCEPTED, within(ScanRow.received_at, span)
        ),
    )  # fmt: skip
    return sum(session.scalar(count) or 0 for count in counts)
