"""Plans by itself: waves at their time of day, rolling release for whoever is idle, the pace learnt each hour."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.planning.room import Draft, PlanRoom
from warehouse.planning.search import Budget
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.batches.joining import OfferOrder, Offers, held_trips, offer_order, offers_of
from warehouse.services.planning.missing import Missing
from warehouse.services.planning.pace import KeepPace, keep_pace, measure_pace, pickers_here
from warehouse.services.planning.waves import RulesKey, StoredRules, WaveRules, all_rules, is_due, plan_of, take_turn
from warehouse.services.site import load_site
from warehouse.services.stock.freezing import current_freeze
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.queries.wanted import wanted_heads
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

log = logging.getLogger(__name__)

EVERY = 10.0
LEARN_EVERY = timedelta(hours=1)
WAVE = Budget(seconds=8.0)
ROLLING = Budget(seconds=30.0)
OFFER_AGAIN = timedelta(minutes=2)
_SIGNED = 5000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Pool = frozenset[tuple[str, int, datetime | None]]
Asked = tuple[WaveRules, Pool]
"""What a draft of rolling rules was begun for."""
Urgent = tuple[str, int]
"""An order and how urgent it is."""
Trips = tuple[tuple[str, ...], ...]
"""The orders of each trip."""


class Planner(Periodic):
    """Takes its turn every few seconds.

    Rolling rules keep a draft that goes on getting better; it is begun anew when orders come, go or become urgent, and
    only as many of its trips are released as there are idle pickers without one. What it had found is begun with.
    """

    def __init__(
        self, database: Database, room: PlanRoom, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__("planner", every)
        self._database = database
        self.room = room
        self._clock = clock
        self._rolling: dict[int, tuple[Draft, Asked]] = {}
        self._told: dict[int, frozenset[Missing]] = {}
        self._found: dict[int, Trips] = {}
        self._offered: dict[Urgent, datetime] = {}
        self._learnt: datetime | None = None

    def turn(self) -> None:
        """Release what is due, roll on, and learn now and then."""
        now = self._clock()
        if self._learnt is None or now - self._learnt >= LEARN_EVERY:
            self._learnt = now
            self._learn(now)
        with self._database.read() as session:
            rules, zone = all_rules(session), ZoneInfo(load_site(session).time_zone)
            is_frozen = current_freeze(session, now) is not None
        for one in () if is_frozen else rules:
            self._take(one, now, now.astimezone(zone))
        self._offer(now)

    def _learn(self, now: datetime) -> None:
        with self._database.read() as session:
            paces = measure_pace(session, now)
        self._database.run(keep_pace, KeepPace(actor=SYSTEM, at=now, paces=paces))

    def _take(self, one: StoredRules, now: datetime, local: datetime) -> None:
        try:
            if one.rules.active and one.rules.rolling:
                self._roll(one, now)
            elif is_due(one, local):
                self._release_wave(one, now)
        except (NotFoundError, ConflictError) as refusal:
            log.warning("wave rules %s: %s", one.rules.name, refusal)

    def _release_wave(self, one: StoredRules, now: datetime) -> None:
        if not self._database.run(take_turn, RulesKey(actor=SYSTEM, at=now, key=one.id)):
            return
        draft = self.room.start(plan_of(one.rules, now), WAVE)
        draft.ended.wait(WAVE.seconds * 4)
        stored = self.room.store(draft, Request(actor=SYSTEM, at=now), release=True)
        log.info("wave %s released: %s batches", one.rules.name, len(stored.batches))

    def _roll(self, one: StoredRules, now: datetime) -> None:
        with self._database.read() as session:
            pool = frozenset(
                (it.number, it.priority, it.cutoff)
                for it in wanted_heads(session, None, _SIGNED, carrier=one.rules.carrier)
            )
            wanted = _trips_wanted(session, now)
        draft, asked = self._rolling.get(one.id, (None, None))
        if draft is None or asked != (one.rules, pool):
            draft = self._begin(one, now, pool)
        if wanted > 0 and pool:
            self._release(one, draft, now, wanted)

    def _release(self, one: StoredRules, draft: Draft, now: datetime, wanted: int) -> None:
        draft.ended.wait(0 if draft.step else 5)
        del self._rolling[one.id]
        told = self._told.get(one.id, frozenset())
        try:
            stored = self.room.release_first(draft, Request(actor=SYSTEM, at=now), wanted, told)
            self._told[one.id] = (told | {*stored.missing}) & {*draft.best.outcome.missing}
        finally:
            self._found[one.id] = _trips(draft)
            self.room.drop(draft)

    def _offer(self, now: datetime) -> None:
        """Offer waiting urgent orders to the pickers whose way they lengthen least, while nobody is idle.

        An order that nobody took along is looked at again after a while, or once it becomes more urgent, not in each
        turn: it takes some reading.
        """
        with self._database.read() as session:
            urgent = [(it.number, it.priority) for it in wanted_heads(session, None, _SIGNED, urgent=True)]
            self._offered = {it: at for it, at in self._offered.items() if it in urgent}
            new = [it for it in urgent if now - self._offered.get(it, _LONG_AGO) >= OFFER_AGAIN]
            if not new or None in pickers_here(session, now).values():
                return
            best = _nearest(session, now, tuple(number for number, _ in new))
        self._offered |= dict.fromkeys(new, now)
        for order, (extra_mm, batch) in best.items():
            offer = OfferOrder(actor=SYSTEM, at=now, batch=batch, order=order, extra_mm=extra_mm)
            self._database.run(offer_order, offer)

    def _begin(self, one: StoredRules, now: datetime, pool: Pool) -> Draft:
        old = self._rolling.pop(one.id, None)
        if old is not None:
            self.room.drop(old[0])
            self._found[one.id] = _trips(old[0])
        budget = replace(ROLLING, known=self._found.pop(one.id, ()))
        draft = self.room.start(replace(plan_of(one.rules, now), wave=None), budget)
        self._rolling[one.id] = (draft, (one.rules, pool))
        return draft


def _trips_wanted(session: Session, now: datetime) -> int:
    """Give how many pickers are idle and find no batch that they may take."""
    idle = [person for person, batch in pickers_here(session, now).items() if batch is None]
    waiting = select(func.count()).where(
        BatchRow.state == BatchState.RELEASED,
        BatchRow.person_id.is_(None),
        or_(BatchRow.assigned_id.is_(None), BatchRow.assigned_id.in_(idle)),
    )
    return len(idle) - (session.scalar(waiting) or 0)


def _trips(draft: Draft) -> Trips:
    """Give the best trips of a draft, or what it was begun with."""
    if draft.step is None:
        return draft.budget.known
    return tuple(batch.orders for batch in draft.best.outcome.plan.batches)


def _nearest(session: Session, now: datetime, orders: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Give for each order that fits somewhere how much it lengthens the way of which batch, the least."""
    best: dict[str, tuple[int, int]] = {}
    for batch in held_trips(session):
        for offer in offers_of(session, Offers(actor=SYSTEM, at=now, batch=batch, orders=orders, most=len(orders))):
            found = (offer.extra_mm, batch)
            best[offer.order.number] = min(best.get(offer.order.number, found), found)
    return best
