"""Room that all clients share: so much in all, and a part of it for each client and for each site of clients.

Who is one client: an address, or where addresses are given away by the billion, the network that they come from.

An IPv6 client is of wider networks too, which one customer may have whole.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network

from medkg.caches import cached_if_short
from medkg.errors import Busy

_OWN_PREFIX = 64
"""Bits of an IPv6 address that are the network's: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4."""

_HOME_PREFIX, _SITE_PREFIX = 56, 48
"""The bits of an IPv6 address that are a home's, and the most that are a site's.

https://www.rfc-editor.org/rfc/rfc6177#section-2
"""


@cached_if_short(entries=4096, longest=100)
def network(client: str) -> str:
    """What a client is counted by: its IPv4 address, the /64 of its IPv6 address, else what it is called.

    >>> network("192.0.2.1"), network("[2001:db8::1:2:3:4]"), network("::ffff:192.0.2.1"), network("unknown")
    ('192.0.2.1', '2001:db8::/64', '192.0.2.1', 'unknown')
    """
    return _network(client, _OWN_PREFIX)


@cached_if_short(entries=4096, longest=100)
def site(client: str) -> str:
    """The network of a client together with those that its site may be given: the /48 of its IPv6 address.

    >>> site("192.0.2.1"), site("[2001:db8::1:2:3:4]")
    ('192.0.2.1', '2001:db8::/48')
    """
    return _network(client, _SITE_PREFIX)


@cached_if_short(entries=4096, longest=100)
def wider(client: str) -> tuple[str, ...]:
    """The networks that an IPv6 client is of beyond the one it is counted by, the widest last; none for others.

    >>> wider("[2001:db8:1:203::4]"), wider("192.0.2.1")
    (('2001:db8:1:200::/56', '2001:db8:1::/48'), ())
    """
    networks = _network(client, _HOME_PREFIX), site(client)
    return tuple(each for each in networks if each != network(client))


def _network(client: str, prefix: int) -> str:
    """The network with so many bits that a client's IPv6 address is in; its IPv4 address, or what it is called."""
    if ":" not in client:
        return client
    bare = client.removeprefix("[").partition("]")[0].partition("%")[0]
    try:
        address = IPv6Address(bare)
    except AddressValueError:
        return _without_port(client)
    return str(address.ipv4_mapped or ip_network((address.packed, prefix), strict=False))


def _without_port(client: str) -> str:
    """An IPv4 address that a proxy tells with the port, of which each connection has another."""
    host = client.rpartition(":")[0]
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        return client


class Shares:
    """Room for what clients have under way, in bytes or in number; `each` is the part of one client.

    One site, which may give itself as many addresses as it likes, has twice the part of one client. A client that
    holds nothing is within its part, whatever it asks for.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._held: Counter[str] = Counter()
        self.taken = 0
        """What is taken of the room."""
        self.refused = 0
        """The requests that found no room."""

    def is_full(self, size: int) -> bool:
        """Whether there is no room for so much more, whoever asks."""
        return self.taken + size > self._most

    def is_used_up(self, client: str, size: int) -> bool:
        """Whether a client, or its site, has no room for so much more."""
        bounds = ((network(client), self._each), (site(client), 2 * self._each))
        return any((held := self._held[key]) and held + size > bound for key, bound in bounds)

    def admit(self, client: str, size: int, noun: str) -> None:
        """Take room for a client; `Busy` with the noun of what takes room, where there is none."""
        own = self.is_used_up(client, size)
        if own or self.is_full(size):
            self.refused += 1
            whose = "of yours " if own else ""
            raise Busy(f"too many {noun} {whose}are on their way; ask again in a moment, or for less", of_client=own)
        self.taken += size
        self._held.update(dict.fromkeys({network(client), site(client)}, size))

    def release(self, client: str, size: int) -> None:
        """Give room back that a client has taken."""
        self.taken -= size
        for key in {network(client), site(client)}:
            self._held[key] -= size
            if self._held[key] <= 0:
                del self._held[key]
