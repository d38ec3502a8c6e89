"""Adds people, disables them, gives them new PINs. Badge and PIN are drawn at random; the PIN is shown once."""

import argparse
from typing import Any

from warehouse.commands.opening import now
from warehouse.commands.remote import Server, house
from warehouse.domain.codes import Role
from warehouse.domain.errors import NotFoundError
from warehouse.services.actor import SYSTEM
from warehouse.services.people.pins import draw_badge, draw_pin, hash_pin
from warehouse.services.people.staff import (
    NewPerson,
    PersonChange,
    create_person,
    disable_person,
    person_named,
    reset_pin,
)
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="add|disable|reset-pin")
    add = parts.add_parser("add", help="add somebody and show badge and PIN once")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--language", help="of the screens: en, de, es, pl, ar (the site's)")
    for what, says in (("disable", "let somebody no longer sign in"), ("reset-pin", "give a new PIN, lift every lock")):
        parts.add_parser(what, help=says).add_argument("name", metavar="NAME", help="the name, or the badge")


def run(options: argparse.Namespace) -> int:
    """Do it in the database, or through the server that holds it."""
    settings = read_settings()
    with house(settings, "users") as place:
        if isinstance(place, Server):
            print(_through_server(place, options))
        else:
            print(_in_database(place, settings, options))
    return 0


def _in_database(database: Database, settings: Settings, options: argparse.Namespace) -> str:
    match options.what:
        case "add":
            return _add(database, settings, options)
        case "disable":
            database.run(disable_person, PersonChange(actor=SYSTEM, at=now(), person=_find(database, options.name)))
            return f"{options.name} can no longer sign in."
    pin = draw_pin()
    person, pin_hash = _find(database, options.name), hash_pin(pin, settings.secret_key)
    database.run(reset_pin, PersonChange(actor=SYSTEM, at=now(), person=person, pin_hash=pin_hash))
    return f"{options.name} has the new PIN {pin}; it is shown this once."


def _add(database: Database, settings: Settings, options: argparse.Namespace) -> str:
    badge, pin = draw_badge(), draw_pin()
    new = NewPerson(
        actor=SYSTEM,
        at=now(),
        name=options.name,
        role=Role(options.role),
        badge=badge,
        pin_hash=hash_pin(pin, settings.secret_key),
        language=options.language,
    )
    database.run(create_person, new)
    return _welcome(options.name, badge, pin)


def _find(database: Database, name: str) -> int:
    with database.read() as session:
        return person_named(session, name)


def _through_server(server: Server, options: argparse.Namespace) -> str:
    if options.what == "add":
        language = {"language": options.language} if options.language else {}
        made = server.post("/users", {"name": options.name, "role": options.role, **language})
        return _welcome(options.name, made["badge"], made["pin"])
    person = _find_there(server, options.name)
    if options.what == "disable":
        server.patch(f"/users/{person['id']}", {"active": False})
        return f"{options.name} can no longer sign in."
    made = server.post(f"/users/{person['id']}/reset-pin", {})
    return f"{options.name} has the new PIN {made['pin']}; it is shown this once."


def _find_there(server: Server, name: str) -> dict[str, Any]:
    after = ""
    while True:
        page = server.get(f"/users{after}")
        for person in page["items"]:
            if name in (person["name"], person.get("badge")):
                found: dict[str, Any] = person
                return found
        if page["next"] is None:
            raise NotFoundError(f"Nobody here is called “{name}”.")
        after = f"?after={page['next']}"


def _welcome(name: str, badge: str, pin: str) -> str:
    return f"{name} signs in with badge {badge} and PIN {pin}; the PIN is shown this once."
