"""Who works in the demo warehouse. Badges and PINs are drawn at random each time: the seed gives nobody a key."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from warehouse.domain.codes import Role
from warehouse.services.people.pins import AT_ONCE, draw_badge, draw_pin, hash_pin

_TEAM: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (
        Role.PICKER,
        (
            *("Ana", "Carl", "Dina", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jule", "Kofi", "Lin"),
            *("Milo", "Nora", "Omar", "Pia", "Quinn", "Rosa", "Sami", "Tess", "Uli", "Vera", "Wim"),
        ),
    ),
    (Role.PACKER, ("Ben", "Cleo", "Dev", "Elif", "Finn", "Gita")),
    (Role.LEAD, ("Lea", "Marco")),
    (Role.INVENTORY_CONTROLLER, ("Ines",)),
    (Role.MASTER_DATA_OWNER, ("Mats",)),
    (Role.ORDER_DESK, ("Odile",)),
    (Role.INTEGRATION_OWNER, ("Ira",)),
    (Role.ADMIN, ("Ada",)),
    (Role.AUDITOR, ("Aldo",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody of the demo team, with the badge and PIN to sign in with."""

    name: str
    role: Role
    badge: str = field(repr=False)
    pin: str = field(repr=False)


def make_people() -> tuple[DemoPerson, ...]:
    """Draw badges and PINs for the whole team."""
    return tuple(
        DemoPerson(name=name, role=role, badge=draw_badge(), pin=draw_pin()) for role, names in _TEAM for name in names
    )


def hash_pins(people: tuple[DemoPerson, ...], secret_key: str) -> Iterator[str]:
    """Hash every PIN, as many at once as the house allows."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda person: hash_pin(person.pin, secret_key), people)
