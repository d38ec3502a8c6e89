"""When somebody counts as trained in a role: practice orders without a mistake, and the guide of today read."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.domain.codes import Role
from warehouse.domain.roles import Permission, rights_of
from warehouse.domain.site import TrainingPolicy
from warehouse.domain.words import Text, sentence

GUIDES: Mapping[Role, int] = {
    Role.PICKER: 1,
    Role.PACKER: 1,
    Role.LEAD: 1,
    Role.INVENTORY_CONTROLLER: 1,
    Role.MASTER_DATA_OWNER: 1,
    Role.ORDER_DESK: 1,
    Role.INTEGRATION_OWNER: 1,
    Role.ADMIN: 1,
    Role.AUDITOR: 1,
}
"""The version of each role's quick guide; it rises with every change of its text, and is then to be read again."""

PRACTISED = frozenset(role for role in Role if rights_of(role) & {Permission.PICK, Permission.PACK})
"""Roles that can work practice orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What somebody has to show in one role: practice sessions, orders without a mistake, the guide they read."""

    sessions: int = 0
    orders: int = 0
    tried: int = 0
    guide: int | None = None


def missing_of(record: Record, role: Role, policy: TrainingPolicy) -> tuple[Text, ...]:
    """Say what is missing to be trained in a role; nothing for who is."""
    found = []
    if role in PRACTISED and record.orders < policy.orders:
        found.append(
            sentence(
                "{orders} of {needed} practice orders worked without a mistake.",
                orders=record.orders,
                needed=policy.orders,
            )
        )
    if policy.guide and record.guide != GUIDES[role]:
        found.append(sentence("The quick guide of today is not read yet."))
    return tuple(found)
