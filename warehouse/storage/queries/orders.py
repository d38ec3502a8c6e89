"""Orders as people look at them: the two gates with their reasons, and everything that happened to one."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind
from warehouse.domain.words import Text, as_said, listed, sentence, word
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow
from warehouse.storage.models.packing import CartonRow, LabelRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, MoveRow, StockRow
from warehouse.storage.queries.remarks import with_remarks


@dataclass(frozen=True, slots=True)
class Gates:
    """Why an order may not be released, and why not all of it can be picked; empty means it may and can."""

    releasable: tuple[str, ...]
    pickable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """One thing that happened to an order; `person` is a name, None for the system."""

    at: datetime
    kind: str
    text: str
    person: str | None = None


def blockers_of(session: Session, order_id: int) -> tuple[str, ...]:
    """Say why the data of an order does not let it be released; empty when it does."""
    holds = session.execute(
        select(HoldRow.text, ExceptionRow.data)
        .outerjoin(ExceptionRow, ExceptionRow.id == HoldRow.exception_id)
        .where(HoldRow.order_id == order_id, HoldRow.lifted_at.is_(None))
        .order_by(HoldRow.id)
    )
    lines = session.execute(
        select(OrderLineRow.sku, OrderLineRow.item_id).where(
            OrderLineRow.order_id == order_id, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
        )
    ).all()
    unknown = tuple(sentence("SKU {sku} is not known.", sku=sku) for sku, item in lines if item is None)
    empty = () if lines else (sentence("It has no line that can be picked."),)
    return (*(as_said(text, data) for text, data in holds), *unknown, *empty)


def gates_of(session: Session, order_id: int) -> Gates:
    """Give both gates of an order; stock promised to the order itself counts as there."""
    lines = session.execute(
        select(
            OrderLineRow.item_id,
            OrderLineRow.sku,
            func.sum(OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.allocated),
        )
        .where(
            OrderLineRow.order_id == order_id,
            OrderLineRow.pickable,
            OrderLineRow.cancelled_at.is_(None),
            OrderLineRow.item_id.is_not(None),
        )
        .group_by(OrderLineRow.item_id, OrderLineRow.sku)
    ).all()
    free = _pickable(session, {item or 0 for item, _, _ in lines})
    short = tuple(
        sentence(
            "{free} of {missing} {sku} lie in bins for picking.", free=free.get(item or 0, 0), missing=missing, sku=sku
        )
        for item, sku, missing in lines
        if missing > free.get(item or 0, 0)
    )
    return Gates(blockers_of(session, order_id), short)


def _pickable(session: Session, items: set[int]) -> dict[int, int]:
    rows = session.execute(
        select(StockRow.item_id, func.sum(StockRow.quantity - StockRow.reserved))
        .join(BinRow, BinRow.id == StockRow.place_id)
        .where(
            StockRow.item_id.in_(items),
            StockRow.blocked_reason.is_(None),
            BinRow.kind == BinKind.PICK_FACE,
            BinRow.pickable,
            BinRow.blocked_reason.is_(None),
        )
        .group_by(StockRow.item_id)
    )
    return {item: int(free) for item, free in rows}


_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*", re.ASCII)
"""How states and kinds are written."""

_AS_IT_IS = frozenset({"sku", "source", "code", "carrier", "service", "customer", "bin", "tote", "cart", "device"})
"""Details whose values shops and people write; what stands for a remark is another."""


def story_of(session: Session, order_id: int) -> list[StoryEntry]:
    """Tell everything that happened to an order, in order of time: states, holds, scans, moves, parcels, exceptions."""
    entries = [
        *_from_audit(session, order_id),
        *_from_scans(session, order_id),
        *_from_moves(session, order_id),
        *_from_cartons(session, order_id),
        *_from_exceptions(session, order_id),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _from_audit(session: Session, order_id: int) -> list[StoryEntry]:
    rows = session.execute(
        select(AuditRow.at, AuditRow.action, AuditRow.details, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)
        .where(AuditRow.subject == f"order:{order_id}")
        .order_by(AuditRow.seq)
    )
    found = rows.all()
    kept = [json.loads(row.details) for row in found]
    return [
        StoryEntry(at=row.at, kind=row.action, text=_in_words(before, details), person=row.name)
        for row, before, details in zip(found, kept, with_remarks(session, kept), strict=True)
    ]


def _in_words(kept: dict[str, Any], details: dict[str, Any]) -> Text:
    """Write the details of a fact as people read them: "carton 1, reason Wrong box"; `kept` has no remarks' texts."""
    told = {name: value for name, value in details.items() if value is not False and value not in (None, [])}
    return listed(
        word(name) if value is True else listed([word(name), *_values(value, is_kind=is_kind)], " ")
        for name, value in told.items()
        for is_kind in [name not in _AS_IT_IS and kept[name] == value]
    )


def _values(value: object, *, is_kind: bool) -> list[str]:
    """Say states and kinds by their names, and anything else as it is."""
    if isinstance(value, list):
        return [listed(text for each in value for text in _values(each, is_kind=is_kind))]
    if isinstance(value, dict):
        return [listed(listed([str(name), *_values(each, is_kind=is_kind)], ": ") for name, each in value.items())]
    return [word(value) if is_kind and isinstance(value, str) and _NAME.fullmatch(value) else str(value)]


def _from_scans(session: Session, order_id: int) -> list[StoryEntry]:
    tasks = select(PickTaskRow.id).where(PickTaskRow.order_id == order_id)
    rows = session.execute(
        select(ScanRow.received_at, ScanRow.kind, ScanRow.code, ScanRow.outcome, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ScanRow.person_id)
        .where((ScanRow.order_id == order_id) | ScanRow.task_id.in_(tasks))
        .order_by(ScanRow.id)
    )
    return [
        StoryEntry(at=at, kind="scan", text=_scan_said(kind, code, outcome), person=name)
        for at, kind, code, outcome, name in rows
    ]


def _scan_said(kind: str, code: str | None, outcome: str | None) -> Text:
    judged = word(outcome) if outcome else sentence("not judged")
    return listed([listed([word(kind), code], " ") if code else word(kind), judged], ": ")


def _from_moves(session: Session, order_id: int) -> list[StoryEntry]:
    rows = session.execute(
        select(MoveRow.at, MoveRow.reason, MoveRow.quantity, OrderLineRow.sku, PersonRow.name)
        .join(OrderLineRow, OrderLineRow.id == MoveRow.order_line_id)
        .outerjoin(PersonRow, PersonRow.id == MoveRow.actor_id)
        .where(OrderLineRow.order_id == order_id)
        .order_by(MoveRow.id)
    )
    return [
        StoryEntry(at=at, kind="move", text=_move_said(reason, quantity, sku), person=name)
        for at, reason, quantity, sku, name in rows
    ]


def _move_said(reason: str, quantity: int, sku: str) -> Text:
    return listed([word(reason), sentence("{number} of {name}", number=quantity, name=sku)], ": ")


def _from_cartons(session: Session, order_id: int) -> list[StoryEntry]:
    found: list[StoryEntry] = []
    for carton in session.scalars(
        select(CartonRow).where(CartonRow.order_id == order_id).order_by(CartonRow.carton_no)
    ):
        steps = (
            ("opened", carton.opened_at),
            ("closed", carton.closed_at),
            ("labelled", carton.labelled_at),
            ("loaded", carton.loaded_at),
            ("shipped", carton.shipped_at),
        )
        found += [_step_of(carton.carton_no, step, at) for step, at in steps if at is not None]
    labels = session.execute(
        select(LabelRow, CartonRow.carton_no)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .where(CartonRow.order_id == order_id)
    )
    for label, number in labels:
        text = sentence("Label of carton {carton}: {tracking}", carton=number, tracking=label.tracking or "")
        found.append(StoryEntry(at=label.created_at, kind="label", text=text))
        if label.voided_at is not None:
            text = sentence("Label of carton {carton} is dead: {reason}", carton=number, reason=label.void_reason or "")
            found.append(StoryEntry(at=label.voided_at, kind="label", text=text))
    return found


def _step_of(number: int, step: str, at: datetime) -> StoryEntry:
    return StoryEntry(at=at, kind="carton", text=sentence("Carton {carton}: {step}", carton=number, step=word(step)))


def _from_exceptions(session: Session, order_id: int) -> list[StoryEntry]:
    rows = session.execute(
        select(ExceptionEventRow, ExceptionRow.type, ExceptionRow.data, PersonRow.name)
        .join(ExceptionRow, ExceptionRow.id == ExceptionEventRow.exception_id)
        .outerjoin(PersonRow, PersonRow.id == ExceptionEventRow.actor_id)
        .where(ExceptionRow.order_id == order_id)
        .order_by(ExceptionEventRow.id)
    )
    return [
        StoryEntry(at=step.at, kind="exception", text=_step_said(step, type_, data), person=name)
        for step, type_, data, name in rows
    ]


def _step_said(step: ExceptionEventRow, kind: str, data: Any) -> Text:
    about = listed([word(kind), word(step.kind)], " · ")
    return listed([about, as_said(step.text, data)], ": ") if step.text else about


def batches_with(session: Session, order_id: int) -> list[tuple[int, str, str]]:
    """List the batches an order is or was on: key, number, state."""
    rows = session.execute(
        select(BatchRow.id, BatchRow.number, BatchRow.state)
        .where(BatchRow.id.in_(select(PickTaskRow.batch_id).where(PickTaskRow.order_id == order_id)))
        .order_by(BatchRow.id)
    )
    return [(key, number, state) for key, number, state in rows]
