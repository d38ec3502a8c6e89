"""Whether one may go live: each question answered from what the system knows, with figures and where to mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Outcome, Role
from warehouse.domain.figures.measures import Span
from warehouse.domain.rollout.costs import CostModel
from warehouse.services.figures.baseline import baselines
from warehouse.services.figures.kpis import span_of
from warehouse.services.rollout.costing import DATA_KINDS, trained_people
from warehouse.services.rollout.cutover import migration_report, opening_progress
from warehouse.services.rollout.parallel import parallel_runs
from warehouse.services.rollout.shadow import watched_days
from warehouse.services.rollout.statements import Step, statements
from warehouse.services.site import load_site
from warehouse.services.stock.freezing import current_freeze
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrinterRow

BACKUP_AGE = timedelta(days=7)
_DAYS = 28
_DUMP = "/admin/go-live/cut-over#backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest backup that is known of: when it was made, and whether the copy was looked through and held."""

    at: datetime
    checked: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One question of the list: whether it is so, what the system knows of it, and the page that mends it."""

    title: str
    holds: bool
    known: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the points are answered from."""

    session: Session
    span: Span
    backup: Backup | None


def checklist(session: Session, now: datetime, backup: Backup | None) -> list[Point]:
    """Answer every question."""
    asked = Asked(session, span_of(session, now, _DAYS), backup)
    return [point(asked) for point in _POINTS]


def _printers(asked: Asked) -> Point:
    active = select(func.count()).select_from(PrinterRow).where(PrinterRow.active, PrinterRow.transport != "folder")
    whole = asked.session.scalar(active) or 0
    tested = asked.session.scalar(active.where(PrinterRow.least_dots.is_not(None))) or 0
    known = f"{tested} of {whole} had a bar of their test page scanned back"
    return Point("Printers tested", 0 < whole == tested, known, "/admin/printers")


def _scanners(asked: Asked) -> Point:
    devices = set(asked.session.scalars(select(DeviceRow.name).where(DeviceRow.lost_at.is_(None))))
    good = select(ScanRow.device).where(ScanRow.outcome == Outcome.ACCEPTED, ScanRow.via.in_(["key", "camera"]))
    tested = devices & set(asked.session.scalars(good.distinct()))
    known = f"{len(tested)} of {len(devices)} devices have scanned something right"
    return Point("Scanners tested", 0 < len(devices) == len(tested), known, "/scanner")


def _data(asked: Asked) -> Point:
    waiting = select(func.count()).select_from(ExceptionRow).where(
        ExceptionRow.type.in_(DATA_KINDS), ExceptionRow.state != ExceptionState.RESOLVED
    )  # fmt: skip
    _, totals = migration_report(asked.session)
    found = asked.session.scalar(waiting) or 0
    known = f"{found} data exceptions open, {totals.without_barcode} of {totals.items} items without a barcode"
    return Point(
        "Data clean", not found and not totals.without_barcode and totals.items > 0, known, "/admin/exceptions"
    )


def _people(asked: Asked) -> Point:
    floor = select(PersonRow.id).where(PersonRow.active, PersonRow.role.in_([Role.PICKER, Role.PACKER]))
    people = set(asked.session.scalars(floor))
    trained = people & trained_people(asked.session)
    known = f"{len(trained)} of {len(people)} pickers and packers"
    return Point("People trained", 0 < len(people) == len(trained), known, "/admin/people")


def _backup(asked: Asked) -> Point:
    if asked.session.get_bind().dialect.name == "postgresql":
        return _dump(asked)
    found = asked.backup
    if found is None:
        known = "no backup is known of: run `warehouse backup FILE --check`"
        return Point("Backup made, its copy checked", holds=False, known=known)
    checked = "its copy holds every promise" if found.checked else "its copy does not hold"
    fresh = asked.span.now - found.at <= BACKUP_AGE
    known = f"made {found.at:%Y-%m-%d %H:%M} UTC, {checked}" + ("" if fresh else "; older than a week")
    return Point("Backup made, its copy checked", found.checked and fresh, known)


def _dump(asked: Asked) -> Point:
    """PostgreSQL is backed up by its own tools, which tell us nothing: a lead says that a dump was restored."""
    said = statements(asked.session, Step.BACKUP_RESTORED).get("")
    if said is None:
        known = "nobody has said that a dump was restored and looked through by `warehouse doctor`"
        return Point("Backup made, its copy checked", holds=False, known=known, href=_DUMP)
    fresh = asked.span.now - said.at <= BACKUP_AGE
    known = f"a dump was restored and checked, said {said.at:%Y-%m-%d %H:%M} UTC" + (
        "" if fresh else "; older than a week"
    )
    return Point("Backup made, its copy checked", fresh, known, _DUMP)


def _shadow(asked: Asked) -> Point:
    days = watched_days(asked.session, asked.span)
    read = statements(asked.session, Step.SHADOW_REVIEWED)
    seen = [day for day in days if f"day:{day}" in read]
    known = f"{len(seen)} of {len(days)} days on which one only watched"
    return Point("Shadow reports reviewed", 0 < len(days) == len(seen), known, "/admin/go-live/shadow")


def _parallel(asked: Asked) -> Point:
    runs = parallel_runs(asked.session)
    if not runs:
        return Point("Parallel run signed", holds=False, known="none yet", href="/admin/go-live/parallel")
    newest = runs[0]
    known = f"{newest.name}: {newest.same} of {newest.rows} figures the same, {newest.answered} of {newest.different}"
    return Point("Parallel run signed", newest.state == "signed", f"{known} answered", "/admin/go-live/parallel")


def _opening(asked: Asked) -> Point:
    zones = opening_progress(asked.session)
    bins, counted = sum(zone.bins for zone in zones), sum(zone.counted for zone in zones)
    return Point("Opening stock counted", 0 < bins == counted, f"{counted} of {bins} bins", "/admin/go-live/cut-over")


def _migration(asked: Asked) -> Point:
    read = statements(asked.session, Step.MIGRATION_READ)
    came, totals = migration_report(asked.session)
    refused = sum(kind.refused for kind in came)
    known = f"{totals.items} items, {totals.pieces} pieces, {totals.open_orders} open orders here, {refused} refused"
    return Point("Migration report read", bool(read), known, "/admin/go-live/cut-over")


def _way_back(asked: Asked) -> Point:
    taken = statements(asked.session, Step.WAY_BACK).get("")
    known = f"files for the old system taken {taken.at:%Y-%m-%d %H:%M} UTC" if taken else "nobody has taken the files"
    return Point("Way back prepared", taken is not None, known, "/admin/go-live/cut-over")


def _baseline(asked: Asked) -> Point:
    kept = {one.kpi for one in baselines(asked.session)}
    return Point("Figures from before kept", bool(kept), f"{len(kept)} figures", "/admin/figures#baseline")


def _thawed(asked: Asked) -> Point:
    frozen = current_freeze(asked.session, asked.span.now)
    known = f"frozen until {frozen.until:%Y-%m-%d %H:%M} UTC" if frozen else "goods may move"
    return Point("Stock not frozen", frozen is None, known, "/admin/go-live/cut-over")


def _costs(asked: Asked) -> Point:
    model = load_site(asked.session).costs
    whole = CostModel.__dataclass_fields__
    given = sum(bool(getattr(model, name)) for name in whole)
    return Point(
        "Costs of mistakes set", given == len(whole), f"{given} of {len(whole)} figures", "/admin/go-live/costs"
    )


_POINTS: tuple[Callable[[Asked], Point], ...] = (
    *(_data, _printers, _scanners, _people, _migration, _opening),
    *(_baseline, _costs, _shadow, _parallel, _backup, _way_back, _thawed),
)


def backup_of(record: Mapping[str, Any] | None) -> Backup | None:
    """Read what the backup command wrote beside the database; None for nothing or for what cannot be read."""
    try:
        return Backup(datetime.fromisoformat(record["at"]), record["checked"] is True) if record else None
    except (KeyError, TypeError, ValueError):
        return None
