"""Carriers that are asked nothing: our own neutral label, and the carrier's own label stuck on by hand."""

from collections.abc import Sequence
from datetime import date

from warehouse.carriers.base import Answered, BoughtLabel, Quote, RefusedError, Shipment, TrackEvent, Voided
from warehouse.domain.shipping.carriers import Carrier, cost_of
from warehouse.domain.words import sentence


class OfflineCarrier:
    """A carrier whose label is ours, or is numbered at the pack station; its costs are the listed ones."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def rates(self, shipment: Shipment) -> Sequence[Quote]:
        """Give the listed cost."""
        cents = cost_of(self._carrier, shipment.service, shipment.receiver.country, shipment.weight_g)
        if cents is None:
            return ()
        return (Quote(service=shipment.service, cents=cents, currency=self._carrier.currency),)

    def buy(self, shipment: Shipment) -> BoughtLabel | Answered:
        """Refuse: there is nothing to buy."""
        name = self._carrier.name
        raise RefusedError(
            sentence("{name} sells no labels: they are ours, or numbered at the pack station.", name=name)
        )

    def find(self, key: str) -> BoughtLabel | Answered:
        """Say that nothing was ever bought."""
        return Answered.NEVER

    def void(self, key: str, tracking: str) -> Voided:
        """Void at once: a label nobody scans any more costs nothing."""
        return Voided.DONE

    def manifest(self, day: date, numbers: Sequence[str]) -> str:
        """Give no reference: the printed list is all there is."""
        return ""

    def track(self, tracking: str) -> Sequence[TrackEvent]:
        """Know nothing."""
        return ()
