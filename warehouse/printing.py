"""From stored documents to bytes and from a stored printer to a way to reach it: the one door to `printers`."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from printers import (
    Language,
    Picture,
    PrintersError,
    Profile,
    RefusedContentError,
    Rendered,
    load_profile,
    media_named,
    profile_names,
    render_many,
    render_pictures,
)
from printers.documents import document_from_json
from printers.foreign import KIND, check_foreign, foreign_from_json, print_foreign
from printers.media import MEDIA, Media
from printers.rendering import CONTENT_TYPES
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
from warehouse.domain.words import sentence

CARRIER_LABEL = KIND
PAPER = "paper"
"""The one folder of the data folder that folder printers write to."""

FOLDER, TCP, IPP, LP, BROWSER = "folder", "tcp9100", "ipp", "lp", "browser"
TRANSPORTS = (TCP, IPP, LP, FOLDER, BROWSER)
SHEETS = {"pdf": "a4_laser_600", "zpl": "zebra_203", "png": "png"}
"""The profile that answers each file form when no printer is named."""
LABEL_MEDIA = "4x6in"
"""What a carrier's label has to fit on at scale 1."""
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


@dataclass(frozen=True, slots=True)
class PicturePages:
    """Pages for a browser to print: the size of what is loaded, and each page as a picture at scale 1."""

    width_mm: float
    height_mm: float
    pages: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Bytes ready for a printer or a browser, and what they are."""

    content: bytes
    content_type: str
    extension: str


def render_documents(
    documents: Sequence[Mapping[str, Any]], profile: str, media: str = "", least_dots: int | None = None
) -> Paper:
    """Render stored documents into one file; made to be called in a helper process.

    No bar gets narrower than `least_dots`, which was scanned back from this very printer. Raises InvalidInputError
    naming the field that cannot be printed.
    """
    with _refusals():
        chosen, medium = _set_up(profile, media, least_dots)
        if documents and documents[0].get("kind") == CARRIER_LABEL:
            return _foreign(documents, chosen, medium)
        rendered: Rendered = render_many([document_from_json(dict(values)) for values in documents], chosen, medium)
    return Paper(rendered.bytes, rendered.content_type, rendered.extension)


def render_pictures_of(
    document: Mapping[str, Any], profile: str, media: str = "", least_dots: int | None = None
) -> PicturePages:
    """Render one stored document into pictures of its pages; else as `render_documents`."""
    with _refusals():
        chosen, medium = _set_up(profile, media, least_dots)
        if document.get("kind") == CARRIER_LABEL:
            pages = [_foreign_picture(document, chosen, medium)]
        else:
            pages = render_pictures([document_from_json(dict(document))], chosen, medium)
    return PicturePages(medium.width_mm, medium.height_mm, tuple(pages))


def check_carrier_label(values: Mapping[str, Any]) -> None:
    """Refuse a carrier's label that must not be printed; made to be called in a helper process.

    Raises InvalidInputError naming what is wrong with it.
    """
    try:
        check_foreign(foreign_from_json(dict(values)), media_named(LABEL_MEDIA))
    except PrintersError as error:
        raise InvalidInputError(sentence("The carrier's label cannot be used: {error}.", error=error)) from None


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
    raise _wrong("transport", f"expected one of {', '.join(TRANSPORTS)}, got {device.transport!r}")


def check_device(device: Device, reach: Reach) -> None:
    """Refuse a printer that could never print; InvalidInputError names the field. A host that is off is no reason."""
    profile = _profile(device.profile)
    if device.media and device.media not in MEDIA:
        raise _wrong("media", f"expected one of {', '.join(MEDIA)}, got {device.media!r}")
    if device.transport == BROWSER:
        _check_browser(device, profile)
        return
    way_to(device, reach)
    (reach.folder / PAPER).mkdir(exist_ok=True)
    if device.transport == FOLDER and not _folder(device.address, reach).is_dir():
        raise _wrong("address", "there is no such folder yet: make it in the data folder first")
    if device.transport == TCP:
        if profile.language is not Language.ZPL:
            raise _wrong("profile", f"port 9100 takes ZPL, {device.profile} makes {profile.language}")
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


def profiles() -> list[tuple[str, str]]:
    """List the printer profiles: name and title."""
    return [(name, load_profile(name).title) for name in profile_names()]


def media_names() -> list[str]:
    """List what a printer can be loaded with."""
    return list(MEDIA)


def kept_file(device: Device, reach: Reach, name: str) -> bool:
    """Whether a folder printer has this file: it appears whole or not at all, so then the job came out."""
    try:
        return device.transport == FOLDER and (_folder(device.address, reach) / name).is_file()
    except InvalidInputError:
        return False


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the library refuses as the product does, with the field."""
    try:
        yield
    except PrintersError as error:
        problems = (FieldProblem(error.field, error.message),) if isinstance(error, RefusedContentError) else ()
        raise InvalidInputError(sentence("This cannot be printed: {error}.", error=error), problems) from None


def _set_up(profile: str, media: str, least_dots: int | None) -> tuple[Profile, Media]:
    chosen = load_profile(profile)
    if least_dots is not None:
        chosen = replace(chosen, min_dots={use: max(dots, least_dots) for use, dots in chosen.min_dots.items()})
    return chosen, media_named(media) if media else chosen.medium


def _foreign(documents: Sequence[Mapping[str, Any]], profile: Profile, medium: Media) -> Paper:
    if len(documents) != 1:
        raise RefusedContentError("documents", "labels of carriers are printed one by one")
    content = print_foreign(foreign_from_json(dict(documents[0])), profile, medium)
    return Paper(content, CONTENT_TYPES[profile.language], profile.language.value)


def _foreign_picture(document: Mapping[str, Any], profile: Profile, medium: Media) -> Picture:
    png = print_foreign(foreign_from_json(dict(document)), replace(profile, language=Language.PNG), medium)
    width, height = struct.unpack(">II", png[16:24])  # the head of every PNG
    return Picture(png, width * profile.dot_mm, height * profile.dot_mm)


def _profile(name: str) -> Profile:
    try:
        return load_profile(name)
    except PrintersError as error:
        raise _wrong("profile", str(error)) from None


def _size(device: Device) -> tuple[float, float]:
    medium: Media = MEDIA.get(device.media) or _profile(device.profile).medium
    return medium.width_mm, medium.height_mm


def _folder(address: str, reach: Reach) -> Path:
    """Find the folder: the data folder's `paper`, or one in it. Beside it lie the database and the keys."""
    paper = reach.folder.resolve() / PAPER
    folder = (reach.folder / address).resolve()
    if paper not in {folder, folder.parent}:
        raise _wrong("address", "expected paper, or a folder in it such as paper/labels")
    return folder


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":") if not address.endswith("]") else (address, "", "")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = address, str(PRINTER_PORT)
    if not host or "/" in host or not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise _wrong("address", f"expected a host or host:port, got {address!r}")
    return host.strip("[]"), int(port)


def _ipp_host(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or IPP_PORT
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    strange = parts.username or parts.password or parts.query or parts.fragment
    if parts.scheme != "ipp" or not host or strange or not parts.path.startswith("/"):
        raise _wrong("address", f"expected an address such as ipp://10.1.2.40/ipp/print, got {address!r}")
    return host, port


def _check_browser(device: Device, profile: Profile) -> None:
    if profile.language is not Language.PDF:
        raise _wrong("profile", f"a browser prints PDF, {device.profile} makes {profile.language}")
    if not device.address:
        raise _wrong("address", "expected the code of the station whose page prints, such as P1")


def _check_queue(queue: str) -> None:
    try:
        check_queue(queue)
    except PrintersError as error:
        raise _wrong("address", str(error)) from None


def _check_host(host: str, port: int, reach: Reach) -> None:
    try:
        allowed_address(host, port, reach.hosts)
    except PrintersError as error:
        raise _wrong("address", str(error)) from None
    except OSError:
        return  # its name is not known right now; the address is checked again before each connection


def _wrong(field: str, message: str) -> InvalidInputError:
    text = sentence("This printer cannot be used: {field}: {message}.", field=field, message=message)
    return InvalidInputError(text, (FieldProblem(field, message),))
