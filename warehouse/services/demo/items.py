"""Items of the demo shop: everyday goods with sound codes, sizes and weights.

The codes stand under the GS1 prefix 952, which is kept for demonstrations and never on real goods.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from warehouse.domain.codes import Tracking, UnitLevel
from warehouse.domain.gs1 import check_digit

PREFIX = "952"
ITEMS = 400


@dataclass(frozen=True, slots=True)
class DemoCode:
    """One barcode: digits, what one scan of it stands for, and how many pieces that is."""

    digits: str
    unit: UnitLevel
    pack_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One item of the shop; grams, millimetres, cents. `demand` is how often it is ordered, against the others."""

    sku: str
    name: str
    weight_g: int
    size_mm: tuple[int, int, int]
    tracking: Tracking
    high_value: bool
    fragile: bool
    limited_quantity: bool
    hs_code: str
    origin: str
    price_cents: int
    demand: float
    codes: tuple[DemoCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Goods that have much in common; weights, longest sides and prices as (least, most)."""

    mark: str
    nouns: tuple[str, ...]
    looks: tuple[str, ...]
    weight_g: tuple[int, int]
    length_mm: tuple[int, int]
    price_cents: tuple[int, int]
    hs_code: str
    origin: str
    tracking: Tracking = Tracking.NONE
    high_value: bool = False
    fragile: bool = False
    limited_quantity: bool = False


_COLOURS = ("Red", "Blue", "Green", "White", "Black", "Grey", "Yellow", "Rose")

_FAMILIES = (
    _Family(
        mark="KI",
        nouns=("Mug 300 ml", "Plate 21 cm", "Bowl 14 cm", "Jug 1 l", "Egg Cup", "Teapot", "Serving Dish"),
        looks=_COLOURS,
        weight_g=(120, 900),
        length_mm=(70, 320),
        price_cents=(350, 3200),
        hs_code="6912002300",
        origin="PT",
        fragile=True,
    ),
    _Family(
        mark="GL",
        nouns=("Wine Glass", "Tumbler", "Vase", "Storage Jar", "Tea Light Holder", "Carafe"),
        looks=("Clear", "Amber", "Smoke", "Rose", "Green", "Blue"),
        weight_g=(90, 1100),
        length_mm=(60, 300),
        price_cents=(250, 2900),
        hs_code="7013370000",
        origin="CZ",
        fragile=True,
    ),
    _Family(
        mark="ST",
        nouns=("Notebook A5", "Notebook A4", "Gel Pen", "Marker", "Desk Diary", "Gift Wrap 3 m", "Card Set"),
        looks=(*_COLOURS, "Dotted", "Ruled"),
        weight_g=(12, 480),
        length_mm=(140, 320),
        price_cents=(120, 1900),
        hs_code="4820103000",
        origin="DE",
    ),
    _Family(
        mark="TX",
        nouns=("Tea Towel", "Cushion Cover", "Apron", "Tote Bag", "Throw", "Oven Glove", "Table Runner"),
        looks=(*_COLOURS, "Striped", "Checked"),
        weight_g=(70, 950),
        length_mm=(200, 400),
        price_cents=(600, 4500),
        hs_code="6302510000",
        origin="IN",
    ),
    _Family(
        mark="TY",
        nouns=("Wooden Train", "Puzzle 500", "Building Blocks", "Soft Bear", "Card Game", "Kite"),
        looks=("Small", "Large", "Forest", "Ocean", "City", "Farm", "Space"),
        weight_g=(90, 1600),
        length_mm=(110, 400),
        price_cents=(700, 4900),
        hs_code="9503004100",
        origin="PL",
    ),
    _Family(
        mark="GA",
        nouns=("Seed Packet", "Plant Pot 12 cm", "Hand Trowel", "Watering Can", "Bird Feeder", "Garden Twine"),
        looks=("Classic", "Terracotta", "Zinc", "Oak", "Green", "Slate"),
        weight_g=(15, 2200),
        length_mm=(80, 420),
        price_cents=(190, 3900),
        hs_code="8201100000",
        origin="NL",
    ),
    _Family(
        mark="FD",
        nouns=("Green Tea 50 bags", "Dark Chocolate 100 g", "Ground Coffee 250 g", "Honey 340 g", "Shortbread"),
        looks=("Classic", "Organic", "Orange", "Vanilla", "Highland", "Mild"),
        weight_g=(100, 520),
        length_mm=(70, 190),
        price_cents=(290, 1290),
        hs_code="0902100000",
        origin="GB",
        tracking=Tracking.EXPIRY,
    ),
    _Family(
        mark="CO",
        nouns=("Hand Cream 75 ml", "Bar Soap", "Bath Salts", "Lip Balm", "Room Spray"),
        looks=("Lavender", "Citrus", "Rose", "Cedar", "Unscented"),
        weight_g=(15, 420),
        length_mm=(50, 180),
        price_cents=(350, 2400),
        hs_code="3304990000",
        origin="FR",
        tracking=Tracking.LOT,
        limited_quantity=True,
    ),
    _Family(
        mark="EL",
        nouns=("Wireless Earbuds", "Desk Lamp", "Bluetooth Speaker", "Digital Scale"),
        looks=("Black", "White", "Sand"),
        weight_g=(60, 1800),
        length_mm=(70, 380),
        price_cents=(2900, 18900),
        hs_code="8518300000",
        origin="CN",
        tracking=Tracking.SERIAL,
        high_value=True,
    ),
    _Family(
        mark="JW",
        nouns=("Silver Earrings", "Bracelet", "Pendant", "Ring Dish"),
        looks=("Leaf", "Moon", "Plain", "Knot", "Star", "Wave"),
        weight_g=(8, 160),
        length_mm=(40, 110),
        price_cents=(1900, 14900),
        hs_code="7113110000",
        origin="IT",
        high_value=True,
    ),
)

_PACKS = ((0, 6), (6, 24), (10, 60), (4, 12), (0, 12), (12, 144))
"""How goods come: pieces in an inner (0: none) and in a case."""


def make_items(random: Random) -> tuple[DemoItem, ...]:
    """Make the catalogue; the first items of it are ordered most."""
    goods = [(family, noun, look) for family in _FAMILIES for noun in family.nouns for look in family.looks]
    random.shuffle(goods)
    chosen = goods[:ITEMS]
    return tuple(_item(random, number, *one) for number, one in enumerate(chosen, start=1))


def _item(random: Random, number: int, family: _Family, noun: str, look: str) -> DemoItem:
    length = random.randint(*family.length_mm)
    return DemoItem(
        sku=f"{family.mark}-{10_000 + number * 7}",
        name=f"{noun} {look}",
        weight_g=random.randint(*family.weight_g),
        size_mm=(
            length,
            max(20, length * random.randint(40, 90) // 100),
            max(10, length * random.randint(15, 60) // 100),
        ),
        tracking=family.tracking,
        high_value=family.high_value,
        fragile=family.fragile,
        limited_quantity=family.limited_quantity,
        hs_code=family.hs_code,
        origin=family.origin,
        price_cents=random.randint(*family.price_cents) // 5 * 5,
        demand=1 / (number + 6) ** 0.7,
        codes=tuple(_codes(number, *random.choice(_PACKS))),
    )


def _codes(number: int, inner: int, case: int) -> Iterator[DemoCode]:
    stem = f"{PREFIX}{number:09d}"
    yield DemoCode(f"{stem}{check_digit(stem)}", UnitLevel.EACH, 1)
    for indicator, unit, quantity in (("1", UnitLevel.INNER, inner), ("2", UnitLevel.CASE, case)):
        if quantity:
            yield DemoCode(f"{indicator}{stem}{check_digit(indicator + stem)}", unit, quantity)
