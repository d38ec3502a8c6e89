"""Who may settle an exception, and who may let the order go on that it holds."""

from collections.abc import Collection
from dataclasses import dataclass

from warehouse.domain.codes import Role
from warehouse.domain.exception_queue import ExceptionRule, lifters


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: a person's key, the word for their role, the roles they stand in for."""

    person: int | None
    role: str
    stands_in: Collection[Role] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An entry as far as rights go: who owns it now, the rule of its type, whether it is about an order."""

    rule: ExceptionRule
    role: Role
    person: int | None
    about_order: bool


def settlers(entry: Owned) -> tuple[Role, ...]:
    """Name the roles that may settle an entry: its owners, before and after the ladder, lead, admin, and the order desk
    what is about an order."""
    rule = entry.rule
    desk = (Role.ORDER_DESK,) if entry.about_order else ()
    return tuple(
        dict.fromkeys((entry.role, rule.owner, *((rule.then,) if rule.then else ()), *desk, Role.LEAD, Role.ADMIN))
    )


def may_settle(asker: Asker, entry: Owned) -> bool:
    """Whether they may; the house itself and its machines always may, they act by rules of their own."""
    return _one_of(asker, settlers(entry)) or (asker.person is not None and asker.person == entry.person)


def may_lift(asker: Asker, rule: ExceptionRule) -> bool:
    """Whether they may let the held order go on."""
    return _one_of(asker, lifters(rule))


def _one_of(asker: Asker, roles: Collection[Role]) -> bool:
    return asker.role not in set(Role) or asker.role in roles or any(role in roles for role in asker.stands_in)
