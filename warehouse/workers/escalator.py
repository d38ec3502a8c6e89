"""Once a minute: what nobody settled goes up the ladder; late orders and devices silent with scans are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.delays import (
    EndRisk,
    MissedPickup,
    NoteMissed,
    NoteRisk,
    end_risk,
    look_for_delays,
    note_missed,
    note_risk,
)
from warehouse.services.exceptions.escalation import Escalate, escalate_exceptions
from warehouse.services.scanning.silence import NoteSilence, note_silent_devices
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic
from warehouse.workers.steps import Steps

EVERY = 60.0


class Escalator(Periodic):
    """Climbs the ladder in steps short enough for the writer."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("escalator", every)
        self._database = database
        self._clock = clock
        self._steps = Steps(database, self._stopping)

    def turn(self) -> None:
        """Look at every open entry, at late orders, and at devices that have fallen silent."""
        self._steps.one(note_silent_devices, NoteSilence(actor=SYSTEM, at=self._clock()))
        self._follow_up(self._clock())
        after: int | None = 0
        while after is not None and not self._stopping.is_set():
            looked, _ = self._steps.one(escalate_exceptions, Escalate(actor=SYSTEM, at=self._clock(), after=after))
            after = looked.next_after

    def _follow_up(self, now: datetime) -> None:
        with self._database.read() as session:
            delays = look_for_delays(session, now)
        for pickup in delays.missed:
            self._note(pickup, now)
        for risk in delays.risks:
            self._steps.one(note_risk, NoteRisk(actor=SYSTEM, at=now, risk=risk))
        for key in (*delays.over, *delays.averted):
            self._steps.one(end_risk, EndRisk(actor=SYSTEM, at=now, exception=key, averted=key in delays.averted))

    def _note(self, pickup: MissedPickup, now: datetime) -> None:
        self._steps.each(
            pickup.orders,
            note_missed,
            lambda some: NoteMissed(actor=SYSTEM, at=now, pickup=replace(pickup, orders=some)),
        )
