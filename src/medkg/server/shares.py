"""Capacity that clients share: an amount in all, and a part of it for each client and for each site of clients.

A client is counted by its IPv4 address or the /64 of its IPv6 address, for IPv6 addresses are given away by the
billion.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network

from medkg.caches import cached_if_short
from medkg.errors import Busy

_NETWORK_PREFIX_BITS = 64
"""Bits of an IPv6 address that name its network: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4."""

_HOME_PREFIX_BITS, _SITE_PREFIX_BITS = 56, 48
"""Bits of an IPv6 address that name a home, and the largest site: https://www.rfc-editor.org/rfc/rfc6177#section-2."""


@cached_if_short(entries=4096, longest=100)
def client_key(client: str) -> str:
    """The key by which a client is counted: its IPv4 address, the /64 of its IPv6 address, else its name.

    >>> [client_key(client) for client in ("192.0.2.1", "[2001:db8::1:2:3:4]", "::ffff:192.0.2.1", "unknown")]
    ['192.0.2.1', '2001:db8::/64', '192.0.2.1', 'unknown']
    """
    return _prefix(client, _NETWORK_PREFIX_BITS)


@cached_if_short(entries=4096, longest=100)
def site_key(client: str) -> str:
    """The key of the site of a client, which may have many networks: the /48 of its IPv6 address.

    >>> site_key("192.0.2.1"), site_key("[2001:db8::1:2:3:4]")
    ('192.0.2.1', '2001:db8::/48')
    """
    return _prefix(client, _SITE_PREFIX_BITS)


@cached_if_short(entries=4096, longest=100)
def wider_keys(client: str) -> tuple[str, ...]:
    """The keys of the networks around that of an IPv6 client, the widest last; none for other clients.

    >>> wider_keys("[2001:db8:1:203::4]"), wider_keys("192.0.2.1")
    (('2001:db8:1:200::/56', '2001:db8:1::/48'), ())
    """
    keys = _prefix(client, _HOME_PREFIX_BITS), site_key(client)
    return tuple(key for key in keys if key != client_key(client))


def _prefix(client: str, bits: int) -> str:
    """The network of so many bits of a client's IPv6 address; its IPv4 address, or its name."""
    if ":" not in client:
        return client
    bare = client.removeprefix("[").partition("]")[0].partition("%")[0]
    try:
        address = IPv6Address(bare)
    except AddressValueError:
        return _without_port(client)
    return str(address.ipv4_mapped or ip_network((address.packed, bits), strict=False))


def _without_port(client: str) -> str:
    """An IPv4 address without the port that a proxy may add, which differs for each connection."""
    host = client.rpartition(":")[0]
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        return client


class Shares:
    """Capacity for what clients have in progress, of bytes or of a number; `noun` says of what.

    One client may use `per_client`, and one site, which may have any number of addresses, twice as much. A client that
    uses nothing is within its share whatever it asks for.
    """

    def __init__(self, noun: str, *, capacity: int, per_client: int) -> None:
        self._noun, self._capacity, self._per_client = noun, capacity, per_client
        self._used_by: Counter[str] = Counter()
        self.used = 0
        """The capacity in use."""
        self.refusals = 0
        """The number of requests that were refused."""

    def is_full(self, amount: int) -> bool:
        """Whether there is not so much capacity left, for any client."""
        return self.used + amount > self._capacity

    def is_exceeded(self, client: str, amount: int) -> bool:
        """Whether so much more would exceed the share of a client or of its site."""
        limits = ((client_key(client), self._per_client), (site_key(client), 2 * self._per_client))
        return any((used := self._used_by[key]) and used + amount > limit for key, limit in limits)

    def acquire(self, client: str, amount: int) -> None:
        """Use capacity for a client; `Busy` if there is not enough left, for it or for all."""
        of_client = self.is_exceeded(client, amount)
        if of_client or self.is_full(amount):
            self.refusals += 1
            whose = "of yours " if of_client else ""
            raise Busy(
                f"too many {self._noun} {whose}are in progress; try again in a moment, or ask for less",
                of_client=of_client,
            )
        self.used += amount
        self._used_by.update(dict.fromkeys({client_key(client), site_key(client)}, amount))

    def release(self, client: str, amount: int) -> None:
        """Give back capacity that a client has used."""
        self.used -= amount
        for key in {client_key(client), site_key(client)}:
            self._used_by[key] -= amount
            if self._used_by[key] <= 0:
                del self._used_by[key]
