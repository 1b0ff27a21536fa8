"""Those who may write: one at a time, in this server and in all others on the same home, in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from filelock import BaseFileLock, Timeout

from medkg.errors import Busy
from medkg.files import adopt
from medkg.graph.journal_file import failure_told
from medkg.graph.lock import POLL_S, lock_at

TURN_TIMEOUT_S = 30.0
"""Seconds after which one who waits is sent away."""

_TURN, _NEXT = "write.lock", "write-next.lock"


class Writers:
    """The turns of writers to the graphs in a directory, of whom so many may wait in this server."""

    def __init__(self, snapshots: Path, most: int) -> None:
        self._turn, self._next, self._most = snapshots / _TURN, snapshots / _NEXT, most
        self._own = asyncio.Lock()
        self.waiting = 0
        """The number of writers that wait for their turn."""

    @property
    def is_busy(self) -> bool:
        """Whether one of this server has its turn."""
        return self._own.locked()

    @property
    def alone(self) -> asyncio.Lock:
        """A context in which no writer of this server has its turn."""
        return self._own

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A context in which nobody else writes; `Busy` where too many wait, or one has waited for too long.

        A `StorageFull` or a `StorageError` where the directory cannot be written to.
        """
        if self.waiting >= self._most and self.is_busy:
            raise Busy(f"{self.waiting} updates are waiting already; send it again in a moment", of_client=False)
        async with AsyncExitStack() as stack:
            self.waiting += 1
            try:
                async with asyncio.timeout(TURN_TIMEOUT_S):
                    await stack.enter_async_context(self._own)
                    await stack.enter_async_context(self._before_others())
            except TimeoutError:
                raise Busy("other updates take too long; send it again in a moment", of_client=False) from None
            finally:
                self.waiting -= 1
            yield

    @asynccontextmanager
    async def _before_others(self) -> AsyncIterator[None]:
        """A context in which no writer of another server has its turn; nobody comes before one who waits."""
        with failure_told(self._turn):
            next_one, turn = lock_at(self._next), lock_at(self._turn)
            with await _acquired(next_one):
                adopt(self._next)
                held = await _acquired(turn)
        with held:
            adopt(self._turn)
            yield


async def _acquired(lock: BaseFileLock) -> AbstractContextManager[object]:
    """A lock that this process has got, which may take a while."""
    while True:
        try:
            return lock.acquire(blocking=False)
        except Timeout:
            await asyncio.sleep(POLL_S)
