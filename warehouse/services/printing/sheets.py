"""Lists on paper as plain JSON values: pick list and manifest.

The values are documents of `printers.documents`, which this layer does not import; a test holds both together.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, TaskState
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.printing.parcels import moment, sender, service_of, weights_of
from warehouse.services.site import load_site
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, CartRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.packing import CartonRow, ManifestRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, LotRow

Values = dict[str, Any]


def manifest_sheet(session: Session, manifest: int, at: datetime) -> Values:
    """Describe the hand-over list of a carrier's pickup; raises NotFoundError."""
    row = session.get(ManifestRow, manifest)
    if row is None:
        raise NotFoundError(sentence("There is no manifest {manifest}.", manifest=manifest))
    site, number = load_site(session), f"M-{row.id:05d}"
    found = session.execute(
        select(CartonRow, OrderRow, OrderAddressRow)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .outerjoin(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
        .where(CartonRow.manifest_id == row.id, CartonRow.state.in_((CartonState.LOADED, CartonState.SHIPPED)))
        .order_by(CartonRow.sscc)
    ).all()
    weights = weights_of(session, [carton.id for carton, _, _ in found])
    return {
        "kind": "manifest",
        "number": number,
        "barcode": number,
        "carrier": row.carrier,
        "cutoff": moment(site, row.cutoff_at),
        "from_lines": sender(site),
        "cartons": [_handed_over(parcel, weights) for parcel in found],
        "printed_at": moment(site, at),
    }


def pick_list(session: Session, batch: int, at: datetime) -> Values:
    """Describe what is left to pick of a batch, in walk order; ConflictError when nothing is."""
    row = session.get(BatchRow, batch)
    if row is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=batch))
    tasks = _open_tasks(session, batch)
    if not tasks:
        raise ConflictError(sentence("Nothing of batch {number} is left to pick.", number=row.number))
    site, carriers = load_site(session), {task.carrier for task in tasks if task.carrier}
    picker = session.get(PersonRow, row.person_id or row.assigned_id or 0)
    cart = session.get(CartRow, row.cart_id or 0)
    return {
        "kind": "pick_list",
        "number": row.number,
        "barcode": f"B:{row.number}",
        "stops": [_stop(code, list(group)) for (_, code), group in groupby(tasks, lambda task: (task.stop, task.bin))],
        "picker": picker.name if picker else "",
        "cart": cart.code if cart else "",
        "carrier": carriers.pop() if len(carriers) == 1 else "",
        "cutoff": moment(site, row.cutoff_at),
        "printed_at": moment(site, at),
    }


def _open_tasks(session: Session, batch: int) -> Sequence[AnyRow]:
    left = PickTaskRow.wanted - PickTaskRow.picked - PickTaskRow.short
    slot = (BatchSlotRow.batch_id == PickTaskRow.batch_id) & (BatchSlotRow.slot_no == PickTaskRow.slot_no)
    return session.execute(
        select(
            PickTaskRow.stop_no.label("stop"),
            BinRow.code.label("bin"),
            ItemRow.sku,
            ItemRow.name,
            LotRow.code.label("lot"),
            left.label("left"),
            OrderRow.number.label("order"),
            OrderRow.carrier,
            ToteRow.code.label("tote"),
            PickTaskRow.slot_no.label("slot"),
        )
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(ItemRow, ItemRow.id == PickTaskRow.item_id)
        .join(LotRow, LotRow.id == PickTaskRow.lot_id)
        .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
        .outerjoin(BatchSlotRow, slot)
        .outerjoin(ToteRow, ToteRow.id == BatchSlotRow.tote_id)
        .where(PickTaskRow.batch_id == batch, PickTaskRow.state == TaskState.OPEN)
        .order_by(PickTaskRow.sequence)
    ).all()


def _stop(code: str, tasks: list[AnyRow]) -> Values:
    return {"bin": code, "lines": [_pick_line(task) for task in tasks]}


def _pick_line(task: AnyRow) -> Values:
    return {
        "sku": task.sku,
        "name": task.name,
        "quantity": task.left,
        "order": task.order,
        "lot": task.lot,
        "tote": task.tote or "",
        "slot": str(task.slot or ""),
    }


def _handed_over(parcel: AnyRow, weights: Mapping[int, int]) -> Values:
    carton, order, address = parcel
    parts = (address.postcode, address.city, address.country) if address else (order.country,)
    return {
        "sscc": carton.sscc,
        "order_number": order.number,
        "ship_to": " ".join(part for part in parts if part),
        "service": service_of(order),
        "weight_g": weights.get(carton.id),
    }
