"""Sign in, who am I, sign out."""

from flask import Blueprint, Response, request
from pydantic import Field

from warehouse.access import Caller, Credentials, open_to_anyone, requires
from warehouse.web import caller, parts
from warehouse.web.api import PREFIX, Answer, Body, adapter, operation
from warehouse.web.sign_in import drop_cookie, let_in, let_out, set_cookie

blueprint = Blueprint("session", __name__, url_prefix=PREFIX)


class Card(Body):
    """A badge, with or without `U:`, and its PIN."""

    badge: str = Field(min_length=1, max_length=120)
    pin: str = Field(min_length=1, max_length=32, repr=False)


class Somebody(Answer):
    """A person; the id is null for the console."""

    id: int | None
    name: str
    role: str | None


class Me(Answer):
    """Who is signed in and what they may do; writes carry `csrf_token` as `X-CSRF-Token`."""

    person: Somebody
    permissions: list[str]
    csrf_token: str | None
    device: str | None = None


@blueprint.post("/session")
@open_to_anyone
@operation(body=Card, answer=Me)
def sign_in(body: Card) -> Response:
    """Sign in by badge and PIN; a device that has a token shows it, so that wrong PINs elsewhere do not lock it."""
    granted = let_in(body.badge, body.pin, request.headers.get("X-Device-Token"))
    found = _fresh(granted.secret)
    response = Response(adapter(Me).dump_json(_me(found)), content_type="application/json")
    set_cookie(response, granted)
    return response


@blueprint.get("/session")
@requires()
@operation(answer=Me)
def who_am_i() -> Me:
    """Say who is signed in and what they may do."""
    return _me(caller())


@blueprint.delete("/session")
@requires()
@operation()
def sign_out() -> Response:
    """End the session and its live sockets."""
    let_out()
    response = Response(status=204)
    drop_cookie(response)
    return response


def _fresh(secret: str) -> Caller:
    found = parts().access.recognise(Credentials(session=secret))
    if found is None:
        raise RuntimeError("a session just opened is not known")
    return found


def _me(found: Caller) -> Me:
    return Me(
        person=Somebody(id=found.person, name=found.name, role=found.role),
        permissions=sorted(found.permissions),
        csrf_token=found.csrf_token,
        device=found.device,
    )
