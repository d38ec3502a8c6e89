"""What the site has set: loaded as one value, changed one setting at a time, with proof of who did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.site import Site
from warehouse.domain.site_settings import NEEDS_TWO, read_setting, site_from, write_setting
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import renew_lists
from warehouse.storage.group import announce
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetting(Request):
    """Set `name` to a JSON `value`; `approved_by` is the second person where one is wanted."""

    name: str
    value: Any
    approved_by: int | None = None


def load_site(session: Session) -> Site:
    """Read everything the site has set; what was never set has its default."""
    rows = session.execute(select(SettingRow.name, SettingRow.value))
    return site_from({row.name: row.value for row in rows})


def change_setting(session: Session, request: ChangeSetting) -> Site:
    """Check and store one setting; give the site as it is now.

    Raises InvalidInputError for a wrong value and ForbiddenError where a second person's approval is missing.
    """
    value = read_setting(request.name, request.value)
    _require_approval(session, request)
    row = session.get(SettingRow, request.name)
    if row is None:
        row = SettingRow(name=request.name, value=None, changed_at=request.at)
        session.add(row)
    row.value = write_setting(value)
    row.changed_at = request.at
    row.changed_by_id = request.actor.person
    session.flush()
    subject = f"setting:{request.name}"
    audit(session, request, "setting_changed", subject, value=row.value, approved_by=request.approved_by)
    renew_lists(session)
    announce(session, BoardChanged(BoardKind.SETTINGS))
    return load_site(session)


def _require_approval(session: Session, request: ChangeSetting) -> None:
    if request.name not in NEEDS_TWO or request.actor.person is None or _alone(session, request.at):
        return
    approver = session.get(PersonRow, request.approved_by) if request.approved_by else None
    is_other = approver is not None and approver.id != request.actor.person and approver.active
    if approver is None or not is_other or approver.role not in {Role.LEAD, Role.ADMIN}:
        raise ForbiddenError("This setting weakens a check: a second lead or admin must approve the change.")


def _alone(session: Session, at: datetime) -> bool:
    """Whether nobody else could approve: then the change is the person's own, and the journal shows it."""
    leads = select(PersonRow.id).where(working_at(at), PersonRow.role.in_([Role.LEAD, Role.ADMIN])).limit(2)
    return len(session.scalars(leads).all()) < 2  # noqa: PLR2004 - the person and one other
