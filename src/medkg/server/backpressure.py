"""Large answers on their way to clients that may not read them: so many bytes at once, of all clients and of each.

The server underneath takes an answer whole and does not tell when it has gone out, so the kernel is asked. While
others wait for the room, an answer that is read too slowly is broken off.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from medkg.server.connections import bytes_taken, close, descriptors, handle, peer_of
from medkg.server.shares import Shares

MOST = 256 << 20
"""Bytes of large answers that may be on their way."""

MOST_EACH = 64 << 20
"""Bytes of large answers that may be on their way to one client."""

PATIENCE = 30.0
"""Seconds after which a client that takes nothing is hung up on."""

READING_TIME = 60.0
"""Seconds within which an answer is to be read, at the rate at which it is being read, while others wait for room."""

WINDOW = 3.0
"""Seconds over which the rate of a reader is measured."""

_LARGE = 256 << 10  # what is smaller goes into the kernel's buffers at once
_REST = 0.1  # seconds between two looks


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Who reads an answer, or several on one connection, of `size` bytes in all.

    `end` is the number of bytes that the connection has carried when all is read. The rate is measured from `since`,
    when `taken` bytes had been read.
    """

    client: str
    descriptor: int
    size: int
    end: int
    taken: int
    since: float
    is_slow: bool = False

    def measure(self, taken: int, now: float) -> None:
        """Tell slow readers from others once a window has passed."""
        if now - self.since >= WINDOW:
            self.is_slow = (taken - self.taken) * READING_TIME < self.size * (now - self.since)
            self.taken, self.since = taken, now


class Outgoing:
    """The large answers that have not been read yet, by the address and port they go to; `clock` tells the seconds."""

    def __init__(self, most: int = MOST, each: int = MOST_EACH, clock: Callable[[], float] = time.monotonic) -> None:
        self.shares, self._clock = Shares(most, each), clock
        self._readers: dict[str, _Reader] = {}
        self._looked = 0.0
        self.dropped = 0
        """The answers broken off because they were read too slowly."""

    @property
    def bytes(self) -> int:
        """The bytes of large answers that are on their way."""
        return self.shares.taken

    def is_reading(self, peer: str) -> bool:
        """Whether a large answer is on its way to an address and port."""
        return peer in self._readers

    def admit(self, peer: str, client: str, size: int) -> None:
        """Note an answer to a client that goes out on a connection; `Busy` where too much is on its way already."""
        if size < _LARGE:
            return
        now = self._clock()
        if peer in self._readers:
            self._look_at(peer, now)
        if (self.shares.is_used_up(client, size) or self.shares.is_full(size)) and now - self._looked >= _REST:
            self.look()
        if not self.shares.is_used_up(client, size):
            self._drop_slow(size)
        self.shares.admit(client, size, "large answers")
        self._note(peer, client, size, now)

    def look(self) -> None:
        """Forget the answers that have been read, or whose client has gone; measure how fast the others are read."""
        self._looked = self._clock()
        for peer in list(self._readers):
            self._look_at(peer, self._looked)

    def _look_at(self, peer: str, now: float) -> None:
        """Forget an answer that has been read; else measure how fast it is."""
        reader = self._readers[peer]
        taken = bytes_taken(reader.descriptor, peer)
        if taken is None or taken >= reader.end:
            self._forget(peer)
        else:
            reader.measure(taken, now)

    def _drop_slow(self, size: int) -> None:
        """Break off answers that are read slowly until there is room for so many bytes, the largest first."""
        slow = [(reader.size, peer) for peer, reader in self._readers.items() if reader.is_slow]
        for _, peer in sorted(slow, reverse=True):
            if not self.shares.is_full(size):
                return
            self.dropped += close(self._readers[peer].descriptor, peer, drop=True)
            self._forget(peer)

    def _note(self, peer: str, client: str, size: int, now: float) -> None:
        """Note a reader, or that one has more to read; none where the system does not tell what has been read."""
        before = self._readers.get(peer)
        descriptor = before.descriptor if before else next((n for n in descriptors() if peer_of(n) == peer), None)
        taken = None if descriptor is None else bytes_taken(descriptor, peer)
        if descriptor is None or taken is None:
            self.shares.release(client, size)
        elif before:
            before.size, before.end = before.size + size, before.end + size
        else:
            self._readers[peer] = _Reader(
                client=client, descriptor=descriptor, size=size, end=taken + size, taken=taken, since=now
            )

    def _forget(self, peer: str) -> None:
        """Give back the room of an answer."""
        reader = self._readers.pop(peer)
        self.shares.release(reader.client, reader.size)


def lose_patience(seconds: float = PATIENCE) -> None:
    """Have the kernel hang up on whoever takes nothing for so long; to be called once this process listens.

    What a listening socket accepts inherits its options: https://man7.org/linux/man-pages/man7/tcp.7.html
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    for descriptor in descriptors():
        with suppress(OSError), handle(descriptor) as found:
            if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
