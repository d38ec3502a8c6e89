"""Makes a demo warehouse if there is none (items, bins, stock, 500 orders, a team) and serves it in the foreground."""

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from warehouse.app import open_database
from warehouse.commands.first_start import make_tables
from warehouse.commands.opening import alone, now
from warehouse.domain.errors import ConflictError
from warehouse.server import serve
from warehouse.services.actor import SYSTEM
from warehouse.services.demo.building import DemoRequest, build_demo
from warehouse.services.demo.people import hash_pins, make_people
from warehouse.services.people.staff import has_people
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database

TEAM_FILE = "demo-team.json"
DEMO_FILE = "demo.json"
PAPER = "paper"
PAGES = (("pick", "/pick"), ("pack", "/pack"), ("board", "/board"), ("admin", "/admin/"))
Team = list[dict[str, str]]


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("--seed", type=int, default=1, help="what the goods and orders are drawn from (1)")
    parser.add_argument("--port", type=int, help="where to listen; 0 takes a free port (WAREHOUSE_PORT or 8000)")
    parser.add_argument("--data-dir", help="where everything is kept (WAREHOUSE_DATA_DIR or warehouse-demo)")


def run(options: argparse.Namespace) -> int:
    """Make what is missing, then serve until told to stop."""
    settings = read_settings(_environment(options, os.environ))
    (settings.data_dir / DEMO_FILE).unlink(missing_ok=True)
    team = make_demo(settings, options.seed)
    serve(settings, on_ready=partial(_say_ready, team))


def make_demo(settings: Settings, seed: int) -> Team:
    """Make the demo warehouse unless it is there; give its people with badges and PINs.

    Raises ConflictError when the database holds a warehouse that is no demo: its PINs are nobody's to show.
    """
    paper = settings.data_dir / PAPER
    paper.mkdir(exist_ok=True)
    with alone(settings.database_url, "demo"):
        make_tables(settings)
        database = open_database(settings)
        try:
            return _team(settings) if _is_made(database) else _fill(database, settings, seed)
        finally:
            database.close()


def _environment(options: argparse.Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    found = {"WAREHOUSE_DATA_DIR": "warehouse-demo", **environ}
    if options.data_dir is not None:
        found["WAREHOUSE_DATA_DIR"] = options.data_dir
    if options.port is not None:
        found["WAREHOUSE_PORT"] = str(options.port)
    return found


def _is_made(database: Database) -> bool:
    with database.read() as session:
        return has_people(session)


def _fill(database: Database, settings: Settings, seed: int) -> Team:
    """Write the team's keys down first: a demo whose PINs nobody knows could not be used."""
    people = make_people()
    team = [{"name": one.name, "role": one.role.value, "badge": one.badge, "pin": one.pin} for one in people]
    write_private(settings.data_dir / TEAM_FILE, team)
    made = database.run(
        build_demo,
        DemoRequest(
            actor=SYSTEM,
            at=now(),
            seed=seed,
            people=people,
            pin_hashes=tuple(hash_pins(people, settings.secret_key)),
            paper=str(settings.data_dir / PAPER),
            time_zone=str(settings.timezone),
        ),
    )
    print("Made a demo warehouse: " + ", ".join(f"{count} {what}" for what, count in asdict(made).items()) + ".")
    return team


def _team(settings: Settings) -> Team:
    path = settings.data_dir / TEAM_FILE
    if not path.is_file():
        raise ConflictError(f"{settings.data_dir} holds a warehouse that is no demo: use `warehouse serve`.")
    team: Team = json.loads(path.read_text(encoding="utf-8"))
    return team


def _say_ready(team: Team, settings: Settings) -> None:
    paper = settings.data_dir / PAPER
    write_private(settings.data_dir / DEMO_FILE, {"url": settings.url, "paper": str(paper), "people": team})
    lines = ["", *(f"  {name:<7} {settings.url}{path}" for name, path in PAGES), ""]
    lines += [f"  {one['name']:<7} {one['role']:<21} badge {one['badge']}  PIN {one['pin']}" for one in team]
    lines += ["", f"  Printed paper appears in {paper}", "  Stop with Ctrl-C."]
    print("\n".join(lines), flush=True)


def write_private(path: Path, content: Any) -> None:
    """Write JSON that only this user may read, whole or not at all."""
    partial_file = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    partial_file.replace(path)
