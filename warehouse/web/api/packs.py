"""Orders at the pack station: taken, looked at, given back, packed into another carton, finished, split."""

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.packing.claims import (
    ClaimPack,
    HoldPack,
    PackHeld,
    claim_pack,
    hand_back_pack,
    read_pack,
    take_over_pack,
)
from warehouse.services.packing.decisions import (
    AtPack,
    ChooseBox,
    NextCarton,
    Said,
    SplitOrder,
    choose_box,
    finish_pack,
    next_carton,
    split_order,
)
from warehouse.storage.queries.packing.views import opening_view
from warehouse.storage.queries.pictures import pictures_of
from warehouse.web import caller, parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Line, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_packs", __name__, url_prefix=PREFIX)
Device = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Raw = Annotated[str, Field(min_length=1, max_length=512)]
Json = dict[str, Any]


class ClaimBody(Body):
    """What was scanned to take an order, the device in hand, and the bench's station code where one is known."""

    code: Raw
    device: Device
    station: Code | None = None


class HoldBody(Body):
    """The device in hand."""

    device: Device
    station: Code | None = None


class AtPackBody(Body):
    """The device in hand and the epoch under which it holds the order."""

    device: Device
    epoch: int = Field(ge=0, lt=2**63)


class CartonBody(AtPackBody):
    """A box of the catalogue for the next carton."""

    packaging: Code | None = None


class BoxBody(AtPackBody):
    """A box of the catalogue."""

    packaging: Code


class ReasonBody(Body):
    """Why."""

    reason: Line


class LeaseAnswer(Answer):
    """Under which epoch the order is held, and until when."""

    epoch: int
    person: int
    device: str
    expires_at: datetime


class SaidAnswer(Answer):
    """What came of it, as after a scan, with what the station shows now."""

    order: str
    outcome: str
    blocked: bool
    text: str
    view: Json


@blueprint.post("/packs/claim")
@requires(Permission.PACK)
@operation(body=ClaimBody, answer=Json)
def post_claim(body: ClaimBody) -> Json:
    """Take the order that a tote, an order barcode or a carton names."""
    request = ClaimPack(
        actor=actor(), at=now(), device=body.device, proven=caller().device, code=body.code, station=body.station
    )
    return _in_hand(parts().database.run(claim_pack, request))


@blueprint.get("/packs/<number:order>")
@requires(Permission.PACK, Permission.SEE_ORDERS)
@operation(answer=Json)
def get_pack(order: str) -> Json:
    """Show an order as the packer may see it."""
    return _view(order)


@blueprint.post("/packs/<number:order>/take-over")
@requires(Permission.PACK)
@operation(body=HoldBody, answer=Json)
def post_take_over(order: str, body: HoldBody) -> Json:
    """Take an order at pack from whoever has it."""
    return _in_hand(parts().database.run(take_over_pack, _hold(order, body)))


@blueprint.post("/packs/<number:order>/hand-back")
@requires(Permission.PACK)
@operation(body=HoldBody)
def post_hand_back(order: str, body: HoldBody) -> None:
    """Give an order at pack back."""
    parts().database.run(hand_back_pack, _hold(order, body))


@blueprint.post("/packs/<number:order>/cartons")
@requires(Permission.PACK)
@operation(body=CartonBody, answer=Json, status=201)
def post_carton(order: str, body: CartonBody) -> Json:
    """Go on with another carton, or choose the box of an empty one."""
    request = NextCarton(
        actor=actor(), at=now(), order=order, device=body.device, epoch=body.epoch, packaging=body.packaging
    )
    number = parts().database.run(next_carton, request)
    return {"number": number, "view": _view(order)}


@blueprint.post("/packs/<number:order>/box")
@requires(Permission.PACK)
@operation(body=BoxBody, answer=Json)
def post_box(order: str, body: BoxBody) -> Json:
    """Say in which box the carton on the table is packed."""
    request = ChooseBox(
        actor=actor(), at=now(), order=order, device=body.device, epoch=body.epoch, packaging=body.packaging
    )
    number = parts().database.run(choose_box, request)
    return {"number": number, "view": _view(order)}


@blueprint.post("/packs/<number:order>/finish")
@requires(Permission.PACK)
@operation(body=AtPackBody, answer=SaidAnswer)
def post_finish(order: str, body: AtPackBody) -> Json:
    """Confirm by a tap: seal what is packed when nothing is missing."""
    request = AtPack(actor=actor(), at=now(), order=order, device=body.device, epoch=body.epoch)
    return _said(parts().database.run(finish_pack, request))


@blueprint.post("/packs/<number:order>/split")
@requires(Permission.PACK, Permission.OVERRIDE)
@operation(body=ReasonBody, answer=SaidAnswer)
def post_split(order: str, body: ReasonBody) -> Json:
    """Let the order leave without what is missing; a lead's word, or one's own where the site allows it."""
    request = SplitOrder(actor=actor(), at=now(), order=order, reason=body.reason)
    return _said(parts().database.run(split_order, request))


def _hold(order: str, body: HoldBody) -> HoldPack:
    return HoldPack(
        actor=actor(), at=now(), device=body.device, proven=caller().device, order=order, station=body.station
    )


def _view(order: str) -> Json:
    with parts().database.read() as session:
        view = opening_view(session.connection(), read_pack(session, order))
        looks = pictures_of(session.connection(), {line["sku"] for line in view["lines"]})
    return view | {"pictures": looks} if looks else view


def _in_hand(held: PackHeld) -> Json:
    lease = LeaseAnswer.model_validate(held).model_dump(mode="json")
    token = {"device_token": held.device_token} if held.device_token else {}
    return _view(held.order) | {"lease": lease | {"name": caller().name}} | token


def _said(said: Said) -> Json:
    told = {"order": said.order, "outcome": said.outcome, "blocked": said.blocked, "text": said.text}
    return told | {"view": _view(said.order)}
