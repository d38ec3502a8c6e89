"""What else can go with a sealed carton, as plain JSON values: content list, logistic label, customs papers, marks.

The values are documents of `printers.documents`, which this layer does not import; a test holds both together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind, UnitLevel
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.printing.parcels import (
    Parcel,
    country_line,
    day,
    moment,
    parcel_of,
    receiver,
    sender,
    weights_of,
)
from warehouse.services.site import load_site
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, PackagingRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import LotRow

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Packed:
    """Units of one order line and lot in a carton."""

    row: CartonLineRow
    line: OrderLineRow
    item: ItemRow
    lot: LotRow


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A sealed carton with what is in it, and what its papers need of the site."""

    parcel: Parcel
    packed: tuple[_Packed, ...]
    site: Site
    at: datetime
    gross_g: int | None


def carton_paper(session: Session, sscc: str, name: str, at: datetime) -> Values:
    """Describe one paper of a sealed carton by its name in `PAPERS`.

    Raises NotFoundError for an unknown carton and ConflictError where the paper needs what is not known.
    """
    carton = session.scalars(select(CartonRow).where(CartonRow.sscc == sscc)).one_or_none()
    if carton is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=sscc[:20]))
    sealed = _Sealed(
        parcel=parcel_of(session, carton.id),
        packed=_packed(session, carton.id),
        site=load_site(session),
        at=at,
        gross_g=weights_of(session, [carton.id]).get(carton.id),
    )
    return PAPERS[name](session, sealed)


def _packed(session: Session, carton: int) -> tuple[_Packed, ...]:
    rows = session.execute(
        select(CartonLineRow, OrderLineRow, ItemRow, LotRow)
        .join(OrderLineRow, OrderLineRow.id == CartonLineRow.order_line_id)
        .join(ItemRow, ItemRow.id == CartonLineRow.item_id)
        .join(LotRow, LotRow.id == CartonLineRow.lot_id)
        .where(CartonLineRow.carton_id == carton, CartonLineRow.quantity > 0)
        .order_by(OrderLineRow.line_no, LotRow.code)
    )
    return tuple(_Packed(*row) for row in rows)


def _contents(session: Session, sealed: _Sealed) -> Values:
    parcel, carton = sealed.parcel, sealed.parcel.carton
    packer = session.get(PersonRow, carton.packer_id or 0)
    packaging = session.get(PackagingRow, carton.packaging_id or 0)
    codes = _barcodes(session, {packed.item.id for packed in sealed.packed})
    return {
        "kind": "carton_contents",
        "order_number": parcel.order.number,
        "sscc": carton.sscc,
        "lines": [_content_line(packed, codes) for packed in sealed.packed],
        "carton": parcel.number,
        "cartons": parcel.of,
        "packed_by": packer.name if packer else "",
        "packed_on": moment(sealed.site, carton.closed_at),
        "packaging": packaging.name if packaging else "",
        "weight_g": sealed.gross_g,
    }


def _barcodes(session: Session, items: set[int]) -> dict[int, str]:
    query = select(BarcodeRow.item_id, BarcodeRow.code).where(
        BarcodeRow.item_id.in_(items), BarcodeRow.kind == BarcodeKind.ITEM, BarcodeRow.unit == UnitLevel.EACH
    )
    return {item: code for item, code in session.execute(query.order_by(BarcodeRow.id.desc())) if item}


def _content_line(packed: _Packed, codes: Mapping[int, str]) -> Values:
    return {
        "sku": packed.item.sku,
        "name": packed.item.name,
        "quantity": packed.row.quantity,
        "barcode": codes.get(packed.item.id, ""),
        "lot": packed.lot.code,
        "expires_on": packed.lot.expires_on.isoformat() if packed.lot.expires_on else "",
        "serials": [str(serial) for serial in packed.row.serials or ()],
    }


def _logistic_label(session: Session, sealed: _Sealed) -> Values:
    """Say what is inside where that is one article with a GTIN, and its lot where it is one."""
    parcel = sealed.parcel
    values: Values = {
        "kind": "logistic_label",
        "sscc": parcel.carton.sscc,
        "from_lines": sender(sealed.site),
        "to_lines": receiver(parcel),
        "carton": parcel.number,
        "cartons": parcel.of,
    }
    items = {packed.item.id: packed.item for packed in sealed.packed}
    if len(items) != 1:
        return values
    item = next(iter(items.values()))
    code = _barcodes(session, {item.id}).get(item.id, "")
    if len(code) == 14 and code.isdigit():  # noqa: PLR2004 - a GTIN as it is kept
        values |= {"content_gtin": code, "count": sum(packed.row.quantity for packed in sealed.packed)}
    lots = {packed.lot.code for packed in sealed.packed}
    return values | {"description": item.name, "lot": lots.pop() if len(lots) == 1 else ""}


def _limited_quantity(_session: Session, sealed: _Sealed) -> Values:
    if not any(packed.item.limited_quantity for packed in sealed.packed):
        raise ConflictError("Nothing in this carton is dangerous goods in limited quantity.")
    return {"kind": "limited_quantity", "order_number": sealed.parcel.order.number}


def _customs(sealed: _Sealed, kind: str) -> Values:
    """Give what all customs papers say; ConflictError names what is not known."""
    if sealed.gross_g is None:
        raise ConflictError("Customs papers need the carton's weight: weigh it, or give its items their weights.")
    order = sealed.parcel.order
    return {
        "kind": kind,
        "order_number": order.number,
        "lines": [_goods_line(packed) for packed in sealed.packed],
        "currency": order.currency,
        "gross_weight_g": sealed.gross_g,
    }


def _goods_line(packed: _Packed) -> Values:
    item, price = packed.item, packed.line.unit_price_cents
    facts = {"weight": item.weight_g, "HS code": item.hs_code, "country of origin": item.origin, "price": price}
    missing = [name for name, value in facts.items() if value is None]
    if missing:
        raise ConflictError(
            sentence("Customs papers need the {names} of {sku}.", names=" and the ".join(missing), sku=item.sku)
        )
    return {
        "description": item.name,
        "sku": item.sku,
        "quantity": packed.row.quantity,
        "unit_cents": price,
        "unit_weight_g": item.weight_g,
        "hs_code": item.hs_code,
        "origin": item.origin,
    }


def _signed(session: Session, sealed: _Sealed) -> Values:
    packer = session.get(PersonRow, sealed.parcel.carton.packer_id or 0)
    return {
        "category": "gift" if sealed.parcel.order.gift_note else "sale_of_goods",
        "signed_on": day(sealed.site, sealed.at),
        "signed_by": packer.name if packer else sealed.site.name,
    }


def _cn22(session: Session, sealed: _Sealed) -> Values:
    return _customs(sealed, "cn22") | _signed(session, sealed)


def _cn23(session: Session, sealed: _Sealed) -> Values:
    parties = {"sender": _seller(sealed.site), "receiver": _buyer(sealed.parcel), "barcode": sealed.parcel.carton.sscc}
    return _customs(sealed, "cn23") | _signed(session, sealed) | parties


def _invoice(_session: Session, sealed: _Sealed) -> Values:
    order, site = sealed.parcel.order, sealed.site
    return _customs(sealed, "commercial_invoice") | {
        "number": f"{order.number}-{sealed.parcel.number}",
        "date": day(site, sealed.at),
        "seller": _seller(site),
        "buyer": _buyer(sealed.parcel),
        "incoterm": site.incoterm,
        "incoterm_place": _destination(sealed.parcel),
        "reason": "Gift" if order.gift_note else "Sale",
        "carrier": order.carrier,
        "tracking": sealed.parcel.carton.sscc,
    }


def _seller(site: Site) -> Values:
    return {"lines": sender(site), "eori": site.eori, "vat_number": site.vat_number, "ioss": site.ioss}


def _buyer(parcel: Parcel) -> Values:
    address = parcel.address
    contact = {"phone": address.phone, "email": address.email} if address else {}
    return {"lines": receiver(parcel), **contact}


def _destination(parcel: Parcel) -> str:
    address = parcel.address
    parts = (address.city, country_line(address.country)) if address else ("", country_line(parcel.order.country))
    return ", ".join(part for part in parts if part)


PAPERS: Mapping[str, Callable[[Session, _Sealed], Values]] = {
    "contents": _contents,
    "logistic-label": _logistic_label,
    "limited-quantity": _limited_quantity,
    "cn22": _cn22,
    "cn23": _cn23,
    "invoice": _invoice,
}
"""How each paper is described, by the name it is asked for."""
