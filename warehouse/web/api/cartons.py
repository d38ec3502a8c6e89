"""Cartons over HTTP: listed, voided with a reason, their label asked for and printed once more."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from flask import Blueprint
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.codes import CartonState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.packing.decisions import (
    OnCarton,
    Said,
    carton_named,
    reprint_label,
    request_label,
    void_carton,
)
from warehouse.storage.queries.manifests import CartonEntry, CartonFilter, carton_entries, carton_entry
from warehouse.web import parts
from warehouse.web.api import (
    PREFIX,
    Answer,
    Body,
    Line,
    Listing,
    OrderNumber,
    PageQuery,
    idempotency_key,
    listing,
    operation,
)
from warehouse.web.asking import actor, now

Made = TypeVar("Made")
blueprint = Blueprint("api_cartons", __name__, url_prefix=PREFIX)


class CartonQuery(PageQuery):
    """Which cartons; `manifest=none` gives those on no carrier's list, such as what was left behind."""

    order: OrderNumber | None = None
    state: Annotated[CartonState, Field(strict=False)] | None = None
    manifest: Literal["none"] | None = None


class CartonAnswer(Answer):
    """One parcel; `tracking` is that of its living label."""

    id: int
    order: str
    number: int
    sscc: str | None
    state: CartonState
    shipment: int
    carrier: str
    tracking: str | None
    weight_g: int | None
    manifest: int | None
    closed_at: datetime | None
    shipped_at: datetime | None
    void_reason: str | None


class ReasonBody(Body):
    """Why."""

    reason: Line


class VoidAnswer(Answer):
    """What came of it, in words for the packer."""

    order: str
    outcome: str
    blocked: bool
    text: str


class JobNamed(Answer):
    """The print job that makes the paper."""

    job: uuid.UUID


@blueprint.get("/cartons")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation(query=CartonQuery, answer=Listing[CartonAnswer])
def get_cartons(query: CartonQuery) -> Listing[CartonEntry]:
    """List cartons by key."""
    unlisted = query.manifest == "none"
    wanted = CartonFilter(
        order=query.order, state=query.state, unlisted=unlisted, after=query.after_key or 0, limit=query.limit + 1
    )
    with parts().database.read() as session:
        return listing(carton_entries(session, wanted), query.limit, lambda row: row.id)


@blueprint.get("/cartons/<string(maxlength=18):carton>")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation(answer=CartonAnswer)
def get_carton(carton: str) -> CartonEntry:
    """Show one carton, named by its serial (18 digits) or its key."""
    with parts().database.read() as session:
        found = carton_entry(session, _key(session, carton))
    if found is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=carton))
    return found


@blueprint.post("/cartons/<string(maxlength=18):carton>/void")
@requires(Permission.VOID_CARTONS)
@operation(body=ReasonBody, answer=VoidAnswer)
def post_void(carton: str, body: ReasonBody) -> Said:
    """Declare a carton and its label dead; its units are packed again."""
    return _run(void_carton, carton, body.reason)


@blueprint.post("/cartons/<string(maxlength=18):carton>/label")
@requires(Permission.PACK)
@operation(answer=JobNamed)
def post_label(carton: str) -> JobNamed:
    """Ask for a sealed carton's label; asked again it is the same print job."""
    return JobNamed(job=_run(request_label, carton, ""))


@blueprint.post("/cartons/<string(maxlength=18):carton>/reprint")
@requires(Permission.REPRINT)
@operation(body=ReasonBody, answer=JobNamed, status=201)
def post_reprint(carton: str, body: ReasonBody) -> JobNamed:
    """Print a living label once more, marked as a reprint."""
    return JobNamed(job=_run(reprint_label, carton, body.reason))


def _run(use_case: Callable[[Session, OnCarton], Made], carton: str, reason: str) -> Made:
    with parts().database.read() as session:
        key = _key(session, carton)
    request = OnCarton(actor=actor(), at=now(), carton=key, reason=reason, key=idempotency_key())
    return parts().database.run(use_case, request)


def _key(session: Session, carton: str) -> int:
    return carton_named(session, carton)
