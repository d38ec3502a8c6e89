"""Who answers for a role, and who stands in while that person is away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from warehouse.domain.codes import Role

OWNER_ROLES = (
    *(Role.ORDER_DESK, Role.MASTER_DATA_OWNER, Role.INVENTORY_CONTROLLER, Role.INTEGRATION_OWNER),
    *(Role.LEAD, Role.ADMIN),
)
"""Roles that own exceptions by name; pickers and packers own theirs as a crew and the lead follows at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The one person who answers for a role, a deputy, and until which day, included, that person is away; keys."""

    owner: int | None = None
    deputy: int | None = None
    away_until: date | None = None


def in_charge(duty: Duty | None, today: date, here: Collection[int]) -> int | None:
    """Give who has a role's entries today: its owner, the deputy while the owner is away, or None: all of the role.

    `here` are the people who still work here.
    """
    if duty is None:
        return None
    away = duty.away_until is not None and today <= duty.away_until
    asked = (duty.deputy,) if away else (duty.owner, duty.deputy)
    return next((person for person in asked if person in here), None)


def stands_in(duties: Mapping[str, Duty], person: int) -> tuple[Role, ...]:
    """Name the roles whose entries a person may settle beside their own, as owner by name or as deputy."""
    return tuple(role for role in Role if (duty := duties.get(role)) and person in {duty.owner, duty.deputy})


def uncovered(duties: Mapping[str, Duty], here: Collection[int]) -> tuple[Role, ...]:
    """Name the roles that nobody would stand in for: without a deputy who still works here, other than the owner."""
    return tuple(
        role
        for role in OWNER_ROLES
        if (duty := duties.get(role)) is None or duty.deputy not in here or duty.deputy == duty.owner
    )
