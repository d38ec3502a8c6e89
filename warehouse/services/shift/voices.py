"""Problems and ideas: anybody tells one in two taps, named only if they want; a lead says what becomes of it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from warehouse.domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM, Request, audit
from warehouse.storage.models.shift import VoiceRow

LONGEST = 400


class VoiceKind(StrEnum):
    """What somebody tells."""

    PROBLEM = "problem"
    IDEA = "idea"


class VoiceAbout(StrEnum):
    """What it is about, as the tiles name it."""

    SHELF = "shelf"
    LABEL = "label"
    DEVICE = "device"
    CART = "cart"
    PACKING = "packing"
    SAFETY = "safety"
    OTHER = "other"


class VoiceState(StrEnum):
    """What became of it."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Request):
    """A problem or an idea; `named` keeps who told it, so that a lead can ask back."""

    kind: VoiceKind
    about: VoiceAbout
    text: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVoice(Request):
    """What becomes of a voice, in a sentence for everybody."""

    voice: int
    state: VoiceState
    answer: str


def tell(session: Session, request: Tell) -> int:
    """Keep what somebody tells; its key is given back. The journal names nobody for it."""
    text = request.text.strip()
    if len(text) > LONGEST:
        raise InvalidInputError(sentence("At most {longest} characters.", longest=LONGEST))
    row = VoiceRow(
        at=request.at,
        kind=request.kind,
        about=request.about,
        text=text,
        person_id=request.actor.person if request.named else None,
        state=VoiceState.OPEN,
    )
    session.add(row)
    session.flush()
    nobody = Request(actor=SYSTEM, at=request.at)
    audit(session, nobody, "voice.told", f"voice:{row.id}", kind=request.kind, about=request.about)
    return row.id


def answer_voice(session: Session, request: AnswerVoice) -> None:
    """Say what becomes of a problem or an idea; only a lead, and never without a sentence."""
    if not request.actor.leads:
        raise ForbiddenError("A lead answers.")
    row, answer = session.get(VoiceRow, request.voice), request.answer.strip()
    if row is None:
        raise NotFoundError(sentence("There is no voice {voice}.", voice=request.voice))
    if not 1 <= len(answer) <= LONGEST:
        raise InvalidInputError(sentence("Say what becomes of it, in 1 to {longest} characters.", longest=LONGEST))
    row.state, row.answer = request.state, answer
    row.answered_by_id, row.answered_at = request.actor.person, request.at
    audit(session, request, "voice.answered", f"voice:{row.id}", state=request.state)
