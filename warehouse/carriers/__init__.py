"""Carriers: one protocol, one module per kind. What must never happen twice is asked under a key."""

from warehouse.carriers.base import (
    Address,
    Answered,
    AwayError,
    BoughtLabel,
    CarrierAdapter,
    LostAnswerError,
    Quote,
    RefusedError,
    Shipment,
    TrackEvent,
    Voided,
)
from warehouse.carriers.choosing import CarrierReach, adapter_of

__all__ = [
    "Address",
    "Answered",
    "AwayError",
    "BoughtLabel",
    "CarrierAdapter",
    "CarrierReach",
    "LostAnswerError",
    "Quote",
    "RefusedError",
    "Shipment",
    "TrackEvent",
    "Voided",
    "adapter_of",
]
