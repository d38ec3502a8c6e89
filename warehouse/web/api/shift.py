"""A shift over HTTP: pauses, what people tell, what is open, and handovers."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.actor import Request
from warehouse.services.shift.handovers import (
    LONGEST,
    ParkBatch,
    SignHandover,
    TakeHandover,
    park_batch,
    sign_handover,
    take_handover,
)
from warehouse.services.shift.pauses import begin_pause, end_pause
from warehouse.services.shift.voices import AnswerVoice, Tell, VoiceAbout, VoiceKind, VoiceState, answer_voice, tell
from warehouse.storage.queries.shift.handovers import Handover, list_handovers
from warehouse.storage.queries.shift.open_work import OpenWork, open_work
from warehouse.storage.queries.shift.voices import Voice, list_voices
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Key, Line, Listing, PageQuery, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("shift", __name__, url_prefix=PREFIX)


class PauseAnswer(Answer):
    """A pause; null while it lasts."""

    started_at: datetime
    ended_at: datetime | None


class VoiceBody(Body):
    """A problem or an idea; `named` keeps who told it."""

    kind: VoiceKind
    about: VoiceAbout
    text: str = Field(default="", max_length=400)
    named: bool = False


class VoiceAnswer(Body):
    """What becomes of it."""

    state: VoiceState
    answer: Line


class VoiceQuery(PageQuery):
    """A page of voices, the newest first."""

    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class Told(Answer):
    """The key of what was told."""

    id: int


class ParkBody(Body):
    """Where a batch's cart stands, and who goes on with it."""

    place: str = Field(default="", max_length=40)
    person: Key | None = None


class HandoverBody(Body):
    """What the next shift should know."""

    note: str = Field(default="", max_length=LONGEST)
    went_wrong: str = Field(default="", max_length=LONGEST)
    learnt: str = Field(default="", max_length=LONGEST)


class Handovers(Answer):
    """Handovers, the newest first."""

    items: Sequence[Handover]


@blueprint.post("/pause")
@requires(Permission.PICK, Permission.PACK, Permission.COUNT, Permission.SHIP)
@operation(answer=PauseAnswer)
def post_pause() -> object:
    """Begin my pause: my work stays mine, its clocks stand still."""
    return parts().database.run(begin_pause, Request(actor=actor(), at=now()))


@blueprint.delete("/pause")
@requires(Permission.PICK, Permission.PACK, Permission.COUNT, Permission.SHIP)
@operation(answer=PauseAnswer | None)
def delete_pause() -> object:
    """End my pause."""
    return parts().database.run(end_pause, Request(actor=actor(), at=now()))


@blueprint.get("/voices")
@requires()
@operation(query=VoiceQuery, answer=Listing[Voice])
def get_voices(query: VoiceQuery) -> Listing[Voice]:
    """List what people told and what became of it."""
    with parts().database.read() as session:
        found = list_voices(session, before=query.after, limit=query.limit + 1)
    return listing(found, query.limit, lambda voice: voice.id)


@blueprint.post("/voices")
@requires()
@operation(body=VoiceBody, answer=Told, status=201)
def post_voice(body: VoiceBody) -> Response:
    """Tell a problem or an idea."""
    return Response(Told(id=keep_voice(body)).model_dump_json(), status=201, content_type="application/json")


@blueprint.post("/voices/<key:voice>/answer")
@requires(Permission.OVERRIDE)
@operation(body=VoiceAnswer)
def post_answer(voice: int, body: VoiceAnswer) -> None:
    """Say what becomes of a problem or an idea."""
    asked = AnswerVoice(actor=actor(), at=now(), voice=voice, state=body.state, answer=body.answer)
    parts().database.run(answer_voice, asked)


@blueprint.get("/shift")
@requires(Permission.OVERRIDE)
@operation(answer=OpenWork)
def get_shift() -> OpenWork:
    """Give what is open now: people, batches, totes, cartons, devices, exceptions."""
    with parts().database.read() as session:
        return open_work(session, now())


@blueprint.post("/batches/<key:batch>/park")
@requires(Permission.OVERRIDE)
@operation(body=ParkBody)
def post_park(batch: int, body: ParkBody) -> None:
    """Park a batch where its cart stands, or give it to somebody."""
    parts().database.run(
        park_batch, ParkBatch(actor=actor(), at=now(), batch=batch, place=body.place, person=body.person)
    )


@blueprint.get("/handovers")
@requires(Permission.OVERRIDE)
@operation(answer=Handovers)
def get_handovers() -> Handovers:
    """List the last handovers."""
    with parts().database.read() as session:
        return Handovers(items=list_handovers(session))


@blueprint.post("/handovers")
@requires(Permission.OVERRIDE)
@operation(body=HandoverBody, answer=Told, status=201)
def post_handover(body: HandoverBody) -> Response:
    """Sign the shift off."""
    return Response(Told(id=sign(body)).model_dump_json(), status=201, content_type="application/json")


@blueprint.post("/handovers/<key:handover>/take")
@requires(Permission.OVERRIDE)
@operation()
def post_take(handover: int) -> None:
    """Take the shift over and sign."""
    parts().database.run(take_handover, TakeHandover(actor=actor(), at=now(), handover=handover))


def keep_voice(body: VoiceBody) -> int:
    """Keep what somebody tells."""
    asked = Tell(actor=actor(), at=now(), kind=body.kind, about=body.about, text=body.text, named=body.named)
    return parts().database.run(tell, asked)


def sign(body: HandoverBody) -> int:
    """Sign the shift off as who asks."""
    asked = SignHandover(actor=actor(), at=now(), note=body.note, went_wrong=body.went_wrong, learnt=body.learnt)
    return parts().database.run(sign_handover, asked)
