"""What a verdict at the pack station does: each effect carried out in order, in the transaction of its cause."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from warehouse.domain.codes import CartonState, OrderState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing import second_effects as second
from warehouse.domain.words import phrase, sentence
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.orders.states import refresh_order, tell_order
from warehouse.services.packing.cartons import (
    close_carton,
    discard_carton,
    label_carton,
    open_carton,
    set_full,
    weigh_carton,
)
from warehouse.services.packing.case import Case, end_pack_lease, pack_bin
from warehouse.services.packing.outs import put_aside, scan_out
from warehouse.services.packing.repicks import open_repicks
from warehouse.services.packing.second import agree_carton, ask_second, settle_second, void_counted
from warehouse.services.packing.stock import lose_units, pack_units, unpack_units, unpacked_serials
from warehouse.services.picking.totes import free_tote_if_empty
from warehouse.services.remarks import Words
from warehouse.services.shipping.shipments import split_shipment
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.stock import BinRow

_KINDS = {
    "mismatch": ExceptionType.MISMATCH,
    "weight_mismatch": ExceptionType.WEIGHT_MISMATCH,
    "help": ExceptionType.HELP,
}
_NOT_WORD = re.compile(r"[^a-z_]")


def carry_out(case: Case, effects: Iterable[fx.PackEffect]) -> None:
    """Carry the effects out in order; units lost on the way are picked again in one trip."""
    for effect in effects:
        _EFFECTS[type(effect)](case, effect)
        if case.repicks and not isinstance(effect, fx.RepickUnits):
            open_repicks(case)
    if case.repicks:
        open_repicks(case)
        refresh_order(case.session, case.request, case.order.id)
    case.session.flush()


def _scan_in(case: Case, effect: fx.ScanInTote) -> None:
    case.tote(effect.tote).at_place_id = pack_bin(case.session)
    case.note("tote_in", tote=effect.tote)


def _scan_out_tote(case: Case, effect: fx.ScanOutTote) -> None:
    case.tote(effect.tote).at_place_id = None
    case.note("tote_out", tote=effect.tote)


def _begin(case: Case, _: fx.BeginPacking) -> None:
    case.pack.started_at, case.pack.finished_at = case.request.at, None
    case.move_order(OrderState.PACKING)


def _all_out(case: Case, _: fx.AllScannedOut) -> None:
    """The cancelled order is empty: cartons go away, totes are free, nobody holds it any more."""
    opened = select(CartonRow).where(CartonRow.order_id == case.order.id, CartonRow.state == CartonState.OPEN)
    for carton in case.session.scalars(opened).all():
        discard_carton(case, carton.carton_no)
    _free_totes(case)
    case.pack.finished_at = case.request.at
    end_pack_lease(case)


def _park(case: Case, effect: fx.ParkTotes) -> None:
    shelf = case.session.scalars(select(BinRow.id).where(BinRow.code == effect.shelf)).one()
    for code in effect.totes:
        case.tote(code).at_place_id = shelf
    case.pack.started_at = None
    end_pack_lease(case)
    case.note("parked", shelf=shelf, totes=len(effect.totes))
    case.leave_bench()
    tell_order(case.session, case.order)


def _acknowledge(case: Case, effect: fx.AcknowledgeOrderChange) -> None:
    case.note("change_seen", version=effect.version)


def _confirm(case: Case, effect: fx.ConfirmInstruction) -> None:
    # The text may be the customer's own: only its kind goes into the journal.
    case.note("instruction_done", kind=_NOT_WORD.sub("_", effect.kind.lower())[:40])


def _weigh(case: Case, effect: fx.WeighCarton) -> None:
    weigh_carton(case, effect.carton, effect.grams)
    case.note("weighed", carton=effect.carton, grams=effect.grams, expected=effect.expected)


def _accept_weight(case: Case, effect: fx.AcceptWeight) -> None:
    weigh_carton(case, effect.carton, effect.grams)
    case.note(
        "weight_accepted",
        carton=effect.carton,
        grams=effect.grams,
        expected=effect.expected,
        by=effect.badge,
        self_approved=effect.own,
        reason="badge",
    )
    subject = f"order:{case.order.id}"
    resolve_about(
        case.session, case.request, ExceptionType.WEIGHT_MISMATCH, subject, sentence("A lead accepted the weight.")
    )


def _allow_split(case: Case, effect: fx.AllowSplit) -> None:
    case.note("split_allowed", by=effect.person, reason=Words(effect.reason), self_approved=effect.own)


def _split(case: Case, effect: fx.SplitShipment) -> None:
    """What was not found is picked again where it lies elsewhere; the rest is owed."""
    for order_line, quantity in effect.rest:
        line = case.line(order_line)
        lost = fx.RepickUnits(
            order_line=order_line,
            sku=line.sku,
            quantity=quantity,
            reason="missing",
            serials=unpacked_serials(case, line),
        )
        lose_units(case, lost)
    split_shipment(case, effect.person, effect.reason)


def _finished(case: Case, effect: fx.PackingFinished) -> None:
    _free_totes(case)
    case.pack.finished_at = case.request.at
    if effect.complete:
        settle_second(case)
    else:
        case.pack.started_at = None
    case.note("packing_finished", complete=effect.complete)


def _labelled(case: Case, effect: fx.ShipmentLabelled) -> None:
    """All cartons carry their labels: the order is packed once nothing of it is to come."""
    end_pack_lease(case)
    if _is_all_packed(case):
        refresh_order(case.session, case.request, case.order.id)
    else:
        case.leave_bench()
    case.note("shipment_labelled", complete=effect.complete)
    tell_order(case.session, case.order)


def _exception(case: Case, effect: fx.OpenPackException) -> None:
    key = open_exception(
        case.session,
        OpenEntry(
            **case.who,
            type=_KINDS[effect.type],
            subject=f"order:{case.order.id}",
            about=phrase(effect.subject),
            data={"outcome": effect.outcome.value if effect.outcome else None},
            order=case.order.id,
            cutoff=case.order.cutoff_at,
        ),
    )
    case.follow_up = {"kind": "exception", "id": key}


def _free_totes(case: Case) -> None:
    for tote in case.totes():
        free_tote_if_empty(case.session, case.request, tote.id)
    case.session.flush()


def _is_all_packed(case: Case) -> bool:
    lines = case.session.scalars(
        select(OrderLineRow).where(
            OrderLineRow.order_id == case.order.id, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
        )
    )
    return all(line.packed >= line.ordered - line.backordered for line in lines)


_EFFECTS: dict[type, Callable[[Case, Any], object]] = {
    fx.ScanInTote: _scan_in,
    fx.ScanOutTote: _scan_out_tote,
    fx.BeginPacking: _begin,
    fx.OpenCarton: lambda case, effect: open_carton(case, effect.carton),
    fx.DiscardCarton: lambda case, effect: discard_carton(case, effect.carton),
    fx.FillCarton: lambda case, effect: set_full(case, effect.carton, full=True),
    fx.ReopenCarton: lambda case, effect: set_full(case, effect.carton, full=False),
    fx.PackUnits: pack_units,
    fx.UnpackUnits: unpack_units,
    fx.AcknowledgeOrderChange: _acknowledge,
    fx.ScanOut: scan_out,
    fx.AllScannedOut: _all_out,
    fx.PutAside: put_aside,
    fx.RepickUnits: lose_units,
    fx.ParkTotes: _park,
    fx.ConfirmInstruction: _confirm,
    fx.WeighCarton: _weigh,
    fx.AcceptWeight: _accept_weight,
    fx.AllowSplit: _allow_split,
    fx.SplitShipment: _split,
    fx.CloseCarton: close_carton,
    fx.PackingFinished: _finished,
    fx.LabelCarton: label_carton,
    fx.ShipmentLabelled: _labelled,
    fx.VoidCarton: void_counted,
    fx.OpenPackException: _exception,
    second.AskSecondCount: ask_second,
    second.TallyUnits: lambda *_: None,
    second.UntallyUnits: lambda *_: None,
    second.AgreeCarton: agree_carton,
}
