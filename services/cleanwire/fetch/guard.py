"""Which addresses may be connected to?

The guard judges the address a socket is about to connect to, not the name that led there, so it makes no
difference whether a name server, a redirect, an IPv4 address in disguise or a literal tried to lead us inside.
"""

import ipaddress
import socket
from collections.abc import Iterable

from cleanwire.urls import address

AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class BlockedAddress(OSError):
    """The address is not for us to connect to. An OSError, because that is what connectors hand through."""


class AddressGuard:
    """Judges addresses: the public ones, and those in networks the operator allowed."""

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        """`allow_private` are networks in CIDR notation.

        Raises:
            ValueError: one of them is no network.
        """
        self._allowed = tuple(ipaddress.ip_network(network, strict=False) for network in allow_private)

    def permits(self, ip: str) -> bool:
        """Return whether `ip`, an address in text form, may be connected to."""
        return address.is_public(ip) or self._is_allowed(ip)

    def socket(self, info: AddrInfo) -> socket.socket:
        """Return a socket for `info`, as connectors ask for it just before they connect.

        Raises:
            BlockedAddress: the address may not be connected to.
        """
        family, kind, proto, _, target = info
        host = str(target[0])
        if not self.permits(host):
            raise BlockedAddress(f"{host} is not a public address")
        return socket.socket(family, kind, proto)

    def _is_allowed(self, ip: str) -> bool:
        if not self._allowed:
            return False
        try:
            parsed = ipaddress.ip_address(ip)
        except ValueError:
            return False
        inner = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(inner.version == network.version and inner in network for network in self._allowed)
