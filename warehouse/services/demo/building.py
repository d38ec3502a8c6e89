"""Writes the demo warehouse down, all of it in one transaction or nothing."""

from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warehouse.domain.site import Site
from warehouse.services.actor import Request, audit
from warehouse.services.demo.carriers import make_carriers
from warehouse.services.demo.customers import make_customers
from warehouse.services.demo.floor import make_bins, make_plan
from warehouse.services.demo.items import make_items
from warehouse.services.demo.orders import DemoTrade, make_orders
from warehouse.services.demo.people import DemoPerson
from warehouse.services.demo.writing_floor import write_bins, write_carts_and_totes, write_outside, write_stations
from warehouse.services.demo.writing_goods import Shelves, write_items, write_orders, write_stock
from warehouse.services.layout.floor_plan import put_layout
from warehouse.services.people.staff import NewPerson, create_person
from warehouse.services.site import ChangeSetting, change_setting

_SETTINGS: dict[str, object] = {
    "name": "Demo Warehouse",
    "code": "DEMO",
    "home_country": "GB",
    "gs1_prefix": "9520000",
    "address": ["Unit 4, Sample Park", "Demo Road", "Exampleton EX1 1AA", "United Kingdom"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest(Request):
    """What the demo warehouse is made from; `pin_hashes` belong to `people`, `paper` is the folder of printed files."""

    seed: int
    people: tuple[DemoPerson, ...]
    pin_hashes: tuple[str, ...]
    paper: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """How much was made."""

    items: int
    bins: int
    orders: int
    lines: int


def build_demo(session: Session, request: DemoRequest) -> DemoCounts:
    """Fill an empty database; everything but badges and PINs follows from the seed and the time."""
    random = Random(request.seed)  # noqa: S311 - a demo is to be the same each time, not secret
    site = _write_site(session, request)
    _write_people(session, request)
    goods, bins = make_items(random), make_bins()
    trade = DemoTrade(items=goods, customers=make_customers(random), site=site, at=request.at)
    orders = make_orders(random, trade)
    item_keys = write_items(session, goods, request.at)
    shelves = Shelves(
        items=goods,
        item_keys=item_keys,
        bins=bins,
        bin_keys=write_bins(session, bins),
        supplier=write_outside(session),
    )
    put_layout(session, request, make_plan())
    write_carts_and_totes(session)
    write_stations(session, request.paper)
    write_stock(session, random, shelves, orders, request.at)
    write_orders(session, orders, item_keys, request.at)
    lines = sum(len(order.draft.lines) for order in orders)
    audit(session, request, "demo.make", "site", seed=request.seed, items=len(goods), orders=len(orders))
    return DemoCounts(items=len(goods), bins=len(bins), orders=len(orders), lines=lines)


def _write_site(session: Session, request: DemoRequest) -> Site:
    carriers = make_carriers(request.at.astimezone(ZoneInfo(request.time_zone)))
    settings = _SETTINGS | {"time_zone": request.time_zone, "carriers": carriers}
    for name, value in settings.items():
        change = ChangeSetting(actor=request.actor, at=request.at, name=name, value=value)
        site = change_setting(session, change)
    return site


def _write_people(session: Session, request: DemoRequest) -> None:
    for person, pin_hash in zip(request.people, request.pin_hashes, strict=True):
        new = NewPerson(
            actor=request.actor,
            at=request.at,
            name=person.name,
            role=person.role,
            badge=person.badge,
            pin_hash=pin_hash,
        )
        create_person(session, new)
