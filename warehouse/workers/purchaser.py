"""Buys labels from carriers: one at a time, under a key, each step written down before the next is taken."""

import base64
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from warehouse.carriers import (
    Address,
    Answered,
    AwayError,
    BoughtLabel,
    CarrierAdapter,
    CarrierReach,
    LostAnswerError,
    RefusedError,
    Shipment,
    adapter_of,
)
from warehouse.children import ChildLostError, Children
from warehouse.domain.codes import LabelState
from warehouse.domain.errors import InvalidInputError, RetryLaterError
from warehouse.domain.news import LabelWanted
from warehouse.domain.shipping.carriers import Carrier, carrier_named
from warehouse.domain.words import sentence, told_by
from warehouse.printing import CARRIER_LABEL, check_carrier_label
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.shipping.purchase_facts import (
    Due,
    ManifestTold,
    ManifestToTell,
    ManifestUntold,
    Parcel,
    ask_about_untold,
    due_labels,
    keep_reference,
    manifests_to_tell,
    parcel_for,
)
from warehouse.services.shipping.purchasing import (
    Bought,
    OfLabel,
    VoidAnswered,
    answer_void,
    begin_buying,
    doubt_buying,
    doubt_interrupted,
    fail_buying,
    keep_bought,
    never_bought,
    put_off_buying,
    wait_for_carrier,
)
from warehouse.services.site import load_site
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

log = logging.getLogger(__name__)
EVERY = 2.0
TOLD_WITHIN = timedelta(days=2)
"""A list that its carrier could not be told of by then is told once more, and then by a person."""


class Purchaser(Periodic):
    """Takes every label that is due one step further; wakes when one is wanted."""

    def __init__(
        self,
        database: Database,
        children: Children,
        reach: CarrierReach,
        *,
        every: float = EVERY,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__("purchaser", every)
        self._database = database
        self._children = children
        self._reach = reach
        self._clock = clock

    def start(self) -> None:
        """Note what a stopped server left open, then begin; listens to news from here on."""
        self._database.run(doubt_interrupted, Request(actor=SYSTEM, at=self._clock()))
        self._database.subscribe(self.receive)
        super().start()

    def stop(self) -> None:
        """End after the step at hand, and listen no more."""
        self._database.unsubscribe(self.receive)
        super().stop()

    def receive(self, news: tuple[object, ...]) -> None:
        """Note committed news; returns at once."""
        if any(isinstance(each, LabelWanted) for each in news):
            self.wake()

    def turn(self) -> None:
        """Take each due label one step further; who does not answer one is not asked for another before the next."""
        with self._database.read() as session:
            due = due_labels(session, self._clock())
            carriers = load_site(session).carriers
        silent: set[str] = set()
        for each in due:
            if self._stopping.is_set():
                return
            if each.carrier not in silent and not self._has_answer(each, carriers):
                silent.add(each.carrier)
        self._tell_manifests(carriers)

    def _has_answer(self, due: Due, carriers: Sequence[Carrier]) -> bool:
        try:
            return self._step(due, carriers)
        except RetryLaterError:
            raise
        except Exception:  # whatever is wrong with one label, those behind it are bought
            log.exception("label %s: unexpected error", due.label)
            self._database.run(doubt_buying, self._about(due, sentence("the server's log says why")))
        return True

    def _tell_manifests(self, carriers: Sequence[Carrier]) -> None:
        """Tell carriers what they took along; one that does not answer is told at the next turn, the others now.

        A list that its carrier will not have is a person's at once: asked again it would say the same.
        """
        with self._database.read() as session:
            lists = manifests_to_tell(session, self._clock() - TOLD_WITHIN)
        silent: set[str] = set()
        for each in lists:
            if each.carrier in silent:
                continue
            try:
                adapter = self._adapter(carrier_named(carriers, each.carrier), each.carrier)
                reference = adapter.manifest(each.day, each.numbers)
            except RefusedError as error:
                self._database.run(ask_about_untold, self._untold(each, told_by(error)))
                continue
            except (InvalidInputError, AwayError, LostAnswerError, OSError) as error:
                log.info("list %s: %s was not told: %s", each.manifest, each.carrier, error)
                silent.add(each.carrier)
                if each.left_at < self._clock() - TOLD_WITHIN:
                    self._database.run(ask_about_untold, self._untold(each, told_by(error)))
                continue
            told = ManifestTold(actor=SYSTEM, at=self._clock(), manifest=each.manifest, reference=reference)
            self._database.run(keep_reference, told)

    def _untold(self, each: ManifestToTell, reason: str) -> ManifestUntold:
        at, parcels = self._clock(), len(each.numbers)
        return ManifestUntold(actor=SYSTEM, at=at, manifest=each.manifest, parcels=parcels, reason=reason)

    def _adapter(self, carrier: Carrier | None, name: str) -> CarrierAdapter:
        if carrier is None:
            raise InvalidInputError(sentence("There is no carrier {name} any more.", name=name))
        return adapter_of(carrier, self._reach)

    def _step(self, due: Due, carriers: Sequence[Carrier]) -> bool:
        try:
            adapter = self._adapter(carrier_named(carriers, due.carrier), due.carrier)
        except InvalidInputError as error:
            self._refuse(due, error.message)
            return True
        if due.void:
            return self._void(due, adapter)
        return self._buy(due, adapter) if due.state is LabelState.WANTED else self._look_up(due, adapter)

    def _buy(self, due: Due, adapter: CarrierAdapter) -> bool:
        parcel = self._database.run(begin_buying, self._about(due))
        if parcel is None:
            return True
        try:
            answer = adapter.buy(_shipment(parcel))
        except RefusedError as error:
            self._database.run(fail_buying, self._about(due, told_by(error)))
        except AwayError as error:
            self._database.run(put_off_buying, self._about(due, told_by(error)))
            return False
        except Exception as error:  # whatever went wrong after the request left, nobody knows what it did
            log.info("label %s: the carrier's answer was lost: %s", due.label, error)
            self._database.run(doubt_buying, self._about(due, told_by(error)))
            return False
        else:
            self._take(due, answer, parcel)
        return True

    def _look_up(self, due: Due, adapter: CarrierAdapter) -> bool:
        with self._database.read() as session:
            parcel = parcel_for(session, due.label)
        try:
            answer = adapter.find(parcel.key)
        except RefusedError as error:
            self._database.run(fail_buying, self._about(due, told_by(error)))
        except (AwayError, LostAnswerError) as error:
            self._database.run(doubt_buying, self._about(due, told_by(error)))
            return False
        else:
            self._take(due, answer, parcel)
        return True

    def _take(self, due: Due, answer: BoughtLabel | Answered, parcel: Parcel) -> None:
        if isinstance(answer, BoughtLabel):
            self._database.run(keep_bought, self._bought(due, answer, parcel))
        elif answer is Answered.NEVER:
            self._database.run(never_bought, self._about(due))
        elif answer is Answered.LATER:
            self._database.run(wait_for_carrier, self._about(due))
        else:
            self._database.run(doubt_buying, self._about(due, "the carrier cannot look it up"))

    def _bought(self, due: Due, label: BoughtLabel, parcel: Parcel) -> Bought:
        document: dict[str, Any] = {
            "kind": CARRIER_LABEL,
            "format": label.format,
            "content": base64.b64encode(label.content).decode(),
            "tracking": label.tracking,
            "order_number": parcel.order,
            "carrier": parcel.carrier,
            "dpi": label.dpi,
            "reprint": 0,
        }
        return Bought(
            actor=SYSTEM,
            at=self._clock(),
            label=due.label,
            tracking="".join(label.tracking.upper().split()),
            document=document,
            cents=label.cents,
            currency=label.currency,
            problem=self._problem(document),
        )

    def _problem(self, document: dict[str, Any]) -> str:
        """Pass the label through the gate in a helper process; what it does to that one stays there."""
        try:
            self._children.run(check_carrier_label, document)
        except (InvalidInputError, ChildLostError) as error:
            return error.message
        return ""

    def _void(self, due: Due, adapter: CarrierAdapter) -> bool:
        with self._database.read() as session:
            parcel = parcel_for(session, due.label)
        try:
            state = adapter.void(parcel.key, parcel.tracking).value
        except (AwayError, LostAnswerError, RefusedError) as error:
            log.info("label %s: the carrier did not answer the void: %s", due.label, error)
            self._database.run(doubt_buying, self._about(due))
            return False
        self._database.run(answer_void, VoidAnswered(actor=SYSTEM, at=self._clock(), label=due.label, state=state))
        return True

    def _refuse(self, due: Due, reason: str) -> None:
        if due.state is LabelState.WANTED and not due.void:
            self._database.run(begin_buying, self._about(due))
            self._database.run(fail_buying, self._about(due, reason))

    def _about(self, due: Due, reason: str = "") -> OfLabel:
        return OfLabel(actor=SYSTEM, at=self._clock(), label=due.label, reason=reason)


def _shipment(parcel: Parcel) -> Shipment:
    values = asdict(parcel)
    for name in ("carrier", "tracking", "receiver"):
        values.pop(name)
    return Shipment(**values, receiver=Address(**parcel.receiver))
