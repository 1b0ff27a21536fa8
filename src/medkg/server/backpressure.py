"""Backpressure for large responses: a limit to the bytes that clients have not read yet, of all clients and of each.

granian takes a response whole and does not say when it has been sent, so the kernel is asked how much a client has
received. While other responses need the capacity, one that is read too slowly is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from medkg.server.connections import acknowledged_bytes, close, find_descriptor
from medkg.server.shares import Shares

MAX_BYTES = 256 << 20
"""Bytes of large responses that may be unread, of all clients."""

MAX_CLIENT_BYTES = 64 << 20
"""Bytes of large responses that may be unread, of one client."""

MAX_READING_S = 60.0
"""Seconds that reading a response may take, at the rate of the last seconds, while others wait for capacity."""

RATE_WINDOW_S = 3.0
"""Seconds over which the rate of a reader is measured."""

_LARGE_BYTES = 256 << 10  # smaller responses go into the kernel's buffers at once
_CHECK_INTERVAL_S = 0.1


@dataclass(slots=True, kw_only=True)
class _Transfer:
    """The unread responses of a connection, of `size` bytes in all.

    `end` is the number of bytes that the connection has carried when all is read. The rate is measured from `since`,
    when `received` bytes had been read.
    """

    client: str
    descriptor: int
    size: int
    end: int
    received: int
    since: float
    is_slow: bool = False

    def measure(self, received: int, now: float) -> None:
        """Find out whether the client reads too slowly, once the window of the measurement has passed."""
        if now - self.since >= RATE_WINDOW_S:
            self.is_slow = (received - self.received) * MAX_READING_S < self.size * (now - self.since)
            self.received, self.since = received, now


class UnreadResponses:
    """The large responses that clients have not read yet, by peer; `clock` yields seconds."""

    def __init__(
        self,
        capacity: int = MAX_BYTES,
        per_client: int = MAX_CLIENT_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shares = Shares("large answers", capacity=capacity, per_client=per_client)
        self._clock = clock
        self._transfers: dict[str, _Transfer] = {}
        self._checked_at = 0.0
        self.dropped = 0
        """The number of responses dropped because they were read too slowly."""

    def is_receiving(self, peer: str) -> bool:
        """Whether a peer has a large response to read."""
        return peer in self._transfers

    def admit(self, peer: str, client: str, size: int) -> None:
        """Count a response that is about to be sent to a peer; `Busy` if too many are unread."""
        if size < _LARGE_BYTES:
            return
        now = self._clock()
        if peer in self._transfers:
            self._check_transfer(peer, now)
        is_refused = self.shares.is_exceeded(client, size) or self.shares.is_full(size)
        if is_refused and now - self._checked_at >= _CHECK_INTERVAL_S:
            self.check()
        if not self.shares.is_exceeded(client, size):
            self._drop_slow(size)
        self.shares.acquire(client, size)
        self._begin(peer, client, size, now)

    def check(self) -> None:
        """Release the responses that have been read or whose client has gone; measure the rates of the others."""
        self._checked_at = self._clock()
        for peer in list(self._transfers):
            self._check_transfer(peer, self._checked_at)

    def _check_transfer(self, peer: str, now: float) -> None:
        """Release a response that has been read, or whose client has gone; else measure the rate."""
        transfer = self._transfers[peer]
        received = acknowledged_bytes(transfer.descriptor, peer)
        if received is None or received >= transfer.end:
            self._end(peer)
        else:
            transfer.measure(received, now)

    def _drop_slow(self, size: int) -> None:
        """Drop responses that are read too slowly until so many bytes have room, the largest first."""
        slow = [(transfer.size, peer) for peer, transfer in self._transfers.items() if transfer.is_slow]
        for _, peer in sorted(slow, reverse=True):
            if not self.shares.is_full(size):
                return
            self.dropped += close(self._transfers[peer].descriptor, peer, drop=True)
            self._end(peer)

    def _begin(self, peer: str, client: str, size: int, now: float) -> None:
        """Follow a response; if the system does not say what has been received, it is not counted."""
        if transfer := self._transfers.get(peer):
            transfer.size, transfer.end = transfer.size + size, transfer.end + size
            return
        descriptor = find_descriptor(peer)
        received = None if descriptor is None else acknowledged_bytes(descriptor, peer)
        if descriptor is None or received is None:
            self.shares.release(client, size)
        else:
            self._transfers[peer] = _Transfer(
                client=client, descriptor=descriptor, size=size, end=received + size, received=received, since=now
            )

    def _end(self, peer: str) -> None:
        """Release the capacity of a response."""
        transfer = self._transfers.pop(peer)
        self.shares.release(transfer.client, transfer.size)
