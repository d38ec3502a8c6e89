"""Strict reading and plain writing of a site's settings: JSON values in, typed values out, and back."""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warehouse.domain.codes import Role
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.exception_queue import Answer, ExceptionType, Rung
from warehouse.domain.exceptions.allowances import ALLOWABLE, Allowance
from warehouse.domain.exceptions.calendar import calendar_problem
from warehouse.domain.shipping.parcels import make_sscc
from warehouse.domain.site import Site
from warehouse.domain.words import LANGUAGES, phrase, sentence

_MOST_TEXT = 200
_MOST_NUMBER = 10**12
_MOST_HOLIDAYS = 400
_MODE_KEYS = ("zone:", "station:", "type:", "channel:")
_TYPES: Mapping[str, Any] = get_type_hints(Site)
NAMES: tuple[str, ...] = tuple(one.name for one in fields(Site))
"""Every setting there is."""

NEEDS_TWO = frozenset({"exception_rules", "one_person", "limits", "allowed", "ladder", "important_customers"})
"""Settings that weaken a check: changing one wants a second person's approval."""


def read_setting(name: str, value: object) -> Any:
    """Parse the JSON value of one setting.

    Raises InvalidInputError that names the field and says what was expected.
    """
    if name not in _TYPES:
        raise InvalidInputError(
            sentence("There is no setting {name}.", name=f"{name!r}"), (FieldProblem("name", "unknown setting"),)
        )
    parsed = _read(_TYPES[name], value, name)
    if check := _CHECKS.get(name):
        check(parsed)
    return parsed


def read_value(kind: Any, value: object, name: str) -> Any:
    """Parse a JSON value into a frozen dataclass, or a tuple of them; raises InvalidInputError naming the field."""
    return _read(kind, value, name)


def write_setting(value: object) -> Any:
    """Give the JSON form of a typed value, as `read_setting` takes it."""
    if is_dataclass(value):
        return {one.name: write_setting(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: write_setting(it) for key, it in value.items()}
    if isinstance(value, tuple):
        return [write_setting(it) for it in value]
    if isinstance(value, frozenset):
        return sorted(write_setting(it) for it in value)
    return _write_time(value)


def site_from(stored: Mapping[str, object]) -> Site:
    """Build the site from its stored settings; those not stored have their defaults."""
    return Site(**{name: read_setting(name, value) for name, value in stored.items() if name in _TYPES})


def _write_time(value: object) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds()) // 3600
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: Any, value: object, name: str) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        inner = next(one for one in get_args(kind) if one is not type(None))
        return None if value is None else _read(inner, value, name)
    if origin in {tuple, frozenset}:
        items = [_read(get_args(kind)[0], it, name) for it in _expect(list, value, name, "a list")]
        return tuple(items) if origin is tuple else frozenset(items)
    if origin is not None:
        pairs = _expect(dict, value, name, "an object")
        return {key: _read(get_args(kind)[1], it, f"{name}.{key}") for key, it in pairs.items()}
    if is_dataclass(kind):
        return _record(kind, _expect(dict, value, name, "an object"), name)
    return _plain(kind, value, name)


def _record(kind: Any, value: dict[str, object], name: str) -> Any:
    hints = get_type_hints(kind)
    for key in value:
        if key not in hints:
            raise _wrong(f"{name}.{key}", "there is no such field")
    for one in fields(kind):
        if one.name not in value and one.default is MISSING and one.default_factory is MISSING:
            raise _wrong(f"{name}.{one.name}", "is missing")
    return kind(**{key: _read(hints[key], it, f"{name}.{key}") for key, it in value.items()})


def _plain(kind: Any, value: object, name: str) -> Any:
    if kind is bool:
        return _expect(bool, value, name, "true or false")
    if kind is int:
        return _number(value, name)
    if kind is timedelta:
        return timedelta(hours=_number(value, name))
    text = _expect(str, value, name, "text")
    if len(text) > _MOST_TEXT or not text.isprintable():
        raise _wrong(name, sentence("must be printable and at most {most_text} characters", most_text=_MOST_TEXT))
    return text if kind is str else _of_text(kind, text, name)


def _of_text(kind: Any, text: str, name: str) -> Any:
    expected = {time: "a time such as 16:30", date: "a date such as 2026-11-21"}
    try:
        if kind is time:
            return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall-clock time of the site has no zone
        return date.fromisoformat(text) if kind is date else kind(text)
    except ValueError:
        words = phrase(expected[kind]) if kind in expected else sentence("one of {names}", names=", ".join(kind))
        raise _wrong(name, sentence("must be {words}, not {text}", words=words, text=f"{text!r}")) from None


def _number(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_NUMBER:
        raise _wrong(
            name,
            sentence(
                "must be a whole number from 0 to {most_number}, not {value}",
                most_number=_MOST_NUMBER,
                value=f"{value!r}",
            ),
        )
    return value


def _expect(kind: type, value: object, name: str, words: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(name, sentence("must be {words}, not {text}", words=phrase(words), text=f"{value!r}"))
    return value


def _wrong(name: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        sentence("Setting {name} {message}.", name=name, message=phrase(message)), (FieldProblem(name, message),)
    )


def _check_language(code: str) -> None:
    if code not in LANGUAGES:
        raise _wrong(
            "language", sentence("must be one of {names}, not {code}", names=", ".join(LANGUAGES), code=f"{code!r}")
        )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong(
            "time_zone", sentence("must be a zone such as Europe/Berlin, not {zone}", zone=f"{zone!r}")
        ) from None


def _check_mode_keys(modes: Mapping[str, object]) -> None:
    for key in modes:
        if not key.startswith(_MODE_KEYS):
            raise _wrong(f"modes.{key}", "must begin with zone:, station:, type: or channel:")


def _check_rules(rules: Mapping[str, Any]) -> None:
    for kind, rule in rules.items():
        if kind not in set(ExceptionType):
            raise _wrong(f"exception_rules.{kind}", "is no type of exception")
        if (rule.answer is Answer.ESCALATE) != (rule.person is not None):
            raise _wrong(f"exception_rules.{kind}.person", "must be named to escalate to, and only then")


def _check_ladder(ladder: tuple[Rung, ...]) -> None:
    hours = [rung.hours for rung in ladder]
    if 0 in hours or hours != sorted(set(hours)):
        raise _wrong("ladder", "must go up: each rung after more hours than the one before")


def _check_calendar(calendar: Any) -> None:
    if problem := calendar_problem(calendar):
        raise _wrong("calendar.hours", problem)
    if len(calendar.holidays) > _MOST_HOLIDAYS:
        raise _wrong(
            "calendar.holidays", sentence("must be at most {most_holidays} days", most_holidays=_MOST_HOLIDAYS)
        )


def _check_roles(name: str, values: Mapping[str, object]) -> None:
    for role in values:
        if role not in set(Role):
            raise _wrong(f"{name}.{role}", "is no role")


def _check_duties(duties: Mapping[str, Any]) -> None:
    _check_roles("duties", duties)
    for role, duty in duties.items():
        if duty.owner is not None and duty.owner == duty.deputy:
            raise _wrong(f"duties.{role}.deputy", "must be somebody other than the owner")


def _check_mailboxes(mailboxes: Mapping[str, str]) -> None:
    _check_roles("mailboxes", mailboxes)
    for role, address in mailboxes.items():
        _check_form(f"mailboxes.{role}", address, _MAILBOX, "one e-mail address, such as desk@example.org")


def _check_allowed(allowed: tuple[Allowance, ...]) -> None:
    for number, one in enumerate(allowed):
        if one.type not in ALLOWABLE:
            raise _wrong(
                f"allowed.{number}.type", sentence("must be one of {names}", names=", ".join(sorted(ALLOWABLE)))
            )
        if not one.value.strip() or not one.reason.strip():
            raise _wrong(f"allowed.{number}", "must name what is let pass, and why")


def _check_lease(minutes: int) -> None:
    if minutes < 1:
        raise _wrong("lease_minutes", "must be at least 1")


def _check_stalled(hours: int) -> None:
    if hours < 1:
        raise _wrong("stalled_hours", "must be at least 1")


def _check_cart(cart: Any) -> None:
    limits = (cart.slots, cart.weight_g, cart.lines, cart.tote_weight_g, cart.tote_volume_mm3)
    if any(limit == 0 for limit in limits):
        raise _wrong("cart", "must have limits of at least 1, or none")


def _check_travel(travel: Any) -> None:
    if travel.speed_mm_s < 1:
        raise _wrong("travel.speed_mm_s", "must be at least 1")


_INCOTERM = r"EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DPU|DAP|DDP"
_MAILBOX = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
_EORI, _VAT, _IOSS = r"([A-Z]{2}[A-Z0-9]{1,15})?", r"([A-Z0-9]{4,15})?", r"(IM[0-9]{10})?"


def _check_form(name: str, text: str, pattern: str, expected: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise _wrong(name, sentence("must be {expected}", expected=phrase(expected)))


_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "time_zone": _check_zone,
    "language": _check_language,
    "gs1_prefix": lambda prefix: make_sscc(prefix, 0),
    "modes": _check_mode_keys,
    "exception_rules": _check_rules,
    "ladder": _check_ladder,
    "calendar": _check_calendar,
    "duties": _check_duties,
    "mailboxes": _check_mailboxes,
    "allowed": _check_allowed,
    "lease_minutes": _check_lease,
    "stalled_hours": _check_stalled,
    "cart": _check_cart,
    "travel": _check_travel,
    "incoterm": lambda term: _check_form("incoterm", term, _INCOTERM, "one of the Incoterms 2020, such as DAP"),
    "eori": lambda number: _check_form("eori", number, _EORI, "two letters and up to 15 letters or digits, or nothing"),
    "vat_number": lambda number: _check_form("vat_number", number, _VAT, "4 to 15 letters or digits, or nothing"),
    "ioss": lambda number: _check_form("ioss", number, _IOSS, "IM and 10 digits, or nothing"),
}
