"""Serves the practice floor beside the warehouse: the same screens and people, goods and orders of its own.

It has a database in `DATA_DIR/practice`. Nothing leaves it: no printer, no carrier, no message, no shop.
"""

import argparse
import shutil
from dataclasses import replace
from urllib.parse import urlsplit

from warehouse.app import open_database
from warehouse.commands.first_start import make_tables
from warehouse.commands.opening import alone, now, reading
from warehouse.server import serve
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.demo.building import DemoRequest, build_demo
from warehouse.services.people.staff import has_people
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.training.people import TakeOn, known_people, take_on
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database

PLANNED = 120
"""So many of the practice orders lie on lists at once; a lead plans more."""


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("--fresh", action="store_true", help="throw the practice goods and orders away and begin anew")


def run(options: argparse.Namespace) -> int:
    """Make what is missing, take the people over, then serve until told to stop."""
    real = read_settings()
    settings = practice_settings(real)
    with alone(settings.database_url, "practice"):
        if options.fresh:
            shutil.rmtree(settings.data_dir)
        prepare(real, settings)
    serve(settings)


def practice_settings(real: Settings) -> Settings:
    """Give the settings of the practice floor: its own folder, database and port, and nowhere to send anything."""
    port = real.practice_port or (real.port + 1 if real.port else 0)
    folder = real.practice_dir
    folder.mkdir(mode=0o700, exist_ok=True)
    return replace(
        real,
        practice=True,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'warehouse.sqlite'}",
        port=port,
        allowed_origins=tuple(_on_port(origin, port) for origin in real.allowed_origins),
        allowed_printers=(),
        allowed_carriers=(),
        allowed_receivers=(),
        smtp_url="",
        mail_from="",
    )


def prepare(real: Settings, settings: Settings) -> None:
    """Make the practice warehouse unless it is there, and take over who works here with badge and PIN as they are."""
    (settings.data_dir / "paper").mkdir(parents=True, exist_ok=True)
    make_tables(settings)
    with reading(real.database_url) as session:
        people = known_people(session)
    database = open_database(settings)
    try:
        with database.read() as session:
            is_new = not has_people(session)
        database.run(take_on, TakeOn(actor=SYSTEM, at=now(), people=people))
        if is_new:
            _fill(database, settings)
    finally:
        database.close()


def _fill(database: Database, settings: Settings) -> None:
    paper, zone = str(settings.data_dir / "paper"), str(settings.timezone)
    asked = DemoRequest(actor=SYSTEM, at=now(), seed=1, people=(), pin_hashes=(), paper=paper, time_zone=zone)
    database.run(build_demo, asked)
    planned = plan_batches(database, PlanBatches(actor=SYSTEM, at=now(), commit=True, limit=PLANNED))
    database.run(release_batches, ReleaseBatches(actor=SYSTEM, at=now(), batches=tuple(planned.batches)))


def _on_port(origin: str, port: int) -> str:
    split = urlsplit(origin)
    return f"{split.scheme}://{split.hostname}:{port}"
