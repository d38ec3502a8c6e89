"""A shift given on from one lead to the next: what is open is listed, batches get a place or a person, both sign."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState
from warehouse.domain.errors import ConflictError, FieldProblem, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.roles import Permission, rights_of
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.batches.leases import Hold, get_batch, hand_back
from warehouse.services.people.sign_in import works_here
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.shift import HandoverRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.shift.open_work import open_work

LONGEST = 2000
DESK = "desk"
"""The device of who has none in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkBatch(Request):
    """Take a batch out of its picker's hands: its cart stands at `place`, it is kept for `person` if one is named."""

    batch: int
    place: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHandover(Request):
    """The outgoing lead's signature, with what the next shift should know."""

    note: str = ""
    went_wrong: str = ""
    learnt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHandover(Request):
    """The incoming lead's signature."""

    handover: int


def park_batch(session: Session, request: ParkBatch) -> None:
    """Park a batch where its cart stands, or give it to somebody, or both; where it stood in the list is kept.

    Raises InvalidInputError for a place that is none, or when neither is said.
    """
    if not request.actor.leads:
        raise ForbiddenError("A lead parks a batch.")
    place = _place(session, request.place)
    if place is None and request.person is None:
        raise InvalidInputError("Say where its cart stands, or who goes on with it.")
    batch = get_batch(session, request.batch)
    if batch.state is BatchState.PICKING:
        hand_back(session, Hold(actor=request.actor, at=request.at, batch=batch.id, device=batch.device or DESK))
    if batch.state is not BatchState.RELEASED:
        raise ConflictError(
            sentence(
                "Batch {number} is {state}, there is nothing to park.", number=batch.number, state=word(batch.state)
            )
        )
    batch.parked_place, batch.assigned_id = place, _picker(session, request)
    audit(session, request, "batch.parked", f"batch:{batch.id}", place=place, person=request.person)
    announce(session, BoardChanged(BoardKind.BATCHES))


def sign_handover(session: Session, request: SignHandover) -> int:
    """Sign a shift off with what is open at this moment; its key is given back."""
    if request.actor.person is None or not request.actor.leads:
        raise ForbiddenError("A lead gives the shift on.")
    _check_texts(request)
    row = HandoverRow(
        opened_at=request.at,
        outgoing_id=request.actor.person,
        found=asdict(open_work(session, request.at).as_keys()),
        note=request.note.strip(),
        went_wrong=request.went_wrong.strip(),
        learnt=request.learnt.strip(),
        signed_at=request.at,
    )
    session.add(row)
    session.flush()
    audit(session, request, "handover.signed", f"handover:{row.id}")
    return row.id


def take_handover(session: Session, request: TakeHandover) -> None:
    """Sign a shift over to oneself: another lead than who gave it on, or the same where one person runs the site.

    The second is marked, in the row and in the journal.
    """
    row = session.get(HandoverRow, request.handover)
    if row is None:
        raise NotFoundError(sentence("There is no handover {handover}.", handover=request.handover))
    if row.taken_at is not None:
        raise ConflictError("This shift is taken over already.")
    if request.actor.person is None or not request.actor.leads:
        raise ForbiddenError("A lead takes the shift over.")
    is_alone = row.outgoing_id == request.actor.person
    if is_alone and not load_site(session).one_person:
        raise ForbiddenError("Another lead takes the shift over and signs.")
    row.incoming_id, row.taken_at, row.alone = request.actor.person, request.at, is_alone
    audit(session, request, "handover.taken", f"handover:{row.id}", alone=is_alone)


def _check_texts(request: SignHandover) -> None:
    texts = {"note": request.note, "went_wrong": request.went_wrong, "learnt": request.learnt}
    long = [
        FieldProblem(name, sentence("at most {longest} characters", longest=LONGEST))
        for name, text in texts.items()
        if len(text) > LONGEST
    ]
    if long:
        raise InvalidInputError("Some fields are wrong.", tuple(long))


def _place(session: Session, wanted: str) -> str | None:
    code = wanted.strip().upper().removeprefix("L:")
    if not code:
        return None
    found = session.scalars(select(BinRow.code).where(BinRow.code == code)).one_or_none()
    if found is None:
        raise InvalidInputError(
            sentence("There is no place {value}.", value=code[:40]), (FieldProblem("place", "scan or type a place"),)
        )
    return found


def _picker(session: Session, request: ParkBatch) -> int | None:
    """Give the key of who goes on; nobody else could take what is kept for them."""
    if request.person is None:
        return None
    row = session.get(PersonRow, request.person)
    if row is None:
        raise NotFoundError(sentence("There is no person {person}.", person=request.person))
    if not works_here(row, request.at):
        raise ConflictError(sentence("{name} does not work here any more.", name=row.name))
    if Permission.PICK not in rights_of(row.role):
        raise ConflictError(sentence("{name} does not pick: the list would wait for ever.", name=row.name))
    return row.id
