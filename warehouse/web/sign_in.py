"""The way in and out for people: the sign-in page at `/`, which is the home page of whoever is signed in."""

from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import cookie_name, open_to_anyone, requires
from warehouse.domain.errors import ForbiddenError, InvalidInputError, NotSignedInError, WarehouseError
from warehouse.domain.words import sentence
from warehouse.recognition import secret_hash
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.people.sign_in import Desk, SignedIn, SignIn, SignOut, sign_out
from warehouse.services.people.staff import LanguageChange, change_language
from warehouse.storage.queries.home import home_figures
from warehouse.storage.queries.people import device_by_token
from warehouse.storage.queries.shift.handovers import lessons_since_yesterday
from warehouse.web import Parts, caller, optional_caller, parts
from warehouse.web.api import Body
from warehouse.web.asking import actor, now
from warehouse.web.forms import form
from warehouse.web.language import THEME, chosen

blueprint = Blueprint("sign_in", __name__)

TEN_YEARS = 10 * 366 * 86_400


class Card(Body):
    """What the sign-in page sends."""

    badge: str = Field(min_length=1, max_length=120)
    pin: str = Field(min_length=1, max_length=32, repr=False)
    next: str = Field(default="", max_length=500)
    device_token: str = Field(default="", max_length=200, repr=False)


class Choice(Body):
    """What the home page sends for another language."""

    language: Literal["en", "de", "es", "pl", "ar"]


class Display(Body):
    """What the home page sends for another look of this device."""

    theme: Literal["auto", "light", "dark", "contrast"]


@blueprint.record_once
def make_desk(state: BlueprintSetupState) -> None:
    """Give the application its desk."""
    if isinstance(state.app, Flask):
        found: Parts = state.app.extensions["parts"]
        state.app.extensions["desk"] = Desk(found.database, found.settings.secret_key)


@blueprint.get("/")
@open_to_anyone
def home() -> AnyResponse:
    """Show where this person's work is, or the sign-in."""
    if optional_caller() is None:
        return sign_in_page()
    with parts().database.read() as session:
        figures = home_figures(session, caller().person)
        lessons = lessons_since_yesterday(session, now())
    return Response(render_template("home/home.html", figures=figures, lessons=lessons))


@blueprint.post("/sign-in")
@open_to_anyone
def sign_in() -> AnyResponse:
    """Let somebody in and go where they wanted to."""
    try:
        card = form(Card)
        granted = let_in(card.badge, card.pin, card.device_token or None)
    except InvalidInputError:
        return sign_in_page("Scan your badge, then tap your PIN.", status=400)
    except WarehouseError as error:
        return sign_in_page(error.message, status=error.status, badge=request.form.get("badge", "")[:120])
    if wanted := chosen():
        read_in(granted.person, wanted, SYSTEM)
    response = redirect(own_address(card.next), code=303)
    set_cookie(response, granted)
    return response


@blueprint.post("/language")
@requires()
def language() -> AnyResponse:
    """Go on in another language, on every screen of whoever asks."""
    found = caller()
    if found.person is not None:
        read_in(found.person, form(Choice).language, actor())
    return redirect("/", code=303)


@blueprint.post("/display")
@requires()
def display() -> AnyResponse:
    """Show everything on this device in one theme, or each screen as it is made."""
    wanted = form(Display).theme
    response = redirect("/", code=303)
    secure = parts().settings.secure
    if wanted == "auto":
        response.delete_cookie(THEME, secure=secure, samesite="Lax")
    else:
        response.set_cookie(THEME, wanted, max_age=TEN_YEARS, secure=secure, httponly=True, samesite="Lax")
    return response


def read_in(person: int, language: str, by: Actor) -> None:
    """Store what somebody reads from now on."""
    asked = LanguageChange(actor=by, at=now(), person=person, language=language)
    parts().database.run(change_language, asked)
    parts().access.forget()


@blueprint.post("/sign-out")
@requires()
def leave() -> AnyResponse:
    """End the session and its live sockets."""
    let_out()
    response = redirect("/", code=303)
    drop_cookie(response)
    return response


def let_in(badge: str, pin: str, device_token: str | None = None) -> SignedIn:
    """Sign in at this application's desk; the session this browser had before ends.

    Wrong PINs from a device that shows its token count for that device alone.
    """
    before = optional_caller()
    desk: Desk = current_app.extensions["desk"]
    ends = before.sign_in if before else None
    granted = desk.sign_in(SignIn(badge=badge, pin=pin, at=now(), device=_device_of(device_token), ends=ends))
    if granted.ended is not None:
        parts().sign_out(granted.ended)
    return granted


def _device_of(token: str | None) -> str | None:
    """Name the enrolled device behind a token; one that is unknown or lost counts as none."""
    if token is None:
        return None
    with parts().database.read() as session:
        return device_by_token(session, secret_hash(token))


def approve(badge: str, pin: str) -> int:
    """Tell who approves what somebody else asks for; a wrong badge or PIN counts towards their lock."""
    desk: Desk = current_app.extensions["desk"]
    try:
        return desk.vouch(SignIn(badge=badge, pin=pin, at=now()))
    except NotSignedInError as error:
        raise ForbiddenError(sentence("Approval: {message}", message=error.message)) from None


def let_out() -> None:
    """End the caller's session and cut its sockets; a machine has none."""
    found = caller()
    if found.sign_in is not None:
        parts().database.run(sign_out, SignOut(actor=actor(), at=now(), sign_in=found.sign_in))
        parts().sign_out(found.sign_in)


def set_cookie(response: AnyResponse, granted: SignedIn) -> None:
    """Hand the session over: for this host only, unreadable for scripts, not sent along from other sites."""
    secure = parts().settings.secure
    response.set_cookie(
        cookie_name(secure=secure, practice=parts().settings.practice),
        granted.secret,
        expires=granted.expires_at,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: AnyResponse) -> None:
    """Take the session's cookie away."""
    secure = parts().settings.secure
    response.delete_cookie(
        cookie_name(secure=secure, practice=parts().settings.practice),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def own_address(wanted: str) -> str:
    """Give an address of this application only: never another site's, however it is written."""
    split = urlsplit(wanted)
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    if not plain or split.scheme or split.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return wanted


def sign_in_page(problem: str = "", *, status: int = 200, badge: str = "") -> Response:
    """Ask for badge and PIN."""
    wanted = own_address(request.values.get("next", ""))
    values = {"problem": problem, "badge": badge, "next": wanted, "chosen": chosen()}
    page = render_template("sign_in/sign_in.html", insecure=not parts().settings.secure, **values)
    return Response(page, status=status)
