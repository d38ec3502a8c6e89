"""Questions to carriers about one carton: where it is, what its services would cost."""

from dataclasses import asdict

from flask import Blueprint
from sqlalchemy import select

from warehouse.access import requires
from warehouse.carriers import (
    Address,
    AwayError,
    CarrierAdapter,
    CarrierReach,
    LostAnswerError,
    Quote,
    RefusedError,
    Shipment,
    TrackEvent,
    adapter_of,
)
from warehouse.domain.codes import LabelState
from warehouse.domain.errors import NotFoundError, RetryLaterError
from warehouse.domain.roles import Permission
from warehouse.domain.shipping.carriers import carrier_named
from warehouse.domain.words import sentence
from warehouse.services.packing.decisions import carton_named
from warehouse.services.shipping.purchase_facts import Parcel, parcel_for
from warehouse.services.site import load_site
from warehouse.storage.models.packing import LabelRow
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Listing, operation

blueprint = Blueprint("api_carrier_calls", __name__, url_prefix=PREFIX)


class TrackAnswer(Answer):
    """Something that happened to a parcel, in the carrier's words."""

    at: str
    text: str


class QuoteAnswer(Answer):
    """What a service would cost, in cents."""

    service: str
    cents: int
    currency: str


@blueprint.get("/cartons/<sscc>/tracking")
@requires(Permission.SEE_ORDERS, Permission.SHIP)
@operation(answer=Listing[TrackAnswer])
def get_tracking(sscc: str) -> Listing[TrackEvent]:
    """Ask the carrier what happened to a carton."""
    adapter, parcel = _asked(sscc)
    try:
        return Listing(items=list(adapter.track(parcel.tracking)))
    except (AwayError, LostAnswerError, RefusedError) as error:
        raise RetryLaterError(
            sentence("{carrier} does not answer: {error}.", carrier=parcel.carrier, error=error)
        ) from None


@blueprint.get("/cartons/<sscc>/rates")
@requires(Permission.SEE_ORDERS, Permission.SHIP)
@operation(answer=Listing[QuoteAnswer])
def get_rates(sscc: str) -> Listing[Quote]:
    """Ask the carrier what its services would cost for a carton."""
    adapter, parcel = _asked(sscc)
    values = {name: value for name, value in asdict(parcel).items() if name not in {"carrier", "tracking", "receiver"}}
    try:
        return Listing(items=list(adapter.rates(Shipment(**values, receiver=Address(**parcel.receiver)))))
    except (AwayError, LostAnswerError, RefusedError) as error:
        raise RetryLaterError(
            sentence("{carrier} does not answer: {error}.", carrier=parcel.carrier, error=error)
        ) from None


def _asked(sscc: str) -> tuple[CarrierAdapter, Parcel]:
    with parts().database.read() as session:
        carton = carton_named(session, sscc)
        living = select(LabelRow.id).where(LabelRow.carton_id == carton, LabelRow.state != LabelState.VOIDED)
        label = session.scalars(living).first()
        if label is None:
            raise NotFoundError(sentence("Carton {sscc} has no living label.", sscc=sscc))
        parcel, carriers = parcel_for(session, label), load_site(session).carriers
    carrier = carrier_named(carriers, parcel.carrier)
    if carrier is None:
        raise NotFoundError(sentence("There is no carrier {carrier}.", carrier=parcel.carrier))
    settings = parts().settings
    return adapter_of(carrier, CarrierReach(folder=settings.data_dir, hosts=settings.allowed_carriers)), parcel
