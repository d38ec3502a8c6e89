"""Taking a batch in hand: the lease, and where the person or device that is new to it goes on."""

from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind
from warehouse.domain.picking.snapshot import meaning_to_json, position_to_json, work_to_json
from warehouse.domain.picking.walk import handed_over, stand
from warehouse.domain.picking.work import Meaning
from warehouse.services.batches.leases import Held, Hold, Next, claim_batch, next_batch, take_over
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.queries.directory import tote_codes
from warehouse.storage.queries.picking import load_batch
from warehouse.storage.queries.pictures import pictures_of

Snapshot = dict[str, object]


def start_batch(session: Session, request: Hold) -> Held:
    """Claim a batch; a new person or device goes on at the same task, bin scanned anew, nothing in the hand."""
    return _stand(session, claim_batch(session, request))


def take_batch_over(session: Session, request: Hold) -> Held:
    """Take a batch from whoever holds it."""
    return _stand(session, take_over(session, request))


def start_next(session: Session, request: Next) -> Held | None:
    """Claim my open batch, else one kept for me, else the most urgent free one; None when there is none."""
    held = next_batch(session, request)
    return None if held is None else _stand(session, held)


def snapshot_of(session: Session, batch: int) -> Snapshot | None:
    """Give what a handheld works from: the work with its totes' codes, and where the person stands."""
    stored = load_batch(session.connection(), batch, load_site(session))
    if stored is None:
        return None
    snapshot = work_to_json(stored.work)
    bound = {slot.tote: slot.order for slot in stored.work.slots.values() if slot.tote}
    full = {tote: slot.order for slot in stored.work.slots.values() for tote in slot.earlier}
    for code, tote in tote_codes(session.connection(), list(bound | full)):
        meaning = Meaning(kind=BarcodeKind.TOTE, code=tote, order=(bound | full)[tote], free=False)
        snapshot["directory"][code] = [meaning_to_json(meaning)]
    looks = pictures_of(session.connection(), {task.sku for task in stored.work.tasks.values()})
    if looks:
        snapshot["pictures"] = looks
    position = stand(stored.work, stored.position, stored.work.list_version)
    return {**snapshot, "position": position_to_json(position), "revision": stored.revision}


def _stand(session: Session, held: Held) -> Held:
    if not held.fresh:
        return held
    session.flush()
    stored = load_batch(session.connection(), held.batch, load_site(session))
    row = session.get_one(BatchRow, held.batch)
    if stored is not None:
        row.position = position_to_json(handed_over(stored.work, stored.position))
        row.revision += 1
    session.flush()
    return held
