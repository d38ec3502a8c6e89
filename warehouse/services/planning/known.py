"""What a plan is made from, read in one consistent look: orders, free stock, the building, carts, and who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warehouse.domain.allocation import StockSlot
from warehouse.domain.batching import Method, PlanRules
from warehouse.domain.codes import BinKind
from warehouse.domain.errors import NotFoundError
from warehouse.domain.layout import Layout
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.planning.pace import read_shift
from warehouse.services.site import load_site
from warehouse.storage.queries.batching import CartSize, cart_sizes
from warehouse.storage.queries.layout import load_layout
from warehouse.storage.queries.stock import free_slots
from warehouse.storage.queries.wanted import WantedOrder, wanted_orders

_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders make a wave; what is empty does not restrict. `cutoff` is the site's clock, such as 16:30.

    An order is of a `zone` when all of it is picked there.
    """

    carrier: str = ""
    cutoff: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBatches(Request):
    """Plan all orders that are wanted, or those of `orders`; for one cart's size when `cart` names it.

    Without `commit` nothing is stored and nothing promised. `seed` is kept with the run; the plan is the same for the
    same input anyway. `single` puts each order on a trip of its own; `pickers` is how many will work it,
    None those who are here. `only` says which orders count
    where none are named.
    """

    orders: tuple[str, ...] | None = None
    wave: str | None = None
    cart: str | None = None
    seed: int = 0
    commit: bool = False
    single: bool = False
    limit: int = 1000
    only: OrderFilter = OrderFilter()
    pickers: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What one run works with, read in one consistent look; plain values, to be sent to another process."""

    site: Site
    layout: Layout
    rules: PlanRules
    cart: int | None
    orders: list[WantedOrder]
    stock: list[StockSlot]


def read_known(session: Session, request: PlanBatches) -> Known:
    """Read what a plan of these orders is made from. NotFoundError when the cart does not exist."""
    site = load_site(session)
    carts = cart_sizes(session)
    cart = next((size for size in carts if size.code == request.cart), None)
    if request.cart is not None and cart is None:
        raise NotFoundError(sentence("There is no cart {cart}.", cart=request.cart))
    # Without a named cart the plan must go onto whichever the picker takes.
    size = cart or (_any_of(carts) if carts else None)
    layout = load_layout(session)
    orders = _orders(session, site, request)
    items = {line.item for order in orders for line in order.lines}
    stock = free_slots(session, items, site.time_zone, layout)
    limits = site.cart
    rules = PlanRules(
        totes=size.slots if size else limits.slots,
        tote_weight_g=limits.tote_weight_g,
        tote_volume_mm3=limits.tote_volume_mm3,
        cart_weight_g=size.max_weight_g if size else limits.weight_g,
        cart_lines=size.max_lines if size else limits.lines,
        cart_orders=size.max_orders if size else None,
        cart_items=size.max_items if size else None,
        cart_volume_mm3=size.max_volume_cm3 * 1000 if size and size.max_volume_cm3 else None,
        assumed_weight_g=limits.assumed_weight_g,
        assumed_volume_mm3=limits.assumed_volume_mm3,
        method=Method.SINGLE if request.single else Method.CLUSTER,
        mix_cutoffs=limits.mix_cutoffs,
        single_zone=site.trips.single_zone,
        mix_carriers=site.trips.mix_carriers,
        mix_hazards=site.trips.mix_hazards,
        handling=site.trips.handling,
        shift=read_shift(session, request.at, request.pickers),
    )
    return Known(site, layout, rules, cart.id if cart else None, orders, [it for it in stock if _useful(it)])


def _any_of(carts: Sequence[CartSize]) -> CartSize:
    """Give a cart that takes no more than any of these."""

    def least(*limits: int | None) -> int | None:
        return min((limit for limit in limits if limit is not None), default=None)

    return CartSize(
        id=0,
        code="",
        slots=min(cart.slots for cart in carts),
        max_weight_g=least(*(cart.max_weight_g for cart in carts)),
        max_lines=least(*(cart.max_lines for cart in carts)),
        max_items=least(*(cart.max_items for cart in carts)),
        max_orders=least(*(cart.max_orders for cart in carts)),
        max_volume_cm3=least(*(cart.max_volume_cm3 for cart in carts)),
    )


def _useful(slot: StockSlot) -> bool:
    return slot.bin.pickable or (slot.bin.kind is BinKind.RESERVE and slot.bin.blocked is None)


def _orders(session: Session, site: Site, request: PlanBatches) -> list[WantedOrder]:
    only, zone = request.only, ZoneInfo(site.time_zone)
    if request.orders is not None or only == OrderFilter():
        return wanted_orders(session, request.orders, request.limit)
    found = [
        order
        for order in wanted_orders(session, None, _LOOKED_AT, carrier=only.carrier)
        if not only.cutoff or (order.cutoff and order.cutoff.astimezone(zone).strftime("%H:%M") == only.cutoff)
    ]
    # Which of them lie in the zone is known when stock was found for them.
    return found if only.zone else found[: request.limit]
