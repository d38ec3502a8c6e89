"""The closed lists of goods that come back: why, how far, and what was done with them."""

from enum import StrEnum


class ReturnState(StrEnum):
    """Where goods that come back stand: announced, here, looked at piece by piece, and done."""

    ANNOUNCED = "announced"
    RECEIVED = "received"
    INSPECTED = "inspected"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ReturnKind(StrEnum):
    """Why goods come back: the customer asked, the parcel was not taken, or nobody knows."""

    ASKED = "asked"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class ReturnStep(StrEnum):
    """What was done with returned pieces; each step is one move of the ledger."""

    RECEIVED = "received"
    RESTOCKED = "restocked"
    QUARANTINED = "quarantined"
    SCRAPPED = "scrapped"
