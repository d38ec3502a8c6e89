"""What goes with a parcel, as plain JSON values: packing slip, shipping label, gift note.

The values are documents of `printers.documents`, which this layer does not import; a test holds both together.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, LabelState
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.site import load_site
from warehouse.storage.base import AnyRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, PackagingRow

Values = dict[str, Any]
_ENGLISH = Locale("en")
_POSTCODE_LAST = frozenset(
    {
        *("GB", "UK", "UNITED KINGDOM", "IE", "IRELAND", "EIRE", "US", "USA", "UNITED STATES", "CA", "CANADA"),
        *("AU", "AUSTRALIA", "NZ", "NEW ZEALAND", "IN", "INDIA", "SG", "SINGAPORE"),
    }
)
_POSTCODE = re.compile(r"[A-Za-z0-9-]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A carton with its order, its address where that is still kept, and its place among the order's parcels."""

    carton: CartonRow
    order: OrderRow
    address: OrderAddressRow | None
    number: int
    of: int


def parcel_of(session: Session, carton: int) -> Parcel:
    """Read what stands on a carton's papers; raises NotFoundError."""
    row = session.get(CartonRow, carton)
    if row is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=carton))
    mates = select(CartonRow.carton_no).where(
        CartonRow.shipment_id == row.shipment_id, CartonRow.state != CartonState.VOID
    )
    numbers = sorted({*session.scalars(mates), row.carton_no})
    return Parcel(
        carton=row,
        order=session.get_one(OrderRow, row.order_id),
        address=session.get(OrderAddressRow, row.order_id),
        number=numbers.index(row.carton_no) + 1,
        of=len(numbers),
    )


def packing_slip(session: Session, parcel: Parcel, at: datetime) -> Values:
    """Describe the list of what was scanned into this carton, and what of the order is still to come."""
    site, order = load_site(session), parcel.order
    packed = _content(session, parcel.carton.id)
    lines = session.scalars(
        select(OrderLineRow)
        .where(OrderLineRow.order_id == order.id, OrderLineRow.pickable)
        .order_by(OrderLineRow.line_no)
    ).all()
    shown = [line for line in lines if packed.get(line.id) or _to_come(line)]
    priced = _shows_prices(order, shown)
    cents = sum((line.unit_price_cents or 0) * packed.get(line.id, 0) for line in shown)
    return {
        "kind": "packing_slip",
        "order_number": order.number,
        "barcode": f"O:{order.number}",
        "shop_lines": sender(site),
        "to_lines": receiver(parcel),
        "lines": [_slip_line(line, packed.get(line.id, 0), order.currency if priced else None) for line in shown],
        "carton": parcel.number,
        "cartons": parcel.of,
        "ordered_on": day(site, order.placed_at),
        "packed_on": day(site, at),
        "carrier": order.carrier,
        "show_prices": priced,
        "total": _money(cents, order.currency) if priced else "",
        "footer": site.slip_footer,
    }


def shipping_label(session: Session, parcel: Parcel) -> Values:
    """Describe the neutral shipping label; ConflictError while the carton has no serial number."""
    site, order, carton = load_site(session), parcel.order, parcel.carton
    if carton.sscc is None:
        raise ConflictError(
            sentence(
                "Carton {carton_no} of order {number} is not sealed yet.",
                carton_no=carton.carton_no,
                number=order.number,
            )
        )
    living = select(LabelRow).where(LabelRow.carton_id == carton.id, LabelRow.state != LabelState.VOIDED)
    label = session.scalars(living).first()
    return {
        "kind": "shipping_label",
        "from_lines": sender(site),
        "to_lines": receiver(parcel),
        "order_number": order.number,
        "sscc": carton.sscc,
        "carrier": label.carrier if label else order.carrier,
        "service": _service_on(label) if label else service_of(order),
        "carton": parcel.number,
        "cartons": parcel.of,
        "weight_g": weights_of(session, [carton.id]).get(carton.id),
        "postcode": _postcode(parcel.address),
        "ship_by": moment(site, order.cutoff_at),
    }


def _service_on(label: LabelRow) -> str:
    return "" if label.service == label.carrier else label.service


def gift_note(parcel: Parcel) -> Values:
    """Describe the giver's note, alone on its page; ConflictError when the order has none."""
    if not parcel.order.gift_note:
        raise ConflictError(sentence("Order {number} has no gift note.", number=parcel.order.number))
    to = parcel.address.name if parcel.address else ""
    return {"kind": "gift_note", "text": parcel.order.gift_note, "order_number": parcel.order.number, "to": to}


def _content(session: Session, carton: int) -> dict[int, int]:
    rows = session.execute(
        select(CartonLineRow.order_line_id, func.sum(CartonLineRow.quantity))
        .where(CartonLineRow.carton_id == carton)
        .group_by(CartonLineRow.order_line_id)
    )
    return {line: int(quantity) for line, quantity in rows}


def _to_come(line: OrderLineRow) -> int:
    return 0 if line.cancelled_at else line.ordered - line.packed


def _slip_line(line: OrderLineRow, packed: int, currency: str | None) -> Values:
    cents = line.unit_price_cents
    priced = currency is not None and cents is not None
    return {
        "sku": line.sku,
        "name": line.description or line.sku,
        "in_carton": packed,
        "to_come": _to_come(line),
        "price": _money(cents or 0, currency or "") if priced else "",
        "amount": _money((cents or 0) * packed, currency or "") if priced else "",
    }


def _shows_prices(order: OrderRow, lines: Sequence[OrderLineRow]) -> bool:
    """Show prices only where all are known, and never to somebody who gets a present."""
    wanted = {step.get("kind") for step in order.instructions or () if isinstance(step, dict)}
    if order.gift_note or "no_prices" in wanted or not order.currency:
        return False
    return all(line.unit_price_cents is not None for line in lines)


def _money(cents: int, currency: str) -> str:
    return f"{currency} {cents // 100}.{cents % 100:02d}".strip()


def weights_of(session: Session, cartons: Collection[int]) -> dict[int, int]:
    """Give what cartons weigh, in grams: as weighed, else content and packaging; none while a weight is missing."""
    content = (
        select(
            CartonLineRow.carton_id,
            func.sum(CartonLineRow.quantity * ItemRow.weight_g).label("grams"),
            func.count().label("lines"),
            func.count(ItemRow.weight_g).label("known"),
        )
        .join(ItemRow, ItemRow.id == CartonLineRow.item_id)
        .where(CartonLineRow.quantity > 0)
        .group_by(CartonLineRow.carton_id)
        .subquery()
    )
    rows = session.execute(
        select(CartonRow.id, CartonRow.weight_g, PackagingRow.tare_g, content)
        .outerjoin(content, content.c.carton_id == CartonRow.id)
        .outerjoin(PackagingRow, PackagingRow.id == CartonRow.packaging_id)
        .where(CartonRow.id.in_(cartons))
    )
    found = {row.id: _weight(row) for row in rows}
    return {carton: grams for carton, grams in found.items() if grams is not None}


def _weight(row: AnyRow) -> int | None:
    if row.weight_g is not None:
        return int(row.weight_g)
    if not row.lines or row.known < row.lines:
        return None
    return int(row.grams) + int(row.tare_g or 0)


def receiver(parcel: Parcel) -> list[str]:
    """Give who gets the parcel, and where, as it stands on labels and slips."""
    if parcel.address is None:
        customer = sentence("Customer {name}", name=parcel.order.customer) if parcel.order.customer else ""
        lines = [customer, country_line(parcel.order.country)]
    else:
        lines = address_lines(parcel.address)
    return [line for line in lines if line.strip()] or [sentence("Order {number}", number=parcel.order.number)]


def address_lines(address: OrderAddressRow) -> list[str]:
    """Give an address as the customer wrote it; what its lines already say is not said twice."""
    written = [address.name, address.company, *(str(line) for line in address.lines or ())]
    already = " ".join(written).casefold()
    town = " ".join(part for part in _town(address) if part.casefold() not in already)
    country = country_line(address.country)
    return [*written, town, "" if country.casefold() in already else country]


def country_line(country: str) -> str:
    """Give a country as posts read it: its name in capitals (UPU S42). What is no code stays as it was written."""
    name = _ENGLISH.territories.get(country.strip().upper())
    return name.upper() if name else country


def _town(address: OrderAddressRow) -> tuple[str, ...]:
    """Put the postcode where the country's post looks for it."""
    if address.country.strip().upper() in _POSTCODE_LAST:
        return address.city, address.region, address.postcode
    return address.postcode, address.city, address.region


def _postcode(address: OrderAddressRow | None) -> str:
    """Give the postcode as a barcode can hold it, else nothing: it still stands in the address."""
    code = "".join(address.postcode.split()) if address else ""
    return code if _POSTCODE.fullmatch(code) else ""


def service_of(order: OrderRow) -> str:
    """Name the service where that says more than the carrier's name."""
    return "" if order.service == order.carrier else order.service


def sender(site: Site) -> list[str]:
    """Give who sends, as it stands on labels and slips."""
    return [site.name, *site.address]


def day(site: Site, at: datetime) -> str:
    """Give the day at the site; paper writes it as its readers do."""
    return f"{at.astimezone(ZoneInfo(site.time_zone)):%Y-%m-%d}"


def moment(site: Site, at: datetime | None) -> str:
    """Give a moment in the time of the site, nothing for none; paper writes it as its readers do."""
    return f"{at.astimezone(ZoneInfo(site.time_zone)):%Y-%m-%dT%H:%M}" if at else ""
