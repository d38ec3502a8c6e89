"""Documents to JSON values and back, so that a print job can hold one."""

import json
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from printers.documents import customs, labels, logistic, sheets
from printers.documents.base import Document
from printers.errors import RefusedContentError

KINDS: dict[str, type[Document]] = {
    document.kind: document
    for document in (
        labels.BinLabel,
        labels.ToteLabel,
        labels.CartLabel,
        labels.BatchLabel,
        labels.ItemLabel,
        labels.Badge,
        labels.StationLabel,
        labels.ReturnLabel,
        labels.ShippingLabel,
        labels.PrinterTestPage,
        logistic.LogisticLabel,
        logistic.LimitedQuantityMark,
        customs.Cn22,
        customs.Cn23,
        customs.CommercialInvoice,
        sheets.CommandSheet,
        sheets.PickList,
        sheets.PackingSlip,
        sheets.CartonContents,
        sheets.Manifest,
        sheets.GiftNote,
    )
}
"""Every kind of document by its name."""


@lru_cache(maxsize=len(KINDS))
def _adapter(kind: str) -> TypeAdapter[Document]:
    return TypeAdapter(KINDS[kind])


def document_to_json(document: Document) -> dict[str, Any]:
    """Give the document as JSON values, with its `kind`."""
    values: dict[str, Any] = _adapter(document.kind).dump_python(document, mode="json")
    return {"kind": document.kind, **values}


def document_from_json(values: dict[str, Any]) -> Document:
    """Make the document again; raises RefusedContentError naming the field that is missing, unknown or wrong."""
    kind = values.get("kind")
    if kind not in KINDS:
        pattern = "{kind} is no document; known are {known}"
        raise RefusedContentError("kind", pattern, kind=repr(kind), known=", ".join(KINDS))
    rest = {name: value for name, value in values.items() if name != "kind"}
    try:
        return _adapter(kind).validate_json(json.dumps(rest))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RefusedContentError(".".join(map(str, first["loc"])), first["msg"]) from error
