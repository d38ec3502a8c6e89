"""The two gates of an order with their reasons, who can lift each, and whose the order is at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, ExceptionState, OrderState, Role
from warehouse.domain.exception_queue import OWNER_OF_STATE, ExceptionType, lifters
from warehouse.domain.exceptions.rights import Owned, settlers
from warehouse.domain.site import Site
from warehouse.domain.words import as_said, sentence, word
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.orders import gates_of

_BY_HAND = (Role.ORDER_DESK, Role.LEAD, Role.ADMIN)
_STOCK = (Role.INVENTORY_CONTROLLER, Role.LEAD, Role.ORDER_DESK)
_ENDED = frozenset({OrderState.SHIPPED, OrderState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a gate is shut: the exception that says so, whose it is, and the roles that can lift it."""

    text: str
    exception: int | None = None
    owner: str = ""
    lifted_by: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOwner:
    """Whose an order is: a role, a person where it is one person's, and what makes it theirs."""

    role: Role
    person: str | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BothGates:
    """An order may be released when nothing is in `releasable`, and picked whole when nothing is in `pickable`."""

    releasable: tuple[Reason, ...]
    pickable: tuple[Reason, ...]
    owner: OrderOwner | None


def both_gates(session: Session, order_id: int) -> BothGates:
    """Read both gates; an order that has ended has no owner, every other one has exactly one."""
    site, plain = load_site(session), gates_of(session, order_id)
    holds = _holds(session, site, order_id)
    data = tuple(
        Reason(text=text, owner=word(Role.MASTER_DATA_OWNER), lifted_by=(Role.MASTER_DATA_OWNER, Role.ADMIN))
        for text in plain.releasable[len(holds) :]
    )
    stock = tuple(Reason(text=text, owner=word(Role.INVENTORY_CONTROLLER), lifted_by=_STOCK) for text in plain.pickable)
    return BothGates(releasable=(*holds, *data), pickable=stock, owner=_owner(session, order_id))


def _holds(session: Session, site: Site, order_id: int) -> tuple[Reason, ...]:
    rows = session.execute(
        select(HoldRow, ExceptionRow, PersonRow.name)
        .outerjoin(ExceptionRow, ExceptionRow.id == HoldRow.exception_id)
        .outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(HoldRow.order_id == order_id, HoldRow.lifted_at.is_(None))
        .order_by(HoldRow.id)
    )
    return tuple(_hold(site, hold, entry, name) for hold, entry, name in rows)


def _hold(site: Site, hold: HoldRow, entry: ExceptionRow | None, name: str | None) -> Reason:
    if entry is None or entry.state is ExceptionState.RESOLVED:
        return Reason(
            text=as_said(hold.text, entry.data if entry else None), owner=word(Role.ORDER_DESK), lifted_by=_BY_HAND
        )
    rule = site.rule_of(ExceptionType(entry.type))
    owned = Owned(rule=rule, role=entry.owner_role, person=entry.owner_id, about_order=True)
    may = tuple(role for role in settlers(owned) if role in lifters(rule))
    text, owner = as_said(hold.text, entry.data), name or word(entry.owner_role)
    return Reason(text=text, exception=entry.id, owner=owner, lifted_by=may)


def _owner(session: Session, order_id: int) -> OrderOwner | None:
    order = session.get_one(OrderRow, order_id)
    if order.state in _ENDED:
        return None
    return _by_exception(session, order_id) or _by_hand(session, order) or _by_state(order)


def _by_exception(session: Session, order_id: int) -> OrderOwner | None:
    """A held order is whoever's the entry is that holds it: the first to be due."""
    found = session.execute(
        select(ExceptionRow, PersonRow.name)
        .join(HoldRow, HoldRow.exception_id == ExceptionRow.id)
        .outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(HoldRow.order_id == order_id, HoldRow.lifted_at.is_(None), ExceptionRow.state != ExceptionState.RESOLVED)
        .order_by(ExceptionRow.due_at, ExceptionRow.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    entry, name = found
    return OrderOwner(
        role=entry.owner_role, person=name, because=sentence("exception {entry} holds it", entry=str(entry.id))
    )


def _by_hand(session: Session, order: OrderRow) -> OrderOwner | None:
    """An order in somebody's hands is theirs: the packer's who has it, else the picker's of its batch."""
    packer = session.scalars(
        select(PersonRow).join(PackRow, PackRow.person_id == PersonRow.id).where(PackRow.order_id == order.id)
    ).first()
    if packer is not None and order.state in {OrderState.PICKED, OrderState.PACKING}:
        return OrderOwner(role=packer.role, person=packer.name, because=sentence("has it at packing"))
    picking: Sequence[PersonRow] = session.scalars(
        select(PersonRow)
        .join(BatchRow, BatchRow.person_id == PersonRow.id)
        .join(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .where(PickTaskRow.order_id == order.id, BatchRow.state == BatchState.PICKING)
        .order_by(BatchRow.id)
        .limit(1)
    ).all()
    return (
        OrderOwner(role=it.role, person=it.name, because=sentence("picks it"))
        if (it := next(iter(picking), None))
        else None
    )


def _by_state(order: OrderRow) -> OrderOwner:
    role = OWNER_OF_STATE[order.state]
    return OrderOwner(role=role, person=None, because=sentence("owns what is {state}", state=word(order.state)))
