"""What a site has set: zone, policies, modes, carriers, tolerances. One frozen value with sound defaults.

Each setting is stored as JSON under its name; `read_setting` parses strictly, `write_setting` is its reverse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from warehouse.domain.codes import Mode, Role, Severity
from warehouse.domain.exception_queue import LADDER, MATRIX, Answer, ExceptionRule, ExceptionType, Rung
from warehouse.domain.exceptions.allowances import Allowance
from warehouse.domain.exceptions.calendar import Calendar, SiteClock
from warehouse.domain.exceptions.duties import Duty
from warehouse.domain.figures.alerts import AlertLimits
from warehouse.domain.order_checks import OrderLimits
from warehouse.domain.picking.work import Policy
from warehouse.domain.planning.handling import Handling
from warehouse.domain.rollout.costs import CostModel
from warehouse.domain.shipping.carriers import Carrier, Pickup, carrier_named, next_pickup


class Backorder(StrEnum):
    """What becomes of an order that cannot be served whole."""

    PARTIAL = "partial"
    COMPLETE = "complete"
    SUBSTITUTE = "substitute"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPolicy:
    """How parcels are checked: `blind` hides the expected count, `second_person` wants another packer than picker."""

    blind: bool = True
    second_person: bool = True
    self_pack: bool = False
    self_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """How far a count or a scale may differ before somebody else looks; the larger of both figures counts."""

    count_units: int = 0
    count_percent: int = 0
    weight_g: int = 30
    weight_percent: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLimits:
    """What is planned for where no cart is named; None is no limit. Grams and cubic millimetres."""

    slots: int = 8
    weight_g: int | None = None
    lines: int | None = None
    tote_weight_g: int | None = None
    tote_volume_mm3: int | None = None
    assumed_weight_g: int = 0
    assumed_volume_mm3: int = 0
    mix_cutoffs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelModel:
    """How fast work goes before a pace is learnt: walking in millimetres a second, seconds a line, a batch, a level up.

    A learnt pace takes the place of the seconds a line.
    """

    speed_mm_s: int = 1000
    line_s: int = 12
    batch_s: int = 90
    level_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TripRules:
    """What may share a trip, and what goes onto it first; different cutoffs are a matter of `CartLimits`.

    Goods of `heavy_first_g` grams an each or more are picked first, fragile ones last where `fragile_last` says so.
    """

    single_zone: bool = False
    mix_carriers: bool = True
    mix_hazards: bool = True
    heavy_first_g: int | None = None
    fragile_last: bool = False

    @property
    def handling(self) -> Handling:
        """In which order goods go onto a trip."""
        return Handling(heavy_g=self.heavy_first_g, fragile_last=self.fragile_last)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What a site has changed about one type of exception; None keeps the default, `person` is a key."""

    severity: Severity | None = None
    owner: Role | None = None
    hours: int | None = None
    answer: Answer | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPolicy:
    """Whether who works where mismatches block must be trained in the role, and after how many practice orders one is.

    A guide that has changed is to be read and acknowledged again.
    """

    required: bool = False
    orders: int = 3
    guide: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything set. `pick` and `modes` hold exceptions from `pick_default` and `mode`.

    Keys of `duties` and `mailboxes` are roles; `important_customers` are the shop's own keys of customers.
    Keys of `modes` are `zone:A`, `station:S1`, `type:express`, `channel:shopify`; the first of that order that is set
    counts.
    """

    name: str = "Warehouse"
    code: str = ""
    address: tuple[str, ...] = ()
    slip_footer: str = ""
    eori: str = ""
    vat_number: str = ""
    ioss: str = ""
    incoterm: str = "DAP"
    time_zone: str = "UTC"
    language: str = "en"
    home_country: str = ""
    gs1_prefix: str = "0000000"
    scanner_gs: str = "{GS}"
    one_person: bool = False
    mode: Mode = Mode.ENFORCE
    modes: Mapping[str, Mode] = field(default_factory=dict)
    pick_default: Policy = field(default_factory=Policy)
    pick: Mapping[str, Policy] = field(default_factory=dict)
    pack: PackPolicy = field(default_factory=PackPolicy)
    carriers: tuple[Carrier, ...] = ()
    tolerances: Tolerances = field(default_factory=Tolerances)
    cart: CartLimits = field(default_factory=CartLimits)
    travel: TravelModel = field(default_factory=TravelModel)
    trips: TripRules = field(default_factory=TripRules)
    backorder: Backorder = Backorder.PARTIAL
    backorder_of: Mapping[str, Backorder] = field(default_factory=dict)
    lease_minutes: int = 15
    stalled_hours: int = 24
    limits: OrderLimits = field(default_factory=OrderLimits)
    important_customers: tuple[str, ...] = ()
    exception_rules: Mapping[str, RuleChange] = field(default_factory=dict)
    show_individuals: bool = False
    training: TrainingPolicy = field(default_factory=TrainingPolicy)
    alerts: AlertLimits = field(default_factory=AlertLimits)
    costs: CostModel = field(default_factory=CostModel)
    live_on: date | None = None
    safety_buffer: int = 0
    ladder: tuple[Rung, ...] = LADDER
    calendar: Calendar = field(default_factory=Calendar)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[Allowance, ...] = ()

    def pick_policy(self, zone: str, *, order_type: str = "", channel: str = "") -> Policy:
        """Give the rules of picking in a zone, in the mode of the zone, else of the order's type or channel."""
        policy = self.pick.get(zone, self.pick_default)
        own = policy.self_approval or self.one_person
        mode = self.mode_of(zone=zone, order_type=order_type, channel=channel)
        return replace(policy, mode=mode, self_approval=own)

    def pack_policy(self) -> PackPolicy:
        """Give the rules of packing; a site with one person on shift may pack and approve alone, marked as such."""
        return replace(self.pack, self_pack=True, self_approval=True) if self.one_person else self.pack

    def mode_of(self, *, zone: str = "", station: str = "", order_type: str = "", channel: str = "") -> Mode:
        """Give how strictly something is worked."""
        keys = (f"zone:{zone}", f"station:{station}", f"type:{order_type}", f"channel:{channel}")
        return next((self.modes[key] for key in keys if key in self.modes), self.mode)

    def rule_of(self, kind: ExceptionType) -> ExceptionRule:
        """Give the exception rule, as the site has changed it."""
        rule, change = replace(MATRIX[kind], ladder=self.ladder), self.exception_rules.get(kind)
        if change is None:
            return rule
        return replace(
            rule,
            severity=change.severity or rule.severity,
            owner=change.owner or rule.owner,
            hours=rule.hours if change.hours is None else change.hours,
            answer=change.answer or rule.answer,
            person=change.person,
        )

    @property
    def desk_clock(self) -> SiteClock:
        """The clock that deadlines and the ladder run by."""
        return SiteClock(calendar=self.calendar, zone=self.time_zone)

    def backorder_policy(self, customer: str) -> Backorder:
        """Give what this customer wants when an order cannot be served whole."""
        return self.backorder_of.get(customer, self.backorder)

    def usual_carrier(self, service: str) -> str:
        """Name the carrier whose name the service is or begins with; else the first of the site, empty without any."""
        asked = service.casefold()
        for carrier in self.carriers:
            name = carrier.name.casefold()
            if asked == name or asked.startswith(f"{name} "):
                return carrier.name
        return self.carriers[0].name if self.carriers else ""

    def next_cutoff(self, carrier: str, now: datetime, service: str = "") -> datetime | None:
        """Give the first cutoff of a carrier's service at or after `now`, in UTC; None for a carrier without one."""
        found = self.next_pickup(carrier, now, service)
        return found.cutoff if found else None

    def next_pickup(self, carrier: str, now: datetime, service: str = "") -> Pickup | None:
        """Give the first pickup a carton that is ready at `now` can go with."""
        found = carrier_named(self.carriers, carrier)
        return None if found is None else next_pickup(found, service, self.time_zone, now)

    def day_of(self, at: datetime) -> date:
        """Give the business day of a moment."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def clock(self, at: datetime) -> str:
        """Say the time as people on the floor read it."""
        return at.astimezone(ZoneInfo(self.time_zone)).strftime("%H:%M")
