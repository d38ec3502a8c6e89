"""Which adapter speaks with a carrier, and what this server may reach."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.carriers.base import CarrierAdapter
from warehouse.carriers.file_drop import FileDropCarrier
from warehouse.carriers.http_json import HttpJsonCarrier, HttpOptions
from warehouse.carriers.offline import OfflineCarrier
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.shipping.carriers import Carrier, Via
from warehouse.domain.words import sentence

_PLAIN = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierReach:
    """Where carriers may be: folders under `folder`, and the hosts listed in `hosts` as `host` or `host:port`."""

    folder: Path
    hosts: tuple[str, ...]


def adapter_of(carrier: Carrier, reach: CarrierReach) -> CarrierAdapter:
    """Make the adapter of a carrier; raises InvalidInputError when it is set up wrong or may not be reached."""
    if carrier.via is Via.FILE_DROP:
        return FileDropCarrier(_folder(carrier, reach))
    if carrier.via is Via.HTTP_JSON:
        _check_url(carrier, reach)
        return HttpJsonCarrier(HttpOptions(url=carrier.address, token=_token(carrier, reach)))
    return OfflineCarrier(carrier)


def _folder(carrier: Carrier, reach: CarrierReach) -> Path:
    base = reach.folder.resolve()
    folder = (base / carrier.address).resolve()
    if not carrier.address or not folder.is_relative_to(base) or folder == base:
        raise _wrong(carrier, "expected a folder inside the data folder, such as carriers/post")
    return folder


def _check_url(carrier: Carrier, reach: CarrierReach) -> None:
    try:
        parts = urlsplit(carrier.address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong(carrier, sentence("{address} is no address", address=f"{carrier.address!r}")) from None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _PLAIN):
        raise _wrong(carrier, "expected an https address")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _wrong(carrier, "expected an address without a name, a question or a mark in it")
    named = f"{host}:{port}" if port else host
    if named not in reach.hosts:
        raise _wrong(carrier, sentence("{named} is not on the list of allowed carriers", named=named))


def _token(carrier: Carrier, reach: CarrierReach) -> str:
    """Read the account's token from a file of its own, which only the server's user may read."""
    name = "".join(character for character in carrier.name.lower() if character.isalnum() or character in "-_")
    path = reach.folder / "carrier-tokens" / name
    if not path.is_file():
        return ""
    if path.stat().st_mode & 0o077:
        raise _wrong(carrier, sentence("its token in {path} can be read by others: run chmod 600 on it", path=path))
    return path.read_text(encoding="ascii").strip()


def _wrong(carrier: Carrier, message: str) -> InvalidInputError:
    problem = FieldProblem("address", message)
    return InvalidInputError(
        sentence("Carrier {name} cannot be used: {message}.", name=carrier.name, message=message), (problem,)
    )
