"""Versions of the shipping rules, and labels that a carrier owes us an answer about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ShippingRulesRow
from warehouse.storage.models.people import PersonRow

_OPEN = (LabelState.WANTED, LabelState.BUYING, LabelState.IN_DOUBT, LabelState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """One version of the rules, as JSON values, with who proposed it."""

    version: int
    state: str
    rules: Any
    note: str
    proposed_by: str | None
    proposed_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLabel:
    """A label that is not bought yet, or may be."""

    id: int
    order: str
    carton: int
    carrier: str
    service: str
    state: LabelState
    error: str | None
    created_at: datetime


def rules_versions(session: Session, limit: int = 10) -> list[RulesVersion]:
    """List the versions of the rules, the newest first."""
    rows = session.execute(
        select(ShippingRulesRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ShippingRulesRow.proposed_by_id)
        .order_by(ShippingRulesRow.version.desc())
        .limit(limit)
    )
    return [
        RulesVersion(
            version=row.version,
            state=row.state,
            rules=row.rules,
            note=row.note,
            proposed_by=name,
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
        )
        for row, name in rows
    ]


def open_labels(session: Session, limit: int = 100) -> list[OpenLabel]:
    """List labels that are not bought yet, the oldest first."""
    rows = session.execute(
        select(LabelRow, CartonRow.carton_no, OrderRow.number)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .where(LabelRow.state.in_(_OPEN))
        .order_by(LabelRow.id)
        .limit(limit)
    )
    return [
        OpenLabel(
            id=row.id,
            order=number,
            carton=carton,
            carrier=row.carrier,
            service=row.service,
            state=row.state,
            error=row.error,
            created_at=row.created_at,
        )
        for row, carton, number in rows
    ]
