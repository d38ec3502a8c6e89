"""The real server with a few events and routes that only tests need, and three people who are signed in.

Run as `python -m tests.trial_server` with the product's own `WAREHOUSE_*` variables.
"""

import hashlib
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.builders import a_person
from warehouse.access import requires
from warehouse.app import App
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import OrderChanged
from warehouse.domain.roles import Permission
from warehouse.realtime.events import Call
from warehouse.server import build, serve
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.settings import Settings, read_settings
from warehouse.storage.group import announce
from warehouse.storage.migrate import upgrade
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.web import caller, parts
from warehouse.web.api import Answer, Body, PageQuery, Quantity, operation
from warehouse.web.asking import actor, now

PEOPLE = {"Ana": Role.PICKER, "Ben": Role.PACKER, "Lea": Role.LEAD, "Ida": Role.ADMIN, "Ines": Role.INTEGRATION_OWNER}
SECRETS = {name: f"session-of-{name.lower()}-0123456789" for name in PEOPLE}
CSRF = "csrf-token-0123456789"

subjects = itertools.count(1)
trial = Blueprint("trial", __name__)


class Count(Body):
    amount: Quantity
    note: str | None = None


class Counted(Answer):
    amount: int
    by: str


@trial.post("/api/v1/trial")
@requires(Permission.PICK)
@operation(body=Count, answer=Counted, status=201)
def count(body: Count) -> Counted:
    """Count something."""
    return Counted(amount=body.amount, by=caller().name)


@trial.get("/api/v1/trial")
@requires()
@operation(query=PageQuery, answer=Counted)
def counted(query: PageQuery) -> Counted:
    """Say how many were asked for."""
    return Counted(amount=query.limit, by=caller().name)


@trial.get("/trial/<key:number>")
@requires(Permission.OVERRIDE)
def page(number: int) -> str:
    return f"page {number}"


class Opened(Answer):
    id: int


@trial.post("/api/v1/trial/exception")
@requires(Permission.OVERRIDE)
@operation(answer=Opened, status=201)
def open_entry() -> Opened:
    """Open an exception about something else each time."""
    request = OpenEntry(
        actor=actor(), at=now(), type=ExceptionType.DAMAGED, subject=f"trial:{next(subjects)}", about="A"
    )
    return Opened(id=parts().database.run(open_exception, request))


@trial.get("/trial/broken")
@requires()
def broken() -> str:
    raise RuntimeError("a secret of the house")


def make(settings: Settings, console_token: str) -> App:
    """Make the product and add the trial's events and people."""
    app = build(settings, console_token)
    app.flask.register_blueprint(trial)
    app.parts.database.run(sign_everybody_in, None)
    add_harmless_events(app)
    add_awkward_events(app)
    add_events_about_people(app)
    return app


def sign_everybody_in(session: Session, _: None) -> None:
    if session.query(SignInRow).count():
        return  # the worker died and was replaced; the people are there
    now = datetime.now(UTC)
    for name, role in PEOPLE.items():
        session.add(
            SignInRow(
                token_hash=hashlib.sha256(SECRETS[name].encode()).hexdigest(),
                csrf_token=CSRF,
                person_id=a_person(session, name, role),
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )


def end_sign_ins(session: Session, name: str) -> None:
    person = session.query(PersonRow).filter_by(name=name).one()
    session.execute(update(SignInRow).where(SignInRow.person_id == person.id).values(ended_at=datetime.now(UTC)))


def make_picker(session: Session, name: str) -> None:
    session.execute(
        update(PersonRow).where(PersonRow.name == name).values(role=Role.PICKER, version=PersonRow.version + 1)
    )


def add_harmless_events(app: App) -> None:
    live = app.live
    order: list[Any] = []

    @live.on("echo")
    @requires()
    def echo(call: Call, value: object) -> dict[str, object]:
        return {"value": value, "by": call.caller.name}

    @live.on("count", Count)
    @requires(Permission.PICK)
    def count_one(call: Call, request: Count) -> Counted:
        return Counted(amount=request.amount, by=call.caller.name)

    @live.on("override")
    @requires(Permission.OVERRIDE)
    def override(_call: Call, _value: object) -> dict[str, object]:
        return {}

    @live.on("in_turn")
    @requires()
    def in_turn(_call: Call, number: object) -> list[Any]:
        order.append(["begin", number])
        time.sleep(0.002 if number == 0 else 0)
        order.append(["end", number])
        return order

    @live.on("shout")
    @requires()
    def shout(_call: Call, wish: object) -> dict[str, object]:
        assert isinstance(wish, dict)
        for number in range(wish["times"]):
            live.emit("board", "board", {"number": number, "text": "x" * wish["size"]})
        return {}


def add_awkward_events(app: App) -> None:
    live = app.live

    @live.on("fail")
    @requires()
    def fail(_call: Call, value: object) -> None:
        if value == "known":
            raise ConflictError("This is already so.")
        raise TypeError("a secret of the house")

    @live.on("odd_keys")
    @requires()
    def odd_keys(_call: Call, _value: object) -> dict[object, object]:
        return {7: {None: "no name", True: "yes"}}

    @live.on("big")
    @requires()
    def big(_call: Call, size: object) -> dict[str, object]:
        assert isinstance(size, int)
        return {"text": "".join(chr(97 + number % 26) for number in range(size))}


def add_events_about_people(app: App) -> None:
    live, database = app.live, app.parts.database

    @live.on("sign_out")
    @requires(Permission.OVERRIDE)
    def sign_out(_call: Call, name: object) -> dict[str, object]:
        database.run(end_sign_ins, str(name))
        return {}

    @live.on("touch_order")
    @requires()
    def touch_order(_call: Call, number: object) -> dict[str, object]:
        database.run(announce, OrderChanged(order=1, number=str(number)))
        return {}

    @live.on("demote")
    @requires(Permission.OVERRIDE)
    def demote(_call: Call, name: object) -> dict[str, object]:
        database.run(make_picker, str(name))
        return {}


def main() -> None:
    settings = read_settings()
    upgrade(settings.database_url)
    serve(settings, make=make)


if __name__ == "__main__":
    main()
