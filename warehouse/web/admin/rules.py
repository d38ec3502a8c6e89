"""Checks and rules on one page: thresholds with how often each would have fired, the matrix, the allow-list, the clock.

A change takes effect when a second person approves it, where it weakens a check; each stands in the journal.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Role, Severity
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.exception_queue import MATRIX, Answer, ExceptionType
from warehouse.domain.exceptions.allowances import ALLOWABLE, AllowedBy
from warehouse.domain.exceptions.duties import OWNER_ROLES, uncovered
from warehouse.domain.roles import Permission
from warehouse.domain.site import Site
from warehouse.domain.site_settings import NEEDS_TWO, read_setting, write_setting
from warehouse.problems import Problem
from warehouse.services.intake.rehearsing import Rehearsed, rehearse_checks
from warehouse.services.site import load_site
from warehouse.storage.queries.exceptions.notices import stuck_mails
from warehouse.storage.queries.people import people_at_work
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api.parsing import DIGITS
from warehouse.web.api.settings import store
from warehouse.web.asking import now
from warehouse.web.forms import attempted
from warehouse.web.sign_in import approve

blueprint = Blueprint("admin_rules", __name__, url_prefix="/admin/rules")

CHECKS: tuple[tuple[ExceptionType, str, tuple[str, ...]], ...] = (
    (ExceptionType.DUPLICATE_ORDER, "Looks like an order we have", ("duplicate_within",)),
    (
        ExceptionType.UNUSUAL_QUANTITY,
        "Unusual quantity",
        ("line_ceiling", "p99_factor", "p99_lines", "p99_quantity", "customer_factor", "customer_orders"),
    ),
    (ExceptionType.PRICE_ANOMALY, "Unusual price", ("price_floor_percent",)),
    (ExceptionType.DOUBLE_CHECK, "Counted twice at packing", ("big_value_cents", "big_units")),
    (ExceptionType.ADDRESS_CHECK, "Address incomplete", ("address_characters",)),
    (ExceptionType.ADDRESS_CHANGED, "New address for a customer", ()),
    (ExceptionType.UNKNOWN_SKU, "SKU not known", ()),
)
WORDS = {
    "duplicate_within": "Hours within which the same basket is a likely duplicate",
    "line_ceiling": "Most pieces on one line",
    "p99_factor": "Times what 99 of 100 lines of the SKU ask for",
    "p99_lines": "Past lines needed to know that",
    "p99_quantity": "Only from so many pieces",
    "customer_factor": "Times the customer's own largest order",
    "customer_orders": "Past orders needed to know a customer",
    "price_floor_percent": "Lowest price, percent of the usual",
    "big_value_cents": "Big from so many cents",
    "big_units": "Big from so many pieces",
    "address_characters": "Longest address line",
}
SEVERITIES = (
    (Severity.BLOCK, "Stops work"),
    (Severity.HOLD, "Holds the order"),
    (Severity.FLAG, "Only flagged"),
    (Severity.NOTE, "Only noted"),
)
ANSWERS = (
    (Answer.FLAG, "Flag for review"),
    (Answer.ESCALATE, "Escalate to…"),
    (Answer.REJECT, "Reject by itself"),
    (Answer.PROCESS, "Process with a note"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LADDER = 4


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS)
def rules() -> Response:
    """Show the rules."""
    return page()


@blueprint.post("/limits")
@requires(Permission.EDIT_SETTINGS)
def save_limits() -> AnyResponse:
    """Rehearse other thresholds, or store them."""
    sent = {name: _number(request.form.get(name, "")) for name in WORDS}
    if request.form.get("step") != "try":
        return _saved({"limits": sent})
    tried: list[Site] = []
    problem = attempted(lambda: tried.append(_with_limits(sent)))
    return page(problem, tried[0] if tried else None)


@blueprint.post("/matrix")
@requires(Permission.EDIT_SETTINGS)
def save_matrix() -> AnyResponse:
    """Store what the site has changed about exceptions; a field left as usual keeps the rule."""
    changed = {kind.value: rule_sent(kind.value) for kind in MATRIX}
    return _saved({"exception_rules": {kind: rule for kind, rule in changed.items() if rule}})


@blueprint.post("/allowed")
@requires(Permission.EDIT_SETTINGS)
def save_allowed() -> AnyResponse:
    """Store the allow-list; a row without a value is dropped."""
    names = ("type", "by", "value", "reason", "until")
    rows = zip(*(request.form.getlist(name) for name in names), strict=False)
    allowed = [
        {"type": kind, "by": by, "value": value.strip(), "reason": reason.strip(), "until": until or None}
        for kind, by, value, reason, until in rows
        if value.strip()
    ]
    return _saved({"allowed": allowed})


@blueprint.post("/important")
@requires(Permission.EDIT_SETTINGS)
def save_important() -> AnyResponse:
    """Store the customers whose orders two people count, a number a line."""
    lines = [line.strip() for line in request.form.get("customers", "").splitlines()]
    return _saved({"important_customers": [line for line in dict.fromkeys(lines) if line]})


@blueprint.post("/calendar")
@requires(Permission.EDIT_SETTINGS)
def save_calendar() -> AnyResponse:
    """Store when the site works, as `08:00-12:00, 13:00-17:00` for each weekday, and its holidays, a day each."""
    hours = [
        {"weekday": day, "opens": opens.strip(), "closes": closes.strip()}
        for day in range(7)
        for stretch in request.form.get(f"day-{day}", "").split(",")
        if stretch.strip()
        for opens, _, closes in [stretch.partition("-")]
    ]
    holidays = request.form.get("holidays", "").split()
    return _saved({"calendar": {"hours": hours, "holidays": holidays}})


@blueprint.post("/ladder")
@requires(Permission.EDIT_SETTINGS)
def save_ladder() -> AnyResponse:
    """Store the ladder; a row without hours is dropped."""
    rows = zip(request.form.getlist("hours"), request.form.getlist("role"), strict=False)
    return _saved({"ladder": [{"hours": _number(hours), "role": role} for hours, role in rows if hours.strip()]})


@blueprint.post("/duties")
@requires(Permission.EDIT_SETTINGS)
def save_duties() -> AnyResponse:
    """Store who answers for each role, who stands in, and where the role's mail goes."""
    duties = {role.value: _duty(role) for role in OWNER_ROLES}
    boxes = {role.value: request.form.get(f"mail-{role}", "").strip() for role in Role}
    return _saved(
        {
            "duties": {role: duty for role, duty in duties.items() if any(duty.values())},
            "mailboxes": {role: box for role, box in boxes.items() if box},
        }
    )


def rule_sent(kind: str) -> dict[str, Any]:
    """Read what a form says about one type of exception."""
    names = ("severity", "owner", "hours", "answer", "person")
    sent = {name: request.form.get(f"{name}-{kind}", "").strip() for name in names}
    rule: dict[str, Any] = {name: value for name, value in sent.items() if value}
    for name in ("hours", "person"):
        if DIGITS.fullmatch(sent[name]):
            rule[name] = int(sent[name])
    return rule


def page(problem: Problem | None = None, tried: Site | None = None) -> Response:
    """Show the rules, and what other thresholds would do where they are tried."""
    at = now()
    with parts().database.read() as session:
        site = load_site(session)
        people = people_at_work(session, at)
        now_fires = rehearse_checks(session, site, site.limits, at)
        would = rehearse_checks(session, site, tried.limits, at) if tried else None
        mails = stuck_mails(session)
    here = [person.id for person in people]
    return show(
        "admin/rules.html",
        problem,
        site=site,
        limits=write_setting((tried or site).limits),
        checks=[(kind, title, names, _counts(kind, now_fires, would)) for kind, title, names in CHECKS],
        rehearsed=now_fires,
        would=would,
        words=WORDS,
        matrix={kind.value: rule for kind, rule in MATRIX.items()},
        own=write_setting(site.exception_rules),
        severities=[(it.value, words) for it, words in SEVERITIES],
        answers=[(it.value, words) for it, words in ANSWERS],
        roles=[(role.value, role.value.replace("_", " ")) for role in Role],
        people=[(str(person.id), person.name) for person in people],
        allowable=[(kind, kind.replace("_", " ")) for kind in sorted(ALLOWABLE)],
        bys=[(by.value, by.value) for by in AllowedBy],
        days=[(day, name, _hours(site, day)) for day, name in enumerate(DAYS)],
        due_example=site.desk_clock.after(at, timedelta(hours=24)),
        ladder=[*((rung.hours, rung.role.value) for rung in site.ladder), *[("", "lead")]][:_LADDER],
        duty_roles=OWNER_ROLES,
        uncovered=uncovered(site.duties, here),
        needs_two=NEEDS_TWO,
        mails=mails,
    )


def _counts(kind: ExceptionType, fires: Rehearsed, would: Rehearsed | None) -> Mapping[str, int | None]:
    return {
        "now": fires.fired.get(kind, 0),
        "allowed": fires.allowed.get(kind, 0),
        "would": would.fired.get(kind, 0) if would else None,
    }


def _hours(site: Site, day: int) -> str:
    stretches = sorted((it.opens, it.closes) for it in site.calendar.hours if it.weekday == day)
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in stretches)


def _with_limits(sent: dict[str, Any]) -> Site:
    return Site(limits=read_setting("limits", sent))


def _duty(role: Role) -> dict[str, Any]:
    given = {name: request.form.get(f"{name}-{role}", "").strip() for name in ("owner", "deputy", "away_until")}
    return {
        name: (_number(value) if name != "away_until" else value) if value else None for name, value in given.items()
    }


def _number(text: str) -> Any:
    text = text.strip()
    return int(text) if DIGITS.fullmatch(text) else text


def _saved(values: dict[str, Any]) -> AnyResponse:
    """Store what a form has sent and say so, or show the page with what is wrong."""

    def act() -> None:
        if not values:
            raise InvalidInputError("Nothing was sent.")
        badge, pin = request.form.get("approver_badge", ""), request.form.get("approver_pin", "")
        store(values, approve(badge, pin) if badge and pin and NEEDS_TWO & set(values) else None)

    problem = attempted(act)
    return page(problem) if problem else done("saved", "admin_rules.rules")
