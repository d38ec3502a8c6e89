"""The settings page: the rules of the site, one form a subject; what weakens a check wants a second person."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Mode
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.domain.site import Backorder
from warehouse.domain.site_settings import NEEDS_TWO
from warehouse.problems import Problem
from warehouse.services.site import load_site
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.journal import latest_facts
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api.parsing import DIGITS
from warehouse.web.api.settings import settings_of, store
from warehouse.web.forms import attempted
from warehouse.web.sign_in import approve

blueprint = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")

CHOICES: Mapping[str, list[tuple[str, str]]] = {
    "mode": [(Mode.ENFORCE, "Blocking on"), (Mode.SHADOW, "Watch only"), (Mode.TRAINING, "Training")],
    "backorder": [
        (Backorder.PARTIAL, "Send what is there"),
        (Backorder.COMPLETE, "Only complete"),
        (Backorder.SUBSTITUTE, "Ask for a substitute"),
        (Backorder.CANCEL, "Cancel the rest"),
    ],
    "scan_tote": [("", "When there is more than one order"), ("yes", "Always"), ("no", "Never")],
}
GROUPS = (
    ("The site", ("name", "code", "time_zone", "language", "home_country", "gs1_prefix", "slip_footer", "scanner_gs")),
    ("Customs papers", ("eori", "vat_number", "ioss", "incoterm")),
    ("Work", ("mode", "lease_minutes", "stalled_hours", "backorder", "safety_buffer")),
)
RECORDS = (
    ("pick_default", "Picking, where a zone has no rules of its own"),
    ("pack", "Packing"),
    ("tolerances", "Tolerances"),
    ("cart", "Carts and totes"),
    ("travel", "How fast work goes"),
    ("trips", "What may share a trip, and what goes first"),
    ("alerts", "When somebody is told of something out of line"),
    ("training", "Who must be trained"),
)
KINDS = (("zone", "Zone"), ("station", "Station"), ("type", "Order type"), ("channel", "Channel"))
SHOWN_CHANGES = 25
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS)
def settings() -> Response:
    """Show every setting."""
    return _page()


@blueprint.post("/plain")
@requires(Permission.EDIT_SETTINGS)
def save_plain() -> AnyResponse:
    """Store the plain values that were sent."""
    current = _current()
    names = [name for _, group in GROUPS for name in group if name in request.form]
    return saved({name: _read(name, current[name], name) for name in names})


@blueprint.post("/record/<name>")
@requires(Permission.EDIT_SETTINGS)
def save_record(name: str) -> AnyResponse:
    """Store one record of rules, or the rules of one zone."""
    zone = request.form.get("zone", "")
    current = _current()
    if name == "pick" and zone:
        own = {field: _read(field, value, field) for field, value in current["pick_default"].items()}
        return saved({"pick": _with(current["pick"], zone, None if "default" in request.form else own)})
    if name not in {record for record, _ in RECORDS}:
        return _page(attempted(lambda: _refuse("There is no such record.")))
    return saved({name: {field: _read(field, value, field) for field, value in current[name].items()}})


@blueprint.post("/carriers")
@requires(Permission.EDIT_SETTINGS)
def save_carriers() -> AnyResponse:
    """Store the carriers; a row without a name is dropped."""
    known = {carrier["name"]: carrier for carrier in _current()["carriers"]}
    rows = zip(*(request.form.getlist(name) for name in ("name", "cutoff", "pickup")), strict=False)
    carriers = [
        {
            # What has no field in this form stays as it is.
            **known.get(name.strip(), {}),
            "name": name.strip(),
            "cutoff": cutoff,
            "pickup": pickup,
            "weekdays": [day for day in range(7) if f"day-{number}-{day}" in request.form],
        }
        for number, (name, cutoff, pickup) in enumerate(rows)
        if name.strip()
    ]
    return saved({"carriers": carriers})


@blueprint.post("/individuals")
@requires(Permission.EDIT_SETTINGS)
def save_individuals() -> AnyResponse:
    """Say whether the board shows what single people did."""
    return saved({"show_individuals": "show_individuals" in request.form})


@blueprint.post("/one-person")
@requires(Permission.EDIT_SETTINGS)
def save_one_person() -> AnyResponse:
    """Say whether one person may do what otherwise takes two."""
    return saved({"one_person": "one_person" in request.form})


def saved(values: dict[str, Any]) -> AnyResponse:
    """Store what a form has sent and say so, or show the page with what is wrong."""

    def act() -> None:
        if not values:
            raise InvalidInputError("Nothing was sent.")
        badge, pin = request.form.get("approver_badge", ""), request.form.get("approver_pin", "")
        store(values, approve(badge, pin) if badge and pin and NEEDS_TWO & set(values) else None)

    problem = attempted(act)
    return _page(problem) if problem else done("saved", "admin_settings.settings")


def _refuse(sentence: str) -> None:
    raise InvalidInputError(sentence)


def _with(zones: dict[str, Any], zone: str, own: dict[str, Any] | None) -> dict[str, Any]:
    others = {name: rules for name, rules in zones.items() if name != zone}
    return others if own is None else {**others, zone: own}


def _read(name: str, current: object, field: str) -> Any:
    """Read one field in the form its setting has now; the setting's own parser judges it."""
    sent = request.form.get(field, "").strip()
    if name == "scan_tote":
        return None if not sent else sent == "yes"
    if isinstance(current, bool):
        return sent == "yes"
    if isinstance(current, int) or current is None:
        return None if not sent else int(sent) if DIGITS.fullmatch(sent) else sent
    return sent


def _current() -> dict[str, Any]:
    with parts().database.read() as session:
        return settings_of(load_site(session)).settings


def _page(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        zones = session.scalars(select(BinRow.zone).distinct().order_by(BinRow.zone)).all()
        history = latest_facts(session, "setting_changed", SHOWN_CHANGES)
    return show(
        "admin/settings.html",
        problem,
        values=_current(),
        zones=[zone for zone in zones if zone],
        groups=GROUPS,
        records=RECORDS,
        kinds=KINDS,
        history=history,
        choices=CHOICES,
        days=DAYS,
        needs_two=NEEDS_TWO,
    )
