"""Sources as a page: shops that are looked at by clock, what came, what failed, and what they were told of."""

from datetime import timedelta

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.sources import KINDS, SourceWay
from warehouse.domain.write_backs import WriteBackForm
from warehouse.exchange.choosing import own_profiles
from warehouse.exchange.profile import profile_names
from warehouse.exchange.targets import Kind
from warehouse.exchange.write_back import suffix_of
from warehouse.exchange.write_back import write_back as written
from warehouse.problems import Problem
from warehouse.services.sources.looking import OfSource, look_now, stop_source
from warehouse.services.sources.write_backs import TellAgain, shipments_since, shipped_parcels, tell_again
from warehouse.storage.queries.connections import sources, write_backs
from warehouse.storage.queries.intake import pieces
from warehouse.web import parts
from warehouse.web.admin import done
from warehouse.web.admin import show as page
from warehouse.web.api import Body
from warehouse.web.api.parsing import query
from warehouse.web.api.sources import SourceBody, store_source
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_sources", __name__, url_prefix="/admin/sources")
HERE = "admin_sources.overview"
_ACTS = {"stop": stop_source, "look": look_now}


class SourceForm(Body):
    """What the form of a source sends; `profile` stands with its kind, as `orders/canonical`."""

    source: int | None = Field(default=None, ge=1)
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    profile: str = Field(pattern=r"^(orders|items|stock)/[a-z0-9][a-z0-9-]{0,39}$")
    way: SourceWay = Field(strict=False)
    address: str = Field(default="", max_length=400)
    user_name: str = Field(default="", max_length=80)
    secret: str = Field(default="", max_length=200)
    every_minutes: int = Field(default=15, ge=1, le=1440)
    silent_minutes: int = Field(default=0, ge=0, le=86400)
    write_back: WriteBackForm | None = Field(default=None, strict=False)


@blueprint.get("")
@requires(Permission.EDIT_CONNECTIONS)
def overview() -> Response:
    """Show the sources, and the form for a new one."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_CONNECTIONS)
def save() -> AnyResponse:
    """Store a source; it is looked at at once."""

    def act() -> None:
        sent = form(SourceForm)
        kind, _, profile = sent.profile.partition("/")
        same = ("name", "way", "address", "user_name", "secret", "every_minutes", "silent_minutes", "write_back")
        told = {name: getattr(sent, name) for name in same}
        store_source(SourceBody(kind=Kind(kind), profile=profile, **told), sent.source)

    return _did(attempted(act))


class ShippedQuery(Body):
    """Of which orders what left is wanted, since how many days, and in which form."""

    source: str = Field(min_length=1, max_length=40)
    form: WriteBackForm = Field(default=WriteBackForm.GENERIC, strict=False)
    days: int = Field(default=1, ge=1, le=60)


@blueprint.get("/shipped")
@requires(Permission.EDIT_CONNECTIONS)
def shipped() -> Response:
    """Send what left as a file in the shop's form, for shops that take files by hand."""
    asked = query(ShippedQuery)
    with parts().database.read() as session:
        shipments = shipments_since(session, asked.source, now() - timedelta(days=asked.days))
        parcels = [parcel for some in pieces(shipments) for parcel in shipped_parcels(session, some)]
    response = Response(written(asked.form, parcels), content_type="application/octet-stream")
    name = f"shipped-{asked.form}.{suffix_of(asked.form)}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/<key:source>/<word>")
@requires(Permission.EDIT_CONNECTIONS)
def act(source: int, word: str) -> AnyResponse:
    """Look at it now, or no more."""
    if word not in _ACTS:
        raise NotFoundError("There is no such page.")
    wanted = OfSource(actor=actor(), at=now(), source=source)
    return _did(attempted(lambda: parts().database.run(_ACTS[word], wanted)))


@blueprint.post("/told/<key:write_back>/again")
@requires(Permission.EDIT_CONNECTIONS)
def again(write_back: int) -> AnyResponse:
    """Tell a shop once more what left."""
    wanted = TellAgain(actor=actor(), at=now(), write_back=write_back)
    problem = attempted(lambda: parts().database.run(tell_again, wanted))
    return _page(problem) if problem else done("sent", HERE)


def _did(problem: Problem | None) -> AnyResponse:
    return _page(problem) if problem else done("saved", HERE)


def _page(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found, told, own = sources(session), write_backs(session), own_profiles(session)
    named = [*own, *((kind, name) for kind in map(Kind, KINDS) for name in profile_names(kind))]
    values = {
        "sources": found,
        "told": told,
        "profiles": [(f"{kind}/{name}", f"{kind}: {name}") for kind, name in named if kind in KINDS],
        "ways": [("folder", "A folder of this server"), ("shipstation", "A custom store over HTTP (ShipStation XML)")],
        "forms": [("", "nothing"), *((each.value, each.value) for each in WriteBackForm)],
        "inbox": parts().settings.data_dir / "inbox",
        "sent": request.form if problem else {},
    }
    return page("admin/sources.html", problem, **values)
