"""The exception matrix: what goes wrong, how severe it is, who owns it and by when.

The rules here are the defaults; a site's own stand in the database as the same values, so every
function takes the rule it is to follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from warehouse.domain.codes import BatchState, OrderState, Role, Severity
from warehouse.domain.exceptions.calendar import ROUND_THE_CLOCK, SiteClock


class ExceptionType(StrEnum):
    """What an entry of the exception queue is about."""

    DUPLICATE_ORDER = "duplicate_order"
    CHANGED_AFTER_RELEASE = "changed_after_release"
    DOUBLE_CHECK = "double_check"
    UNUSUAL_QUANTITY = "unusual_quantity"
    UNKNOWN_SKU = "unknown_sku"
    DUPLICATE_SKU = "duplicate_sku"
    BAD_BARCODE = "bad_barcode"
    UNKNOWN_BARCODE = "unknown_barcode"
    SHORT_STOCK = "short_stock"
    BACKORDER = "backorder"
    INVALID_QUANTITY = "invalid_quantity"
    PRICE_ANOMALY = "price_anomaly"
    ADDRESS_CHECK = "address_check"
    ADDRESS_CHANGED = "address_changed"
    UNPAID = "unpaid"
    MISMATCH = "mismatch"
    DAMAGED = "damaged"
    UNKNOWN_RETURN = "unknown_return"
    WRONG_STOCK = "wrong_stock"
    COUNT_DIFFERENCE = "count_difference"
    WEIGHT_MISMATCH = "weight_mismatch"
    CUSTOMS_DATA = "customs_data"
    LATE_RISK = "late_risk"
    MISSED_CUTOFF = "missed_cutoff"
    LABEL_FAILED = "label_failed"
    INTERCEPT = "intercept"
    STALLED = "stalled"
    COST_ANOMALY = "cost_anomaly"
    TRACKING_MISSING = "tracking_missing"
    DUPLICATE_CUSTOMER = "duplicate_customer"
    RECONCILE_DIFF = "reconcile_diff"
    WRONG_SITE = "wrong_site"
    SOURCE_SILENT = "source_silent"
    ANOMALY = "anomaly"
    LOST_SCANS = "lost_scans"
    LATE_SCAN = "late_scan"
    HELP = "help"


class Answer(StrEnum):
    """The four answers to an exception; in the matrix the one given by itself, at the desk the one a person gave."""

    FLAG = "flag"
    ESCALATE = "escalate"
    REJECT = "reject"
    PROCESS = "process"


class Deadline(StrEnum):
    """How the due moment of an entry is found beside its hours."""

    HOURS = "hours"
    NOW = "now"
    BEFORE_CUTOFF = "before_cutoff"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: after so many hours the entry belongs to this role."""

    hours: int
    role: Role


LADDER = (Rung(24, Role.LEAD), Rung(48, Role.LEAD), Rung(72, Role.ADMIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRule:
    """How one type of exception is treated; `then` takes over once the entry is past due.

    `answer` is what the house does by itself: flag it for review, give it to the person named, refuse the order, or
    let it go on with a note.
    """

    severity: Severity
    owner: Role
    then: Role | None = None
    deadline: Deadline = Deadline.HOURS
    hours: int = 24
    ladder: tuple[Rung, ...] = LADDER
    answer: Answer = Answer.FLAG
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Where an entry stands: past due or not, rungs climbed, the role that owns it, when this changes next."""

    overdue: bool
    level: int
    role: Role
    next_at: datetime | None


def _hours(severity: Severity, owner: Role, hours: int, then: Role | None = None) -> ExceptionRule:
    return ExceptionRule(severity=severity, owner=owner, hours=hours, then=then)


_B, _H, _F = Severity.BLOCK, Severity.HOLD, Severity.FLAG
_DESK, _DATA, _STOCK = Role.ORDER_DESK, Role.MASTER_DATA_OWNER, Role.INVENTORY_CONTROLLER

MATRIX: Mapping[ExceptionType, ExceptionRule] = {
    ExceptionType.DUPLICATE_ORDER: ExceptionRule(
        severity=_H, owner=_DESK, deadline=Deadline.BEFORE_CUTOFF, hours=4, then=Role.LEAD
    ),
    ExceptionType.CHANGED_AFTER_RELEASE: _hours(_B, Role.LEAD, 1),
    ExceptionType.DOUBLE_CHECK: ExceptionRule(severity=_H, owner=Role.LEAD, deadline=Deadline.BEFORE_CUTOFF),
    ExceptionType.UNUSUAL_QUANTITY: _hours(_H, _DESK, 24),
    ExceptionType.UNKNOWN_SKU: _hours(_H, _DATA, 24),
    ExceptionType.DUPLICATE_SKU: _hours(_B, _DATA, 24),
    ExceptionType.BAD_BARCODE: _hours(_F, _DATA, 72),
    ExceptionType.UNKNOWN_BARCODE: _hours(_F, _DATA, 72),
    ExceptionType.SHORT_STOCK: _hours(_H, _STOCK, 24),
    ExceptionType.BACKORDER: _hours(_H, _DESK, 24),
    ExceptionType.INVALID_QUANTITY: _hours(_H, _DESK, 24),
    ExceptionType.PRICE_ANOMALY: _hours(_F, _DESK, 48),
    ExceptionType.ADDRESS_CHECK: _hours(_H, _DESK, 24),
    ExceptionType.ADDRESS_CHANGED: _hours(_F, _DESK, 24),
    ExceptionType.UNPAID: _hours(_H, _DESK, 24),
    ExceptionType.MISMATCH: ExceptionRule(severity=_B, owner=Role.PICKER, then=Role.LEAD, deadline=Deadline.NOW),
    ExceptionType.DAMAGED: _hours(_F, _STOCK, 24),
    ExceptionType.UNKNOWN_RETURN: _hours(_F, _DESK, 24),
    ExceptionType.WRONG_STOCK: _hours(_F, _STOCK, 24),
    ExceptionType.COUNT_DIFFERENCE: _hours(_F, _STOCK, 24),
    ExceptionType.WEIGHT_MISMATCH: ExceptionRule(severity=_B, owner=Role.PACKER, then=Role.LEAD, deadline=Deadline.NOW),
    ExceptionType.CUSTOMS_DATA: _hours(_H, _DATA, 24),
    ExceptionType.LATE_RISK: _hours(_F, Role.LEAD, 1),
    ExceptionType.MISSED_CUTOFF: _hours(_F, Role.LEAD, 1),
    ExceptionType.LABEL_FAILED: _hours(_H, Role.PACKER, 1, then=Role.LEAD),
    ExceptionType.INTERCEPT: _hours(_F, Role.LEAD, 1),
    ExceptionType.STALLED: _hours(_F, Role.LEAD, 24),
    ExceptionType.COST_ANOMALY: _hours(_F, Role.LEAD, 72),
    ExceptionType.TRACKING_MISSING: _hours(_F, Role.INTEGRATION_OWNER, 24),
    ExceptionType.DUPLICATE_CUSTOMER: _hours(_F, _DATA, 72),
    ExceptionType.RECONCILE_DIFF: _hours(_F, Role.LEAD, 24),
    ExceptionType.WRONG_SITE: _hours(_H, _DESK, 4),
    ExceptionType.SOURCE_SILENT: _hours(_F, Role.LEAD, 1),
    ExceptionType.ANOMALY: _hours(_F, Role.LEAD, 4),
    ExceptionType.LOST_SCANS: _hours(_F, Role.LEAD, 1),
    ExceptionType.LATE_SCAN: _hours(_F, Role.LEAD, 1),
    ExceptionType.HELP: ExceptionRule(severity=_F, owner=Role.LEAD, deadline=Deadline.NOW),
}

# Who works on an order in each state, for an order on which nothing has happened for too long.
OWNER_OF_STATE: Mapping[OrderState, Role] = {
    OrderState.RECEIVED: Role.ORDER_DESK,
    OrderState.READY: Role.LEAD,
    OrderState.BATCHED: Role.LEAD,
    OrderState.PICKING: Role.PICKER,
    OrderState.PICKED: Role.PACKER,
    OrderState.PACKING: Role.PACKER,
    OrderState.PACKED: Role.LEAD,
}

# The same for a batch.
OWNER_OF_BATCH: Mapping[BatchState, Role] = {
    BatchState.PLANNED: Role.LEAD,
    BatchState.RELEASED: Role.LEAD,
    BatchState.PICKING: Role.PICKER,
    BatchState.PICKED: Role.PICKER,
}


def due_at(
    rule: ExceptionRule, opened_at: datetime, cutoff: datetime | None = None, clock: SiteClock = ROUND_THE_CLOCK
) -> datetime:
    """Give the moment by which the entry is to be resolved; a cutoff already past means at once.

    The rule's hours are open hours of the site. "Before cutoff" is the earlier of these and the order's cutoff; without
    a cutoff the hours alone count.
    """
    if rule.deadline is Deadline.NOW:
        return opened_at
    by_hours = clock.after(opened_at, timedelta(hours=rule.hours))
    if rule.deadline is Deadline.HOURS or cutoff is None:
        return by_hours
    return max(opened_at, min(by_hours, cutoff))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """When an entry was opened, by when it is due, and who owned it first."""

    opened_at: datetime
    due_at: datetime
    owner: Role


def escalation(rule: ExceptionRule, entry: Opened, now: datetime, clock: SiteClock = ROUND_THE_CLOCK) -> Escalation:
    """Say who owns the entry now and when that changes next; it never closes anything.

    The first rung is never climbed before the entry is due: one that has 72 hours climbs at 72, 96 and 120.
    """
    rungs = _rungs(rule.ladder, entry, clock)
    climbed = [role for at, role in rungs if at <= now]
    overdue = entry.due_at <= now
    owner = rule.then if overdue and rule.then else entry.owner
    ahead = [at for at, _ in rungs if at > now] + ([] if overdue else [entry.due_at])
    return Escalation(overdue, len(climbed), climbed[-1] if climbed else owner, min(ahead, default=None))


def _rungs(ladder: tuple[Rung, ...], entry: Opened, clock: SiteClock) -> list[tuple[datetime, Role]]:
    if not ladder:
        return []
    first = timedelta(hours=ladder[0].hours)
    start = max(entry.due_at, clock.after(entry.opened_at, first))
    return [(clock.after(start, timedelta(hours=rung.hours) - first), rung.role) for rung in ladder]


def lifters(rule: ExceptionRule) -> tuple[Role, ...]:
    """Name the roles that may let an order go on which this type of exception holds: its owners, desk, lead, admin."""
    owners = (rule.owner, *((rule.then,) if rule.then else ()), Role.ORDER_DESK, Role.LEAD, Role.ADMIN)
    return tuple(dict.fromkeys(owners))


def owner_of(kind: ExceptionType, state: OrderState | None = None, rule: ExceptionRule | None = None) -> Role:
    """Give the role that owns a new entry; a stalled order belongs to whoever works on its state."""
    if kind is ExceptionType.STALLED and state is not None and state in OWNER_OF_STATE:
        return OWNER_OF_STATE[state]
    return (rule or MATRIX[kind]).owner
