"""The first start of a warehouse: the tables, and one admin whose PIN is shown once. No password is built in."""

from dataclasses import dataclass, field

from warehouse.app import open_database
from warehouse.commands.opening import alone, now
from warehouse.domain.codes import Role
from warehouse.services.actor import SYSTEM
from warehouse.services.people.pins import draw_badge, draw_pin, hash_pin
from warehouse.services.people.staff import NewPerson, create_person, has_people
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.settings import Settings
from warehouse.storage import migrate
from warehouse.storage.database import Database
from warehouse.storage.opening import put_anchor_aside

ADMIN = "Admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What somebody signs in with; shown once, never kept."""

    badge: str = field(repr=False)
    pin: str = field(repr=False)


def prepare(settings: Settings) -> Keys | None:
    """Make the tables in an empty database and an admin where nobody can sign in; give the admin's keys, if made.

    An older form of the tables is left to `warehouse migrate`. Raises `DatabaseInUseError` when somebody else writes.
    """
    with alone(settings.database_url, "first start"):
        make_tables(settings)
        database = open_database(settings)
        try:
            keys = _make_admin(database, settings.secret_key)
            if keys is not None:
                _take_time_zone(database, settings.timezone.key)
            return keys
        finally:
            database.close()


def make_tables(settings: Settings) -> None:
    """Make the tables where there are none; raises `SchemaError` when there are older ones."""
    if migrate.current(settings.database_url) is None:
        put_anchor_aside(settings.data_dir)
        migrate.upgrade(settings.database_url)
    migrate.require_head(settings.database_url)


def _take_time_zone(database: Database, zone: str) -> None:
    """A new site begins in the zone of the environment; from then on the admin pages have it."""
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=now(), name="time_zone", value=zone))


def _make_admin(database: Database, secret_key: str) -> Keys | None:
    with database.read() as session:
        if has_people(session):
            return None
    keys = Keys(badge=draw_badge(), pin=draw_pin())
    database.run(
        create_person,
        NewPerson(
            actor=SYSTEM,
            at=now(),
            name=ADMIN,
            role=Role.ADMIN,
            badge=keys.badge,
            pin_hash=hash_pin(keys.pin, secret_key),
        ),
    )
    return keys
