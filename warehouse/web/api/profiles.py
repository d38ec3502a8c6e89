"""Mapping profiles over HTTP: a machine or a person proposes one, a second person puts it in force."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.exchange.profile import Profile, built_in_profile, profile_names, profile_of, stored_form
from warehouse.exchange.targets import Kind
from warehouse.services.intake.profiles import DecideProfile, ProposeProfile, decide_profile, propose_profile
from warehouse.storage.queries.connections import ProfileVersion, profile_versions
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("profiles", __name__, url_prefix=PREFIX)


class ProfileHead(Answer):
    """One version of an own profile: `state` is proposed, active, retired or refused."""

    id: int
    kind: str
    name: str
    version: int
    state: str
    note: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class ProfileAnswer(ProfileHead):
    """A version with what it says; what is as usual is left out."""

    profile: dict[str, Any]


class BuiltIn(Answer):
    """A profile that comes with the product, to be used or to begin from."""

    kind: str
    name: str
    profile: dict[str, Any]


class ProfileBody(Body):
    """A profile to be proposed, as an answer of this resource has it; its version is given here."""

    profile: dict[str, Any]
    note: str = Field(default="", max_length=400)


@blueprint.get("/profiles")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=Listing[ProfileHead])
def get_profiles() -> Listing[ProfileVersion]:
    """List every version of the site's own profiles, the newest of each first."""
    with parts().database.read() as session:
        return Listing(items=profile_versions(session))


@blueprint.get("/profiles/built-in")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=Listing[BuiltIn])
def get_built_in() -> Listing[BuiltIn]:
    """List the profiles that come with the product."""
    named = [(kind, name) for kind in Kind for name in profile_names(kind)]
    return Listing(
        items=[
            BuiltIn(kind=kind.value, name=name, profile=json.loads(stored_form(built_in_profile(kind, name))))
            for kind, name in named
        ]
    )


@blueprint.post("/profiles")
@requires(Permission.EDIT_CONNECTIONS)
@operation(body=ProfileBody, answer=ProfileAnswer, status=201)
def post_profile(body: ProfileBody) -> ProfileAnswer:
    """Propose the next version of a profile; it reads nothing until a second person puts it in force."""
    return read_profile(propose(profile_of({"version": 1, **body.profile}), body.note))


@blueprint.get("/profiles/<key:profile>")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=ProfileAnswer)
def get_profile(profile: int) -> ProfileAnswer:
    """Show one version with what it says."""
    return read_profile(profile)


@blueprint.post("/profiles/<key:profile>/accept")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=ProfileAnswer)
def post_accept(profile: int) -> ProfileAnswer:
    """Put a proposed version in force; a machine may not, nor who proposed it."""
    return _decided(profile, accept=True)


@blueprint.post("/profiles/<key:profile>/refuse")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=ProfileAnswer)
def post_refuse(profile: int) -> ProfileAnswer:
    """Refuse a proposed version."""
    return _decided(profile, accept=False)


def propose(profile: Profile, note: str) -> int:
    """Propose a sound profile under a name of the site's own; the key of the version is given back."""
    if profile.name in profile_names(profile.kind):
        raise InvalidInputError(
            sentence("“{name}” comes with the product. Give yours another name.", name=profile.name)
        )
    wanted = ProposeProfile(
        actor=actor(),
        at=now(),
        kind=profile.kind.value,
        name=profile.name,
        text=stored_form(profile),
        note=note,
    )
    key: int = parts().database.run(propose_profile, wanted)
    return key


def read_profile(key: int) -> ProfileAnswer:
    """Read one version; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = next(iter(profile_versions(session, exactly=key)), None)
    if found is None:
        raise NotFoundError(sentence("There is no profile {profile}.", profile=key))
    head = ProfileHead.model_validate(found)
    return ProfileAnswer(**head.model_dump(), profile=json.loads(found.text) | {"version": found.version})


def _decided(profile: int, *, accept: bool) -> ProfileAnswer:
    parts().database.run(decide_profile, DecideProfile(actor=actor(), at=now(), profile=profile, accept=accept))
    return read_profile(profile)
