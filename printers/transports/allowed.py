"""Which addresses printers may have, so that a printer's settings cannot point the server at something else."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from printers.errors import TransportRefusedError

PRINTER_PORT = 9100
PRINTER_PORTS = frozenset({PRINTER_PORT, 631})
"""Where printers listen: raw and IPP. An entry that names no port allows both."""
_MOST_PORTS = 65535
_NOT_LISTED = "printer address {address} is not on the list of allowed printers"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect: the resolved IP address, never looked up again, and the port."""

    ip: str
    port: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the list: a network or a host name, and the ports allowed there."""

    network: Network | None
    host: str
    ports: frozenset[int]


def allowed_address(host: str, port: int, allowed: Sequence[str]) -> Address:
    """Resolve `host` once and give its address if an entry of `allowed` covers it.

    Entries are `host`, `ip` or `network/bits`, each with `:port` or for ports 9100 and 631; IPv6 stands in
    brackets before a port. A name in the list is trusted as a name; any other host must resolve into a listed network.
    Raises TransportRefusedError for anything else and OSError when the name does not resolve.
    """
    entries = [_parse(entry) for entry in allowed]
    named = any(entry.network is None and entry.host == host.lower() and port in entry.ports for entry in entries)
    if not named and not any(entry.network is not None and port in entry.ports for entry in entries):
        raise TransportRefusedError(_NOT_LISTED, address=f"{host}:{port}")
    ip = _resolved(host, port)
    if not named and not _covered(ip, port, entries):
        raise TransportRefusedError(_NOT_LISTED, address=f"{host}:{port} ({ip})")
    return Address(ip, port)


def _covered(ip: str, port: int, entries: Sequence[_Entry]) -> bool:
    address = ipaddress.ip_address(ip)
    return any(entry.network is not None and port in entry.ports and address in entry.network for entry in entries)


def _resolved(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return str(found[0][4][0]).partition("%")[0]


def _parse(entry: str) -> _Entry:
    host, ports = _split(entry.strip())
    try:
        return _Entry(ipaddress.ip_network(host), "", ports)
    except ValueError:
        if not host or "/" in host:
            raise TransportRefusedError(
                "list of allowed printers: {entry} is no host or network", entry=repr(entry)
            ) from None
        return _Entry(None, host.lower(), ports)


def _split(entry: str) -> tuple[str, frozenset[int]]:
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
    elif entry.count(":") > 1:
        host, port = entry, ""
    else:
        host, _, port = entry.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= _MOST_PORTS):
        raise TransportRefusedError("list of allowed printers: {entry} has no valid port", entry=repr(entry))
    return host, frozenset({int(port)}) if port else PRINTER_PORTS
