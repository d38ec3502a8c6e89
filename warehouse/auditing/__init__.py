"""A data audit of shop files before they are let in: only reads, stores nothing, says what to mend and where."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy.orm import Session

from warehouse.auditing.customers import Customers
from warehouse.auditing.findings import HELD_FOR, SHOWN, TITLES, Audit, Lines, Remark, named_figure, read_audit
from warehouse.auditing.item_rows import audit_items
from warehouse.auditing.order_rows import OrderRows, tell
from warehouse.domain.codes import Severity
from warehouse.domain.drafts import Finding, Refused
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.orders import AcceptedOrder
from warehouse.domain.words import listed, sentence, word
from warehouse.exchange.choosing import own_profiles, profile_for
from warehouse.exchange.limits import Limits, UnreadableFileError
from warehouse.exchange.mapping import Chunk, FileHead, Request, read_file
from warehouse.exchange.profile import Profile, profile_names
from warehouse.exchange.source import Origin
from warehouse.exchange.tables import BoundTable, open_table
from warehouse.exchange.targets import Kind
from warehouse.services.intake.knowledge import IntakeRules, JudgedOrder, Knowledge
from warehouse.services.site import load_site
from warehouse.storage.queries.intake import newest_item

__all__ = ["SHOWN", "TITLES", "Asked", "Audit", "Remark", "audit_file", "named_figure", "read_audit"]

JUDGED_AT_ONCE = 200
_AUDITED = (Kind.ORDERS, Kind.ITEMS)
_ADDRESS = {"off": None, "flag": Severity.FLAG, "hold": Severity.HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A file to be audited, by the profile named or the one that fits it best; `at` is the moment it is judged for."""

    origin: Origin
    name: str
    profile: str | None = None
    at: datetime


def audit_file(
    session: Session, asked: Asked, on_progress: Callable[[int, int], None] = lambda _done, _whole: None
) -> Audit:
    """Audit one file against what the house knows; raises InvalidInputError when no profile can read it."""
    profile, bound = _fitting(session, asked)
    audit = Audit(name=asked.name, profile=f"{profile.kind}/{profile.name}")
    if profile.kind is Kind.ITEMS:
        audit_items(bound, profile, audit)
    else:
        rows = OrderRows(bound, profile)
        rows.gather()
        tell(rows, audit)
    _judge(session, asked, profile, audit, on_progress)
    return audit


def _fitting(session: Session, asked: Asked) -> tuple[Profile, BoundTable]:
    """Find the profile that knows most of the file's columns."""
    best: tuple[int, Profile, BoundTable] | None = None
    refusal: InvalidInputError = InvalidInputError(
        sentence("There is no profile “{profile}” for orders or items.", profile=asked.profile)
    )
    for kind, name in _profiles(session):
        if asked.profile not in {None, name} or kind not in _AUDITED:
            continue
        profile = profile_for(session, kind, name)
        try:
            bound = open_table(asked.origin, profile, Limits())
        except UnreadableFileError as error:
            refusal = error
            continue
        known = len(bound.binding.places)
        if best is None or known > best[0]:
            best = (known, profile, bound)
    if best is None:
        raise refusal
    return best[1], best[2]


def _profiles(session: Session) -> list[tuple[Kind, str]]:
    """Name the profiles that may fit, the site's own first."""
    return [*own_profiles(session), *((kind, name) for kind in _AUDITED for name in profile_names(kind))]


def _judge(
    session: Session, asked: Asked, profile: Profile, audit: Audit, on_progress: Callable[[int, int], None]
) -> None:
    """Read the records as an import would, and judge the orders as it would, but store nothing."""
    site = load_site(session)
    # Without any item no SKU is known, and saying so of each would help nobody.
    knowledge = Knowledge(
        IntakeRules(site=site, address=_ADDRESS[profile.checks.address], create_missing=not newest_item(session))
    )
    customers = Customers()
    held: Counter[str] = Counter()
    days: set[date] = set()
    for part in read_file(Request(origin=asked.origin, profile=profile, chunk=JUDGED_AT_ONCE)):
        if isinstance(part, FileHead):
            continue
        assert isinstance(part, Chunk)  # noqa: S101 - a head or a chunk, nothing else
        orders = [record for record in part.records if isinstance(record, AcceptedOrder)]
        for record in part.records:
            if isinstance(record, Refused):
                _note(audit, "refused", record.key or sentence("line {number}", number=record.line), record.findings)
        for order in orders:
            customers.add(order.draft)
            days |= {site.day_of(order.draft.placed_at)} if order.draft.placed_at else set()
        for judged in knowledge.judge(session, orders, asked.at).orders:
            if judged.draft.withdrawn:
                number = judged.draft.external_id
                audit.add("refused", number, sentence("Its shop has cancelled it"), Lines([judged.draft.line], 1))
                continue
            _hold(audit, judged, held)
        on_progress(part.rows_done, part.rows)
    customers.tell(audit)
    if profile.kind is Kind.ORDERS:
        audit.figures |= {"days": len(days), "orders_held": held[""]}
        audit.figures |= {f"{HELD_FOR}{kind}": count for kind, count in sorted(held.items()) if kind}


def _hold(audit: Audit, judged: JudgedOrder, held: Counter[str]) -> None:
    """Note what is doubtful about an order; `held` counts orders by what holds them, all of them under nothing."""
    for concern in judged.concerns:
        said = "{kind} (held): {message}" if concern.severity is Severity.HOLD else "{kind}: {message}"
        message = sentence(said, kind=word(concern.type), message=concern.message)
        audit.add("held", judged.draft.external_id, message, Lines([judged.draft.line], 1))
    kinds = {concern.type.value for concern in judged.concerns if concern.severity is Severity.HOLD}
    held.update([*kinds, ""] if kinds else [])


def _note(audit: Audit, kind: str, about: str, findings: tuple[Finding, ...]) -> None:
    for finding in islice(findings, 5):
        message = listed([finding.column, finding.message], ": ") if finding.column else finding.message
        audit.add(kind, about, message, Lines([finding.line], 1) if finding.line else None)
