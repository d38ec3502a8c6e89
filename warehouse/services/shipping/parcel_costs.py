"""What parcels cost: one out of line is put before a lead, and the trend is shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow

_COSTLY, _COSTLY_SAMPLE = 2, 20
_WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CostWeek:
    """What the parcels of one carrier cost in the week that begins on a Monday; cents in all."""

    week: date
    carrier: str
    parcels: int
    cents: int

    @property
    def each(self) -> int:
        """Cents a parcel."""
        return round(self.cents / self.parcels)


def cost_trend(session: Session, now: datetime) -> list[CostWeek]:
    """Add up what parcels cost by week and carrier, the latest eight weeks, the newest first."""
    site, since = load_site(session), now - timedelta(weeks=_WEEKS)
    rows = session.execute(
        select(LabelRow.created_at, LabelRow.carrier, LabelRow.cost_cents).where(
            LabelRow.state == LabelState.BOUGHT, LabelRow.cost_cents.is_not(None), LabelRow.created_at >= since
        )
    )
    sums: dict[tuple[date, str], tuple[int, int]] = {}
    for row in rows:
        day = site.day_of(row.created_at)
        key = (day - timedelta(days=day.weekday()), row.carrier)
        parcels, cents = sums.get(key, (0, 0))
        sums[key] = (parcels + 1, cents + row.cost_cents)
    found = [CostWeek(week=key[0], carrier=key[1], parcels=it[0], cents=it[1]) for key, it in sums.items()]
    return sorted(found, key=lambda it: (-it.week.toordinal(), it.carrier))


def look_at_cost(session: Session, request: Request, row: LabelRow) -> None:
    """Ask about a parcel that costs more than twice the usual of its service and country."""
    order = session.get_one(OrderRow, session.get_one(CartonRow, row.carton_id).order_id)
    usual = _usual_cost(session, row, order)
    if row.cost_cents is None or usual is None or row.cost_cents <= _COSTLY * usual:
        return
    about = sentence(
        "order {order}: {service} cost {cents} cents, usually {usual}",
        order=order.number,
        service=f"{row.carrier} {row.service}",
        cents=row.cost_cents,
        usual=usual,
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.COST_ANOMALY,
        subject=f"label:{row.id}",
        about=about,
        order=order.id,
    )
    open_exception(session, entry)


def _usual_cost(session: Session, row: LabelRow, order: OrderRow) -> int | None:
    """Give the median cost of the latest parcels of this service and country; None while there are too few."""
    query = (
        select(LabelRow.cost_cents)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .where(
            LabelRow.id != row.id,
            LabelRow.cost_cents.is_not(None),
            LabelRow.carrier == row.carrier,
            LabelRow.service == row.service,
            func.lower(OrderRow.country) == order.country.lower(),
        )
        .order_by(LabelRow.id.desc())
        .limit(200)
    )
    costs = sorted(cost for cost in session.scalars(query) if cost is not None)
    return costs[len(costs) // 2] if len(costs) >= _COSTLY_SAMPLE else None
