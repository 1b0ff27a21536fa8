"""Who is one client: an address, or where addresses are given away by the billion, the network that they come from."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network

_OWN_PREFIX = 64
"""Bits of an IPv6 address that are the network's: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4."""


@lru_cache(maxsize=4096)
def network(client: str) -> str:
    """What a client is counted by: its IPv4 address, the /64 of its IPv6 address, else what it is called.

    >>> network("192.0.2.1"), network("[2001:db8::1:2:3:4]"), network("::ffff:192.0.2.1"), network("unknown")
    ('192.0.2.1', '2001:db8::/64', '192.0.2.1', 'unknown')
    """
    if ":" not in client:
        return client
    bare = client.removeprefix("[").partition("]")[0].partition("%")[0]
    try:
        address = IPv6Address(bare)
    except AddressValueError:
        return _without_port(client)
    return str(address.ipv4_mapped or ip_network((address.packed, _OWN_PREFIX), strict=False))


def _without_port(client: str) -> str:
    """An IPv4 address that a proxy tells with the port, of which each connection has another."""
    host = client.rpartition(":")[0]
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        return client
