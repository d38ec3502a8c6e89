"""Second counts in the books: asked for, kept between two scans, found right, needed again after a void."""

from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.packing.apply import apply
from warehouse.domain.packing.effects import VoidCarton
from warehouse.domain.packing.second_effects import AgreeCarton, AskSecondCount
from warehouse.domain.packing.snapshot import to_json
from warehouse.domain.packing.work import PackVerdict, PackWork, SecondCount
from warehouse.domain.words import sentence, together
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about, restate_exception
from warehouse.services.packing.cartons import void_carton
from warehouse.services.packing.case import Case, end_pack_lease
from warehouse.storage.models.printing import StationRow


def keep_second(case: Case, work: PackWork, verdict: PackVerdict) -> None:
    """Keep how far the second count is: it outlives the lease, the page and the server."""
    after = apply(work, verdict).second
    if after is not None and after != work.second:
        case.pack.second_count = to_json(SecondCount(asked=after.asked, tallies=after.tallies))


def ask_second(case: Case, effect: AskSecondCount) -> None:
    """Let the order wait for somebody else, free for whoever did not pack it, and say so in the queue."""
    station = case.session.get(StationRow, case.pack.station_id) if case.pack.station_id else None
    packed = sentence(
        "Order {order} is packed at {station}." if station else "Order {order} is packed.",
        order=case.order.number,
        station=station.code if station else "",
    )
    text = together(packed, sentence("Somebody who did not pack it takes it and counts it again."))
    restate_exception(case.session, case.request, _open(case), text)
    if not effect.own:
        end_pack_lease(case)
    case.note("second_count_asked", self_approved=effect.own)


def agree_carton(case: Case, effect: AgreeCarton) -> None:
    """Note who found the carton's content right."""
    carton = case.carton(effect.carton)
    carton.recounted_by_id, carton.recounted_self = case.request.actor.person, effect.own
    case.note("carton_recounted", carton=effect.carton, self_approved=effect.own)


def settle_second(case: Case) -> None:
    """Settle the entry of an order that two people have counted."""
    about, said = f"order:{case.order.id}", sentence("Counted twice.")
    resolve_about(case.session, case.request, ExceptionType.DOUBLE_CHECK, about, said)


def void_counted(case: Case, effect: VoidCarton) -> None:
    """Kill a carton; what was counted twice and is packed again is counted twice again."""
    was_recounted = case.carton(effect.carton).recounted_by_id is not None
    void_carton(case, effect)
    if was_recounted:
        _open(case)


def _open(case: Case) -> int:
    entry = OpenEntry(
        **case.who,
        type=ExceptionType.DOUBLE_CHECK,
        subject=f"order:{case.order.id}",
        about=sentence("order {order}", order=case.order.number),
        order=case.order.id,
        cutoff=case.order.cutoff_at,
    )
    return open_exception(case.session, entry)
