"""The people page: who works here, with badges and PINs shown once, roles, locks."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Role
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.people.pins import draw_pin
from warehouse.services.people.staff import PersonChange, create_person, unlock_person
from warehouse.services.site import load_site
from warehouse.storage.queries.people import count_at_work, list_people
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import PageQuery
from warehouse.web.api.temporary_badges import TemporaryBody, drop_temporary, make_temporary
from warehouse.web.api.users import (
    NewUser,
    UserChange,
    change_person,
    give_badge,
    give_pin,
    new_person,
    read_user,
)
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")

MOST = 1000
Shown = dict[str, str]


@blueprint.get("")
@requires(Permission.SEE_PEOPLE)
def people() -> Response:
    """List everybody."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_PEOPLE)
def add() -> Response:
    """Add somebody and show badge and PIN, this once."""
    shown: Shown = {}

    def act() -> None:
        wanted, pin = form(NewUser), draw_pin()
        asked = new_person(wanted, pin)
        parts().database.run(create_person, asked)
        shown.update(name=asked.name, badge=asked.badge, pin=pin)

    problem = attempted(act)
    return _page(problem, shown)


@blueprint.post("/<key:person>")
@requires(Permission.EDIT_PEOPLE)
def change(person: int) -> AnyResponse:
    """Give another role or language, or let somebody in or out."""
    problem = attempted(lambda: change_person(person, form(UserChange)))
    return _page(problem) if problem else done("changed", "admin_people.people")


@blueprint.post("/<key:person>/pin")
@requires(Permission.EDIT_PEOPLE)
def pin(person: int) -> Response:
    """Give a new PIN and show it, this once."""
    shown: Shown = {}
    problem = attempted(lambda: shown.update(name=read_user(person).name, pin=give_pin(person)))
    return _page(problem, shown)


@blueprint.post("/<key:person>/badge")
@requires(Permission.EDIT_PEOPLE)
def badge(person: int) -> Response:
    """Give a new badge and show it."""
    shown: Shown = {}
    problem = attempted(lambda: shown.update(name=read_user(person).name, badge=give_badge(person)))
    return _page(problem, shown)


@blueprint.post("/<key:person>/unlock")
@requires(Permission.UNLOCK_PEOPLE, Permission.EDIT_PEOPLE)
def unlock(person: int) -> AnyResponse:
    """Let somebody try again."""
    asked = PersonChange(actor=actor(), at=now(), person=person)
    problem = attempted(lambda: parts().database.run(unlock_person, asked))
    return _page(problem) if problem else done("unlocked", "admin_people.people")


@blueprint.post("/<key:person>/temporary-badge")
@requires(Permission.UNLOCK_PEOPLE, Permission.EDIT_PEOPLE)
def temporary_badge(person: int) -> AnyResponse:
    """Give a badge for this shift and show it, or end it when the lost one is found."""
    shown: dict[str, Any] = {}

    def act() -> None:
        given = make_temporary(person, TemporaryBody(new_pin="new_pin" in request.form))
        shown.update(name=given.name, badge=given.badge, pin=given.pin, until=given.expires_at, job=given.job)

    if "end" in request.form:
        drop_temporary(person)
        return done("changed", "admin_people.people")
    problem = attempted(act)
    return _page(problem, shown)


def _page(problem: Problem | None = None, shown: Mapping[str, Any] | None = None) -> Response:
    after = asked_for(PageQuery).after_key or 0
    with parts().database.read() as session:
        found, working = list_people(session, now(), after=after, limit=MOST + 1), count_at_work(session, now())
        language = load_site(session).language
    return show(
        "admin/people.html",
        problem,
        people=found[:MOST],
        next=found[MOST - 1].id if len(found) > MOST else None,
        first=bool(after),
        working=working,
        shown=shown or {},
        roles=[(role.value, role.value.replace("_", " ")) for role in Role],
        sent=request.form if problem else {},
        site_language=language,
    )
