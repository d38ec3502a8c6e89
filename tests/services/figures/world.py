"""Three days of a small warehouse in Berlin, counted by hand: on the second night its clocks go back by an hour.

Saturday 24 October 2026 has 24 hours (it begins at 22:00 UTC the evening before), Sunday has 25 and ends at 23:00 UTC.
"""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.builders import a_bin, a_person, a_place, an_item, an_order, some_stock, the_supplier
from warehouse.domain.codes import (
    BatchState,
    BinKind,
    CartonState,
    MoveReason,
    OrderState,
    Outcome,
    PlaceKind,
    Role,
    ScanKind,
    ScanStatus,
    Severity,
    TaskState,
)
from warehouse.domain.figures.measures import Span
from warehouse.domain.returns.states import ReturnKind
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, PackRow, ShipmentRow
from warehouse.storage.models.people import SignInRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.returns import ReturnRow
from warehouse.storage.models.stock import CountTaskRow, MoveRow

SAT, SUN, MON = date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)
NOW = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
BERLIN = Span(first=SAT, last=MON, zone="Europe/Berlin", now=NOW)
_numbers = itertools.count(1)


def utc(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of October 2026, in UTC."""
    return datetime(2026, 10, day, hour, minute, second, tzinfo=UTC)


def berlin(session: Session) -> None:
    """Set the site's clock, and a carrier that comes every day: cutoff 16:00, pickup 17:00."""
    carrier = {"name": "Post", "cutoff": "16:00", "pickup": "17:00", "weekdays": list(range(7))}
    for name, value in (("time_zone", "Europe/Berlin"), ("carriers", [carrier])):
        session.add(SettingRow(name=name, value=value, changed_at=NOW))


class World:
    """Writes the three days; `orders` are their keys, 1 to 5."""

    def __init__(self, session: Session) -> None:
        self.session = session
        berlin(session)
        self.shelf, self.item = a_bin(session, "S1"), an_item(session, "MUG", "4006381333931")
        self.lot = some_stock(session, self.shelf, self.item, 50)
        self.orders = {number: self._order(number, *times) for number, times in _ORDERS.items()}
        gone = session.get_one(OrderRow, an_order(session, {self.item: 1}, number="C1"))
        gone.state, gone.cutoff_at = OrderState.CANCELLED, utc(24, 14)
        self._batch()
        self._packing()
        self._people()
        self._stock()
        self._trouble()

    def line(self, number: int) -> int:
        """The key of the one line of an order."""
        return self.session.query(OrderLineRow.id).filter_by(order_id=self.orders[number]).scalar()

    def scan(self, at: datetime, outcome: Outcome = Outcome.ACCEPTED, **more: object) -> None:
        """A scan as it is stored."""
        number = next(_numbers)
        values = {"kind": ScanKind.SCAN, "mode": "enforce", **more}
        status = ScanStatus.APPLIED if outcome is Outcome.ACCEPTED else ScanStatus.REJECTED
        self.session.add(
            ScanRow(
                scan_id=uuid.uuid4(), device="d", seq=number, epoch=1, at=at, received_at=at, quantity=1, via="key",
                status=status, outcome=outcome, fingerprint="", answer={}, **values,
            )
        )  # fmt: skip

    def _order(self, number: int, received: datetime, cutoff: datetime, shipped: datetime, pieces: int) -> int:
        session = self.session
        key = an_order(session, {self.item: 2}, number=str(number))
        order = session.get_one(OrderRow, key)
        order.state, order.received_at, order.cutoff_at, order.shipped_at = (
            OrderState.SHIPPED,
            received,
            cutoff,
            shipped,
        )
        shipment = ShipmentRow(order_id=key, state="shipped", created_at=received, shipped_at=shipped)
        session.add(shipment)
        session.flush()
        carton = a_place(session, PlaceKind.CARTON, f"C-{number}")
        session.add(
            CartonRow(
                id=carton, order_id=key, shipment_id=shipment.id, carton_no=1, state=CartonState.SHIPPED,
                opened_at=received, loaded_at=shipped, shipped_at=shipped,
            )
        )  # fmt: skip
        session.flush()
        line = session.query(OrderLineRow.id).filter_by(order_id=key).scalar()
        session.add(
            CartonLineRow(carton_id=carton, order_line_id=line, item_id=self.item, lot_id=self.lot, quantity=pieces)
        )
        return key

    def _batch(self) -> None:
        batch = BatchRow(number="B1", state=BatchState.CLOSED, created_at=utc(24, 8), released_at=utc(24, 8))
        self.session.add(batch)
        self.session.flush()
        picked = [
            (1, 2, 0, utc(24, 9)),
            (2, 1, 0, utc(25, 0, 59, 30)),
            (3, 2, 0, utc(25, 1, 10)),
            (2, 0, 1, utc(25, 1)),
        ]
        tasks = [self.task(batch.id, *task) for task in picked]
        for at in (utc(24, 8, 58), utc(24, 9), utc(25, 0, 59, 30), utc(25, 1, 10)):
            self.scan(at, batch_id=batch.id)
        self.scan(utc(25, 1, 3), Outcome.WRONG_BIN, batch_id=batch.id, task_id=tasks[2])
        self.scan(utc(24, 20), Outcome.WRONG_BIN, batch_id=batch.id, mode="training")

    def task(self, batch: int, number: int, picked: int, short: int, at: datetime) -> int:
        """A pick that has ended; its key is given back."""
        task = PickTaskRow(
            batch_id=batch, sequence=next(_numbers), stop_no=1, order_id=self.orders[number],
            order_line_id=self.line(number), item_id=self.item, lot_id=self.lot, bin_id=self.shelf,
            wanted=picked + short, picked=picked, short=short,
            state=TaskState.SHORT if short else TaskState.PICKED, closed_at=at,
        )  # fmt: skip
        self.session.add(task)
        self.session.flush()
        return task.id

    def _packing(self) -> None:
        for number, at in ((1, utc(24, 10)), (2, utc(25, 11)), (3, utc(25, 12))):
            self.session.add(PackRow(order_id=self.orders[number], state="done", finished_at=at))
        self.scan(utc(24, 9, 50), Outcome.OVER_QUANTITY, order_id=self.orders[1], order_line_id=self.line(1))
        self.scan(utc(25, 11, 50), kind=ScanKind.SHORT, order_id=self.orders[3], order_line_id=self.line(3))

    def _people(self) -> None:
        """Ana from 23:00 to 01:30 on two devices at once, Ben two real hours over the change; leads do not count.

        Cleo never signed out: her last scan, an hour later, ends her stay.
        """
        ana = a_person(self.session, "Ana")
        self._here(ana, utc(24, 21), utc(24, 23))
        self._here(ana, utc(24, 22, 30), utc(24, 23, 30))
        self._here(a_person(self.session, "Ben", Role.PACKER), utc(25, 0, 30), utc(25, 2, 30))
        self._here(a_person(self.session, "Lea", Role.LEAD), utc(24, 6), utc(26, 11))
        cleo = a_person(self.session, "Cleo")
        self._here(cleo, utc(24, 6), utc(24, 20), is_open=True)
        self.scan(utc(24, 7), person_id=cleo, mode="training")

    def _here(self, person: int, since: datetime, until: datetime, *, is_open: bool = False) -> None:
        self.session.add(
            SignInRow(
                token_hash=str(next(_numbers)), csrf_token="", person_id=person, created_at=since, seen_at=since,
                expires_at=until if is_open else until + timedelta(hours=1), ended_at=None if is_open else until,
            )
        )  # fmt: skip

    def _stock(self) -> None:
        """Goods wait a day at the dock; one bin is counted as booked, another is not."""
        dock = a_bin(self.session, "DOCK", kind=BinKind.STAGING)
        for at, source, target, reason in (
            (utc(24, 12), the_supplier(self.session), dock, MoveReason.RECEIPT),
            (utc(25, 12), dock, self.shelf, MoveReason.RELOCATE),
            (utc(25, 14), dock, self.shelf, MoveReason.RELOCATE),
        ):
            self.session.add(
                MoveRow(
                    at=at, item_id=self.item, lot_id=self.lot, quantity=1, from_place_id=source, to_place_id=target,
                    reason=reason,
                )
            )  # fmt: skip
        for at, found in ((utc(24, 12), 50), (utc(26, 5), 49)):
            self.session.add(
                CountTaskRow(
                    bin_id=self.shelf, reason="cycle", state="done", counted=[[self.item, self.lot, found, 50]],
                    opened_at=at, closed_at=at,
                )
            )  # fmt: skip

    def _trouble(self) -> None:
        """Order 3 comes back damaged, the label of 4 failed, 2 was on hold; a SKU was unknown for days."""
        session = self.session
        session.add(
            ReturnRow(
                number="R-1", kind=ReturnKind.ASKED, reason="damaged", order_id=self.orders[3], opened_at=utc(26, 9)
            )
        )
        self._exception("label_failed", utc(25, 20), None, order_id=self.orders[4])
        self._exception("unknown_sku", utc(21, 10), utc(26, 11))
        hold = HoldRow(order_id=self.orders[2], reason="unpaid", text="", opened_at=utc(24, 17), lifted_at=utc(25, 8))
        hold.lift_reason = "paid"
        session.add(hold)

    def _exception(self, kind: str, opened: datetime, resolved: datetime | None, **more: int) -> None:
        state = "resolved" if resolved else "open"
        self.session.add(
            ExceptionRow(
                type=kind, severity=Severity.FLAG, state=state, owner_role=Role.LEAD, subject=f"x:{next(_numbers)}",
                text="", opened_at=opened, due_at=opened + timedelta(hours=24), resolved_at=resolved, **more,
            )
        )  # fmt: skip


# Received, cutoff, loaded and left, pieces in the first shipment of the two ordered.
_ORDERS = {
    1: (utc(24, 10, 50), utc(24, 14), utc(24, 14, 50), 2),
    2: (utc(24, 15, 59), utc(25, 15), utc(25, 15, 59), 1),
    3: (utc(25, 14, 1), utc(25, 15), utc(25, 16, 1), 2),
    4: (utc(25, 12, 59), utc(25, 15), utc(25, 22, 59), 2),
    5: (utc(25, 22), utc(26, 15), utc(25, 23), 2),
}
