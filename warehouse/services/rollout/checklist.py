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
from warehouse.domain.words import sentence
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
from warehouse.storage.queries.people import working_at

BACKUP_AGE = timedelta(days=7)
_DAYS = 28
_DUMP = "/admin/go-live/cut-over#backup"
_BACKUP = sentence("Backup made, its copy checked")


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
    known = sentence("{tested} of {whole} had a bar of their test page scanned back", tested=tested, whole=whole)
    return Point(sentence("Printers tested"), 0 < whole == tested, known, "/admin/printers")


def _scanners(asked: Asked) -> Point:
    devices = set(asked.session.scalars(select(DeviceRow.name).where(DeviceRow.lost_at.is_(None))))
    good = select(ScanRow.device).where(ScanRow.outcome == Outcome.ACCEPTED, ScanRow.via.in_(["key", "camera"]))
    tested = devices & set(asked.session.scalars(good.distinct()))
    known = sentence("{tested} of {whole} devices have scanned something right", tested=len(tested), whole=len(devices))
    return Point(sentence("Scanners tested"), 0 < len(devices) == len(tested), known, "/scanner")


def _data(asked: Asked) -> Point:
    waiting = select(func.count()).select_from(ExceptionRow).where(
        ExceptionRow.type.in_(DATA_KINDS), ExceptionRow.state != ExceptionState.RESOLVED
    )  # fmt: skip
    _, totals = migration_report(asked.session)
    found = asked.session.scalar(waiting) or 0
    known = sentence(
        "{found} data exceptions open, {missing} of {items} items without a barcode",
        found=found,
        missing=totals.without_barcode,
        items=totals.items,
    )
    return Point(
        sentence("Data clean"),
        not found and not totals.without_barcode and totals.items > 0,
        known,
        "/admin/exceptions",
    )


def _people(asked: Asked) -> Point:
    here = working_at(asked.span.now)
    floor = select(PersonRow.id).where(here, PersonRow.role.in_([Role.PICKER, Role.PACKER]))
    people = set(asked.session.scalars(floor))
    trained = people & trained_people(asked.session)
    known = sentence("{trained} of {whole} pickers and packers", trained=len(trained), whole=len(people))
    return Point(sentence("People trained"), 0 < len(people) == len(trained), known, "/admin/people")


def _backup(asked: Asked) -> Point:
    if asked.session.get_bind().dialect.name == "postgresql":
        return _dump(asked)
    found = asked.backup
    if found is None:
        known = sentence("no backup is known of: run `warehouse backup FILE --check`")
        return Point(_BACKUP, holds=False, known=known)
    checked = sentence("its copy holds every promise") if found.checked else sentence("its copy does not hold")
    fresh = asked.span.now - found.at <= BACKUP_AGE
    known = sentence("made {at} UTC, {checked}", at=_at(found.at), checked=checked)
    return Point(_BACKUP, found.checked and fresh, known if fresh else _old(known))


def _dump(asked: Asked) -> Point:
    """PostgreSQL is backed up by its own tools, which tell us nothing: a lead says that a dump was restored."""
    said = statements(asked.session, Step.BACKUP_RESTORED).get("")
    if said is None:
        known = sentence("nobody has said that a dump was restored and looked through by `warehouse doctor`")
        return Point(_BACKUP, holds=False, known=known, href=_DUMP)
    fresh = asked.span.now - said.at <= BACKUP_AGE
    known = sentence("a dump was restored and checked, said {at} UTC", at=_at(said.at))
    return Point(_BACKUP, fresh, known if fresh else _old(known), _DUMP)


def _shadow(asked: Asked) -> Point:
    days = watched_days(asked.session, asked.span)
    read = statements(asked.session, Step.SHADOW_REVIEWED)
    seen = [day for day in days if f"day:{day}" in read]
    known = sentence("{seen} of {whole} days on which one only watched", seen=len(seen), whole=len(days))
    return Point(sentence("Shadow reports reviewed"), 0 < len(days) == len(seen), known, "/admin/go-live/shadow")


def _parallel(asked: Asked) -> Point:
    runs = parallel_runs(asked.session)
    if not runs:
        return Point(
            sentence("Parallel run signed"), holds=False, known=sentence("none yet"), href="/admin/go-live/parallel"
        )
    newest = runs[0]
    known = sentence(
        "{name}: {same} of {rows} figures the same, {answered} of {different} answered",
        name=newest.name,
        same=newest.same,
        rows=newest.rows,
        answered=newest.answered,
        different=newest.different,
    )
    return Point(sentence("Parallel run signed"), newest.state == "signed", known, "/admin/go-live/parallel")


def _opening(asked: Asked) -> Point:
    zones = opening_progress(asked.session)
    bins, counted = sum(zone.bins for zone in zones), sum(zone.counted for zone in zones)
    known = sentence("{counted} of {bins} bins", counted=counted, bins=bins)
    return Point(sentence("Opening stock counted"), 0 < bins == counted, known, "/admin/go-live/cut-over")


def _migration(asked: Asked) -> Point:
    read = statements(asked.session, Step.MIGRATION_READ)
    came, totals = migration_report(asked.session)
    refused = sum(kind.refused for kind in came)
    known = sentence(
        "{items} items, {pieces} pieces, {orders} open orders here, {refused} refused",
        items=totals.items,
        pieces=totals.pieces,
        orders=totals.open_orders,
        refused=refused,
    )
    return Point(sentence("Migration report read"), bool(read), known, "/admin/go-live/cut-over")


def _way_back(asked: Asked) -> Point:
    taken = statements(asked.session, Step.WAY_BACK).get("")
    known = sentence("nobody has taken the files")
    if taken:
        known = sentence("files for the old system taken {at} UTC", at=_at(taken.at))
    return Point(sentence("Way back prepared"), taken is not None, known, "/admin/go-live/cut-over")


def _baseline(asked: Asked) -> Point:
    kept = {one.kpi for one in baselines(asked.session)}
    return Point(
        sentence("Figures from before kept"),
        bool(kept),
        sentence("{number} figures", number=len(kept)),
        "/admin/figures#baseline",
    )


def _thawed(asked: Asked) -> Point:
    frozen = current_freeze(asked.session, asked.span.now)
    known = sentence("frozen until {at} UTC", at=_at(frozen.until)) if frozen else sentence("goods may move")
    return Point(sentence("Stock not frozen"), frozen is None, known, "/admin/go-live/cut-over")


def _costs(asked: Asked) -> Point:
    model = load_site(asked.session).costs
    whole = CostModel.__dataclass_fields__
    given = sum(bool(getattr(model, name)) for name in whole)
    known = sentence("{given} of {whole} figures", given=given, whole=len(whole))
    return Point(sentence("Costs of mistakes set"), given == len(whole), known, "/admin/go-live/costs")


def _old(known: str) -> str:
    return sentence("{known}; older than a week", known=known)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


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
