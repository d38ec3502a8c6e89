"""A real demo warehouse behind a real server, with people signed in and batches released, for journeys in a browser."""

import contextlib
import hashlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tests.serving import eventually
from warehouse.app import open_database
from warehouse.commands.demo import make_demo
from warehouse.domain.codes import BatchState, Tracking
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.site import load_site
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow, SignInRow

ROOT = Path(__file__).resolve().parents[2]
CSRF = "csrf-token-0123456789"
HANDHELD = ViewportSize(width=360, height=640)
STATION = ViewportSize(width=1280, height=800)


def secret_of(name: str) -> str:
    return f"session-of-{name.lower()}-0123456789"


@dataclass(frozen=True)
class Floor:
    """A running warehouse: its address, and its database for looking at what came of things."""

    url: str
    database: Database
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        """Give the port that it serves on."""
        return urlsplit(self.url).port or 0

    def kill(self) -> None:
        """End the server as a cut cable does; its worker follows and frees the database."""
        self.process.kill()
        self.process.wait(10)
        assert eventually(self._is_gone, within=60)

    def _is_gone(self) -> bool:
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) != 0

    def page(self, context: BrowserContext, path: str) -> Page:
        """Open a page and wait until its module is ready."""
        page = context.new_page()
        page.goto(f"{self.url}{path}")
        page.wait_for_selector("body[data-ready]")
        return page

    @contextlib.contextmanager
    def person(self, browser: Browser, name: str, size: ViewportSize) -> Iterator[BrowserContext]:
        """A device in the hands of somebody who is signed in."""
        context = browser.new_context(viewport=size, has_touch=size is HANDHELD, reduced_motion="reduce")
        context.add_cookies([{"name": "warehouse", "value": secret_of(name), "url": self.url}])
        yield context
        context.close()


def make_floor(data_dir: Path, *, orders: int, cart: str | None = None, plain: bool = False) -> None:
    """Make the demo warehouse, plan some of its orders, release what was planned, and sign people in.

    Which orders share a batch depends on how near their cutoffs are. With `plain` each has several lines
    and nothing with a lot or serial.
    """
    settings = read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)})
    make_demo(settings, 1)
    database = open_database(settings)
    try:
        with database.read() as session:
            wanted = select(OrderRow.number).order_by(OrderRow.id).limit(orders)
            numbers = tuple(session.scalars(wanted.where(_plain()) if plain else wanted))
        now = datetime.now(UTC)
        plan_batches(database, PlanBatches(actor=SYSTEM, at=now, orders=numbers, cart=cart, commit=True))
        database.run(_release_all, now)
        database.run(_sign_in_all, now)
    finally:
        database.close()


def _plain() -> ColumnElement[bool]:
    lines = select(OrderLineRow.order_id).join(ItemRow)
    tracked = lines.where(ItemRow.tracking != Tracking.NONE)
    several = lines.group_by(OrderLineRow.order_id).having(func.count() > 1)
    return OrderRow.id.not_in(tracked) & OrderRow.id.in_(several)


def _release_all(session: Session, now: datetime) -> None:
    planned = session.scalars(select(BatchRow.id).where(BatchRow.state == BatchState.PLANNED)).all()
    release_batches(session, ReleaseBatches(actor=SYSTEM, at=now, batches=tuple(planned)))


def _sign_in_all(session: Session, now: datetime) -> None:
    load_site(session)
    for person in session.scalars(select(PersonRow)).all():
        session.add(
            SignInRow(
                token_hash=hashlib.sha256(secret_of(person.name).encode()).hexdigest(),
                csrf_token=CSRF,
                person_id=person.id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=8),
            )
        )


@contextlib.contextmanager
def running(data_dir: Path, *, port: int = 0) -> Iterator[Floor]:
    """Serve the warehouse of `data_dir` until the block ends."""
    program = str(Path(sys.executable).with_name("warehouse"))
    command = [program, "demo", "--port", str(port), "--data-dir", str(data_dir)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Stop with" in line:
                break
        url = json.loads((data_dir / "demo.json").read_text())["url"]
        database = Database(read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)}).database_url)
        yield Floor(url, database, process)
        database.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
