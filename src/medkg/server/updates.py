"""Updates of a graph that is served: writers take turns, the journal stores each update, then every reader sees it.

Turns are first come, first served, among the writers of this server and of all others on the same home.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, Timeout

from medkg.errors import Busy, MedkgError, SnapshotError, StaleUpdate, StorageError, StorageFull
from medkg.evaluation.changes import Change
from medkg.files import match_owner
from medkg.pool import KeeperClient, Pool
from medkg.snapshots.journal import Journal
from medkg.snapshots.journal_file import explaining_write_failure
from medkg.snapshots.storage import LOCK_POLL_S, file_lock

TURN_TIMEOUT_S = 30.0
"""Seconds that a writer waits for its turn at most."""

MIN_REQUIRED_BYTES, MAX_REQUIRED_BYTES = 4 << 10, 16 << 20
"""The room that readiness requires for updates: at least, and after a refusal for want of room, at most."""

_TURN, _NEXT = "write.lock", "write-next.lock"


class Writers:
    """The turns of writers to the graphs in a directory; `max_waiting` of this server may wait."""

    def __init__(self, snapshots: Path, max_waiting: int) -> None:
        self._turn, self._next, self._max_waiting = snapshots / _TURN, snapshots / _NEXT, max_waiting
        self._own = asyncio.Lock()
        self.waiting = 0
        """The number of writers that wait for their turn."""

    @property
    def is_busy(self) -> bool:
        """Whether a writer of this server has its turn."""
        return self._own.locked()

    @property
    def alone(self) -> asyncio.Lock:
        """A context in which no writer of this server has its turn."""
        return self._own

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A context in which no other writer has its turn; `Busy` if too many wait, or the wait is too long.

        A `StorageFull` or a `StorageError` if the directory cannot be written to.
        """
        if self.waiting >= self._max_waiting and self.is_busy:
            raise Busy(f"{self.waiting} updates are waiting already; send it again in a moment", of_client=False)
        async with AsyncExitStack() as stack:
            self.waiting += 1
            try:
                async with asyncio.timeout(TURN_TIMEOUT_S):
                    await stack.enter_async_context(self._own)
                    await stack.enter_async_context(self._turn_among_servers())
            except TimeoutError:
                raise Busy("other updates take too long; send it again in a moment", of_client=False) from None
            finally:
                self.waiting -= 1
            yield

    @asynccontextmanager
    async def _turn_among_servers(self) -> AsyncIterator[None]:
        """A context in which no writer of another server has its turn; two locks make it first come, first served."""
        with explaining_write_failure(self._turn):
            next_turn, turn = file_lock(self._next), file_lock(self._turn)
            with await _acquire(next_turn):
                match_owner(self._next)
                lease = await _acquire(turn)
        with lease:
            match_owner(self._turn)
            yield


async def _acquire(lock: BaseFileLock) -> AbstractContextManager[object]:
    """The context of a lock, once this process has it."""
    while True:
        try:
            return lock.acquire(blocking=False)
        except Timeout:
            await asyncio.sleep(LOCK_POLL_S)


_log = logging.getLogger("medkg.server")


class GraphUpdates:
    """The journal of a graph, with the keeper and the pool that hold its updates in memory.

    One thread at a time reads or writes the journal: that of the writer whose turn it is, or that of `follow`.
    """

    def __init__(self, journal: Journal, keeper: KeeperClient, pool: Pool, writers: Writers) -> None:
        self._journal, self._keeper, self._pool, self._writers = journal, keeper, pool, writers
        self._compacting: asyncio.Task[None] | None = None
        self.outcomes = Counter(made=0, refused=0)
        """The number of updates by outcome."""
        self.damage = ""
        """The damage of the journal, which takes no updates until it is repaired; empty if there is none."""
        self._required_bytes = MIN_REQUIRED_BYTES

    @property
    def waiting(self) -> int:
        """The number of updates that wait for their turn."""
        return self._writers.waiting

    @property
    def bytes(self) -> int:
        """The size of the journal, as far as it has been read."""
        return self._journal.end

    @contextmanager
    def count_update(self) -> Iterator[None]:
        """A context that counts one update: as made, or as refused if it raises."""
        try:
            yield
        except BaseException:
            self.outcomes["refused"] += 1
            raise
        self.outcomes["made"] += 1

    @property
    def free_bytes(self) -> int:
        """The free space on the journal's file system; 0 if its directory is gone."""
        try:
            return shutil.disk_usage(self._journal.path.parent).free
        except OSError:
            return 0

    def obstacle(self) -> str:
        """The reason why updates cannot be stored, empty if they can; to be called in a thread, for it reserves room.

        Room is required for a small update, or for the one that was refused for want of room, until another succeeds.
        """
        if self.damage:
            return "the journal is damaged"
        if not self._journal.path.parent.is_dir():
            return "the directory of the journal is gone"
        try:
            self._journal.require_room(self._required_bytes)
        except StorageFull:
            return "there is no room for the journal"
        except StorageError:
            return "the journal may not be written to"
        return ""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A context in which no other writer has its turn, and the updates of all others are known.

        `DamagedJournal` if the journal is known to be damaged, a `SnapshotError` if it cannot be read.
        """
        async with self._writers.turn():
            await run_to_end(self._catch_up())
            yield

    async def commit(self, change: Change) -> None:
        """Store a change in the journal, and let readers see it; to be called in a turn, and not to be cancelled."""
        size = len(change.removed) + len(change.added)
        try:
            await asyncio.to_thread(self._journal.append, change, after=self._keeper.position)
        except StorageFull:
            self._required_bytes = min(max(size, MIN_REQUIRED_BYTES), MAX_REQUIRED_BYTES)
            raise
        self._required_bytes = MIN_REQUIRED_BYTES
        await self._take_in()

    async def follow(self) -> None:
        """Take in the updates of other processes, unless a writer has its turn, which does that itself.

        `StaleUpdate` if updates that are known here are gone or were merged with others.
        """
        if self._writers.is_busy:
            return
        async with self._writers.alone:
            try:
                await run_to_end(self._catch_up())
            except StaleUpdate:
                raise
            except SnapshotError:  # writers get it as a failure, and readiness reports it
                return

    def compact(self) -> None:
        """Start replacing the updates by a checkpoint, if there are many and it is not in progress."""
        if self._journal.is_bulky and self._compacting is None and not self.damage:
            self._compacting = asyncio.create_task(self._compact())

    async def finish(self) -> None:
        """Wait until no writer has its turn."""
        if (compacting := self._compacting) is not None:
            compacting.cancel()  # which ends it before its turn, or once it is done
            await asyncio.wait([compacting])
        async with self._writers.alone:
            pass

    async def _catch_up(self) -> None:
        """Take in the new updates of the journal."""
        try:
            has_grown = await asyncio.to_thread(self._read)
        except StaleUpdate:
            raise
        except SnapshotError as damage:
            if self.damage != str(damage):
                _log.error("no update is stored any more: %s", damage)
            self.damage = str(damage)
            raise
        self.damage = ""
        if has_grown or self._keeper.revision != self._journal.last_read.revision:
            await self._take_in()

    def _read(self) -> bool:
        """Whether the journal has new updates, which are read here; to be called in a thread."""
        has_grown = False
        for patch in self._journal.new_patches():
            self._journal.change(patch)  # which raises if it is damaged
            has_grown = True
        return has_grown

    async def _take_in(self) -> None:
        """Let readers see the updates that the journal has."""
        last_read = self._journal.last_read
        try:
            await self._keeper.advance(last_read.position)
        except MedkgError:  # the keeper has ended; the updates are durable, and its successor reads them
            self._keeper.position, self._keeper.revision = last_read
        if self._keeper.revision != last_read.revision:
            raise StaleUpdate(f"{self._journal.path}: another journal has replaced it; open the graph anew")
        self._pool.renew()

    async def _compact(self) -> None:
        """Replace the updates by a checkpoint, in a turn of this server."""
        try:
            async with self.turn():
                if self._journal.is_bulky:
                    await run_to_end(asyncio.to_thread(self._journal.compact))
        except MedkgError as error:
            _log.warning("the journal was not compacted: %s", error)
        finally:
            self._compacting = None


async def run_to_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait until some work is done, also if the wait is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if failure := task.exception():
            _log.warning("work whose wait was cancelled has failed: %s", failure)
        raise
