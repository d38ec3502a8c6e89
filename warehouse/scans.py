"""Scans as they come over the wire: each parsed strictly on its own, judged together, answered in order.

Shared by the socket event and the HTTP call; the shape is that of the public contract.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from warehouse.access import Caller
from warehouse.domain.codes import Outcome, ScanKind, ScanStatus, Via
from warehouse.domain.errors import InvalidInputError, RetryLaterError
from warehouse.domain.roles import Permission
from warehouse.domain.words import parts_of, phrase, sentence
from warehouse.problems import invalid_input
from warehouse.services.actor import Actor
from warehouse.services.scanning.groups import IncomingScan, ScanResult
from warehouse.storage.database import Database

MOST_SCANS = 50
MOST_BYTES = 32_768
MOST_CODE = 512

RIGHTS: dict[str, tuple[Permission, ...]] = {
    "batch": (Permission.PICK,),
    "order": (Permission.PACK,),
    "count": (Permission.COUNT,),
    "put_back": (Permission.PICK, Permission.PACK, Permission.COUNT),
    "manifest": (Permission.SHIP,),
}
Json = dict[str, Any]
Int64 = Annotated[int, Field(ge=0, lt=2**63)]
_FIRST, _AFTER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(strict=False, ge=_FIRST, lt=_AFTER)]
"""A time that every zone's clock can show."""


def _printable(value: Any) -> Any:
    """NUL and lone surrogates cannot be stored by every database; no scanner sends them."""
    if isinstance(value, str) and ("\x00" in value or (not value.isascii() and _has_surrogate(value))):
        raise ValueError(sentence("has a character that cannot be stored (NUL or half a surrogate pair)"))
    return value


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


_Printable = BeforeValidator(_printable)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class WireWork(_Strict):
    """Which work the scan is for; exactly one is named."""

    batch: Int64 | None = None
    order: Annotated[str, Field(max_length=20), _Printable] | None = None
    count: Int64 | None = None
    put_back: Int64 | None = None
    manifest: Int64 | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "WireWork":
        if len(self.model_fields_set) != 1 or self.named[1] is None:
            raise ValueError(sentence("names exactly one of batch, order, count, put_back, manifest"))
        return self

    @property
    def named(self) -> tuple[str, Any]:
        """Give the word and the key of the work."""
        word = next(iter(self.model_fields_set))
        return word, getattr(self, word)


class WireScan(_Strict):
    """One scan, field by field as the contract has it."""

    id: Annotated[uuid.UUID, Field(strict=False)]
    device: Annotated[str, Field(min_length=1, max_length=64), _Printable]
    seq: Annotated[int, Field(ge=1, lt=2**63)]
    person: Int64
    epoch: Int64 = 0
    at: Moment
    kind: Annotated[ScanKind, Field(strict=False)] = ScanKind.SCAN
    work: WireWork
    code: Annotated[str, Field(max_length=MOST_CODE), _Printable] | None = None
    quantity: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    reason: Annotated[str, Field(max_length=24), _Printable] | None = None
    list_version: Int64 | None = None
    local: Annotated[Outcome, Field(strict=False)] | None = None
    via: Annotated[Via, Field(strict=False)] = Via.KEY


def actor_of(caller: Caller) -> Actor:
    """Say who acts, for the requests of use cases."""
    return Actor(caller.person, _role_of(caller), caller.name)


def _role_of(caller: Caller) -> str:
    return caller.role.value if caller.role else ("machine" if caller.token else "system")


class ScansIn:
    """A payload `{scans: [...]}` that was read: `scans` are to be judged in this order, the answer keeps their own.

    Those of a device are judged by their numbers, in whatever order they came. A malformed scan is an error for itself
    alone; a payload that is no list of scans raises `InvalidInputError`.
    """

    def __init__(self, caller: Caller, payload: object) -> None:
        self._parsed = [_parse(caller, item) for item in _scans_in(payload)]
        good = [(at, scan) for at, scan in enumerate(self._parsed) if isinstance(scan, IncomingScan)]
        if len(good) > 1:
            good.sort(key=lambda it: (it[1].device, it[1].seq))
        self._order = [at for at, _ in good]
        self.scans = [scan for _, scan in good]

    def answer(self, results: Sequence[ScanResult]) -> bytes:
        """Give `{results: [...]}` as JSON, one result a scan, in the order in which they came."""
        judged = dict(zip(self._order, results, strict=True))
        parts = [
            judged[at].to_bytes() if at in judged else orjson.dumps(parsed) for at, parsed in enumerate(self._parsed)
        ]
        return b'{"results":[' + b",".join(parts) + b"]}"

    def put_off(self, error: RetryLaterError) -> bytes:
        """Give the answer while nothing can be written: nothing happened, each may be sent again."""
        later = [ScanResult(id=scan.id, status=ScanStatus.RETRY_LATER, text=error.message) for scan in self.scans]
        return self.answer(later)


def answer_scans(database: Database, caller: Caller, payload: object) -> bytes:
    """Judge a payload of scans and give its answer as JSON; raises `InvalidInputError` as `ScansIn` does."""
    asked = ScansIn(caller, payload)
    try:
        return asked.answer(database.scan(asked.scans) if asked.scans else [])
    except RetryLaterError as error:
        return asked.put_off(error)


def _scans_in(payload: object) -> Sequence[Any]:
    scans = payload.get("scans") if isinstance(payload, Mapping) and set(payload) == {"scans"} else None
    if not isinstance(scans, list) or not 1 <= len(scans) <= MOST_SCANS:
        raise InvalidInputError(
            sentence("scans: a list of 1 to {most_scans} scans was expected.", most_scans=MOST_SCANS)
        )
    if len(orjson.dumps(scans, default=str)) > MOST_BYTES:
        raise InvalidInputError(sentence("scans: at most {most_bytes} bytes at a time.", most_bytes=MOST_BYTES))
    return scans


def _parse(caller: Caller, raw: Any) -> IncomingScan | Json:
    try:
        wire = WireScan.model_validate(raw)
    except ValidationError as error:
        problem = invalid_input(error)
        errors = [
            {"field": it.field, "message": it.message, "said": parts_of(phrase(it.message))} for it in problem.problems
        ]
        return _refusal(raw, "invalid_input", problem.message, errors)
    word, ref = wire.work.named
    if not (caller.may(*RIGHTS[word]) or _is_brought(caller, wire)):
        return _refusal(raw, "forbidden", "Your role does not allow this. Ask a lead.")
    return _incoming(caller, wire, (word, ref), raw)


def _is_brought(caller: Caller, wire: WireScan) -> bool:
    """Say whether it waited on this device for who sends it; a pick counts only by a lease the device has held."""
    return wire.work.batch is not None and caller.device == wire.device and caller.person != wire.person


def _incoming(caller: Caller, wire: WireScan, work: tuple[str, Any], raw: Any) -> IncomingScan:
    return IncomingScan(
        id=wire.id,
        device=wire.device,
        seq=wire.seq,
        person=wire.person,
        sender=caller.person,
        proven=caller.device,
        role=_role_of(caller),
        epoch=wire.epoch,
        at=wire.at,
        received_at=datetime.now(UTC),
        kind=wire.kind,
        work=work,
        code=wire.code,
        quantity=wire.quantity,
        reason=wire.reason,
        list_version=wire.list_version or 0,
        local=wire.local,
        via=wire.via,
        fingerprint=hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    )


def _refusal(raw: Any, code: str, text: str, errors: Sequence[Json] = ()) -> Json:
    given = raw.get("id") if isinstance(raw, Mapping) else None
    return {
        "id": given if isinstance(given, str) else None,
        "status": ScanStatus.ERROR.value,
        "outcome": None,
        "blocked": False,
        "code": code,
        "text": text,
        "said": parts_of(phrase(text)),
        "errors": list(errors),
    }
