"""One simulated shift: everybody signs in, works until all is packed, and at the end every promise is called in."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from warehouse.domain.errors import InvalidInputError, WarehouseError
from warehouse.simulation.desk import Desk
from warehouse.simulation.fate import Fate
from warehouse.simulation.floor import Floor
from warehouse.simulation.goods import Goods
from warehouse.simulation.handheld import Handheld
from warehouse.simulation.lead import Lead
from warehouse.simulation.loader import Loader
from warehouse.simulation.log import Answered, Log
from warehouse.simulation.packer import Packer
from warehouse.simulation.picker import Picker
from warehouse.simulation.piles import Piles
from warehouse.simulation.reckoning import Reckoning, reckon
from warehouse.simulation.tidier import Counter, Returner, Tidier
from warehouse.simulation.wire import Badge, Line, RefusalError
from warehouse.simulation.worker import Crew, Habits

TICK = 0.2
LOOKS = 3
"""So many ticks between two looks of the lead."""

STILL = 180.0
"""Seconds without any scan answered after which the shift is broken off."""

TIDIERS = 4
ROUNDS = 6
Say = Callable[[Log], None]
Person = Picker | Packer | Loader | Tidier


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What is to be simulated; `orders` and `minutes` None is no limit, `carts` are the codes of carts that exist.

    `events` multiplies how often something out of the ordinary happens.
    """

    people: Sequence[Badge]
    habits: Habits
    pickers: int
    packers: int
    orders: int | None = None
    minutes: float | None = None
    carts: Sequence[str] = ()
    events: float = 1.0


@dataclass(slots=True)
class Worked:
    """What came of it; seconds of work, and orders that were to be done."""

    log: Log
    seconds: float
    wanted: int
    answers_checked: int = 0
    on_time: bool = True
    crew: list[Person] = field(default_factory=list)
    reckoning: Reckoning | None = None


def work_shift(shift: Shift, say: Say) -> Worked:
    """Simulate a shift; `say` is told how far it is. Raises `InvalidInputError` when people are lacking."""
    pickers = _choose(shift.people, "picker", shift.pickers)
    packers = _choose(shift.people, "packer", shift.packers)
    log = Log()
    line = Line(shift.habits.urls[0], Random(shift.habits.seed))  # noqa: S311 - no secret is drawn
    line.sign_in(_choose(shift.people, "lead", 1)[0])
    lead = Lead(line, _floor(line, shift), log)
    wanted = lead.prepare(shift.orders, shift.habits.seed)
    desk = Desk(line, lead.floor, log, Fate(shift.habits.seed, shift.events))
    desk.open(wanted)
    crew = Crew(shift.habits, lead.floor, log, desk)
    worked = Worked(log, 0.0, len(wanted))
    worked.crew = [*(Picker(badge, crew) for badge in pickers), *(Packer(badge, crew) for badge in packers)]
    began = time.monotonic()
    _work(worked, lead, shift.minutes, say)
    if worked.on_time and not lead.floor.stopped:
        _tidy(worked, pickers, crew)
        _load(worked, packers, crew)
        worked.reckoning = reckon(desk, wanted)
    worked.seconds = time.monotonic() - began
    _call_in(worked)
    return worked


def _choose(people: Sequence[Badge], role: str, number: int) -> list[Badge]:
    found = [badge for badge in people if badge.role == role][:number]
    if len(found) < number:
        raise InvalidInputError(f"There are {len(found)} people with the role {role}; {number} were asked for.")
    return found


def _floor(line: Line, shift: Shift) -> Floor:
    """Walk around the floor before work begins."""
    goods = Goods.read(line)
    places = line.pages("/bins")
    of_kind = {kind: [it["code"] for it in places if it["kind"] == kind] for kind in KINDS}
    return Floor(
        carts=deque(shift.carts),
        totes=deque(tote["code"] for tote in line.pages("/totes") if tote["state"] == "free"),
        goods=goods,
        piles=Piles.begin(line.pages("/stock"), goods.tracked_by_lot),
        faces=of_kind[FACE],
        reserves=of_kind[RESERVE],
        quarantine=next(iter(of_kind[QUARANTINE]), ""),
        shelf=next(iter(of_kind[SHELF]), ""),
    )


KINDS = FACE, RESERVE, QUARANTINE, SHELF = "pick_face", "reserve", "quarantine", "problem_shelf"


def _work(worked: Worked, lead: Lead, minutes: float | None, say: Say) -> None:
    """Let everybody work until the lead sees that nothing is left."""
    threads = _begin(worked.crew, lead.floor)
    until = time.monotonic() + minutes * 60 if minutes else float("inf")
    ticks, answered, moved_at = 0, 0, time.monotonic()
    while any(thread.is_alive() for thread in threads):
        time.sleep(TICK)
        say(worked.log)
        ticks += 1
        if ticks % LOOKS == 0 and not lead.floor.at_rest:
            lead.look_around()
        if len(worked.log.answers) != answered:
            answered, moved_at = len(worked.log.answers), time.monotonic()
        if time.monotonic() - moved_at > STILL and not lead.floor.stopped:
            worked.log.surprise("broken_off", f"Nothing moved for {STILL:.0f} seconds.")
            lead.floor.stop()
        if time.monotonic() > until and not lead.floor.stopped:
            worked.on_time = False
            lead.floor.stop()


def _begin(people: Sequence[Person], floor: Floor) -> list[threading.Thread]:
    threads = [threading.Thread(target=_one, args=(person, floor), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    return threads


def _tidy(worked: Worked, pickers: Sequence[Badge], crew: Crew) -> None:
    """Bring everything back, then count, until nothing is open; the lead approves what two have counted alike."""
    for kind in (Returner, Counter):
        for _ in range(ROUNDS):
            people: list[Tidier] = [kind(badge, crew) for badge in pickers[:TIDIERS]]
            worked.crew += people
            for thread in _begin(people, crew.floor):
                thread.join()
            approved = _approve(crew) if kind is Counter else 0
            if not approved and not sum(person.done for person in people):
                break


def _approve(crew: Crew) -> int:
    approved = 0
    for count in crew.desk.line.pages("/counts"):
        if count["state"] != "counted":
            continue
        try:
            crew.desk.line.ask("POST", f"/counts/{count['id']}/approve")
        except RefusalError as refusal:
            if refusal.code != "conflict":
                raise
        crew.floor.piles.counted(count["bin"], count["sku"])
        crew.log.happened("count_approved")
        approved += 1
    return approved


def _load(worked: Worked, packers: Sequence[Badge], crew: Crew) -> None:
    if packers:
        loader = Loader(packers[0], crew)
        worked.crew.append(loader)
        _one(loader, crew.floor)


def _one(person: Person, floor: Floor) -> None:
    """Let one person work; what ends them early ends the shift, and is told."""
    try:
        person.run()
    except WarehouseError as error:
        person.log.surprise("broken_off", f"{person.badge.name} went home: {error.message}")
        floor.stop()
    except Exception as error:
        person.log.surprise("broken_off", f"{person.badge.name} met a fault: {type(error).__name__}: {error}")
        floor.stop()
        raise


def _call_in(worked: Worked) -> None:
    """Send everything acknowledged once more: each must be known, with the answer it got."""
    handhelds = {handheld.device: handheld for person in worked.crew for handheld in person.handhelds}
    for device, answers in worked.log.by_device():
        if device in handhelds:
            worked.answers_checked += _repeat(handhelds[device], answers)
    for handheld in handhelds.values():
        handheld.line.leave()


def _repeat(handheld: Handheld, answers: Sequence[Answered]) -> int:
    try:
        handheld.repeat_all(answers)
    except WarehouseError as error:
        handheld.log.surprise("broken_off", f"{handheld.badge.name} could not ask again: {error.message}")
        return 0
    return len(answers)
