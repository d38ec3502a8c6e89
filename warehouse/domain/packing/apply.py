"""Carry the effects of a verdict over into a `PackWork`: only the entries that change are replaced."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from warehouse.domain.codes import CartonState, OrderState, Tracking
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing import second_effects as second
from warehouse.domain.packing.work import CartonContent, PackCarton, PackLine, PackLot, PackVerdict, PackWork, Tally

LOT_TRACKED = frozenset({Tracking.LOT, Tracking.EXPIRY})


def apply(work: PackWork, verdict: PackVerdict) -> PackWork:
    """Return the work as it is after `verdict`."""
    return apply_effects(work, verdict.effects)


def apply_effects(work: PackWork, effects: Iterable[fx.PackEffect]) -> PackWork:
    """Return the work as it is after `effects`."""
    for effect in effects:
        change = _CHANGES.get(type(effect))
        if change is not None:
            work = change(work, effect)
    return work


def _put_carton(work: PackWork, carton: PackCarton) -> PackWork:
    return replace(work, cartons={**work.cartons, carton.number: carton})


def _put_line(work: PackWork, line: PackLine) -> PackWork:
    return replace(work, lines={**work.lines, line.order_line: line})


def _change_carton(**changes: Any) -> Callable[[PackWork, Any], PackWork]:
    return lambda work, effect: _put_carton(work, replace(work.cartons[effect.carton], **changes))


def _set_tote(work: PackWork, code: str, *, scanned_in: bool, place: str = "") -> PackWork:
    tote = replace(work.totes[code], scanned_in=scanned_in, place=place)
    return replace(work, totes={**work.totes, code: tote})


def _open(work: PackWork, effect: fx.OpenCarton) -> PackWork:
    return _put_carton(work, PackCarton(number=effect.carton))


def _drop(work: PackWork, effect: fx.DiscardCarton) -> PackWork:
    return replace(work, cartons={number: it for number, it in work.cartons.items() if number != effect.carton})


def _pack(work: PackWork, effect: fx.PackUnits) -> PackWork:
    line = work.lines[effect.order_line]
    line = replace(
        line,
        packed=line.packed + effect.quantity,
        lots=_shift(line.lots, effect.lot, packed=effect.quantity),
        packed_serials=(*line.packed_serials, *effect.serials),
    )
    carton = work.cartons[effect.carton]
    content = _added(carton.content, effect)
    work = _forget_tally(work, carton.number)
    return _put_carton(_put_line(work, line), replace(carton, content=content, weight_g=None))


def _unpack(work: PackWork, effect: fx.UnpackUnits) -> PackWork:
    line = work.lines[effect.order_line]
    line = replace(
        line,
        packed=line.packed - effect.quantity,
        lots=_shift(line.lots, effect.lot, packed=-effect.quantity),
        packed_serials=_without(line.packed_serials, effect.serials),
    )
    carton = work.cartons[effect.carton]
    content = _taken(carton.content, effect)
    work = _forget_tally(work, carton.number)
    return _put_carton(_put_line(work, line), replace(carton, content=content, weight_g=None))


def _leave(work: PackWork, effect: fx.ScanOut | fx.RepickUnits) -> PackWork:
    """Units leave tote or carton and are no longer picked."""
    if effect.carton is not None:
        work = _unpack(
            work,
            fx.UnpackUnits(
                order_line=effect.order_line,
                sku=effect.sku,
                quantity=effect.quantity,
                carton=effect.carton,
                lot=effect.lot,
                serials=effect.serials,
            ),
        )
    line = work.lines[effect.order_line]
    again = effect.quantity if isinstance(effect, fx.RepickUnits) else 0
    line = replace(
        line,
        picked=line.picked - effect.quantity,
        repicking=line.repicking + again,
        lots=_shift(line.lots, effect.lot, picked=-effect.quantity),
        serials=_without(line.serials, effect.serials),
    )
    return _put_line(work, line)


def _park(work: PackWork, effect: fx.ParkTotes) -> PackWork:
    for code in effect.totes:
        work = _set_tote(work, code, scanned_in=False, place=effect.shelf)
    return replace(work, lease=None, state=_back_to_picked(work.state))


def _weigh(work: PackWork, effect: fx.WeighCarton | fx.AcceptWeight) -> PackWork:
    return _put_carton(work, replace(work.cartons[effect.carton], weight_g=effect.grams))


def _split(work: PackWork, effect: fx.SplitShipment) -> PackWork:
    for order_line, quantity in effect.rest:
        line = work.lines[order_line]
        lots = tuple(replace(lot, picked=lot.packed) for lot in line.lots)
        serials = line.packed_serials if line.serials else ()
        picked, again = line.picked - quantity, line.repicking + quantity
        work = _put_line(work, replace(line, picked=picked, repicking=again, lots=lots, serials=serials))
    return work


def _close(work: PackWork, effect: fx.CloseCarton) -> PackWork:
    return _put_carton(work, replace(work.cartons[effect.carton], state=CartonState.CLOSED, full=True))


def _label(work: PackWork, effect: fx.LabelCarton) -> PackWork:
    return _put_carton(work, replace(work.cartons[effect.carton], state=CartonState.LABELLED))


def _labelled(work: PackWork, effect: fx.ShipmentLabelled) -> PackWork:
    return replace(work, state=OrderState.PACKED) if effect.complete else work


def _void(work: PackWork, effect: fx.VoidCarton) -> PackWork:
    carton = work.cartons[effect.carton]
    for part in carton.content:
        line = work.lines[part.order_line]
        line = replace(
            line,
            packed=line.packed - part.quantity,
            lots=_shift(line.lots, part.lot, packed=-part.quantity),
            packed_serials=_without(line.packed_serials, part.serials),
        )
        work = _put_line(work, line)
    dead = work.void_labels | ({carton.sscc} if carton.sscc else set())
    emptied = replace(carton, state=CartonState.VOID, content=())
    work = _forget_tally(work, carton.number)
    return replace(_put_carton(work, emptied), void_labels=dead, state=_back_to_picked(work.state))


def _forget_tally(work: PackWork, carton: int) -> PackWork:
    """What was counted twice before a carton's content changed says nothing about it now."""
    if work.second is None:
        return work
    tallies = {number: it for number, it in work.second.tallies.items() if number != carton}
    return replace(work, second=replace(work.second, asked=False, tallies=tallies))


def _ask_second(work: PackWork, effect: second.AskSecondCount) -> PackWork:
    asked = replace(work.second, asked=True) if work.second else None
    return replace(work, second=asked, lease=work.lease if effect.own else None)


def _tally(change: Callable[[Tally, Any], Tally]) -> Callable[[PackWork, Any], PackWork]:
    def counted(work: PackWork, effect: Any) -> PackWork:
        if work.second is None:
            return work
        tally = change(work.second.tallies.get(effect.carton, Tally()), effect)
        tallies = {**work.second.tallies, effect.carton: tally}
        return replace(work, second=replace(work.second, tallies=tallies))

    return counted


def _back_to_picked(state: OrderState) -> OrderState:
    return OrderState.PICKED if state in {OrderState.PACKING, OrderState.PACKED} else state


def _shift(lots: tuple[PackLot, ...], code: str | None, *, picked: int = 0, packed: int = 0) -> tuple[PackLot, ...]:
    return tuple(
        replace(lot, picked=lot.picked + picked, packed=lot.packed + packed) if lot.code == code else lot
        for lot in lots
    )


def _without(serials: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(serial for serial in serials if serial not in gone)


def _added(content: tuple[CartonContent, ...], effect: fx.PackUnits | second.TallyUnits) -> tuple[CartonContent, ...]:
    part = next((it for it in content if _is_of(it, effect)), None)
    if part is None:
        fresh = CartonContent(
            order_line=effect.order_line,
            sku=effect.sku,
            quantity=effect.quantity,
            lot=effect.lot,
            serials=effect.serials,
        )
        return (*content, fresh)
    more = replace(part, quantity=part.quantity + effect.quantity, serials=(*part.serials, *effect.serials))
    return tuple(more if it is part else it for it in content)


def _taken(
    content: tuple[CartonContent, ...], effect: fx.UnpackUnits | second.UntallyUnits
) -> tuple[CartonContent, ...]:
    less = (
        replace(it, quantity=it.quantity - effect.quantity, serials=_without(it.serials, effect.serials))
        if _is_of(it, effect)
        else it
        for it in content
    )
    return tuple(it for it in less if it.quantity > 0)


def _is_of(
    part: CartonContent, effect: fx.PackUnits | fx.UnpackUnits | second.TallyUnits | second.UntallyUnits
) -> bool:
    return (part.order_line, part.lot) == (effect.order_line, effect.lot)


_CHANGES: dict[type, Callable[[PackWork, Any], PackWork]] = {
    fx.ScanInTote: lambda work, effect: _set_tote(work, effect.tote, scanned_in=True),
    fx.ScanOutTote: lambda work, effect: _set_tote(work, effect.tote, scanned_in=False),
    fx.BeginPacking: lambda work, _: replace(work, state=OrderState.PACKING),
    fx.OpenCarton: _open,
    fx.DiscardCarton: _drop,
    fx.FillCarton: _change_carton(full=True),
    fx.ReopenCarton: _change_carton(full=False),
    fx.PackUnits: _pack,
    fx.UnpackUnits: _unpack,
    fx.ScanOut: _leave,
    fx.RepickUnits: _leave,
    fx.ParkTotes: _park,
    fx.WeighCarton: _weigh,
    fx.AcceptWeight: _weigh,
    fx.SplitShipment: _split,
    fx.CloseCarton: _close,
    fx.LabelCarton: _label,
    fx.ShipmentLabelled: _labelled,
    fx.VoidCarton: _void,
    second.AskSecondCount: _ask_second,
    second.TallyUnits: _tally(lambda tally, effect: replace(tally, content=_added(tally.content, effect))),
    second.UntallyUnits: _tally(lambda tally, effect: replace(tally, content=_taken(tally.content, effect))),
    second.AgreeCarton: _tally(lambda tally, _: replace(tally, agreed=True)),
}
