"""A badge for a shift, given by a lead to who has lost theirs or forgotten the PIN; printed on the label printer."""

import uuid
from datetime import datetime

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.actor import Request
from warehouse.services.people.pins import draw_badge, draw_pin, hash_pin
from warehouse.services.people.temporary import MOST_HOURS, Given, GiveTemporary, end_temporary, give_temporary
from warehouse.web import caller, parts
from warehouse.web.api import PREFIX, Answer, Body, Key, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("temporary_badges", __name__, url_prefix=PREFIX)


class TemporaryBody(Body):
    """For how many hours, whether the PIN is lost as well, and where to print."""

    hours: int = Field(default=10, ge=1, le=MOST_HOURS)
    new_pin: bool = False
    printer: Key | None = None


class TemporaryBadge(Answer):
    """The badge, and its PIN where one was asked for: in this answer and nowhere else."""

    name: str
    badge: str
    pin: str | None
    expires_at: datetime
    job: uuid.UUID | None


@blueprint.post("/users/<key:person>/temporary-badge")
@requires(Permission.UNLOCK_PEOPLE, Permission.EDIT_PEOPLE)
@operation(body=TemporaryBody, answer=TemporaryBadge, status=201)
def post_temporary(person: int, body: TemporaryBody) -> TemporaryBadge:
    """Give a badge that works for some hours, and print it."""
    return make_temporary(person, body)


@blueprint.delete("/users/<key:person>/temporary-badge")
@requires(Permission.UNLOCK_PEOPLE, Permission.EDIT_PEOPLE)
@operation()
def delete_temporary(person: int) -> None:
    """End somebody's temporary badges, such as when the lost one is found, and every session they have."""
    drop_temporary(person)


def drop_temporary(person: int) -> None:
    """End somebody's temporary badges and sessions."""
    asked = Request(actor=actor(), at=now())
    parts().database.run(lambda session, request: end_temporary(session, request, person), asked)
    parts().access.forget()


def make_temporary(person: int, wanted: TemporaryBody) -> TemporaryBadge:
    """Draw, store, print and give a temporary badge."""
    badge, pin = draw_badge(), draw_pin() if wanted.new_pin else None
    asked = GiveTemporary(
        actor=actor(),
        at=now(),
        held=caller().permissions,
        person=person,
        code=badge,
        hours=wanted.hours,
        pin_hash=hash_pin(pin, parts().settings.secret_key) if pin else None,
        printer=wanted.printer,
    )
    given: Given = parts().database.run(give_temporary, asked)
    parts().access.forget()
    return TemporaryBadge(name=given.name, badge=badge, pin=pin, expires_at=given.expires_at, job=given.job)
