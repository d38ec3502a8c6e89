"""Counts of bins: opened, listed, taken in hand, approved. Nobody who may still count sees what the books expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.access import Caller, requires
from warehouse.domain.errors import FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.side.counting import next_count
from warehouse.domain.side.snapshot import count_position_to_json
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.services.side.counting import ApproveCount, approve_count
from warehouse.services.side.leases import SideHeld, claim_count, hand_count_back, take_count_over
from warehouse.services.site import load_site
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.pictures import pictures_of
from warehouse.storage.queries.side_tasks import count_keys, counted_rounds, load_count
from warehouse.web import caller, parts
from warehouse.web.api import Answer, Body, Code, Listing, PageQuery, operation
from warehouse.web.api.once import create
from warehouse.web.api.put_backs import EpochAnswer
from warehouse.web.api.side_tasks import DeviceBody, TaskAnswer, after_of, hold_of, holder_of, page_of
from warehouse.web.asking import actor, now
from warehouse.web.language import speaker
from warehouse.words import Speaker

blueprint = Blueprint("api_counts", __name__)


class CountBody(Body):
    """A bin to count, for one item or whole; `reason` in a word or two."""

    bin: Code
    sku: Code | None = None
    reason: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\x20-\x7e]+$")] = "cycle_count"


class DifferenceAnswer(Answer):
    """A lot of which something else was found than booked."""

    sku: str
    lot: str
    counted: int
    booked: int


class RoundAnswer(Answer):
    """One of the counts of a bin, from 1."""

    number: int
    person: str
    differences: Sequence[DifferenceAnswer]


class ApproveQuery(Body):
    """Which of the counts holds, from 1; the last one when none is named."""

    round: int | None = Field(default=None, ge=1, le=3)


class CountAnswer(TaskAnswer):
    """A bin to count, for one `sku` or whole (null); `again` says that it was counted before.

    `position` is shown to the one who counts alone; `differences` (of the last count) and `rounds` (all of them) to who
    may correct stock, once nobody counts any more.
    """

    bin: str
    sku: str | None
    again: bool
    differences: Sequence[DifferenceAnswer] | None = None
    rounds: Sequence[RoundAnswer] | None = None


class CountHeld(Answer):
    """The count in hand; `device_token` comes once, with the device's first claim."""

    count: CountAnswer
    epoch: int
    device_token: str | None


@blueprint.get("/api/v1/counts")
@requires(Permission.COUNT, Permission.SEE_STOCK)
@operation(query=PageQuery, answer=Listing[CountAnswer])
def get_counts(query: PageQuery) -> Listing[CountAnswer]:
    """List counts, open ones first."""
    with parts().database.read() as session:
        keys = count_keys(session, after=after_of(query), limit=query.limit + 1)
        eyes = _Eyes(load_site(session), caller(), speaker())
        return page_of([_view(session, key, eyes) for key in keys], query.limit)


@blueprint.post("/api/v1/counts")
@requires(Permission.ADJUST_STOCK)
@operation(body=CountBody, answer=CountAnswer, status=201)
def post_count(body: CountBody) -> Response:
    """Have a bin counted; the count that waits for it is given where there is one."""
    asker, teller = caller(), speaker()

    def shape(session: Session, key: int) -> CountAnswer:
        return _view(session, key, _Eyes(load_site(session), asker, teller))

    return create(open_count, _wanted(body), shape)


@blueprint.get("/api/v1/counts/<key:count>")
@requires(Permission.COUNT, Permission.SEE_STOCK)
@operation(answer=CountAnswer)
def get_count(count: int) -> CountAnswer:
    """Show one count and what to do next."""
    return _shown(count)


@blueprint.post("/api/v1/counts/<key:count>/claim")
@requires(Permission.COUNT)
@operation(body=DeviceBody, answer=CountHeld)
def post_claim(count: int, body: DeviceBody) -> CountHeld:
    """Take a free count in hand; the second one is for somebody else."""
    return _in_hand(parts().database.run(claim_count, hold_of(count, body)))


@blueprint.post("/api/v1/counts/<key:count>/take-over")
@requires(Permission.COUNT)
@operation(body=DeviceBody, answer=CountHeld)
def post_take_over(count: int, body: DeviceBody) -> CountHeld:
    """Take a count from who has it: a lead, or the same person with another device."""
    return _in_hand(parts().database.run(take_count_over, hold_of(count, body)))


@blueprint.post("/api/v1/counts/<key:count>/hand-back")
@requires(Permission.COUNT)
@operation(body=DeviceBody, answer=EpochAnswer)
def post_hand_back(count: int, body: DeviceBody) -> EpochAnswer:
    """Give a count back."""
    return EpochAnswer(epoch=parts().database.run(hand_count_back, hold_of(count, body)))


@blueprint.post("/api/v1/counts/<key:count>/approve")
@requires(Permission.ADJUST_STOCK)
@operation(query=ApproveQuery, answer=CountAnswer)
def post_approve(count: int, query: ApproveQuery) -> CountAnswer:
    """Book what the last count found, or the named one where they differ."""
    request = ApproveCount(actor=actor(), at=now(), count=count, round=query.round)
    parts().database.run(approve_count, request)
    return _shown(count)


def _wanted(body: CountBody) -> OpenCount:
    with parts().database.read() as session:
        place = session.scalars(select(BinRow.id).where(BinRow.code == body.bin)).one_or_none()
        item = session.scalars(select(ItemRow.id).where(ItemRow.sku == body.sku)).one_or_none() if body.sku else None
    if place is None:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem("bin", "there is no such bin"),))
    if body.sku is not None and item is None:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem("sku", "there is no such item"),))
    return OpenCount(actor=actor(), at=now(), bin=place, item=item, reason=body.reason)


def _in_hand(held: SideHeld) -> CountHeld:
    return CountHeld(count=_shown(held.key), epoch=held.epoch, device_token=held.device_token)


def _shown(key: int) -> CountAnswer:
    with parts().database.read() as session:
        return _view(session, key, _Eyes(load_site(session), caller(), speaker()))


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Who looks, where, and who tells it in their language."""

    site: Site
    caller: Caller
    speaker: Speaker


def _view(session: Session, key: int, eyes: _Eyes) -> CountAnswer:
    stored = load_count(session, key, eyes.site)
    if stored is None:
        raise NotFoundError(sentence("There is no count {key}.", key=key))
    work = stored.work
    mine = work.lease is not None and work.lease.person == eyes.caller.person
    seen = {sku for (sku, _lot), _units in stored.position.piles} if mine else set()
    rounds = counted_rounds(session, key) if eyes.caller.may(Permission.ADJUST_STOCK) else []
    return CountAnswer(
        id=work.id,
        state=stored.state,
        reason=stored.reason,
        opened_at=stored.opened_at,
        lease=holder_of(work.lease),
        next=eyes.speaker.put(next_count(work, stored.position)) if mine or work.lease is None else "",
        position=count_position_to_json(stored.position) if mine else None,
        bin=work.bin,
        sku=work.only,
        again=stored.again,
        pictures=pictures_of(session.connection(), seen | ({work.only} if work.only else set())),
        differences=[DifferenceAnswer.model_validate(it) for it in rounds[-1].differences] or None if rounds else None,
        rounds=[RoundAnswer.model_validate(it) for it in rounds] or None,
    )
