"""What a customer wants, as a file states it: drafts, their hashes, and cancellations matched to orders."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from warehouse.domain.catalog import sku_key
from warehouse.domain.drafts import Finding, Refused, Skipped, SourceRow


class OrderLineDraft(NamedTuple):
    """One line as the file has it; eaches and cents. `line_no` counts from 1, `external_line` is the shop's own."""

    line_no: int
    external_line: str
    sku: str
    gtin: str
    description: str
    quantity: int
    unit_price_cents: int | None
    pickable: bool
    source_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipTo:
    """Where an order goes: the fields as mapped, and the address cells untouched in `original`."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    original: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order that came in; (source, external_id) names it. `placed_at` is UTC, None when the file is silent.

    `shop_number` is what people at the shop call it, where that is another; `withdrawn`: its own shop has cancelled it.
    """

    source: str
    external_id: str
    placed_at: datetime | None
    ship_on: date | None
    service: str
    ship_to: ShipTo
    customer: str
    currency: str
    payment: str
    site: str
    note: str
    lines: tuple[OrderLineDraft, ...]
    line: int
    risk: str = ""
    withdrawn: bool = False
    shop_number: str = ""

    @property
    def pickable_lines(self) -> tuple[OrderLineDraft, ...]:
        """The lines that somebody has to walk for."""
        return tuple(line for line in self.lines if line.pickable)


class Goods(NamedTuple):
    """What of an order is picked: a hash by which the same basket is found, folded SKUs, pieces and their price."""

    basket: str
    skus: tuple[str, ...]
    units: int
    value_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationDraft:
    """A document that takes back earlier wants; `units` are positive eaches by SKU as written, in file order."""

    source: str
    external_id: str
    placed_at: datetime | None
    customer: str
    units: tuple[tuple[str, int], ...]
    line: int

    @property
    def asked(self) -> Counter[str]:
        """The units by folded SKU."""
        asked: Counter[str] = Counter()
        for sku, quantity in self.units:
            asked[sku_key(sku)] += quantity
        return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOrder:
    """An order fit to be judged and stored; `digest` is its content hash, `goods` what of it is picked."""

    draft: OrderDraft
    digest: str
    goods: Goods
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """A cancellation to be matched to an order, with its rows in case none fits."""

    draft: CancellationDraft
    findings: tuple[Finding, ...] = ()
    rows: tuple[SourceRow, ...] = ()


ParsedOrder = AcceptedOrder | Cancellation | Refused | Skipped


def content_hash(draft: OrderDraft) -> str:
    """Hash what an order says, whatever the order of its lines and their place in the file."""
    head = (
        *(draft.placed_at.isoformat() if draft.placed_at else "", draft.ship_on.isoformat() if draft.ship_on else ""),
        *(draft.service, draft.customer, draft.currency, draft.payment, draft.site, draft.note),
        *_address(draft.ship_to),
        *((draft.risk, draft.withdrawn) if draft.risk or draft.withdrawn else ()),
    )
    return _digest(repr((head, sorted(_said(line) for line in draft.lines))))


def _address(to: ShipTo) -> tuple[str, ...]:
    fields = (to.name, to.company, to.line1, to.line2, to.city, to.region, to.postcode, to.country, to.phone, to.email)
    return (*fields, *to.original)


def _said(line: OrderLineDraft) -> tuple[str | int | bool, ...]:
    # A missing price sorts below 0, so that lines with and without one can be compared.
    price = -1 if line.unit_price_cents is None else line.unit_price_cents
    return (line.external_line, line.sku, line.quantity, price, line.gtin, line.description, line.pickable)


def units_by_sku(lines: Iterable[OrderLineDraft]) -> dict[str, int]:
    """Add up the pickable eaches by folded SKU: twice the same SKU is two lines, one walk."""
    units: dict[str, int] = {}
    for line in lines:
        if line.pickable:
            sku = sku_key(line.sku)
            units[sku] = units.get(sku, 0) + line.quantity
    return units


def goods_of(lines: Sequence[OrderLineDraft]) -> Goods:
    """Sum up what is to be picked; a line without a price counts nothing."""
    units = units_by_sku(lines)
    value = sum(line.quantity * (line.unit_price_cents or 0) for line in lines if line.pickable)
    return Goods(_digest(repr(sorted(units.items()))), tuple(units), sum(units.values()), value)


def basket_hash(lines: Sequence[OrderLineDraft]) -> str:
    """Hash what is to be picked, so that the same basket under another number is found."""
    return goods_of(lines).basket


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOrder:
    """An order a cancellation may mean: its open `pieces` in all, and by folded SKU at least those asked for."""

    order_id: int
    external_id: str
    placed_at: datetime
    customer: str
    units: tuple[tuple[str, int], ...]
    pieces: int

    def less(self, taken: Counter[str]) -> "EarlierOrder":
        """Give what is left of it once these units by folded SKU are taken back."""
        rest = tuple((Counter(dict(self.units)) - taken).items())
        return replace(self, units=rest, pieces=self.pieces - taken.total())


@dataclass(frozen=True, slots=True)
class CancellationMatch:
    """The order that is meant; `whole` when nothing of it is left."""

    order: EarlierOrder
    whole: bool


def match_cancellation(cancellation: CancellationDraft, earlier: Sequence[EarlierOrder]) -> CancellationMatch | None:
    """Find the latest earlier order of the same customer that holds every cancelled unit; None when there is none.

    An order that is taken back whole goes before one that would keep a rest.
    """
    asked = cancellation.asked
    matches = [
        CancellationMatch(order, whole=order.pieces == asked.total())
        for order in earlier
        if asked and _may_mean(cancellation, order) and asked <= Counter(dict(order.units))
    ]
    return max(matches, key=lambda match: (match.whole, match.order.placed_at, match.order.order_id), default=None)


def _may_mean(cancellation: CancellationDraft, order: EarlierOrder) -> bool:
    if not cancellation.customer or cancellation.customer != order.customer:
        return False
    return cancellation.placed_at is None or order.placed_at <= cancellation.placed_at
