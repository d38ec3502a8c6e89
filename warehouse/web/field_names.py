"""Names of wrong fields as people know them: the labels of the forms, read from the templates themselves."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from flask import Flask
from jinja2 import Environment, nodes, pass_context
from jinja2.runtime import Context

from warehouse.web.language import speaker

MACROS = frozenset({"field", "checkbox"})
_PLACE = re.compile(r"[0-9]{1,9}")
"""A place in a list; any other figures are what somebody called a field."""
UNLABELLED: Mapping[str, str] = {
    "address": "Address",
    "answer": "What becomes of it",
    "barcode": "Barcode",
    "cart": "Cart",
    "code": "Code",
    "customer": "Customer",
    "day": "Day",
    "days": "Days",
    "external_id": "Shop id",
    "find": "Find",
    "first": "First",
    "from": "From",
    "height_mm": "Height in millimetres",
    "item": "Item",
    "kind": "Kind",
    "last": "Last",
    "length_mm": "Length in millimetres",
    "limit": "At most so many",
    "line": "Line",
    "lines": "Lines",
    "month": "Month",
    "name": "Name",
    "note": "Note",
    "order": "Order",
    "orders": "Orders",
    "owner": "Owner",
    "person": "Person",
    "pieces": "Pieces",
    "pin": "PIN",
    "place": "Place",
    "profile": "Profile",
    "quantity": "Quantity",
    "reason": "Reason",
    "role": "Role",
    "search": "Number, shop's id or customer",
    "second": "Second",
    "serial": "Serial number",
    "source": "Source",
    "station": "Station",
    "text": "Text",
    "to": "To",
    "totes": "Totes",
    "transport": "Connection",
    "type": "Type",
    "until": "Until",
    "width_mm": "Width in millimetres",
    "x_mm": "x in mm",
    "y_mm": "y in mm",
    "zone": "Zone",
}
"""Fields that have no label, one with values, or another on every page."""


def furnish(app: Flask) -> None:
    """Give templates the filter `field_name`."""
    app.jinja_env.filters["field_name"] = _said


def name_of(field: str, labels: Mapping[str, str]) -> str:
    """Name a field in the request's language: `lines.0.sku` is "Lines 1 SKU"; without a label its words are said."""
    return " ".join(_part(each, labels) for each in field.split("."))


def labels_of(environment: Environment, template: str | None) -> Mapping[str, str]:
    """Give the English label of each field: the page's own, else the one that all forms have."""
    pages = _pages(environment)
    everywhere = [pair for found in pages.values() for pair in found]
    several = Counter(name for name, _ in set(everywhere))
    alike = {name: label for name, label in everywhere if several[name] == 1}
    return {**alike, **UNLABELLED, **dict(reversed(pages.get(template or "", [])))}


@pass_context
def _said(context: Context, field: str) -> str:
    return name_of(field, labels_of(context.environment, context.name))


def _part(name: str, labels: Mapping[str, str]) -> str:
    if _PLACE.fullmatch(name):
        return str(int(name) + 1)
    return speaker().say(labels.get(name, name.replace("_", " ")))


@cache
def _pages(environment: Environment) -> Mapping[str, list[tuple[str, str]]]:
    return {name: list(_labels(environment, name)) for name in environment.list_templates(["html"])}


def _labels(environment: Environment, template: str) -> Iterator[tuple[str, str]]:
    """Read what `field("code", _("Code"))` calls a field; a label with values stands only in its form."""
    if environment.loader is None:
        return
    source, _, _ = environment.loader.get_source(environment, template)
    for call in environment.parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MACROS and len(call.args) > 1:
            name, label = call.args[0], _literal(call.args[1])
            if isinstance(name, nodes.Const) and label and "{" not in label:
                yield name.value, label


def _literal(label: nodes.Expr) -> str | None:
    said = label.args[0] if isinstance(label, nodes.Call) and label.args else label
    return said.value if isinstance(said, nodes.Const) else None
