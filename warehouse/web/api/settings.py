"""What the site has set: read as one object, changed one setting at a time."""

from typing import Any

from flask import Blueprint
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.domain.site import Site
from warehouse.domain.site_settings import NAMES, NEEDS_TWO, write_setting
from warehouse.services.site import ChangeSetting, change_setting, load_site
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, operation
from warehouse.web.asking import actor, now
from warehouse.web.sign_in import approve

blueprint = Blueprint("settings", __name__, url_prefix=PREFIX)


class SettingsAnswer(Answer):
    """Every setting by name; changing one of `needs_two` wants a second person's badge and PIN."""

    settings: dict[str, Any]
    needs_two: list[str]


class Approval(Body):
    """The second person, there and then: badge and PIN of another lead or admin."""

    badge: str = Field(min_length=1, max_length=120)
    pin: str = Field(min_length=1, max_length=32, repr=False)


class SettingsChange(Body):
    """New values by name; each is checked on its own, and all are stored or none."""

    settings: dict[str, Any] = Field(min_length=1, max_length=50)
    approval: Approval | None = None


@blueprint.get("/settings")
@requires()
@operation(answer=SettingsAnswer)
def settings() -> SettingsAnswer:
    """Read every setting; whoever works here may know the rules."""
    with parts().database.read() as session:
        return settings_of(load_site(session))


@blueprint.patch("/settings")
@requires(Permission.EDIT_SETTINGS)
@operation(body=SettingsChange, answer=SettingsAnswer)
def change(body: SettingsChange) -> SettingsAnswer:
    """Change settings."""
    approved_by = approve(body.approval.badge, body.approval.pin) if body.approval else None
    return settings_of(store(body.settings, approved_by))


def store(values: dict[str, Any], approved_by: int | None) -> Site:
    """Store new values, all or none; raises InvalidInputError or ForbiddenError as `change_setting` does."""
    at, who = now(), actor()

    def all_of_them(session: Session, wanted: dict[str, Any]) -> Site:
        for name, value in wanted.items():
            change_setting(session, ChangeSetting(actor=who, at=at, name=name, value=value, approved_by=approved_by))
        return load_site(session)

    return parts().database.run(all_of_them, values)


def settings_of(site: Site) -> SettingsAnswer:
    """Write a site as it is read and stored."""
    return SettingsAnswer(
        settings={name: write_setting(getattr(site, name)) for name in NAMES}, needs_two=sorted(NEEDS_TWO)
    )
