"""The practice floor: the same people, goods of its own, a banner on every page, and nothing that leaves it."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import a_person, build
from warehouse.app import create_app, open_database, workers_of
from warehouse.commands.practice import practice_settings, prepare
from warehouse.domain.codes import BatchState, Role
from warehouse.domain.errors import InvalidInputError
from warehouse.services.training.people import known_people
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.web.api.printers import NewPrinterBody, new_printer
from warehouse.workers.planner import Planner
from warehouse.workers.practice_picker import PracticePicker
from warehouse.workers.purchaser import Purchaser
from warehouse.workers.spooler import Spooler


@pytest.fixture
def real(tmp_path: Path, sqlite_url: str) -> Settings:
    """The settings of a warehouse that prints, buys labels and tells others."""
    asked = {
        "WAREHOUSE_DATA_DIR": str(tmp_path),
        "WAREHOUSE_ALLOWED_ORIGINS": "https://wms.example",
        "WAREHOUSE_ALLOWED_CARRIERS": "api.carrier.example",
    }
    return replace(read_settings(asked), database_url=sqlite_url)


def test_nothing_leaves_the_practice_floor(real: Settings) -> None:
    practice = practice_settings(real)
    reach = (practice.allowed_printers, practice.allowed_carriers, practice.allowed_receivers, practice.smtp_url)
    assert reach == ((), (), (), "")
    assert (practice.port, practice.origins) == (8001, ("https://wms.example:8001",))
    assert practice.database_url != real.database_url


def test_it_has_the_same_people_and_orders_to_pick_and_says_what_it_is_on_every_page(
    real: Settings, sqlite_url: str
) -> None:
    warehouse = Database(sqlite_url)
    build(warehouse, lambda session: [a_person(session, "Left"), a_person(session, "Lea", Role.LEAD)])
    with warehouse.read() as session:
        people = known_people(session)
    warehouse.close()
    settings = practice_settings(real)
    prepare(real, settings)
    database = open_database(settings)
    app = create_app(settings, database)
    try:
        with database.read() as session:
            free = select(func.count(BatchRow.id)).where(BatchRow.state == BatchState.RELEASED)
            assert (known_people(session), (session.scalar(free) or 0) > 0) == (people, True)
        page = app.flask.test_client().get("/", base_url="https://wms.example:8001")
        assert b"TRAINING" in page.data
        paper = NewPrinterBody(name="Real", transport="lp", address="office", profile="png")
        with app.flask.app_context(), pytest.raises(InvalidInputError, match="into files"):
            new_printer(paper)
        assert {type(worker) for worker in workers_of(app.parts)} == {Spooler, Purchaser, Planner, PracticePicker}
    finally:
        app.parts.children.close()
        app.parts.readers.close()
        database.close()
