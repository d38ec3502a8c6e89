"""A pack bench for the tests of packing: an order picked by Ana waits in tote T1, Ben packs, Lea leads."""

import hashlib
import itertools
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_cart, a_person, a_tote, an_item, an_order, build, some_stock
from tests.services.floor import Floor, pick, planned, stock_at, tasks
from warehouse.domain.codes import BatchState, BinKind, OrderState, Outcome, Role, ScanKind, Via
from warehouse.services.actor import Actor
from warehouse.services.audits import state_paths
from warehouse.services.batches.leases import Hold, claim_batch, close_batch
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.batches.tasks import settle_batch
from warehouse.services.packing.claims import ClaimPack, PackHeld, claim_pack
from warehouse.services.packing.decisions import OnCarton, void_carton
from warehouse.services.scanning.groups import IncomingScan, ScanResult
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, ToteRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ManifestRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.queries.invariants.all import run
from warehouse.storage.queries.invariants.lists import LISTS
from warehouse.storage.queries.invariants.packing import PACKING, STATES
from warehouse.storage.queries.invariants.scans import LINES, SCANS
from warehouse.storage.queries.invariants.stock import STOCK

MUG, BOWL = "4006381333931", "5012345678900"
LATER = NOON + timedelta(minutes=30)


@dataclass
class Bench:
    """Keys and people of the story; `order` is number 1042: two mugs and a bowl."""

    database: Database
    floor: Floor
    ben: Actor
    order: int
    epoch: int = 0
    device: str = "d-ben"
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def ana(self) -> Actor:
        return self.floor.ana

    @property
    def lea(self) -> Actor:
        return self.floor.lea

    def claim(self, code: str = "T:T1", actor: Actor | None = None, device: str | None = None) -> PackHeld:
        asked = ClaimPack(
            actor=actor or self.ben,
            at=NOON,
            device=device or self.device,
            proven=device or self.device,
            code=code,
        )
        held: PackHeld = self.database.run(claim_pack, asked)
        self.epoch = held.epoch
        return held

    def make(self, code: str | None, **other: object) -> IncomingScan:
        scan = IncomingScan(
            id=uuid.uuid4(),
            device=self.device,
            seq=next(self.numbers),
            person=self.ben.person or 0,
            sender=self.ben.person,
            proven=self.device,
            role=Role.PACKER,
            epoch=self.epoch,
            at=NOON,
            received_at=LATER,
            kind=ScanKind.SCAN,
            work=("order", "1042"),
            code=code,
            quantity=None,
            reason=None,
            list_version=1,
            local=None,
            via=Via.KEY,
            fingerprint=hashlib.sha256(repr((code, other)).encode()).hexdigest(),
        )
        return replace(scan, **other)  # type: ignore[arg-type]

    def scan(self, *codes: str | None, **other: object) -> list[ScanResult]:
        results: list[ScanResult] = self.database.scan([self.make(code, **other) for code in codes])
        return results

    def says(self, *codes: str | None, **other: object) -> list[Outcome | None]:
        return [result.outcome for result in self.scan(*codes, **other)]

    def confirm(self) -> ScanResult:
        return self.scan("C:CONFIRM")[0]

    def pack_all(self) -> None:
        """Scan everything and seal it."""
        self.claim()
        assert self.says("T:T1", MUG, MUG, BOWL, "C:CONFIRM") == [Outcome.ACCEPTED] * 5

    def label(self) -> str:
        """Scan the sealed carton's label back; its serial is given back."""
        sscc = self.cartons()[-1].sscc or ""
        assert self.says(f"00{sscc}") == [Outcome.ACCEPTED]
        return sscc

    def void(self, number: int = 1, reason: str = "Wrong box", actor: Actor | None = None) -> Any:
        carton = next(it.id for it in self.cartons() if it.carton_no == number)
        return self.database.run(void_carton, OnCarton(actor=actor or self.lea, at=LATER, carton=carton, reason=reason))

    def load(self, *codes: str) -> list[ScanResult]:
        manifest = self.rows(ManifestRow)[-1].id
        return self.scan(*codes, work=("manifest", manifest))

    def ship(self) -> None:
        """Label, load and let the carrier leave."""
        sscc = self.label()
        assert [it.outcome for it in self.load(f"00{sscc}", "C:CONFIRM")] == [Outcome.ACCEPTED] * 2

    def state(self) -> OrderState:
        found: OrderState = self.rows(OrderRow)[0].state
        return found

    def line(self, sku: str) -> tuple[int, int, int, int]:
        """Picked, packed, shipped, backordered."""
        row = next(it for it in self.rows(OrderLineRow) if it.order_id == self.order and it.sku == sku)
        return row.picked, row.packed, row.shipped, row.backordered

    def cartons(self) -> list[CartonRow]:
        return self.rows(CartonRow)

    def labels(self) -> list[LabelRow]:
        return self.rows(LabelRow)

    def jobs(self) -> list[PrintJobRow]:
        return self.rows(PrintJobRow)

    def totes(self) -> dict[str, str]:
        return {row.code: row.state for row in self.rows(ToteRow)}

    def rows(self, kind: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(*kind.__table__.primary_key.columns)))

    def units(self, place: int, item: int) -> int:
        return stock_at(self.database, place, item)[0]

    def pick_again(self) -> int:
        """Pick the re-pick trip to its end; its key is given back."""
        batch: int = next(
            it.id for it in self.rows(BatchRow) if it.kind == "repick" and it.state == BatchState.RELEASED
        )
        self.database.run(claim_batch, Hold(actor=self.ana, at=LATER, batch=batch, device="d-ana", proven="d-ana"))
        for task in tasks(self.database, batch):
            pick(self.database, self.floor, task.id, task.wanted)
        self._close(batch)
        return batch

    def _close(self, batch: int) -> None:
        def end(session: Session, request: Hold) -> None:
            settle_batch(session, request, session.get_one(BatchRow, batch))
            close_batch(session, request)

        self.database.run(end, Hold(actor=self.ana, at=LATER, batch=batch, device="d-ana", proven="d-ana"))

    def set(self, name: str, value: object) -> None:
        self.database.run(change_setting, ChangeSetting(actor=self.lea, at=NOON, name=name, value=value))

    def broken(self) -> list[str]:
        with self.database.read() as session:
            checks = (*STOCK, *LINES, *SCANS, *PACKING, *LISTS, *STATES)
            return [row for found in (*(run(session, it) for it in checks), state_paths(session)) for row in found.rows]


def a_bench(database: Database) -> Bench:
    """Everything up to the pack station: planned, released, picked by Ana, her cart emptied."""
    floor, ben, order = build(database, _recipe)
    batch = planned(database, floor).batches[0]
    database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(batch,)))
    bench = Bench(database, floor, ben, order)
    hold = Hold(actor=floor.ana, at=NOON, batch=batch, device="d-ana", proven="d-ana")
    database.run(claim_batch, hold)
    for task in tasks(database, batch):
        pick(database, floor, task.id, task.wanted)
    bench._close(batch)
    return bench


def _recipe(session: Session) -> tuple[Floor, Actor, int]:
    people = {
        name: Actor(a_person(session, name, role), role, name)
        for name, role in (("Ana", Role.PICKER), ("Ben", Role.PACKER), ("Lea", Role.LEAD))
    }
    s1, s2 = a_bin(session, "S1", walk=1), a_bin(session, "S2", walk=2)
    r1 = a_bin(session, "R1", walk=9, kind=BinKind.RESERVE)
    a_bin(session, "P1", kind=BinKind.PROBLEM_SHELF)
    mug, bowl = an_item(session, "MUG", MUG, "14006381333938*6"), an_item(session, "BOWL", BOWL)
    a_cart(session, "K1")
    for code in ("T1", "T2", "T3"):
        a_tote(session, code)
    floor = Floor(
        ana=people["Ana"],
        ben=people["Ben"],
        lea=people["Lea"],
        s1=s1,
        s2=s2,
        r1=r1,
        a=mug,
        b=bowl,
        lot_a=some_stock(session, s1, mug, 10),
        lot_b=some_stock(session, s2, bowl, 1),
    )
    return floor, people["Ben"], an_order(session, {mug: 2, bowl: 1}, number="1042")
