"""Which addresses may be asked: everything public, and of what is private only what the site allows by name.

A name is looked up once and the connection goes to the address that was judged, so that a name which changes its
address between the look and the call (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.words import sentence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], list[str]]

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
PRIVATE = "{host} is an address inside a private network. Name it in WAREHOUSE_ALLOWED_RECEIVERS to allow it."


class RefusedAddressError(InvalidInputError):
    """An address that may not be asked from here."""

    code = "address_refused"


def look_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver for every address of a host."""
    found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [entry[4][0] for entry in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReach:
    """What of the private networks may be asked: host names, or networks such as `10.0.5.0/24`."""

    allowed: tuple[str, ...] = ()
    look_up: LookUp = look_up

    def permits(self, host: str, address: Address) -> bool:
        """Say whether this address of this host may be asked."""
        return _is_public(address) or any(_names(word, host, address) for word in self.allowed)

    def is_named(self, host: str) -> bool:
        """Say whether the site names this host, or its network, as its own: then plain http will do."""
        literal = _parsed(host)
        return any(_names(word, host, literal) for word in self.allowed)


def resolve(reach: NetworkReach, host: str, port: int) -> str:
    """Give the address of a host to connect to; RefusedAddressError where any of its addresses may not be asked.

    Raises OSError where the name is not known.
    """
    found = [_parsed(text.partition("%")[0]) for text in reach.look_up(host, port)]
    for address in found:
        if address is None or not reach.permits(host, address):
            raise RefusedAddressError(sentence(PRIVATE, host=host))
    if not found:
        raise OSError(f"{host} is not known")
    return str(found[0])


def _parsed(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _names(word: str, host: str, address: Address | None) -> bool:
    if word.lower() == host.lower():
        return True
    try:
        return address is not None and _unwrapped(address) in ipaddress.ip_network(word, strict=False)
    except ValueError:
        return False


def _is_public(address: Address) -> bool:
    inner = _unwrapped(address)
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _unwrapped(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one only carries: it is where the call would end."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
    return carried or address
