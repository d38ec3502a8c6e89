"""What mistakes cost: a few formulas with the site's own figures; where a figure is not set, nothing is claimed."""

from dataclasses import dataclass

from warehouse.domain.words import listed, sentence

_TIMES = "\N{MULTIPLICATION SIGN}"
_PERCENT = 100
_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class CostModel:
    """The site's own figures, in cents of its currency; 0 is not set, and what rests on it is not worked out.

    A correction is a doubtful order or wrong pick put right in the house; a mis-ship one that reached the customer.
    `untrained_slower_percent` is how much slower somebody works who was not trained.
    """

    correction_cents: int = 0
    mis_ship_cents: int = 0
    late_order_cents: int = 0
    hour_cents: int = 0
    workaround_minutes: int = 0
    untrained_slower_percent: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs: the formula in words, with its figures filled in, and cents; None where one is not set."""

    name: str
    formula: str
    filled: str
    cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened in a span, counted from events; `untrained_s` are seconds here of people nobody has trained."""

    orders: int
    wrong_orders: int
    blocked: int
    data_orders: int
    late_orders: int
    untrained_s: int
    workarounds: int


def corrections(model: CostModel, happened: Happened) -> Cost:
    """Orders x error rate x cost of a correction; the error rate is measured: orders with a mistake, of orders."""
    rate = 100 * happened.wrong_orders / happened.orders if happened.orders else 0.0
    return _cost(
        sentence("Corrections"),
        _product(sentence("orders"), sentence("error rate"), sentence("cost of a correction")),
        _product(f"{happened.orders}", f"{rate:.1f} %", _money(model.correction_cents)),
        happened.wrong_orders * model.correction_cents if model.correction_cents else None,
    )


def mis_ships(model: CostModel, happened: Happened) -> Cost:
    """Blocked mistakes x cost of a mis-ship: what the stopped mistakes could have cost at most."""
    return _cost(
        sentence("Mis-ships prevented at most"),
        _product(sentence("mistakes stopped"), sentence("cost of a mis-ship")),
        _product(f"{happened.blocked}", _money(model.mis_ship_cents)),
        happened.blocked * model.mis_ship_cents if model.mis_ship_cents else None,
    )


def four_costs(model: CostModel, happened: Happened) -> tuple[Cost, ...]:
    """Give the costs of poor data, of delay, of missing training, and the hidden ones of working around the rules."""
    return (_data(model, happened), _delay(model, happened), _training(model, happened), _hidden(model, happened))


def _data(model: CostModel, happened: Happened) -> Cost:
    return _cost(
        sentence("Poor data"),
        _product(sentence("orders stopped by their data"), sentence("cost of a correction")),
        _product(f"{happened.data_orders}", _money(model.correction_cents)),
        happened.data_orders * model.correction_cents if model.correction_cents else None,
    )


def _delay(model: CostModel, happened: Happened) -> Cost:
    return _cost(
        sentence("Delay"),
        _product(sentence("orders that missed their pickup"), sentence("cost of a late order")),
        _product(f"{happened.late_orders}", _money(model.late_order_cents)),
        happened.late_orders * model.late_order_cents if model.late_order_cents else None,
    )


def _training(model: CostModel, happened: Happened) -> Cost:
    percent, hour = model.untrained_slower_percent, model.hour_cents
    return _cost(
        sentence("Training deficit"),
        _product(
            sentence("hours of people not trained yet"),
            sentence("how much slower they are"),
            sentence("cost of an hour"),
        ),
        _product(f"{happened.untrained_s / _SECONDS:.1f} h", f"{percent} %", _money(hour)),
        round(happened.untrained_s * percent * hour / (_SECONDS * _PERCENT)) if percent and hour else None,
    )


def _hidden(model: CostModel, happened: Happened) -> Cost:
    minutes, hour = model.workaround_minutes, model.hour_cents
    return _cost(
        sentence("Hidden work"),
        _product(sentence("decisions around the rules"), sentence("minutes each"), sentence("cost of an hour")),
        _product(f"{happened.workarounds}", f"{minutes} min", _money(hour)),
        round(happened.workarounds * minutes * hour / 60) if minutes and hour else None,
    )


def _cost(name: str, formula: str, filled: str, cents: int | None) -> Cost:
    return Cost(name, formula, filled, cents)


def _product(*factors: str) -> str:
    return listed(factors, f" {_TIMES} ")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}" if cents else sentence("not set")
