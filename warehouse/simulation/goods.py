"""What is printed on the goods and boxes, read once at the start of a shift as the lead would show it around."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from warehouse.simulation.wire import Line

BY_LOT = {"lot", "expiry"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece that can be taken into the hand; `codes` are its item's labels as (code, pieces)."""

    sku: str
    codes: tuple[tuple[str, int], ...]
    lot: str | None = None
    serial: str | None = None

    @property
    def each(self) -> str:
        """Give the label of a single piece, else the smallest there is."""
        return min(self.codes, key=lambda code: code[1])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One item: its labels as (code, pieces), pieces first; grams of a piece where they are known."""

    sku: str
    name: str
    codes: tuple[tuple[str, int], ...]
    tracking: str
    weight_g: int | None

    @property
    def is_plain(self) -> bool:
        """Whether every piece is like every other."""
        return self.tracking == "none"


@dataclass(frozen=True, slots=True)
class Goods:
    """All items by SKU, and boxes as (code, tare in grams)."""

    by_sku: Mapping[str, Good] = field(default_factory=dict)
    boxes: Sequence[tuple[str, int]] = ()

    @classmethod
    def read(cls, line: Line) -> "Goods":
        """Read catalogue and boxes."""
        items = line.pages("/items")
        uses = Counter(code["code"] for item in items for code in item["barcodes"])
        found = {item["sku"]: _good(item, uses) for item in items if item["active"] and item["barcodes"]}
        return cls(found, [(box["code"], box["tare_g"]) for box in line.ask("GET", "/packaging")])

    @property
    def tracked_by_lot(self) -> set[str]:
        """Name the SKUs whose lots are told apart."""
        return {sku for sku, good in self.by_sku.items() if good.tracking in BY_LOT}

    def lot_of(self, sku: str, lot: str | None) -> str:
        """Give the lot a pile is known by."""
        good = self.by_sku.get(sku)
        return lot or "" if good and good.tracking in BY_LOT else ""

    def a_stranger(self, random: Random, here: set[str]) -> Good | None:
        """Choose a plain item that does not lie here."""
        strangers = [good for sku, good in self.by_sku.items() if good.is_plain and sku not in here]
        return random.choice(strangers) if strangers else None


def _good(item: Mapping[str, Any], uses: Counter[str]) -> Good:
    codes = sorted((it["pack_quantity"], it["code"]) for it in item["barcodes"] if uses[it["code"]] == 1)
    return Good(
        sku=item["sku"],
        name=item["name"],
        codes=tuple((code, pack) for pack, code in codes),
        tracking=item["tracking"],
        weight_g=item["weight_g"],
    )
