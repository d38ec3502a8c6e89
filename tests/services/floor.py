"""A small floor for the tests of services: people, three bins, two items, and a look at what must always hold."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_cart, a_person, a_tote, an_item, an_order, build, some_stock
from warehouse.domain.codes import BinKind, MoveReason, Role
from warehouse.services.actor import Actor
from warehouse.services.audits import state_paths
from warehouse.services.batches.leases import Hold, claim_batch
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.picking.totes import BindTote, bind_tote
from warehouse.services.planning.batching import PlanBatches, PlanOutcome, plan_batches
from warehouse.services.stock.ledger import Move, move_stock
from warehouse.services.stock.reservations import unreserve
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import StockRow
from warehouse.storage.queries.invariants.all import run
from warehouse.storage.queries.invariants.scans import LINES
from warehouse.storage.queries.invariants.stock import STOCK


@dataclass(frozen=True)
class Floor:
    """Keys of what the tests name."""

    ana: Actor
    ben: Actor
    lea: Actor
    s1: int
    s2: int
    r1: int
    a: int
    b: int
    lot_a: int
    lot_b: int


def a_floor(session: Session) -> Floor:
    """Item A: 10 in S1; item B: 5 in S2; R1 is a reserve bin."""
    people = {
        name: Actor(a_person(session, name, role), role, name)
        for name, role in (("Ana", Role.PICKER), ("Ben", Role.PICKER), ("Lea", Role.LEAD))
    }
    s1, s2 = a_bin(session, "S1", walk=1), a_bin(session, "S2", walk=2)
    r1 = a_bin(session, "R1", walk=9, kind=BinKind.RESERVE)
    a, b = an_item(session, "A", "4006381333931"), an_item(session, "B")
    a_cart(session, "K1", slots=4)
    for code in ("T1", "T2", "T3", "T4", "T5"):
        a_tote(session, code)
    return Floor(
        ana=people["Ana"],
        ben=people["Ben"],
        lea=people["Lea"],
        s1=s1,
        s2=s2,
        r1=r1,
        a=a,
        b=b,
        lot_a=some_stock(session, s1, a, 10),
        lot_b=some_stock(session, s2, b, 5),
    )


def order(database: Database, wanted: dict[int, int], number: str = "1042", **more: int) -> int:
    return build(database, lambda session: an_order(session, wanted, number=number, **more))


def planned(database: Database, floor: Floor, **asked: object) -> PlanOutcome:
    return plan_batches(database, PlanBatches(actor=floor.lea, at=NOON, commit=True, **asked))  # type: ignore[arg-type]


def released(database: Database, floor: Floor) -> int:
    batch = planned(database, floor).batches[0]
    database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(batch,)))
    return batch


def claimed(database: Database, floor: Floor) -> int:
    batch = released(database, floor)
    database.run(claim_batch, Hold(actor=floor.ana, at=NOON, batch=batch, device="d-1"))
    return batch


def pick(database: Database, floor: Floor, task: int, quantity: int, tote: str = "T1") -> None:
    """Do what an accepted pick does: the units go from the bin to the order's tote, the counters follow."""

    def commit(session: Session, _: object) -> None:
        row = session.get_one(PickTaskRow, task)
        slot = session.scalars(
            select(BatchSlotRow).where(BatchSlotRow.batch_id == row.batch_id, BatchSlotRow.slot_no == row.slot_no)
        ).one()
        if slot.tote_id is None:
            bind = BindTote(actor=floor.ana, at=NOON, batch=row.batch_id, slot=slot.slot_no, tote=tote)
            bind_tote(session, bind)
        unreserve(session, task, quantity)
        move = Move(
            actor=floor.ana,
            at=NOON,
            item=row.item_id,
            lot=row.lot_id,
            quantity=quantity,
            source=row.bin_id,
            target=slot.tote_id or 0,
            reason=MoveReason.PICK,
            order_line=row.order_line_id,
            task=task,
        )
        move_stock(session, move)
        row.picked += quantity
        session.get_one(OrderLineRow, row.order_line_id).picked += quantity
        if row.picked == row.wanted:
            row.state = row.state.PICKED

    database.run(commit, None)


def tasks(database: Database, batch: int) -> list[PickTaskRow]:
    with database.read() as session:
        query = select(PickTaskRow).where(PickTaskRow.batch_id == batch).order_by(PickTaskRow.sequence)
        return list(session.scalars(query))


def state(database: Database, order_id: int) -> str:
    with database.read() as session:
        return session.get_one(OrderRow, order_id).state


def stock_at(database: Database, place: int, item: int) -> tuple[int, int]:
    """On hand and promised, over all lots."""
    with database.read() as session:
        rows = session.scalars(select(StockRow).where(StockRow.place_id == place, StockRow.item_id == item)).all()
        return sum(row.quantity for row in rows), sum(row.reserved for row in rows)


def broken(database: Database) -> list[str]:
    """Name every broken promise of stock, lines and paths of states."""
    with database.read() as session:
        results = [*(run(session, check) for check in (*STOCK, *LINES)), state_paths(session)]
    return [row for result in results for row in result.rows]
