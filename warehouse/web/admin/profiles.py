"""The profile maker: a file as it decodes, its columns mapped, tried out, proposed; a second person decides."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, NotFoundError, WarehouseError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.exchange.choosing import own_profiles, profile_for
from warehouse.exchange.peek import Look, look_at
from warehouse.exchange.profile import Profile, profile_names
from warehouse.exchange.targets import Kind
from warehouse.problems import Problem, problem_of
from warehouse.services.intake.profiles import DecideProfile, decide_profile
from warehouse.services.site import load_site
from warehouse.storage.queries.connections import profile_versions
from warehouse.web import parts
from warehouse.web.admin import done
from warehouse.web.admin import show as page
from warehouse.web.admin.imports import report_values
from warehouse.web.admin.profile_form import (
    FILTERS,
    FIXED,
    WORDS,
    Choices,
    first_form,
    format_of,
    profile_from,
    readable_targets,
)
from warehouse.web.api.profiles import propose
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted
from warehouse.web.uploads import allow_large_body, keep, kept_file, sent_file, shown_name, try_profile

blueprint = Blueprint("admin_profiles", __name__, url_prefix="/admin/profiles")
blueprint.url_value_preprocessor(allow_large_body)
MADE = (Kind.ORDERS, Kind.ITEMS, Kind.STOCK, Kind.BINS)
"""What a person may make a profile for."""

HERE = "admin_profiles.overview"
EXAMPLE = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)


@blueprint.get("")
@requires(Permission.EDIT_CONNECTIONS)
def overview() -> Response:
    """Show the profiles there are, what is proposed, and the form for a new one."""
    return _overview()


@blueprint.post("/look")
@requires(Permission.EDIT_CONNECTIONS)
def look() -> Response:
    """Take a file and show how it decodes, with a suggestion for each column."""
    try:
        file = sent_file()
        token, name = keep(file), shown_name(file.filename or "")
        kind = _kind(request.form.get("kind", ""))
        like = _like(request.form.get("like", ""))
        seen = _seen(token, format_of({}) if like is None else like.format)
    except WarehouseError as error:
        return _overview(problem_of(error))
    with parts().database.read() as session:
        zone = load_site(session).time_zone
    shown = {"kind": kind.value, "token": token, "name": name} | first_form(kind, seen, zone, like)
    if like is not None and like.name not in profile_names(kind):
        shown |= {"profile": like.name, "source": like.identity.source if like.identity else ""}
    return _maker(seen, shown)


@blueprint.post("/work")
@requires(Permission.EDIT_CONNECTIONS)
def work() -> AnyResponse:
    """Do what was asked of the form: read the file anew, try the profile out, or propose it."""
    sent = request.form.to_dict()
    seen = None
    try:
        _kind(sent.get("kind", ""))
        seen = _seen(sent.get("token", ""), format_of(sent))
        if sent.get("do") == "look":
            return _maker(seen, sent)
        profile = profile_from(sent, seen.header, version=1)
        if sent.get("do") == "propose":
            propose(profile, sent.get("note", ""))
            return done("proposed", HERE)
        return _maker(seen, sent, tried=_tried(profile, sent))
    except WarehouseError as error:
        problem = problem_of(error)
        return _overview(problem) if seen is None else _maker(seen, sent, problem)


@blueprint.get("/<key:profile>")
@requires(Permission.EDIT_CONNECTIONS)
def one(profile: int) -> Response:
    """Show one version as it is stored."""
    with parts().database.read() as session:
        found = next(iter(profile_versions(session, exactly=profile)), None)
    if found is None:
        raise NotFoundError(sentence("There is no profile {profile}.", profile=profile))
    return page("admin/profile.html", it=found, values=json.loads(found.text))


@blueprint.post("/<key:profile>/<word>")
@requires(Permission.EDIT_CONNECTIONS)
def decide(profile: int, word: str) -> AnyResponse:
    """Put a proposed version in force, or refuse it."""
    wanted = DecideProfile(actor=actor(), at=now(), profile=profile, accept=word == "accept")
    problem = attempted(lambda: parts().database.run(decide_profile, wanted))
    return _overview(problem) if problem else done("saved", HERE)


def _tried(profile: Profile, sent: dict[str, str]) -> dict[str, Any]:
    outcome = try_profile(profile, sent.get("token", ""), sent.get("name", ""))
    return report_values(outcome)


def _seen(token: str, form: Any) -> Look:
    found: Look = parts().readers.run(look_at, kept_file(token), form)
    return found


def _kind(word: str) -> Kind:
    kinds = {kind.value: kind for kind in MADE}
    if word not in kinds:
        raise InvalidInputError(sentence("Choose what the file brings: {names}.", names=", ".join(kinds)))
    return kinds[word]


def _like(word: str) -> Profile | None:
    kind, _, name = word.partition("/")
    if not name:
        return None
    with parts().database.read() as session:
        return profile_for(session, _kind(kind), name)


def _overview(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        versions = profile_versions(session)
        own = own_profiles(session)
    built_in = [(kind, name) for kind in MADE for name in profile_names(kind)]
    like = [("", "nothing: from the columns alone")]
    like += [(f"{kind}/{name}", f"{kind}: {name}") for kind, name in [*own, *built_in] if kind in MADE]
    kinds = [(kind.value, kind.value) for kind in MADE]
    return page("admin/profiles.html", problem, versions=versions, built_in=built_in, like=like, kinds=kinds)


def _maker(
    seen: Look, sent: dict[str, str], problem: Problem | None = None, tried: dict[str, Any] | None = None
) -> Response:
    kind = Kind(sent["kind"])
    return page(
        "admin/profile_maker.html",
        problem,
        look=seen,
        sent=sent,
        tried=tried,
        targets=readable_targets(kind),
        choices=Choices(),
        example=EXAMPLE,
        filters=FILTERS,
        words=WORDS,
        fixed=FIXED,
    )
