"""What left, as each shop takes it: a CSV for Shopify, Amazon's confirmation, ShipStation's notice, a plain CSV.

Cells that a spreadsheet would take for a formula are escaped, but not in what only programs read (Amazon, ShipStation).
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from warehouse.domain.write_backs import ShippedLine, ShippedParcel, WriteBackForm
from warehouse.exchange.rejected import safe

GENERIC = (
    *("order_no", "number", "line_no", "sku", "quantity", "shipped_at", "carrier", "service", "tracking_number"),
    "sscc",
)
SHOPIFY = (
    *("Name", "Lineitem sku", "Lineitem quantity", "Tracking Company", "Tracking Number", "Shipped at"),
    "Notify Customer",
)
AMAZON = (
    *("order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "carrier-name", "tracking-number"),
    *("ship-method", "transparency_code"),
)


def write_back(form: WriteBackForm, parcels: Sequence[ShippedParcel]) -> bytes:
    """Write parcels as a file; of ShipStation's notices only one is sent at a time, more stand one below the other."""
    return _WRITERS[form](parcels)


def suffix_of(form: WriteBackForm) -> str:
    """Give the ending of such a file's name."""
    return {WriteBackForm.AMAZON: "txt", WriteBackForm.SHIPSTATION: "xml"}.get(form, "csv")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _generic(parcels: Sequence[ShippedParcel]) -> bytes:
    return _table(
        GENERIC,
        (
            (
                *(parcel.order_id, parcel.number, line.external_line, line.sku, str(line.quantity)),
                *(parcel.shipped_at.isoformat(timespec="seconds"), parcel.carrier, parcel.service),
                *(parcel.tracking, parcel.sscc),
            )
            for parcel in parcels
            for line in parcel.lines
        ),
    )


def _shopify(parcels: Sequence[ShippedParcel]) -> bytes:
    return _table(
        SHOPIFY,
        (
            (
                *(parcel.order_no, line.sku, str(line.quantity), parcel.carrier, parcel.tracking),
                *(parcel.shipped_at.strftime("%Y-%m-%d %H:%M:%S +0000"), "true"),
            )
            for parcel in parcels
            for line in parcel.lines
        ),
    )


def _amazon(parcels: Sequence[ShippedParcel]) -> bytes:
    """Write Amazon's own form: TAB, no quotes, so what would break a row is taken out."""
    rows = [
        (
            *(parcel.order_id, line.external_line, str(line.quantity), parcel.shipped_at.strftime("%Y-%m-%d")),
            *(parcel.carrier, "", parcel.tracking, parcel.service, ""),
        )
        for parcel in parcels
        for line in parcel.lines
    ]
    return "".join("\t".join(map(_on_one_line, row)) + "\r\n" for row in (AMAZON, *rows)).encode()


def _on_one_line(cell: str) -> str:
    return " ".join(cell.split()) if cell else cell


def _shipstation(parcels: Sequence[ShippedParcel]) -> bytes:
    notices = "".join(map(_notice, parcels))
    if len(parcels) != 1:
        notices = f"<ShipNotices>\n{notices}</ShipNotices>\n"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{notices}'.encode()


def _notice(parcel: ShippedParcel) -> str:
    to = parcel.recipient
    where = {
        "Name": to.name,
        "Company": to.company,
        **{f"Address{place}": line for place, line in enumerate(to.lines[:2], start=1)},
        "City": to.city,
        "State": to.region,
        "PostalCode": to.postcode,
        "Country": to.country,
    }
    said = {
        "OrderNumber": parcel.order_no,
        "OrderID": parcel.order_id,
        "CustomerCode": parcel.customer,
        "LabelCreateDate": parcel.shipped_at.strftime("%m/%d/%Y %H:%M"),
        "ShipDate": parcel.shipped_at.strftime("%m/%d/%Y"),
        "Carrier": parcel.carrier,
        "Service": parcel.service,
        "TrackingNumber": parcel.tracking,
    }
    items = "".join(_element("Item", _inside(_item(line))) for line in parcel.lines)
    return _element("ShipNotice", _inside(said) + _element("Recipient", _inside(where)) + _element("Items", items))


def _item(line: ShippedLine) -> dict[str, str]:
    return {"SKU": line.sku, "Name": line.name, "Quantity": str(line.quantity), "LineItemID": line.external_line}


def _inside(values: Mapping[str, str]) -> str:
    return "".join(_element(name, escape(_printable(value))) for name, value in values.items())


def _element(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>\n"


def _printable(text: str) -> str:
    """Take out what no XML may hold."""
    return "".join(sign for sign in text if sign.isprintable())


_WRITERS: Mapping[WriteBackForm, Callable[[Sequence[ShippedParcel]], bytes]] = {
    WriteBackForm.GENERIC: _generic,
    WriteBackForm.SHOPIFY: _shopify,
    WriteBackForm.AMAZON: _amazon,
    WriteBackForm.SHIPSTATION: _shipstation,
}
