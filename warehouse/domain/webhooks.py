"""Signed messages to other programs: what is signed, when a message is tried again, what an answer means.

Standard Webhooks 1.0.0 (standard-webhooks/spec): HMAC-SHA256 over `id.timestamp.body`, one signature a secret.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.words import sentence

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
TOLERANCE = timedelta(minutes=5)

RETRIES = (
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""How long after each failure a message is tried again; after the last one a person sends it, or nobody."""

_OK, _REDIRECT, _GONE = 200, 300, 410


class EventType(StrEnum):
    """What may have happened."""

    ORDER_IMPORTED = "order.imported"
    ORDER_HELD = "order.held"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_PACKED = "order.packed"
    ORDER_SHIPPED = "order.shipped"
    ORDER_DELAYED = "order.delayed"
    ORDER_BACKORDERED = "order.backordered"
    BATCH_RELEASED = "batch.released"
    LINE_SHORT_PICKED = "line.short_picked"
    SHIPMENT_CREATED = "shipment.created"
    EXCEPTION_OPENED = "exception.opened"
    EXCEPTION_ESCALATED = "exception.escalated"
    EXCEPTION_CLOSED = "exception.closed"
    STOCK_ADJUSTED = "stock.adjusted"
    TEST = "webhook.test"


class Answer(StrEnum):
    """What a try came to."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"
    GONE = "gone"


class SignatureError(InvalidInputError):
    """A message that does not come from who it says."""

    code = "bad_signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a delivery after a try; `wait` until the next where there is one."""

    answer: Answer
    wait: timedelta | None = None


def key_of(secret: str) -> bytes:
    """Give the bytes behind a `whsec_` secret; InvalidInputError when they are not 24 to 64."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        expected = f"{PREFIX} and {SHORTEST} to {LONGEST} bytes in base64"
        raise InvalidInputError(
            sentence("A secret is {expected}.", expected=expected),
            (FieldProblem("secret", sentence("expected {expected}", expected=expected)),),
        )
    return key


def make_secret(noise: bytes) -> str:
    """Write random bytes as a secret."""
    return PREFIX + base64.b64encode(noise).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A message as it travels: its id, the second it was signed in, its body byte for byte."""

    id: str
    timestamp: int
    body: str


def signature(secret: str, message: Signed) -> str:
    """Sign a message with one secret: `v1,` and base64."""
    content = f"{message.id}.{message.timestamp}.{message.body}".encode()
    return "v1," + base64.b64encode(hmac.new(key_of(secret), content, hashlib.sha256).digest()).decode()


def headers_of(secrets: Sequence[str], message: Signed) -> dict[str, str]:
    """Give the three headers of a message; while a secret rotates, both sign it, the new one first."""
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(message.timestamp),
        "webhook-signature": " ".join(signature(secret, message) for secret in secrets),
    }


def verify(secret: str, headers: Mapping[str, str], body: str, now: int) -> str:
    """Check a message as a receiver does and give its id, by which one that came before is known.

    Raises SignatureError where a header is missing, the time is off by more than five minutes, or nothing signs it.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        found, stamp, signed = (sent[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise SignatureError(sentence("The header {value} is missing.", value=missing.args[0])) from None
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureError("The message is too old, or its clock is wrong.")
    expected = signature(secret, Signed(id=found, timestamp=int(stamp), body=body)).encode()
    if not any([hmac.compare_digest(expected, each.encode()) for each in signed.split(" ")]):  # noqa: C419 - all are compared, in the same time
        raise SignatureError("The signature does not fit.")
    return found


def verdict_of(attempts: int, status: int | None) -> Verdict:
    """Say what becomes of a delivery after its try number `attempts`; `status` is None where no answer came.

    Only 2xx is success. 410 means that nobody listens there any more.
    """
    if status is not None and _OK <= status < _REDIRECT:
        return Verdict(answer=Answer.DELIVERED)
    if status == _GONE:
        return Verdict(answer=Answer.GONE)
    if attempts > len(RETRIES):
        return Verdict(answer=Answer.DEAD)
    return Verdict(answer=Answer.AGAIN, wait=RETRIES[attempts - 1])
