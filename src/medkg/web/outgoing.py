"""Large answers on their way to clients that may not read them: so many bytes at once, and not for ever.

The server underneath takes an answer whole and does not tell when it has gone out, so the kernel is asked.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from medkg.errors import Busy

MOST = 256 << 20
"""Bytes of large answers that may be on their way."""

PATIENCE = 30.0
"""Seconds after which a client that takes nothing is hung up on."""

_FEW_DESCRIPTORS = 256  # more than a server has open that has just begun to listen
_LARGE = 256 << 10  # what is smaller goes into the kernel's buffers at once
_REST = 0.1  # seconds between two looks, and from when an answer shows in the kernel's tables


class Outgoing:
    """The large answers that nobody may have read yet, by the address and port they go to."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sizes: dict[str, tuple[int, float]] = {}
        self._bytes, self._looked = 0, 0.0

    @property
    def bytes(self) -> int:
        """The bytes of large answers that nobody may have read yet."""
        return self._bytes

    def admit(self, client: str, size: int) -> None:
        """Note an answer that goes out; `Busy` where too much is on its way already."""
        if size < _LARGE:
            return
        now = time.monotonic()
        before, _ = self._sizes.pop(client, (0, now))  # on one connection an answer goes out after the other
        self._bytes -= before
        if self._bytes + size > self._most and now - self._looked >= _REST:
            self._look(now)
        if self._bytes + size > self._most:
            raise Busy("too many large answers are on their way; ask again in a moment, or for less", of_client=False)
        self._sizes[client] = size, now
        self._bytes += size

    def _look(self, now: float) -> None:
        """Forget the answers that have been read, or whose client has gone."""
        self._looked = now
        waiting = set(_unread_ports())
        for client, (size, since) in list(self._sizes.items()):
            if now - since > _REST and int(client.rpartition(":")[2]) not in waiting:
                del self._sizes[client]
                self._bytes -= size


def lose_patience(seconds: float = PATIENCE) -> None:
    """Have the kernel hang up on whoever takes nothing for so long; to be called once this process listens.

    What a listening socket accepts inherits its options: https://man7.org/linux/man-pages/man7/tcp.7.html
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    for descriptor in _descriptors():
        with suppress(OSError), _listening(descriptor) as found:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def _descriptors() -> Iterable[int]:
    """The numbers of what this process has open; where the system does not tell, the first few hundred."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return range(_FEW_DESCRIPTORS)


def _listening(descriptor: int) -> socket.socket:
    """Another handle of a socket that listens; an `OSError` where it is none."""
    copy = os.dup(descriptor)
    try:
        found = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
    if not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        found.close()
        raise OSError("not listening")
    return found


def _unread_ports() -> Iterator[int]:
    """The ports of the other side of connections on which something waits to be taken; none on other systems."""
    for name in ("tcp", "tcp6"):
        with suppress(OSError), open(f"/proc/self/net/{name}", encoding="ascii") as table:
            next(table, None)
            for line in table:
                _, _, remote, _, queues, *_ = line.split()
                if not queues.startswith("00000000:"):
                    yield int(remote.rpartition(":")[2], 16)
