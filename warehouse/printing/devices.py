"""From a stored printer to a way to reach it, and whether it could ever print: address, profile and media checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from printers import Language, PrintersError, Profile, load_profile
from printers.media import MEDIA, Media
from printers.transports import (
    FolderTransport,
    IppOptions,
    IppTransport,
    LpOptions,
    LpTransport,
    Tcp9100Options,
    Tcp9100Transport,
    Transport,
)
from printers.transports.allowed import PRINTER_PORT, allowed_address
from printers.transports.ipp import IPP_PORT
from printers.transports.lp import check_queue
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.words import Text, sentence, word
from warehouse.printing.refusals import refused

PAPER = "paper"
"""The one folder of the data folder that folder printers write to."""

FOLDER, TCP, IPP, LP, BROWSER = "folder", "tcp9100", "ipp", "lp", "browser"
TRANSPORTS = (TCP, IPP, LP, FOLDER, BROWSER)
_LARGE_MM = 95.0
"""What a shipping label needs at least in both directions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where printers may be: folders under `folder`, and the network addresses listed in `hosts`."""

    folder: Path
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A printer as it is set up; `least_dots` is the narrowest bar known to read from it."""

    transport: str
    address: str
    profile: str
    media: str
    least_dots: int | None = None


def way_to(device: Device, reach: Reach) -> Transport:
    """Make the way to a printer; keep it, since it looks its address up once.

    Raises InvalidInputError when the printer is set up wrong or lies outside of what is allowed. A browser is no way
    of the server's: its page comes and fetches.
    """
    if device.transport == FOLDER:
        return FolderTransport(_folder(device.address, reach))
    if device.transport == TCP:
        host, port = _host_and_port(device.address)
        return Tcp9100Transport(Tcp9100Options(host=host, port=port, allowed=reach.hosts))
    if device.transport == IPP:
        _ipp_host(device.address)
        return IppTransport(IppOptions(url=device.address, allowed=reach.hosts, media_mm=_size(device)))
    if device.transport == LP:
        return LpTransport(LpOptions(queue=device.address, media_mm=_size(device)))
    raise _wrong("transport", _one_of(TRANSPORTS, device.transport))


def check_device(device: Device, reach: Reach) -> None:
    """Refuse a printer that could never print; InvalidInputError names the field. A host that is off is no reason."""
    profile = _profile(device.profile)
    if device.media and device.media not in MEDIA:
        raise _wrong("media", _one_of(MEDIA, device.media))
    if device.transport == BROWSER:
        _check_browser(device, profile)
        return
    way_to(device, reach)
    (reach.folder / PAPER).mkdir(exist_ok=True)
    if device.transport == FOLDER and not _folder(device.address, reach).is_dir():
        raise _wrong("address", sentence("there is no such folder yet: make it in the data folder first"))
    if device.transport == TCP:
        if profile.language is not Language.ZPL:
            pattern = "port 9100 takes ZPL, {profile} makes {language}"
            raise _wrong("profile", sentence(pattern, profile=device.profile, language=profile.language.value))
        _check_host(*_host_and_port(device.address), reach)
    elif device.transport == IPP:
        _check_host(*_ipp_host(device.address), reach)
    elif device.transport == LP:
        _check_queue(device.address)


def paper_of(device: Device) -> tuple[str, ...]:
    """Name the roles of paper a printer is good for, by the size of what it is loaded with."""
    medium = MEDIA.get(device.media) or _profile(device.profile).medium
    if medium.paper:
        return ("document",)
    is_large = medium.width_mm >= _LARGE_MM and medium.height_mm >= _LARGE_MM
    return ("label",) if is_large else ("item_label",)


def kept_file(device: Device, reach: Reach, name: str) -> bool:
    """Whether a folder printer has this file: it appears whole or not at all, so then the job came out."""
    try:
        return device.transport == FOLDER and (_folder(device.address, reach) / name).is_file()
    except InvalidInputError:
        return False


def _profile(name: str) -> Profile:
    try:
        return load_profile(name)
    except PrintersError as error:
        raise _wrong("profile", refused(error)) from None


def _size(device: Device) -> tuple[float, float]:
    medium: Media = MEDIA.get(device.media) or _profile(device.profile).medium
    return medium.width_mm, medium.height_mm


def _folder(address: str, reach: Reach) -> Path:
    """Find the folder: the data folder's `paper`, or one in it. Beside it lie the database and the keys."""
    paper = reach.folder.resolve() / PAPER
    folder = (reach.folder / address).resolve()
    if paper not in {folder, folder.parent}:
        raise _wrong("address", sentence("expected paper, or a folder in it such as paper/labels"))
    return folder


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":") if not address.endswith("]") else (address, "", "")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = address, str(PRINTER_PORT)
    if not host or "/" in host or not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise _wrong("address", sentence("expected a host or host:port, got {value}", value=repr(address)))
    return host.strip("[]"), int(port)


def _ipp_host(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or IPP_PORT
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    strange = parts.username or parts.password or parts.query or parts.fragment
    if parts.scheme != "ipp" or not host or strange or not parts.path.startswith("/"):
        pattern = "expected an address such as ipp://10.1.2.40/ipp/print, got {value}"
        raise _wrong("address", sentence(pattern, value=repr(address)))
    return host, port


def _check_browser(device: Device, profile: Profile) -> None:
    if profile.language is not Language.PDF:
        pattern = "a browser prints PDF, {profile} makes {language}"
        raise _wrong("profile", sentence(pattern, profile=device.profile, language=profile.language.value))
    if not device.address:
        raise _wrong("address", sentence("expected the code of the station whose page prints, such as P1"))


def _check_queue(queue: str) -> None:
    try:
        check_queue(queue)
    except PrintersError as error:
        raise _wrong("address", refused(error)) from None


def _check_host(host: str, port: int, reach: Reach) -> None:
    try:
        allowed_address(host, port, reach.hosts)
    except PrintersError as error:
        raise _wrong("address", refused(error)) from None
    except OSError:
        return  # its name is not known right now; the address is checked again before each connection


def _one_of(names: Iterable[str], value: str) -> Text:
    return sentence("expected one of {names}, got {value}", names=", ".join(names), value=repr(value))


def _wrong(field: str, message: Text) -> InvalidInputError:
    text = sentence("This printer cannot be used: {field}: {message}.", field=word(field), message=message)
    return InvalidInputError(text, (FieldProblem(field, message),))
