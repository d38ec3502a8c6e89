"""The audit chain: each entry carries the hash of the one before, and an anchor outside pins its end.

A plain chain finds edits, deletions and reorderings; a tail cut off, or a chain written anew from some row on, is found
only by an anchor that was kept elsewhere. Entries name people by key: personal data stays outside the chain.
"""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from warehouse.domain.values import value

GENESIS = bytes(32)


@value(kw_only=True)
class AuditFact:
    """What happened: `details` is canonical JSON, `actor` a person's key or None for the system, `at` an aware time."""

    at: datetime
    actor: int | None
    role: str
    action: str
    subject: str
    details: str = "{}"


@value
class AuditEntry:
    """One stored row: its number from 1, what happened, and the hash over both and the row before."""

    seq: int
    fact: AuditFact
    digest: bytes


@value
class Anchor:
    """The end of the chain at one moment, signed with a key that is not in the database."""

    seq: int
    digest: bytes
    signature: bytes


class Fault(StrEnum):
    """What is wrong with a chain."""

    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_TAIL = "cut_tail"
    REWRITTEN = "rewritten"
    FORGED_ANCHOR = "forged_anchor"


@value
class Verification:
    """How many entries hold, and the first that does not: its number and what is wrong with it."""

    checked: int
    fault: Fault | None = None
    seq: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the whole chain holds."""
        return self.fault is None

    def __str__(self) -> str:
        if self.fault is None:
            return f"{self.checked} entries, all as written."
        return _SENTENCES[self.fault].format(seq=self.seq)


_SENTENCES = {
    Fault.EDITED: "Entry {seq} was changed after it was written.",
    Fault.MISSING: "Entry {seq} is missing.",
    Fault.REORDERED: "Entry {seq} stands in the wrong place.",
    Fault.CUT_TAIL: "The end of the chain is missing, from entry {seq} on.",
    Fault.REWRITTEN: "The chain was written anew: entry {seq} is not the one that was anchored.",
    Fault.FORGED_ANCHOR: "The anchor of entry {seq} was not signed with this key.",
}


def canonical_bytes(seq: int, fact: AuditFact) -> bytes:
    """Give the one byte string an entry is hashed as: each field with its length, so that no two look alike."""
    at = fact.at.astimezone(UTC).isoformat(timespec="microseconds")
    actor = "" if fact.actor is None else str(fact.actor)
    fields = (str(seq), at, actor, fact.role, fact.action, fact.subject, fact.details)
    return "".join([f"{len(text)}:{text}," for text in fields]).encode("utf-8", "surrogatepass")


def digest(previous: bytes, seq: int, fact: AuditFact) -> bytes:
    """Give the SHA-256 of an entry that follows the one with the digest `previous` (GENESIS for the first)."""
    return sha256(previous + canonical_bytes(seq, fact)).digest()


def append(previous: AuditEntry | None, fact: AuditFact) -> AuditEntry:
    """Make the entry that follows `previous`."""
    seq, before = (1, GENESIS) if previous is None else (previous.seq + 1, previous.digest)
    return AuditEntry(seq, fact, digest(before, seq, fact))


def make_anchor(key: bytes, last: AuditEntry) -> Anchor:
    """Sign the end of the chain (HMAC-SHA-256), to be kept outside the database."""
    return Anchor(last.seq, last.digest, _signature(key, last.seq, last.digest))


def anchor_is_genuine(key: bytes, anchor: Anchor) -> bool:
    """Say whether this key signed the anchor."""
    return hmac.compare_digest(anchor.signature, _signature(key, anchor.seq, anchor.digest))


def anchor_line(anchor: Anchor) -> str:
    """Write an anchor as one line of text."""
    return f"{anchor.seq} {anchor.digest.hex()} {anchor.signature.hex()}"


def parse_anchor(line: str) -> Anchor:
    """Read a line of `anchor_line`; ValueError when it is not one."""
    seq, head, signature = line.split()
    return Anchor(int(seq), bytes.fromhex(head), bytes.fromhex(signature))


def verify(entries: Iterable[AuditEntry], anchors: Iterable[Anchor] = (), key: bytes = b"") -> Verification:
    """Walk the chain in stored order and name the first row that does not hold, its tail included.

    Reads `entries` once and keeps none, so that a chain of any length can be streamed.
    """
    pinned: dict[int, bytes] = {}
    for anchor in anchors:
        if not anchor_is_genuine(key, anchor):
            return Verification(0, Fault.FORGED_ANCHOR, anchor.seq)
        pinned[anchor.seq] = anchor.digest
    found = _walk(entries, pinned)
    if found.ok and pinned and max(pinned) > found.checked:
        return Verification(found.checked, Fault.CUT_TAIL, found.checked + 1)
    return found


def _walk(entries: Iterable[AuditEntry], pinned: dict[int, bytes]) -> Verification:
    head, seq = GENESIS, 0
    rows = iter(entries)
    for entry in rows:
        if entry.seq != seq + 1:
            elsewhere = entry.seq <= seq or any(later.seq == seq + 1 for later in rows)
            return Verification(seq, Fault.REORDERED if elsewhere else Fault.MISSING, seq + 1)
        if digest(head, entry.seq, entry.fact) != entry.digest:
            return Verification(seq, Fault.EDITED, entry.seq)
        head, seq = entry.digest, entry.seq
        if pinned.get(seq, head) != head:
            return Verification(seq - 1, Fault.REWRITTEN, seq)
    return Verification(seq)


def _signature(key: bytes, seq: int, head: bytes) -> bytes:
    signing = _signing(key).copy()
    signing.update(b"%d:" % seq + head)
    return signing.digest()


@lru_cache(maxsize=2)
def _signing(key: bytes) -> hmac.HMAC:
    """Begin a signature; to begin one anew takes longer than to make it."""
    return hmac.new(key, digestmod=sha256)
