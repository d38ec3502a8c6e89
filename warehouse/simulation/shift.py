"""One simulated shift: everybody signs in, works until all is packed, and at the end every promise is called in."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from warehouse.domain.errors import InvalidInputError, WarehouseError
from warehouse.simulation.floor import Floor
from warehouse.simulation.handheld import Handheld
from warehouse.simulation.lead import Lead
from warehouse.simulation.loader import Loader
from warehouse.simulation.log import Answered, Log
from warehouse.simulation.packer import Packer
from warehouse.simulation.picker import Picker
from warehouse.simulation.wire import Badge, Line
from warehouse.simulation.worker import Crew, Habits

TICK = 0.2
Say = Callable[[Log], None]
Person = Picker | Packer | Loader


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What is to be simulated; `orders` and `minutes` None is no limit, `carts` are the codes of carts that exist."""

    people: Sequence[Badge]
    habits: Habits
    pickers: int
    packers: int
    orders: int | None = None
    minutes: float | None = None
    carts: Sequence[str] = ()


@dataclass(slots=True)
class Worked:
    """What came of it; seconds of work, and orders that were to be done."""

    log: Log
    seconds: float
    wanted: int
    answers_checked: int = 0
    on_time: bool = True
    crew: list[Person] = field(default_factory=list)


def work_shift(shift: Shift, say: Say) -> Worked:
    """Simulate a shift; `say` is told how far it is. Raises `InvalidInputError` when people are lacking."""
    pickers = _choose(shift.people, "picker", shift.pickers)
    packers = _choose(shift.people, "packer", shift.packers)
    lead = _choose(shift.people, "lead", 1)[0]
    log = Log()
    line = Line(shift.habits.url, Random(shift.habits.seed))  # noqa: S311 - no secret is drawn
    line.sign_in(lead)
    floor = Floor(
        carts=deque(shift.carts), totes=deque(tote["code"] for tote in line.pages("/totes") if tote["state"] == "free")
    )
    wanted = Lead(line, floor, log).prepare(shift.orders, shift.habits.seed)
    crew = Crew(shift.habits, floor, log)
    worked = Worked(log, 0.0, wanted)
    worked.crew = [*(Picker(badge, crew) for badge in pickers), *(Packer(badge, crew) for badge in packers)]
    began = time.monotonic()
    _work(worked, floor, shift.minutes, say)
    if worked.on_time and packers and not floor.stopped:
        loader = Loader(packers[0], crew)
        worked.crew.append(loader)
        _one(loader, floor)
    worked.seconds = time.monotonic() - began
    _call_in(worked)
    return worked


def _choose(people: Sequence[Badge], role: str, number: int) -> list[Badge]:
    found = [badge for badge in people if badge.role == role][:number]
    if len(found) < number:
        raise InvalidInputError(f"There are {len(found)} people with the role {role}; {number} were asked for.")
    return found


def _work(worked: Worked, floor: Floor, minutes: float | None, say: Say) -> None:
    """Let everybody work; packers go home after the last picker."""
    threads = [threading.Thread(target=_one, args=(person, floor), daemon=True) for person in worked.crew]
    picking = [thread for thread, person in zip(threads, worked.crew, strict=True) if isinstance(person, Picker)]
    until = time.monotonic() + minutes * 60 if minutes else float("inf")
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(TICK)
        say(worked.log)
        if not any(thread.is_alive() for thread in picking):
            floor.picking_ends()
        if time.monotonic() > until and not floor.stopped:
            worked.on_time = False
            floor.stop()


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
    handhelds = {person.handheld.device: person.handheld for person in worked.crew}
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
