"""The pages of a shift: problems and ideas for everybody, the handover for leads."""

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.batches.leases import Hold, close_batch
from warehouse.services.shift.handovers import DESK, LONGEST, ParkBatch, TakeHandover, park_batch, take_handover
from warehouse.services.shift.voices import AnswerVoice, VoiceAbout, VoiceKind, VoiceState, answer_voice
from warehouse.services.site import load_site
from warehouse.storage.queries.people import people_at_work
from warehouse.storage.queries.shift.handovers import list_handovers
from warehouse.storage.queries.shift.open_work import open_work
from warehouse.storage.queries.shift.voices import list_voices
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Digits, Line, PageQuery
from warehouse.web.api.shift import HandoverBody, VoiceBody, keep_voice, sign
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("shift_pages", __name__)
SHOWN = 50
NAMED = 200
"""So many of each kind of what is open are named on the page; all are counted and kept with the signature."""
PICKERS = ("picker", "lead")
DESKS = ("pick", "pack")


class VoicesAsked(PageQuery):
    """After which voice, the newest come first; `from` is the desk somebody came from."""

    desk: str = Field(default="", alias="from")


class AnswerForm(Body):
    """What a lead answers."""

    state: VoiceState
    answer: Line = Field(max_length=400)


class ParkForm(Body):
    """Where a cart stands, and who goes on."""

    place: str = Field(default="", max_length=40)
    person: Digits | None = None


@blueprint.get("/voices")
@requires()
def voices() -> Response:
    """Show the tiles, and what became of what was told."""
    return _voices()


@blueprint.post("/voices")
@requires()
def post_voice() -> AnyResponse:
    """Keep what somebody tells: the tile that was tapped says what it is about."""

    def act() -> None:
        kind, _, about = request.form.get("tile", "").partition(":")
        text, named = request.form.get("text", "").strip(), "named" in request.form
        keep_voice(VoiceBody.model_validate_strings({"kind": kind, "about": about, "text": text, "named": str(named)}))

    problem = attempted(act)
    return _voices(problem) if problem else done("told", "shift_pages.voices", **_desk())


@blueprint.post("/voices/<key:voice>/answer")
@requires(Permission.OVERRIDE)
def post_answer(voice: int) -> AnyResponse:
    """Say what becomes of it."""

    def act() -> None:
        sent = form(AnswerForm)
        asked = AnswerVoice(actor=actor(), at=now(), voice=voice, state=sent.state, answer=sent.answer)
        parts().database.run(answer_voice, asked)

    problem = attempted(act)
    return _voices(problem) if problem else done("replied", "shift_pages.voices")


@blueprint.get("/handover")
@requires(Permission.OVERRIDE)
def handover() -> Response:
    """Show what is open, and the form to sign the shift off."""
    return _handover()


@blueprint.post("/handover")
@requires(Permission.OVERRIDE)
def post_handover() -> AnyResponse:
    """Sign the shift off."""
    problem = attempted(lambda: sign(form(HandoverBody)))
    return _handover(problem) if problem else done("signed", "shift_pages.handover")


@blueprint.post("/handover/<key:handover>/take")
@requires(Permission.OVERRIDE)
def post_take(handover: int) -> AnyResponse:
    """Take the shift over and sign."""
    asked = TakeHandover(actor=actor(), at=now(), handover=handover)
    problem = attempted(lambda: parts().database.run(take_handover, asked))
    return _handover(problem) if problem else done("taken", "shift_pages.handover")


@blueprint.post("/handover/batches/<key:batch>")
@requires(Permission.OVERRIDE)
def post_park(batch: int) -> AnyResponse:
    """Park a batch, or give it to somebody."""

    def act() -> None:
        sent = form(ParkForm)
        asked = ParkBatch(actor=actor(), at=now(), batch=batch, place=sent.place, person=sent.person)
        parts().database.run(park_batch, asked)

    problem = attempted(act)
    return _handover(problem) if problem else done("parked", "shift_pages.handover")


@blueprint.post("/handover/batches/<key:batch>/close")
@requires(Permission.OVERRIDE)
def post_close(batch: int) -> AnyResponse:
    """Give a batch to packing that has nothing left to pick and is in nobody's hands."""
    asked = Hold(actor=actor(), at=now(), batch=batch, device=DESK)
    problem = attempted(lambda: parts().database.run(close_batch, asked))
    return _handover(problem) if problem else done("closed", "shift_pages.handover")


def _voices(problem: Problem | None = None) -> Response:
    after = asked_for(VoicesAsked).after_key
    with parts().database.read() as session:
        told = list_voices(session, before=after, limit=SHOWN + 1)
    subjects = [about.value for about in VoiceAbout]
    kinds = [kind.value for kind in VoiceKind]
    desk = _desk().get("from")
    return show(
        "shift/voices.html",
        problem,
        voices=told[:SHOWN],
        more=len(told) > SHOWN,
        kinds=kinds,
        subjects=subjects,
        desk=desk,
    )


def _desk() -> dict[str, str]:
    """Give the desk somebody came from, who goes back to it from here."""
    desk = request.args.get("from", "")
    return {"from": desk} if desk in DESKS else {}


def _handover(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found, before, site = open_work(session, now()), list_handovers(session, limit=8), load_site(session)
        people = people_at_work(session, now())
    pickers = [(one.id, one.name) for one in people if one.role in PICKERS]
    return show(
        "shift/handover.html",
        problem,
        open=found,
        named=NAMED,
        before=before,
        pickers=pickers,
        one_person=site.one_person,
        longest=LONGEST,
        sent=request.form if problem else {},
    )
