"""The people of the site: added, given another role, badge or PIN, unlocked, disabled; badge and PIN are shown once."""

from datetime import datetime
from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.codes import Role
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.people.pins import draw_badge, draw_pin, hash_pin
from warehouse.services.people.staff import (
    BadgeChange,
    LanguageChange,
    LastDay,
    NewPerson,
    PersonChange,
    RoleChange,
    change_language,
    change_role,
    create_person,
    disable_person,
    enable_person,
    replace_badge,
    reset_pin,
    set_last_day,
    unlock_person,
)
from warehouse.storage.queries.people import list_people, person_by_key
from warehouse.web import caller, parts
from warehouse.web.api import PREFIX, Answer, Body, Day, Line, Listing, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("users", __name__, url_prefix=PREFIX)

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]


class User(Answer):
    """Somebody who works here. The badge is shown to those who may edit people."""

    id: int
    name: str
    role: Role
    badge: str | None
    language: str
    active: bool
    locked: str | None
    signed_in: int
    created_at: datetime
    expires_at: datetime | None = None


class NewUser(Body):
    """Somebody to add; without a badge of the site's own a random one is drawn, without a language it is the site's."""

    name: Line = Field(max_length=80)
    role: Role
    language: Language | None = None
    badge: Line | None = Field(default=None, max_length=60)
    last_day: Day | None = None


class Welcome(Answer):
    """What the new person needs; a repeated request with the same key is answered without the PIN."""

    id: int
    name: str
    role: Role
    badge: str
    pin: str | None


class UserChange(Body):
    """What is to be different; what is absent stays."""

    role: Role | None = None
    language: Language | None = None
    active: bool | None = None
    last_day: Day | None = None
    stays: bool = False


class NewPin(Answer):
    """A PIN, shown this once."""

    pin: str


class NewBadge(Answer):
    """A badge code, ready to be printed."""

    badge: str


@blueprint.get("/users")
@requires(Permission.SEE_PEOPLE)
@operation(query=PageQuery, answer=Listing[User])
def users(query: PageQuery) -> Listing[User]:
    """List everybody."""
    after = query.after_key or 0
    with parts().database.read() as session:
        rows = list_people(session, now(), after=after, limit=query.limit + 1)
    return listing([_shown(User.model_validate(row)) for row in rows], query.limit, lambda row: row.id)


@blueprint.get("/users/<key:person>")
@requires(Permission.SEE_PEOPLE)
@operation(answer=User)
def user(person: int) -> User:
    """Show one person."""
    return read_user(person)


@blueprint.post("/users")
@requires(Permission.EDIT_PEOPLE)
@operation(body=NewUser, answer=Welcome, status=201)
def add(body: NewUser) -> Response:
    """Add somebody; the PIN is in this answer and nowhere else."""
    pin = draw_pin()
    made = create(create_person, new_person(body, pin), _welcome)
    return made if "Idempotency-Replayed" in made.headers else _with_pin(made, pin)


@blueprint.patch("/users/<key:person>")
@requires(Permission.EDIT_PEOPLE)
@operation(body=UserChange, answer=User)
def change(person: int, body: UserChange) -> User:
    """Give somebody another role or language, or let them in or out."""
    if body == UserChange():
        raise InvalidInputError("Say what is to change: role, language, active, last_day or stays.")
    change_person(person, body)
    return read_user(person)


@blueprint.post("/users/<key:person>/reset-pin")
@requires(Permission.EDIT_PEOPLE)
@operation(answer=NewPin)
def new_pin(person: int) -> NewPin:
    """Give a new PIN, take every lock off, end every session."""
    return NewPin(pin=give_pin(person))


@blueprint.post("/users/<key:person>/new-badge")
@requires(Permission.EDIT_PEOPLE)
@operation(answer=NewBadge)
def new_badge(person: int) -> NewBadge:
    """Give a new badge; the old one is dead at once."""
    return NewBadge(badge=give_badge(person))


@blueprint.post("/users/<key:person>/unlock")
@requires(Permission.UNLOCK_PEOPLE, Permission.EDIT_PEOPLE)
@operation(answer=User)
def unlock(person: int) -> User:
    """Let somebody try again after too many wrong PINs."""
    parts().database.run(unlock_person, PersonChange(actor=actor(), at=now(), person=person))
    return read_user(person)


def read_user(person: int) -> User:
    """Read one person; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = person_by_key(session, person, now())
    if found is None:
        raise NotFoundError(sentence("There is no person {person}.", person=person))
    return _shown(User.model_validate(found))


def new_person(body: NewUser, pin: str) -> NewPerson:
    """Make the request that adds somebody; hashing takes its time here, outside any transaction."""
    return NewPerson(
        actor=actor(),
        at=now(),
        name=body.name,
        role=body.role,
        badge=body.badge or draw_badge(),
        pin_hash=hash_pin(pin, parts().settings.secret_key),
        language=body.language,
        last_day=body.last_day,
    )


def change_person(person: int, body: UserChange) -> None:
    """Change role, language or activity; live sockets hear of it at the next look, within a second."""
    database, asked = parts().database, PersonChange(actor=actor(), at=now(), person=person)
    if body.role is not None:
        database.run(change_role, RoleChange(actor=asked.actor, at=asked.at, person=person, role=body.role))
    if body.language is not None:
        database.run(
            change_language, LanguageChange(actor=asked.actor, at=asked.at, person=person, language=body.language)
        )
    if body.active is not None:
        database.run(enable_person if body.active else disable_person, asked)
    if body.last_day is not None or body.stays:
        database.run(set_last_day, LastDay(actor=asked.actor, at=asked.at, person=person, last_day=body.last_day))
    parts().access.forget()


def give_pin(person: int) -> str:
    """Draw, store and give a new PIN."""
    pin = draw_pin()
    pin_hash = hash_pin(pin, parts().settings.secret_key)
    parts().database.run(reset_pin, PersonChange(actor=actor(), at=now(), person=person, pin_hash=pin_hash))
    parts().access.forget()
    return pin


def give_badge(person: int) -> str:
    """Draw, store and give a new badge."""
    badge = draw_badge()
    parts().database.run(replace_badge, BadgeChange(actor=actor(), at=now(), person=person, badge=badge))
    parts().access.forget()
    return badge


def _welcome(session: Session, person: int) -> Welcome:
    found = person_by_key(session, person, now())
    if found is None:
        raise NotFoundError(sentence("There is no person {person}.", person=person))
    return Welcome(id=found.id, name=found.name, role=found.role, badge=found.badge, pin=None)


def _with_pin(response: Response, pin: str) -> Response:
    """Add the PIN on the way out only: what is kept for a repeated request holds none."""
    made = Welcome.model_validate_json(response.get_data())
    response.set_data(made.model_copy(update={"pin": pin}).model_dump_json())
    return response


def _shown(user: User) -> User:
    return user if caller().may(Permission.EDIT_PEOPLE) else user.model_copy(update={"badge": None})
