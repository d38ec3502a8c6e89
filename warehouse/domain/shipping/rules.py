"""Which carrier and service takes a parcel: named rules, the first that holds decides, its cheapest service goes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.shipping.carriers import Carrier, carrier_named, cost_of
from warehouse.domain.words import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of a carrier."""

    carrier: str
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRule:
    """Holds when everything it names holds; `methods` are the shop's words, countries two letters, ends included."""

    name: str
    use: tuple[Service, ...]
    methods: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    weight_from_g: int | None = None
    weight_to_g: int | None = None
    value_from_cents: int | None = None
    value_to_cents: int | None = None
    hazard: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFacts:
    """What is known of a parcel when its carrier is chosen."""

    method: str = ""
    country: str = ""
    weight_g: int | None = None
    value_cents: int = 0
    hazard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who takes the parcel, by which rule, at what listed cost."""

    carrier: str
    service: str
    rule: str = ""
    cost_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastParcel:
    """A parcel that left: what was known, who took it, what it cost."""

    name: str
    facts: ParcelFacts
    carrier: str
    service: str
    cost_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A parcel that would have gone another way."""

    name: str
    was: Service
    would: Service | None
    rule: str
    cents_was: int | None
    cents_would: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What rules would have done: parcels looked at, those no rule holds for, how often each rule held, what differs.

    Costs are added up over the parcels whose cost is known both ways.
    """

    parcels: int
    unmatched: int
    held: tuple[tuple[str, int], ...]
    differences: tuple[Difference, ...]
    cents_was: int
    cents_would: int


def choose(rules: Sequence[ShippingRule], carriers: Sequence[Carrier], facts: ParcelFacts) -> Choice | None:
    """Give what the first rule that holds chooses: the cheapest of its services, the first where no cost is listed."""
    rule = next((it for it in rules if holds(it, facts)), None)
    if rule is None:
        return None
    priced = [(it, listed_cost(carriers, it, facts)) for it in rule.use]
    known = [pair for pair in priced if pair[1] is not None]
    service, cents = min(known, key=lambda pair: pair[1] or 0) if known else priced[0]
    return Choice(carrier=service.carrier, service=service.service, rule=rule.name, cost_cents=cents)


def listed_cost(carriers: Sequence[Carrier], service: Service, facts: ParcelFacts) -> int | None:
    """Give what the site's list says that a service takes for a parcel, in cents; None where nothing is listed."""
    carrier = carrier_named(carriers, service.carrier)
    return None if carrier is None else cost_of(carrier, service.service, facts.country, facts.weight_g)


def holds(rule: ShippingRule, facts: ParcelFacts) -> bool:
    """Whether everything the rule names is so; an unknown weight is in no range of weights."""
    return (
        _among(facts.method, rule.methods)
        and _among(facts.country, rule.countries)
        and _within(facts.weight_g, rule.weight_from_g, rule.weight_to_g)
        and _within(facts.value_cents, rule.value_from_cents, rule.value_to_cents)
        and (rule.hazard is None or rule.hazard is facts.hazard)
    )


def check_rules(rules: Sequence[ShippingRule], carriers: Sequence[Carrier]) -> None:
    """Refuse rules without a choice, with a name used twice, or naming a carrier the site does not have."""
    twice = [name for name, number in Counter(rule.name.casefold() for rule in rules).items() if number > 1]
    if twice:
        raise _wrong("rules", sentence("the name {value} is used twice", value=f"{twice[0]!r}"))
    for number, rule in enumerate(rules):
        if not rule.name or not rule.use:
            raise _wrong(f"rules.{number}", "a rule needs a name and at least one service to use")
        for service in rule.use:
            if carrier_named(carriers, service.carrier) is None:
                raise _wrong(
                    f"rules.{number}.use", sentence("there is no carrier {carrier}", carrier=f"{service.carrier!r}")
                )


def rehearse(rules: Sequence[ShippingRule], carriers: Sequence[Carrier], parcels: Iterable[PastParcel]) -> DryRun:
    """Run rules over parcels that have left."""
    seen = [(parcel, choose(rules, carriers, parcel.facts)) for parcel in parcels]
    held = Counter(choice.rule for _, choice in seen if choice)
    both = [(it.cost_cents, choice.cost_cents) for it, choice in seen if choice and it.cost_cents is not None]
    known = [(was, would) for was, would in both if would is not None]
    return DryRun(
        parcels=len(seen),
        unmatched=sum(choice is None for _, choice in seen),
        held=tuple((rule.name, held[rule.name]) for rule in rules),
        differences=tuple(_difference(it, choice) for it, choice in seen if _differs(it, choice)),
        cents_was=sum(was for was, _ in known),
        cents_would=sum(would for _, would in known),
    )


def _among(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value.strip().casefold() in {it.strip().casefold() for it in wanted}


def _within(value: int | None, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


def _differs(parcel: PastParcel, choice: Choice | None) -> bool:
    # A parcel no rule holds for keeps the carrier of its order.
    return choice is not None and (choice.carrier, choice.service) != (parcel.carrier, parcel.service)


def _difference(parcel: PastParcel, choice: Choice | None) -> Difference:
    return Difference(
        name=parcel.name,
        was=Service(carrier=parcel.carrier, service=parcel.service),
        would=Service(carrier=choice.carrier, service=choice.service) if choice else None,
        rule=choice.rule if choice else "",
        cents_was=parcel.cost_cents,
        cents_would=choice.cost_cents if choice else None,
    )


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        sentence("These rules cannot be used: {field}: {message}.", field=field, message=message),
        (FieldProblem(field, message),),
    )
