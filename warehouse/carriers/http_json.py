"""A carrier, or a broker of carriers, that speaks JSON over HTTP.

Calls, relative to the address that is set: `POST /rates`, `POST /labels` with `Idempotency-Key`, `GET /labels/KEY`,
`DELETE /labels/KEY`, `POST /manifests`, `GET /tracking/NUMBER`. Only this host is ever called, no redirect followed.
"""

import base64
import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.carriers.base import (
    Answered,
    AwayError,
    BoughtLabel,
    LostAnswerError,
    Quote,
    RefusedError,
    Shipment,
    TrackEvent,
    Voided,
)
from warehouse.domain.words import sentence

PATIENCE = 15.0
_MOST_BYTES = 8 << 20
_MOST_WHY = 160
_OK, _CREATED, _ACCEPTED, _NOT_FOUND, _CONFLICT = 200, 201, 202, 404, 409
_BAD_REQUEST, _UNPROCESSABLE = 400, 422
_SERVER_ERROR, _NOT_ALLOWED, _NOT_BUILT = 500, 405, 501
Number = Annotated[str, Field(min_length=4, max_length=60, pattern=r"^[\x21-\x7e ]+$")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class _Label(_Answer):
    tracking: Number
    format: Literal["zpl", "pdf", "png"]
    content: str = Field(max_length=_MOST_BYTES)
    dpi: float = Field(default=203.2, ge=100, le=1200)
    cost_cents: int | None = Field(default=None, ge=0, lt=10**9)
    currency: str = Field(default="", max_length=3)


class _Rate(_Answer):
    service: str = Field(max_length=40)
    cents: int = Field(ge=0, lt=10**9)
    currency: str = Field(default="", max_length=3)


class _Event(_Answer):
    at: str = Field(max_length=40)
    text: str = Field(max_length=200)


class _Rates(_Answer):
    rates: tuple[_Rate, ...] = Field(default=(), strict=False)


class _Track(_Answer):
    events: tuple[_Event, ...] = Field(default=(), strict=False)


class _Void(_Answer):
    state: Literal["done", "asked", "refused"]


class _Reference(_Answer):
    reference: str = Field(default="", max_length=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """Where the carrier is and how it knows us; the token never appears in `repr`."""

    url: str
    token: str = field(default="", repr=False)
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class _Said:
    status: int
    body: bytes

    def words(self) -> str:
        """Give the carrier's own sentence where there is one."""
        try:
            said = json.loads(self.body)
            text = said.get("detail") or said.get("message") or said.get("error") or ""
        except (ValueError, AttributeError):
            text = ""
        return str(text)[:200] or sentence("the carrier answered {status}", status=self.status)


class HttpJsonCarrier:
    """One account at one host."""

    def __init__(self, options: HttpOptions) -> None:
        self._options = options

    def rates(self, shipment: Shipment) -> Sequence[Quote]:
        """Ask what its services cost."""
        said = self._call("POST", "/rates", _parcel(shipment))
        found = _parsed(_Rates, said) if said.status == _OK else _Rates()
        return tuple(Quote(service=it.service, cents=it.cents, currency=it.currency) for it in found.rates)

    def buy(self, shipment: Shipment) -> BoughtLabel | Answered:
        """Buy under the shipment's key; an answer that cannot be read is one that was lost."""
        said = self._call("POST", "/labels", _parcel(shipment), {"Idempotency-Key": shipment.key})
        if said.status in {_OK, _CREATED}:
            return _label(_parsed(_Label, said))
        if said.status == _ACCEPTED:
            return Answered.LATER
        if said.status >= _SERVER_ERROR or said.status == _CONFLICT:
            # It broke while it worked on it, or works on the same key right now.
            raise LostAnswerError(said.words())
        raise RefusedError(said.words())

    def find(self, key: str) -> BoughtLabel | Answered:
        """Look a key up before anything is bought again."""
        said = self._call("GET", f"/labels/{quote(key, safe='')}")
        if said.status == _OK:
            return _label(_parsed(_Label, said))
        if said.status == _ACCEPTED:
            return Answered.LATER
        if said.status in {_NOT_FOUND, _NOT_ALLOWED, _NOT_BUILT}:
            return Answered.NEVER if said.status == _NOT_FOUND else Answered.UNKNOWN
        raise LostAnswerError(said.words())

    def void(self, key: str, tracking: str) -> Voided:
        """Ask to take a label back."""
        said = self._call("DELETE", f"/labels/{quote(key, safe='')}")
        if said.status == _NOT_FOUND:
            return Voided.DONE
        if said.status >= _SERVER_ERROR:
            raise LostAnswerError(said.words())
        return Voided(_parsed(_Void, said).state) if said.status in {_OK, _ACCEPTED} else Voided.REFUSED

    def manifest(self, day: date, numbers: Sequence[str]) -> str:
        """Tell what leaves and give the carrier's reference; raises RefusedError where it will not have the list."""
        said = self._call("POST", "/manifests", {"day": day.isoformat(), "tracking": list(numbers)})
        if said.status in {_BAD_REQUEST, _UNPROCESSABLE}:
            raise RefusedError(said.words())
        if said.status not in {_OK, _CREATED}:
            raise LostAnswerError(said.words())
        found: _Reference = _parsed(_Reference, said)
        return found.reference

    def track(self, tracking: str) -> Sequence[TrackEvent]:
        """Ask what happened to a parcel."""
        said = self._call("GET", f"/tracking/{quote(tracking, safe='')}")
        found = _parsed(_Track, said) if said.status == _OK else _Track()
        return tuple(TrackEvent(at=it.at, text=it.text) for it in found.events)

    def _call(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> _Said:
        parts = urlsplit(self._options.url)
        connection = self._connection()
        sent = {"Accept": "application/json", **(headers or {})}
        if self._options.token:
            sent["Authorization"] = f"Bearer {self._options.token}"
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, f"{parts.path.rstrip('/')}{path}", data, sent)
            answer = connection.getresponse()
            return _Said(answer.status, answer.read(_MOST_BYTES))
        except ConnectionRefusedError:
            raise AwayError("The carrier cannot be reached.") from None
        except (OSError, http.client.HTTPException) as error:
            raise LostAnswerError(sentence("no answer: {why}", why=str(error)[:_MOST_WHY])) from None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._options.url)
        host, port, patience = parts.hostname or "", parts.port, self._options.patience
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=patience, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=patience)


def _parcel(shipment: Shipment) -> dict[str, Any]:
    return asdict(shipment)


def _label(found: _Label) -> BoughtLabel:
    try:
        content = base64.b64decode(found.content, validate=True)
    except ValueError:
        raise LostAnswerError("the carrier's label cannot be read") from None
    return BoughtLabel(
        tracking=found.tracking,
        format=found.format,
        content=content,
        dpi=found.dpi,
        cents=found.cost_cents,
        currency=found.currency,
    )


def _parsed(kind: type[Any], said: _Said) -> Any:
    try:
        return kind.model_validate_json(said.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        why = f"{where}: {first['msg']}"[:_MOST_WHY]
        raise LostAnswerError(sentence("the carrier's answer cannot be read: {why}", why=why)) from None
