"""What happens to labels after they were made: another address, a dead label replaced, a roll spoiled, a stop."""

import uuid
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.actor import Request
from warehouse.services.packing.decisions import carton_named
from warehouse.services.printing.spoiled import Remade, SpoiledRange, remake_range
from warehouse.services.shipping.after_label import Intercept, Redirect, Redirected, intercept_order, redirect_order
from warehouse.services.shipping.labels import Relabel, relabel_carton
from warehouse.services.shipping.purchasing import OfLabel, buy_again
from warehouse.services.shipping.shipments import unload_carton
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Line, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_after_label", __name__, url_prefix=PREFIX)
Text = Annotated[str, Field(max_length=120)]


class Why(Body):
    """Why."""

    reason: Line


class AddressBody(Body):
    """The fields of an address that are to be different."""

    name: Text | None = None
    company: Text | None = None
    lines: Annotated[list[Text], Field(max_length=6)] | None = None
    city: Text | None = None
    region: Text | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    country: Annotated[str, Field(max_length=60)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Text | None = None


class RedirectBody(Why):
    """Where the order goes now, or how; and why."""

    address: AddressBody | None = None
    service: Annotated[str, Field(max_length=40)] | None = None


class RedirectAnswer(Answer):
    """The cartons that got another label, and the exception about those that have left."""

    relabelled: list[int]
    exception: int | None


class InterceptAnswer(Answer):
    """The exception a lead works on."""

    exception: int


class LabelAnswer(Answer):
    """The key of the carton's new label."""

    label: int


class UnloadAnswer(Answer):
    """The list the carton is still on."""

    manifest: int


class SpoiledBody(Why):
    """The first and the last spoiled print of one printer, and what happened."""

    first: Annotated[uuid.UUID, Field(strict=False)]
    last: Annotated[uuid.UUID, Field(strict=False)]


class SpoiledAnswer(Answer):
    """How many were made again."""

    relabelled: int
    reprinted: int
    left_alone: int


@blueprint.post("/orders/<number:number>/redirect")
@requires(Permission.EDIT_ORDERS)
@operation(body=RedirectBody, answer=RedirectAnswer)
def post_redirect(number: str, body: RedirectBody) -> RedirectAnswer:
    """Send an order elsewhere; sealed cartons get another label without being opened, the old one is dead."""
    fields = body.address.model_dump(exclude_none=True) if body.address else {}
    asked = Redirect(actor=actor(), at=now(), number=number, reason=body.reason, address=fields, service=body.service)
    done: Redirected = parts().database.run(redirect_order, asked)
    return RedirectAnswer(relabelled=list(done.relabelled), exception=done.exception)


@blueprint.post("/orders/<number:number>/intercept")
@requires(Permission.EDIT_ORDERS)
@operation(body=Why, answer=InterceptAnswer)
def post_intercept(number: str, body: Why) -> InterceptAnswer:
    """Ask a lead to have the carrier stop what has left."""
    asked = Intercept(actor=actor(), at=now(), number=number, reason=body.reason)
    return InterceptAnswer(exception=parts().database.run(intercept_order, asked))


@blueprint.post("/cartons/<sscc>/relabel")
@requires(Permission.VOID_CARTONS)
@operation(body=Why, answer=LabelAnswer)
def post_relabel(sscc: str, body: Why) -> LabelAnswer:
    """Give a sealed carton another label; the old one is dead wherever it is scanned."""

    def relabel(session: Session, reason: str) -> int:
        carton = carton_named(session, sscc)
        return relabel_carton(session, Relabel(actor=asking, at=at, carton=carton, reason=reason))

    asking, at = actor(), now()
    return LabelAnswer(label=parts().database.run(relabel, body.reason))


@blueprint.post("/cartons/<sscc>/unload")
@requires(Permission.SHIP)
@operation(answer=UnloadAnswer)
def post_unload(sscc: str) -> UnloadAnswer:
    """Take a carton off the pallet or trailer again."""
    asking, at = actor(), now()

    def unload(session: Session, serial: str) -> int:
        return unload_carton(session, Request(actor=asking, at=at), serial)

    return UnloadAnswer(manifest=parts().database.run(unload, sscc))


@blueprint.post("/labels/<key:label>/buy-again")
@requires(Permission.PACK, Permission.WORK_EXCEPTIONS)
@operation(answer=LabelAnswer)
def post_buy_again(label: int) -> LabelAnswer:
    """Ask the carrier again for a label that it refused."""
    return LabelAnswer(label=parts().database.run(buy_again, OfLabel(actor=actor(), at=now(), label=label)))


@blueprint.post("/print-jobs/spoiled")
@requires(Permission.VOID_CARTONS)
@operation(body=SpoiledBody, answer=SpoiledAnswer)
def post_spoiled(body: SpoiledBody) -> Remade:
    """Make a range of prints of one printer again; the old labels are dead."""
    asked = SpoiledRange(actor=actor(), at=now(), first=body.first, last=body.last, reason=body.reason)
    return parts().database.run(remake_range, asked)
