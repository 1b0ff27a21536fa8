"""The open connections of this process, and a limit to the idle ones of each client.

granian accepts connections, keeps them to itself, and has one limit for those of all clients together. So the sockets
are found by trying descriptor numbers. While more than half of the limit is in use, each client has an equal part of
that half, and its idle connections beyond it are closed (docs/adr/0050-find-connections-by-trying-descriptors.md).
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import stat
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from medkg.server.shares import Shares, site_key

MAX_CONNECTIONS = 4096
"""Connections that may be open, if the system allows as many files."""

_SERVER_FILES, _FILES_PER_EVALUATOR = 64, 4  # that are open besides connections
_REQUEST_SHARE = 8  # one client may have an eighth of the connections in use by requests
_CHECK_INTERVAL_S = 0.25
_SAMPLE_SIZE = 64  # descriptors that are tried before a full search
_DESCRIPTORS = range(2 * MAX_CONNECTIONS)  # numbers that connections can have: a new one gets the lowest that is free

# struct tcp_info of Linux since 4.1, up to tcpi_bytes_acked: https://man7.org/linux/man-pages/man7/tcp.7.html
_TCP_INFO = struct.Struct("=8B24I3Q")


class ConnectionLimiter:
    """The connections of all clients; `is_receiving` says whether a peer (address and port) still gets a response."""

    def __init__(self, capacity: int, is_receiving: Callable[[str], bool]) -> None:
        self._capacity, self._is_receiving = capacity, is_receiving
        self._active: set[str] = set()
        self.requests = Shares("requests", capacity=capacity, per_client=max(1, capacity // _REQUEST_SHARE))
        """The requests in progress."""
        self.closed = 0
        """The number of connections closed because their client had too many."""

    @contextmanager
    def request(self, peer: str, client: str) -> Iterator[None]:
        """A context in which a client has a request in progress; `Busy` if it has too many."""
        self.requests.acquire(client, 1)
        self._active.add(peer)
        try:
            yield
        finally:
            self._active.discard(peer)
            self.requests.release(client, 1)

    async def run(self) -> None:
        """Close surplus connections until cancelled."""
        while True:
            await asyncio.sleep(_CHECK_INTERVAL_S)
            with suppress(RuntimeError):  # as when no thread can be started, which may pass
                await asyncio.to_thread(self.close_surplus)

    def close_surplus(self) -> None:
        """Close idle connections of clients that have more than their part, if more than half of all are open."""
        target = self._capacity // 2
        if not self._may_be_crowded():
            return
        open_now = list(connections())
        if len(open_now) <= target:
            return
        counts = Counter(site_key(host(peer)) for _, peer in open_now)
        per_client = max(1, target // len(counts))
        for descriptor, peer in open_now:
            client = site_key(host(peer))
            if counts[client] > per_client and peer not in self._active and not self._is_receiving(peer):
                counts[client] -= 1
                self.closed += close(descriptor, peer)

    def _may_be_crowded(self) -> bool:
        """Whether a quarter of a sample of descriptors is open, as it is if more than half of the connections are."""
        step = max(1, self._capacity // _SAMPLE_SIZE)
        sample = range(random.randrange(step), self._capacity, step)
        return sum(map(_is_socket, sample)) > len(sample) // 4


def max_connections(evaluators: int) -> int:
    """The connections that may be open at once, so that there are files left for everything else.

    Without files left granian would retry at once and for ever, and nothing else could open a file.
    """
    import resource  # here, for Windows has none

    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = required_files(evaluators)
    if limit in (resource.RLIM_INFINITY, -1):
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, max(limit - needed, needed // 2))


def required_files(evaluators: int) -> int:
    """The files that the server may have open besides its connections."""
    return _SERVER_FILES + _FILES_PER_EVALUATOR * evaluators


def host(peer: str) -> str:
    """The address of a peer, without the port."""
    return peer.rpartition(":")[0]


def connections() -> Iterator[tuple[int, str]]:
    """Descriptor and peer of each TCP connection that is open."""
    for descriptor in filter(_is_socket, _DESCRIPTORS):
        with suppress(OSError), _handle(descriptor) as connection:
            peer = _peer(connection)
            if peer is not None:
                yield descriptor, peer


def find_descriptor(peer: str) -> int | None:
    """The descriptor of the connection to a peer; None if it is closed, or no TCP connection."""
    return next((descriptor for descriptor, other in connections() if other == peer), None) if peer else None


def acknowledged_bytes(descriptor: int, peer: str) -> int | None:
    """The bytes that a peer has received on a connection; None if it is closed, or the system does not say.

    https://www.rfc-editor.org/rfc/rfc4898 names them `tcpEStatsAppHCThruOctetsAcked`.
    """
    with suppress(OSError, AttributeError), _handle(descriptor) as connection:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
        if _peer(connection) == peer and len(info) == _TCP_INFO.size:
            return int(_TCP_INFO.unpack(info)[-1])
    return None


def close(descriptor: int, peer: str, *, drop: bool = False) -> bool:
    """Close a connection, and `drop` what is still to be sent; False if it is closed already."""
    with suppress(OSError), _handle(descriptor) as connection:
        if _peer(connection) == peer:
            if drop:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False


def set_user_timeout(seconds: float) -> None:
    """Have the kernel close connections whose peer acknowledges nothing for so long; call it once this process listens.

    Accepted sockets inherit the option of the listening one: https://man7.org/linux/man-pages/man7/tcp.7.html
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    for descriptor in filter(_is_socket, _DESCRIPTORS):
        with suppress(OSError), _handle(descriptor) as listener:
            if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def _is_socket(descriptor: int) -> bool:
    """Whether a descriptor is an open socket."""
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


@contextmanager
def _handle(descriptor: int) -> Iterator[socket.socket]:
    """A duplicate of a socket, so that it stays the same while it is looked at; an `OSError` if it is no socket."""
    duplicate = os.dup(descriptor)
    try:
        connection = socket.socket(fileno=duplicate)
    except OSError:
        os.close(duplicate)
        raise
    with connection:
        yield connection


def _peer(connection: socket.socket) -> str | None:
    """The address and port of the other side of a TCP connection, as granian writes them; None for other sockets."""
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    address, port, *_ = connection.getpeername()
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
