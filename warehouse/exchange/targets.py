"""What a column of a file may be mapped to, for each kind of import."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file brings."""

    ORDERS = "orders"
    ITEMS = "items"
    BINS = "bins"
    STOCK = "stock"
    USERS = "users"
    LAYOUT = "layout"


class Form(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    CODE = "code"
    QUANTITY = "quantity"
    MONEY = "money"
    WEIGHT = "weight"
    LENGTH = "length"
    MOMENT = "moment"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing a file can say: its form, its longest text, and whether it is said once for a whole group of rows."""

    form: Form = Form.TEXT
    longest: int = 200
    per_group: bool = False
    required: bool = False


def _head(form: Form = Form.TEXT, longest: int = 200) -> Target:
    return Target(form, longest, per_group=True)


ADDRESS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone", "email")
_ADDRESS_LONGEST = {"city": 120, "region": 120, "postcode": 20, "country": 60, "phone": 40}

_ORDERS = {
    "source": _head(Form.CODE, 40),
    "order_no": Target(Form.CODE, 80, per_group=True, required=True),
    "shop_number": _head(Form.CODE, 80),
    "placed_at": _head(Form.MOMENT),
    "requested_ship_date": _head(Form.DATE),
    "service": _head(longest=40),
    "customer": _head(longest=80),
    "currency": _head(Form.CODE, 3),
    "payment": _head(longest=40),
    "risk": _head(longest=40),
    "cancelled": _head(longest=40),
    "site": _head(longest=40),
    "note": _head(longest=1000),
    **{f"ship_{name}": _head(longest=_ADDRESS_LONGEST.get(name, 200)) for name in ADDRESS},
    "line_no": Target(Form.CODE, 80),
    "sku": Target(Form.CODE, 40, required=True),
    "gtin": Target(Form.CODE, 40),
    "description": Target(),
    "quantity": Target(Form.QUANTITY, required=True),
    "unit": Target(longest=20),
    "unit_price": Target(Form.MONEY),
    "line_state": Target(longest=40),
    "line_kind": Target(longest=40),
}

_ITEMS = {
    "sku": Target(Form.CODE, 40, per_group=True, required=True),
    "name": Target(per_group=True, required=True),
    "weight_g": _head(Form.WEIGHT),
    "length_mm": _head(Form.LENGTH),
    "width_mm": _head(Form.LENGTH),
    "height_mm": _head(Form.LENGTH),
    "tracking": _head(longest=20),
    "flags": _head(),
    "hs_code": _head(Form.CODE, 12),
    "origin": _head(Form.CODE, 2),
    "unit": Target(longest=20),
    "barcode": Target(Form.CODE, 120),
    "pack_quantity": Target(Form.QUANTITY),
    "price": Target(Form.MONEY),
    "family": Target(),
    "article_kind": Target(longest=40),
}

_BINS = {
    "code": Target(Form.CODE, 40, required=True),
    **{name: Target(longest=20) for name in ("zone", "aisle", "bay", "side", "level", "position", "kind")},
    **{name: Target(Form.QUANTITY) for name in ("x_mm", "y_mm", "walk_sequence")},
    "barcode": Target(Form.CODE, 120),
}

_STOCK = {
    "bin": Target(Form.CODE, 40, required=True),
    "sku": Target(Form.CODE, 40, required=True),
    "lot": Target(Form.CODE, 40),
    "expires_on": Target(Form.DATE),
    "quantity": Target(Form.QUANTITY, required=True),
    "available": Target(longest=40),
}

_USERS = {
    "name": Target(longest=80, required=True),
    "role": Target(longest=40, required=True),
    "badge": Target(Form.CODE, 64, required=True),
    "language": Target(longest=8),
}

_LAYOUT = {
    "kind": Target(longest=20, required=True),
    "code": Target(Form.CODE, 40, required=True),
    "zone": Target(longest=20),
    "name": Target(longest=80),
    **{name: Target(Form.QUANTITY) for name in ("x_mm", "y_mm")},
    "one_way": Target(longest=8),
    "blocked": Target(),
    "to": Target(Form.CODE, 40),
    "distance_mm": Target(Form.QUANTITY),
    **{name: Target(Form.QUANTITY) for name in ("totes", "orders", "items", "lines", "volume_cm3", "weight_g")},
}

TARGETS: dict[Kind, dict[str, Target]] = {
    Kind.ORDERS: _ORDERS,
    Kind.ITEMS: _ITEMS,
    Kind.BINS: _BINS,
    Kind.STOCK: _STOCK,
    Kind.USERS: _USERS,
    Kind.LAYOUT: _LAYOUT,
}
