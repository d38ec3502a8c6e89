"""Put-backs: listed, shown, taken in hand; their scans come like all others."""

from flask import Blueprint
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.side.putback import next_put_back
from warehouse.domain.side.snapshot import put_back_position_to_json
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.side.leases import SideHeld, claim_put_back, hand_put_back_back, take_put_back_over
from warehouse.services.site import load_site
from warehouse.storage.queries.pictures import pictures_of
from warehouse.storage.queries.side_tasks import load_put_back, put_back_keys
from warehouse.web import parts
from warehouse.web.api import Answer, Listing, PageQuery, operation
from warehouse.web.api.side_tasks import DeviceBody, TaskAnswer, after_of, hold_of, holder_of, page_of
from warehouse.web.language import speaker

blueprint = Blueprint("api_put_backs", __name__)
WORKERS = (Permission.PICK, Permission.PACK, Permission.COUNT)


class PutBackAnswer(TaskAnswer):
    """Units to bring from `tote` (null: they are in the hand) to `bin` (null: to a bin the person names)."""

    sku: str
    name: str
    quantity: int
    done: int
    left: int
    tote: str | None
    bin: str | None
    lot: str | None


class PutBackHeld(Answer):
    """The put-back in hand; `device_token` comes once, with the device's first claim."""

    put_back: PutBackAnswer
    epoch: int
    device_token: str | None


class EpochAnswer(Answer):
    """The epoch after a task was given back: scans of an older one count no more."""

    epoch: int


@blueprint.get("/api/v1/put-backs")
@requires(*WORKERS, Permission.SEE_STOCK)
@operation(query=PageQuery, answer=Listing[PutBackAnswer])
def get_put_backs(query: PageQuery) -> Listing[PutBackAnswer]:
    """List put-backs, open ones first."""
    with parts().database.read() as session:
        site = load_site(session)
        keys = put_back_keys(session, after=after_of(query), limit=query.limit + 1)
        return page_of([_view(session, key, site) for key in keys], query.limit)


@blueprint.get("/api/v1/put-backs/<key:put_back>")
@requires(*WORKERS, Permission.SEE_STOCK)
@operation(answer=PutBackAnswer)
def get_put_back(put_back: int) -> PutBackAnswer:
    """Show one put-back and what to do next."""
    with parts().database.read() as session:
        return _view(session, put_back, load_site(session))


@blueprint.post("/api/v1/put-backs/<key:put_back>/claim")
@requires(*WORKERS)
@operation(body=DeviceBody, answer=PutBackHeld)
def post_claim(put_back: int, body: DeviceBody) -> PutBackHeld:
    """Take a free put-back in hand."""
    return _in_hand(parts().database.run(claim_put_back, hold_of(put_back, body)))


@blueprint.post("/api/v1/put-backs/<key:put_back>/take-over")
@requires(*WORKERS)
@operation(body=DeviceBody, answer=PutBackHeld)
def post_take_over(put_back: int, body: DeviceBody) -> PutBackHeld:
    """Take a put-back from who has it: a lead, or the same person with another device."""
    return _in_hand(parts().database.run(take_put_back_over, hold_of(put_back, body)))


@blueprint.post("/api/v1/put-backs/<key:put_back>/hand-back")
@requires(*WORKERS)
@operation(body=DeviceBody, answer=EpochAnswer)
def post_hand_back(put_back: int, body: DeviceBody) -> EpochAnswer:
    """Give a put-back back."""
    return EpochAnswer(epoch=parts().database.run(hand_put_back_back, hold_of(put_back, body)))


def _in_hand(held: SideHeld) -> PutBackHeld:
    with parts().database.read() as session:
        view = _view(session, held.key, load_site(session))
    return PutBackHeld(put_back=view, epoch=held.epoch, device_token=held.device_token)


def _view(session: Session, key: int, site: Site) -> PutBackAnswer:
    stored = load_put_back(session, key, site)
    if stored is None:
        raise NotFoundError(sentence("There is no put-back {put_back}.", put_back=key))
    work = stored.work
    return PutBackAnswer(
        id=work.id,
        state=stored.state,
        reason=stored.reason,
        opened_at=stored.opened_at,
        lease=holder_of(work.lease),
        next=speaker().put(next_put_back(work, stored.position)),
        position=put_back_position_to_json(stored.position),
        sku=work.sku,
        name=work.name,
        quantity=work.quantity,
        done=work.done,
        left=work.left,
        tote=work.tote,
        bin=work.bin,
        lot=work.lot,
        pictures=pictures_of(session.connection(), {work.sku}),
    )
