"""People with handhelds at put-backs and counts, for the tests of both."""

import hashlib
import itertools
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import broken
from warehouse.domain.codes import Outcome, Role, ScanKind, Via
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import IncomingScan, ScanCounter, ScanResult
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.services.side.desks import CountDesk, PutBackDesk
from warehouse.services.side.leases import SideHold, claim_count, claim_put_back
from warehouse.services.side.put_backs import OpenPutBack, open_put_back
from warehouse.services.stock.ledger import Move, move_stock
from warehouse.storage.database import Database
from warehouse.storage.models.batching import ToteRow
from warehouse.storage.queries.invariants.all import run
from warehouse.storage.queries.invariants.scans import SCANS

MUG, CASE, PEN = "4006381333931", "14006381333938", "5012345678900"


def a_judge() -> ScanCounter:
    return ScanCounter({"batch": PickDesk(), "put_back": PutBackDesk(), "count": CountDesk()})


@dataclass
class Worker:
    """Somebody with a device of their own, at one task at a time."""

    database: Database
    actor: Actor
    device: str
    work: tuple[str, int] = ("count", 0)
    epoch: int = 0
    list_version: int = 0
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def hold(self, key: int) -> SideHold:
        return SideHold(actor=self.actor, at=make.NOON, key=key, device=self.device, proven=self.device)

    def take(self, word: str, key: int) -> "Worker":
        claim = claim_put_back if word == "put_back" else claim_count
        held = self.database.run(claim, self.hold(key))
        self.work, self.epoch = (word, key), held.epoch
        return self

    def make(self, code: str | None, **other: Any) -> IncomingScan:
        scan = IncomingScan(
            id=uuid.uuid4(),
            device=self.device,
            seq=next(self.numbers),
            person=self.actor.person or 0,
            sender=self.actor.person,
            proven=self.device,
            role=self.actor.role,
            epoch=self.epoch,
            at=make.NOON,
            received_at=make.NOON,
            kind=ScanKind.SCAN,
            work=self.work,
            code=code,
            quantity=None,
            reason=None,
            list_version=self.list_version,
            local=None,
            via=Via.KEY,
            fingerprint=hashlib.sha256(repr((code, other)).encode()).hexdigest(),
        )
        return replace(scan, **other)

    def scan(self, code: str | None = None, **other: Any) -> ScanResult:
        results: list[ScanResult] = self.database.scan([self.make(code, **other)])
        return results[0]

    def says(self, *codes: str, **other: Any) -> list[Outcome | None]:
        return [self.scan(code, **other).outcome for code in codes]


@dataclass
class SideFloor:
    """Keys of a small warehouse: 10 mugs in S1, 5 pens in S2, one cart, three totes."""

    database: Database
    ana: Worker
    ben: Worker
    lea: Worker
    s1: int
    s2: int
    mug: int
    pen: int
    lot: int


def a_side_floor(database: Database) -> SideFloor:
    def recipe(session: Session) -> dict[str, Any]:
        people = {name: make.a_person(session, name, role) for name, role in ROLES.items()}
        s1, s2 = make.a_bin(session, "S1", walk=1), make.a_bin(session, "S2", walk=2)
        mug, pen = make.an_item(session, "MUG", MUG, f"{CASE}*6"), make.an_item(session, "PEN", PEN)
        lot = make.some_stock(session, s1, mug, 10)
        make.some_stock(session, s2, pen, 5)
        make.a_cart(session, "K1")
        for code in ("T1", "T2", "T3"):
            make.a_tote(session, code)
        return {"people": people, "s1": s1, "s2": s2, "mug": mug, "pen": pen, "lot": lot}

    built = make.build(database, recipe)
    people = built.pop("people")
    workers = {
        name.lower(): Worker(database, Actor(people[name], role, name), f"d-{name.lower()}")
        for name, role in ROLES.items()
    }
    return SideFloor(database=database, **workers, **built)


ROLES = {"Ana": Role.PICKER, "Ben": Role.PICKER, "Lea": Role.LEAD}


def rows(database: Database, table: Any, *criteria: Any) -> list[Any]:
    with database.read() as session:
        return list(session.scalars(select(table).where(*criteria).order_by(table.id)).all())


def tote_of(database: Database, code: str = "T1") -> ToteRow:
    return rows(database, ToteRow, ToteRow.code == code)[0]


def a_put_back(floor: SideFloor, quantity: int = 3, **other: Any) -> int:
    """So many mugs lie in tote T1 and are to go back to S1."""
    tote = tote_of(floor.database).id

    def recipe(session: Session) -> int:
        move = Move(
            actor=SYSTEM,
            at=make.NOON,
            item=floor.mug,
            lot=floor.lot,
            quantity=quantity,
            source=floor.s1,
            target=tote,
            reason="pick",  # type: ignore[arg-type]
        )
        move_stock(session, move)
        session.get_one(ToteRow, tote).state = "bound"
        wanted = OpenPutBack(
            actor=SYSTEM,
            at=make.NOON,
            item=floor.mug,
            lot=floor.lot,
            quantity=quantity,
            reason="order_cancelled",
            place=tote,
            bin=floor.s1,
        )
        return open_put_back(session, replace(wanted, **other))

    return make.build(floor.database, recipe)


def a_count(floor: SideFloor, **other: Any) -> int:
    return floor.database.run(
        open_count,
        replace(OpenCount(actor=SYSTEM, at=make.NOON, bin=floor.s1, reason="asked", item=floor.mug), **other),
    )


def clean(floor: SideFloor) -> list[str]:
    """Name every broken promise of stock, lines and scans."""
    with floor.database.read() as session:
        return broken(floor.database) + [row for check in SCANS for row in run(session, check).rows]
