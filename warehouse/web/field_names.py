"""Names of wrong fields as people know them: the labels of the forms, read from the templates themselves."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flask import Flask
from jinja2 import Environment, nodes, pass_context
from jinja2.runtime import Context

from warehouse.web.language import speaker

MACROS, LABELS = frozenset({"field", "checkbox"}), "labels"
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
    everywhere = [pair for found in pages.values() for pair in found.forms]
    several = Counter(name for name, _ in set(everywhere))
    alike = {name: label for name, label in everywhere if several[name] == 1}
    own = pages.get(template or "", _Page([], []))
    return {**alike, **UNLABELLED, **dict(reversed([*own.forms, *own.tables]))}


@pass_context
def _said(context: Context, field: str) -> str:
    return name_of(field, labels_of(context.environment, context.name))


def _part(name: str, labels: Mapping[str, str]) -> str:
    if _PLACE.fullmatch(name):
        return str(int(name) + 1)
    return speaker().say(labels.get(name, name.replace("_", " ")))


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page calls its fields, each in its form, and in tables of labels for fields that it makes in a loop."""

    forms: list[tuple[str, str]]
    tables: list[tuple[str, str]]


@cache
def _pages(environment: Environment) -> Mapping[str, _Page]:
    return {name: _read(environment, name) for name in environment.list_templates(["html"])}


def _read(environment: Environment, template: str) -> _Page:
    """Read what `field("code", _("Code"))` and `{% set labels = {"code": _("Code")} %}` call a field."""
    if environment.loader is None:
        return _Page([], [])
    source, _, _ = environment.loader.get_source(environment, template)
    page = environment.parse(source)
    calls = [it for it in page.find_all(nodes.Call) if isinstance(it.node, nodes.Name) and it.node.name in MACROS]
    tables = [it.node for it in page.find_all(nodes.Assign) if it.target == nodes.Name(LABELS, "store")]
    pairs = [pair for table in tables if isinstance(table, nodes.Dict) for pair in table.items]
    return _Page(
        list(_literals((call.args[0], call.args[1]) for call in calls if len(call.args) > 1)),
        list(_literals((pair.key, pair.value) for pair in pairs)),
    )


def _literals(found: Iterable[tuple[nodes.Expr, nodes.Expr]]) -> Iterator[tuple[str, str]]:
    """Give names and labels that are written out; a label with values stands only in its form."""
    for name, said in found:
        label = _literal(said)
        if isinstance(name, nodes.Const) and label and "{" not in label:
            yield name.value, label


def _literal(label: nodes.Expr) -> str | None:
    if isinstance(label, nodes.Tuple):  # a hint stands behind it
        label = label.items[0]
    said = label.args[0] if isinstance(label, nodes.Call) and label.args else label
    return said.value if isinstance(said, nodes.Const) else None
