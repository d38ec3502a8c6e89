"""An office over a pack bench: the pages in process, order 1042 packed and labelled, Lea, Ben and Ida signed in."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tests.builders import a_person, build
from tests.services.bench import Bench, a_bench
from tests.trial_server import CSRF, SECRETS
from tests.web.test_paper import House
from warehouse.app import create_app, desks
from warehouse.domain.codes import Role
from warehouse.services.scanning.groups import ScanCounter
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import SignInRow
from warehouse.web.asking import now

TOKEN = {"csrf_token": CSRF}


@dataclass(frozen=True)
class Office:
    """The pages over a bench where order 1042 is packed and labelled."""

    house: House
    bench: Bench
    sscc: str

    def submit(self, path: str, who: str = "Lea", **fields: object) -> tuple[int, str]:
        answer = self.house.ask("POST", path, who, data=TOKEN | fields)
        return answer.status_code, answer.headers.get("Location") or answer.text


@contextmanager
def open_office(sqlite_url: str, tmp_path: Path, *, carriers: object = ()) -> Iterator[Office]:
    """Open one until the block ends."""
    database = Database(sqlite_url, judge=ScanCounter(desks()))
    bench = a_bench(database)
    build(database, lambda session: _sign_in(session, bench))
    if carriers:
        bench.set("carriers", carriers)
    bench.pack_all()
    sscc = bench.label()
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    app = create_app(settings, database)
    yield Office(House(app), bench, sscc)
    app.parts.children.close()
    database.close()


def _sign_in(session: Session, bench: Bench) -> None:
    people = {"Lea": bench.lea.person, "Ben": bench.ben.person, "Ida": a_person(session, "Ida", Role.ADMIN)}
    for name, person in people.items():
        session.add(
            SignInRow(
                token_hash=hashlib.sha256(SECRETS[name].encode()).hexdigest(),
                csrf_token=CSRF,
                person_id=person,
                created_at=now(),
                seen_at=now(),
                expires_at=now() + timedelta(hours=1),
            )
        )
    session.get_one(OrderRow, bench.order).carrier = "Post"
