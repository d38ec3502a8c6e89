"""The rarer effects of a pick scan, each carried out as the use case it is: carts, totes, shortages, damage."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import TaskState
from warehouse.domain.picking import effects as fx
from warehouse.services.actor import Actor, Request, audit
from warehouse.services.batches.tasks import reopen_batch, settle_batch
from warehouse.services.orders.states import refresh_order_on
from warehouse.services.picking.case import Case, Happening
from warehouse.services.picking.totes import BindTote, SlotOf, bind_tote, close_full_tote, reopen_full_tote, unbind_tote
from warehouse.services.picking.trouble import (
    follow_up,
    note_damage,
    note_short,
    note_wrong_stock,
    note_zero_check,
    open_entry,
    print_item_label,
    swap_lot,
    undo_damage,
    undo_short_pick,
)
from warehouse.storage.models.batching import BatchRow, CartRow


def carry_out(connection: Connection, happening: Happening) -> dict[str, Any] | None:
    """Carry the effects out in order; gives the follow-up that the answer names, if there is one."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        case = Case(session, happening, _request(happening))
        for effect in happening.effects:
            _EFFECTS[type(effect)](case, effect)
        session.flush()
        return case.follow_up


def settle(connection: Connection, happenings: Iterable[Happening]) -> None:
    """Derive the states of batches and of the touched orders anew, once the effects and the books are written."""
    for happening in happenings:
        request = _request(happening)
        reopen_batch(connection, request, happening.batch)
        for order in sorted(happening.orders):
            refresh_order_on(connection, request, order)


def _request(happening: Happening) -> Request:
    return Request(actor=Actor(happening.scan.person, happening.scan.role, ""), at=happening.scan.received_at)


def _take_cart(case: Case, effect: fx.TakeCart) -> None:
    batch = case.session.get_one(BatchRow, case.happening.batch)
    batch.cart_id = case.session.scalars(select(CartRow.id).where(CartRow.code == effect.cart)).one()
    batch.cart_taken_at = case.request.at
    audit(case.session, case.request, "cart_taken", f"batch:{batch.id}", cart=effect.cart)


def _release_cart(case: Case, effect: fx.ReleaseCart) -> None:
    batch = case.session.get_one(BatchRow, case.happening.batch)
    planned = select(CartRow.id).where(CartRow.code == effect.planned)
    batch.cart_id = case.session.scalars(planned).one_or_none() if effect.planned else None
    batch.cart_taken_at = None
    audit(case.session, case.request, "cart_left", f"batch:{batch.id}", cart=effect.cart)


def _bind(case: Case, effect: fx.BindTote) -> None:
    bind_tote(case.session, BindTote(**case.who, batch=case.happening.batch, slot=effect.slot, tote=effect.tote))


def _slot(case: Case, effect: fx.UnbindTote | fx.ToteFull | fx.ReopenTote) -> None:
    act: dict[type, Callable[[Session, SlotOf], object]] = {
        fx.UnbindTote: unbind_tote,
        fx.ToteFull: close_full_tote,
        fx.ReopenTote: reopen_full_tote,
    }
    act[type(effect)](case.session, SlotOf(**case.who, batch=case.happening.batch, slot=effect.slot))


def _acknowledge(case: Case, effect: fx.AcknowledgeChange) -> None:
    task = case.task(effect.task)
    if effect.change == "edited":
        task.changed = None
    elif effect.change == "cancelled" and task.state is TaskState.OPEN:
        task.state, task.closed_at = TaskState.CANCELLED, case.request.at
    audit(case.session, case.request, "change_seen", f"task:{task.id}", change=effect.change)


def _lifted(case: Case, effect: fx.LeadLift) -> None:
    audit(
        case.session, case.request, "lead_lifted", f"task:{effect.task}", badge=effect.badge, self_approved=effect.own
    )


def _picked(case: Case, effect: fx.BatchPicked) -> None:
    settle_batch(case.session, case.request, case.session.get_one(BatchRow, effect.batch))


_EFFECTS: dict[type, Callable[[Case, Any], None]] = {
    fx.TakeCart: _take_cart,
    fx.ReleaseCart: _release_cart,
    fx.BindTote: _bind,
    fx.UnbindTote: _slot,
    fx.ToteFull: _slot,
    fx.ReopenTote: _slot,
    fx.SwapLot: swap_lot,
    fx.ShortPick: note_short,
    fx.UndoShort: undo_short_pick,
    fx.DamagePick: note_damage,
    fx.UndoDamage: undo_damage,
    fx.WrongStock: note_wrong_stock,
    fx.AcknowledgeChange: _acknowledge,
    fx.ZeroCheck: note_zero_check,
    fx.OpenException: open_entry,
    fx.QueueItemLabel: print_item_label,
    fx.LeadLift: _lifted,
    fx.FollowUp: follow_up,
    fx.BatchPicked: _picked,
}
