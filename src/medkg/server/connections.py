"""The connections of this process: found by the kernel's word, for the server underneath keeps them to itself.

It accepts what comes, up to a number for all clients together, and lets a connection stay idle for a while. So that one
client cannot have all of them, those idle of a client that has more than its part are closed while there are many.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from medkg.server.shares import Shares, network, site

MOST = 4096
"""Connections that may be open, where the system allows as many files."""

Peer = tuple[str, int]
"""The address and port of the other side of a connection, and the descriptor of this side."""

_FILES, _FILES_EACH = 64, 4  # that are open for the server itself, and for each evaluator
_REST = 0.25  # seconds between two looks
_PARTS_EACH, _PARTS_MANY = 8, 4  # one client may have an eighth of all; a quarter of all are many
_DESCRIPTORS = 256  # that are looked at where the system does not tell which there are

# struct tcp_info of Linux since 4.1, up to tcpi_bytes_acked: https://man7.org/linux/man-pages/man7/tcp.7.html
_TCP_INFO = struct.Struct("=8B24I3Q")


class Connections:
    """The connections of all clients, `most` at once; `is_reading` tells of an address and port that read an answer."""

    def __init__(self, most: int, is_reading: Callable[[str], bool]) -> None:
        self._most, self._is_reading = most, is_reading
        self._each = max(1, most // _PARTS_EACH)
        self._busy: set[str] = set()
        self.requests = Shares(most, self._each)
        """The requests under way."""
        self.closed = 0
        """The connections that were closed because their client had too many."""

    @contextmanager
    def use(self, peer: str, client: str) -> Iterator[None]:
        """A context in which a client has a request under way; `Busy` where it has too many."""
        self.requests.admit(client, 1, "requests")
        self._busy.add(peer)
        try:
            yield
        finally:
            self._busy.discard(peer)
            self.requests.release(client, 1)

    async def watch(self) -> None:
        """Close what is too much, from now on."""
        while True:
            await asyncio.sleep(_REST)
            with suppress(RuntimeError):  # as where no thread can be started, which may pass
                await asyncio.to_thread(self.close_surplus)

    def close_surplus(self) -> None:
        """Close idle connections of clients that have more than their part; nothing where there are few in all."""
        many = self._most // _PARTS_MANY
        opened = descriptors()
        if len(opened) <= many:
            return
        known = [(peer, descriptor) for descriptor in opened if (peer := peer_of(descriptor)) is not None]
        if len(known) > many:
            left = self._shared_out(known, network, self._each)
            self._shared_out(left, site, 2 * self._each)

    def _shared_out(self, known: Sequence[Peer], key: Callable[[str], str], each: int) -> list[Peer]:
        """The connections that are left once no client has more than its part of those that are idle."""
        by_client: defaultdict[str, list[Peer]] = defaultdict(list)
        for peer, descriptor in known:
            by_client[key(host(peer))].append((peer, descriptor))
        left = self._most - self._most // _PARTS_MANY
        if len(known) > left:  # of so many clients that each has to do with less
            each = min(each, max(1, left // len(by_client)))
        return [peer for own in by_client.values() for peer in self._without_surplus(own, len(own) - each)]

    def _without_surplus(self, own: Iterable[Peer], surplus: int) -> Iterator[Peer]:
        """The connections of a client that are left once so many of those that are idle have been closed."""
        for peer, descriptor in own:
            if surplus <= 0 or peer in self._busy or self._is_reading(peer):
                yield peer, descriptor
            else:
                surplus -= 1
                self.closed += close(descriptor, peer)


def capacity(evaluators: int) -> int:
    """The connections that may be open at once: so many that there are files for all else.

    Without files left the server underneath would try again and again, and nothing else could open any.
    """
    import resource  # here, for Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = files(evaluators)
    return MOST if most in (resource.RLIM_INFINITY, -1) else min(MOST, max(most - needed, needed // 2))


def files(evaluators: int) -> int:
    """The files that the server may have open besides its connections."""
    return _FILES + _FILES_EACH * evaluators


def host(peer: str) -> str:
    """The address in an address with a port."""
    return peer.rpartition(":")[0]


def descriptors() -> Sequence[int]:
    """The numbers of what this process has open; where the system does not tell, the first few hundred."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return range(_DESCRIPTORS)


@contextmanager
def handle(descriptor: int) -> Iterator[socket.socket]:
    """Another handle of a socket, so that it stays the same while it is looked at; an `OSError` where it is none."""
    copy = os.dup(descriptor)
    try:
        found = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
    with found:
        yield found


def peer_of(descriptor: int) -> str | None:
    """The address and port of the other side of a TCP connection; None where a descriptor is no such thing."""
    with suppress(OSError), handle(descriptor) as connection:
        return _peer(connection)
    return None


def bytes_taken(descriptor: int, peer: str) -> int | None:
    """The bytes that the other side has received on a connection; None where it is gone, or the system does not tell.

    https://www.rfc-editor.org/rfc/rfc4898 names them `tcpEStatsAppHCThruOctetsAcked`.
    """
    with suppress(OSError, AttributeError), handle(descriptor) as connection:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
        if _peer(connection) == peer and len(info) == _TCP_INFO.size:
            return int(_TCP_INFO.unpack(info)[-1])
    return None


def close(descriptor: int, peer: str, *, drop: bool = False) -> bool:
    """Close a connection, and `drop` what is still on its way there; False where it is gone."""
    with suppress(OSError), handle(descriptor) as connection:
        if _peer(connection) == peer:
            if drop:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False


def _peer(connection: socket.socket) -> str | None:
    """The other side of a TCP connection as the server underneath writes it."""
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    address, port, *_ = connection.getpeername()
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
