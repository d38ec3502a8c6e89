"""Sources over HTTP: shops that are looked at by clock, set up, changed, looked at now, or no more."""

from datetime import datetime

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.sources import SourceWay
from warehouse.domain.words import sentence
from warehouse.domain.write_backs import WriteBackForm
from warehouse.exchange.choosing import profile_for
from warehouse.exchange.targets import Kind
from warehouse.outbound import NetworkReach, check_url
from warehouse.services.sources.looking import OfSource, SaveSource, look_now, save_source, stop_source
from warehouse.storage.queries.connections import SourceSeen
from warehouse.storage.queries.connections import sources as list_sources
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("sources", __name__, url_prefix=PREFIX)
_CHANGED = ("kind", "profile", "way", "address", "user_name", "every_minutes", "silent_minutes", "write_back")


class SourceAnswer(Answer):
    """A source without its secret; `arrived_at` is when something came last, `error` why the last look failed."""

    id: int
    name: str
    kind: str
    profile: str
    way: str
    address: str
    user_name: str
    every_minutes: int
    silent_minutes: int
    write_back: str
    active: bool
    next_at: datetime | None
    looked_at: datetime | None
    arrived_at: datetime | None
    failures: int
    error: str


class SourceChange(Body):
    """What of a source is to be otherwise; what is absent stays, an absent or empty secret too."""

    kind: Kind | None = None
    profile: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    way: SourceWay | None = None
    address: str | None = Field(default=None, max_length=400)
    user_name: str | None = Field(default=None, max_length=80)
    secret: str = Field(default="", max_length=200)
    every_minutes: int | None = Field(default=None, ge=1, le=1440)
    silent_minutes: int | None = Field(default=None, ge=0, le=86400)
    write_back: WriteBackForm | None = None


class SourceBody(Body):
    """A shop to be looked at: where, how often, by which profile, and in which form it is told what left."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    kind: Kind = Kind.ORDERS
    profile: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    way: SourceWay
    address: str = Field(default="", max_length=400)
    user_name: str = Field(default="", max_length=80)
    secret: str = Field(default="", max_length=200)
    every_minutes: int = Field(default=15, ge=1, le=1440)
    silent_minutes: int = Field(default=0, ge=0, le=86400)
    write_back: WriteBackForm | None = None


@blueprint.get("/sources")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=Listing[SourceAnswer])
def get_sources() -> Listing[SourceSeen]:
    """List the sources by name, with what came and what failed."""
    with parts().database.read() as session:
        return Listing(items=list_sources(session))


@blueprint.post("/sources")
@requires(Permission.EDIT_CONNECTIONS)
@operation(body=SourceBody, answer=SourceAnswer, status=201)
def post_source(body: SourceBody) -> SourceSeen:
    """Set a source up; it is looked at at once."""
    return read_source(store_source(body))


@blueprint.get("/sources/<key:source>")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=SourceAnswer)
def get_source(source: int) -> SourceSeen:
    """Show one source."""
    return read_source(source)


@blueprint.patch("/sources/<key:source>")
@requires(Permission.EDIT_CONNECTIONS)
@operation(body=SourceChange, answer=SourceAnswer)
def patch_source(source: int, body: SourceChange) -> SourceSeen:
    """Change a source; what is not sent stays."""
    known = read_source(source)
    here = {
        "kind": Kind(known.kind),
        "profile": known.profile,
        "way": SourceWay(known.way),
        "write_back": WriteBackForm(known.write_back) if known.write_back else None,
        **{name: getattr(known, name) for name in ("address", "user_name", "every_minutes", "silent_minutes")},
    }
    sent = {name: getattr(body, name) for name in _CHANGED if name in body.model_fields_set}
    store_source(SourceBody(name=known.name, secret=body.secret, **(here | sent)), source)
    return read_source(source)


@blueprint.post("/sources/<key:source>/look")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=SourceAnswer)
def post_look(source: int) -> SourceSeen:
    """Look at a source now, also at one that was stopped."""
    parts().database.run(look_now, OfSource(actor=actor(), at=now(), source=source))
    return read_source(source)


@blueprint.post("/sources/<key:source>/stop")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=SourceAnswer)
def post_stop(source: int) -> SourceSeen:
    """Look at a source no more."""
    parts().database.run(stop_source, OfSource(actor=actor(), at=now(), source=source))
    return read_source(source)


def store_source(wanted: SourceBody, source: int | None = None) -> int:
    """Store a source whose address may be asked and whose profile there is; its key is given back."""
    if wanted.way is SourceWay.SHIPSTATION:
        check_url(wanted.address, reach())
    with parts().database.read() as session:
        profile_for(session, wanted.kind, wanted.profile)
    same = ("name", "profile", "way", "address", "user_name", "secret", "every_minutes", "silent_minutes", "write_back")
    request = SaveSource(
        actor=actor(),
        at=now(),
        source=source,
        kind=wanted.kind.value,
        **{name: getattr(wanted, name) for name in same},
    )
    key: int = parts().database.run(save_source, request)
    return key


def read_source(key: int) -> SourceSeen:
    """Read one source; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = next((one for one in list_sources(session) if one.id == key), None)
    if found is None:
        raise NotFoundError(sentence("There is no source {key}.", key=key))
    return found


def reach() -> NetworkReach:
    """Give which addresses may be asked."""
    return NetworkReach(allowed=parts().settings.allowed_receivers)
