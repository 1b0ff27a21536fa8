"""The updates of a graph that is served: written down one at a time, or by others, and then seen by all who ask.

Those who may write: one at a time, in this server and in all others on the same home, in the order they came.
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
"""Seconds after which one who waits is sent away."""

SMALLEST_WRITE_BYTES, LARGEST_WRITE_BYTES = 4 << 10, 16 << 20
"""The room that there is to be for updates at the least, and where one was refused for want of room, at the most."""

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
        with explaining_write_failure(self._turn):
            next_one, turn = file_lock(self._next), file_lock(self._turn)
            with await _acquired(next_one):
                match_owner(self._next)
                held = await _acquired(turn)
        with held:
            match_owner(self._turn)
            yield


async def _acquired(lock: BaseFileLock) -> AbstractContextManager[object]:
    """A lock that this process has got, which may take a while."""
    while True:
        try:
            return lock.acquire(blocking=False)
        except Timeout:
            await asyncio.sleep(LOCK_POLL_S)


_log = logging.getLogger("medkg.server")


class Updates:
    """A journal, and the keeper and the pool that know its updates.

    The journal is read and written by one thread at a time, that of the writer who has
    its turn or that of `follow`.
    """

    def __init__(self, journal: Journal, keeper: KeeperClient, pool: Pool, writers: Writers) -> None:
        self._journal, self._keeper, self._pool, self._writers = journal, keeper, pool, writers
        self._compacting: asyncio.Task[None] | None = None
        self.outcomes = Counter(made=0, refused=0)
        """The number of updates by what came of them."""
        self.damage = ""
        """What is wrong with the journal; nothing is written until that is mended."""
        self._required_bytes = SMALLEST_WRITE_BYTES

    @property
    def waiting(self) -> int:
        """The number of updates that wait for their turn."""
        return self._writers.waiting

    @property
    def bytes(self) -> int:
        """The size of the journal, as far as it has been read."""
        return self._journal.end

    @contextmanager
    def counted(self) -> Iterator[None]:
        """A context in which one update is made, or refused where it ends with an exception."""
        try:
            yield
        except BaseException:
            self.outcomes["refused"] += 1
            raise
        self.outcomes["made"] += 1

    @property
    def free_bytes(self) -> int:
        """The room that is left where the journal is; 0 where that is gone."""
        try:
            return shutil.disk_usage(self._journal.path.parent).free
        except OSError:
            return 0

    def obstacle(self) -> str:
        """What keeps the journal from being written, found out by reserving room; to be called in a thread.

        There is to be room for a small update, and for one that was refused for want of room until another succeeds.
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
        """A context in which nobody else writes, and all that others have written is known.

        `DamagedJournal` where the journal is known to be damaged, a `SnapshotError` where it cannot be read.
        """
        async with self._writers.turn():
            await completed(self._catch_up())
            yield

    async def commit(self, change: Change) -> None:
        """Write a change down, and let it be seen; to be called by the one who has its turn, and not to be stopped."""
        size = len(change.removed) + len(change.added)
        try:
            await asyncio.to_thread(self._journal.append, change, after=self._keeper.position)
        except StorageFull:
            self._required_bytes = min(max(size, SMALLEST_WRITE_BYTES), LARGEST_WRITE_BYTES)
            raise
        self._required_bytes = SMALLEST_WRITE_BYTES
        await self._take_in()

    async def follow(self) -> None:
        """Take in what others have written, unless a write is under way, which does that.

        `StaleUpdate` where updates that are known here are no more, or are one with others.
        """
        if self._writers.is_busy:
            return
        async with self._writers.alone:
            try:
                await completed(self._catch_up())
            except StaleUpdate:
                raise
            except SnapshotError:  # it is told to those who write and to those who watch
                return

    def compact(self) -> None:
        """Have a checkpoint put in the place of the updates, if there are many and that is not under way."""
        if self._journal.is_bulky and self._compacting is None and not self.damage:
            self._compacting = asyncio.create_task(self._compact())

    async def finish(self) -> None:
        """Wait until those who write have done so."""
        if (compacting := self._compacting) is not None:
            compacting.cancel()  # which ends it before it has begun, or once it is done
            await asyncio.wait([compacting])
        async with self._writers.alone:
            pass

    async def _catch_up(self) -> None:
        """Take in what the journal has gained."""
        try:
            has_grown = await asyncio.to_thread(self._read)
        except StaleUpdate:
            raise
        except SnapshotError as damage:
            if self.damage != str(damage):
                _log.error("nothing is written any more: %s", damage)
            self.damage = str(damage)
            raise
        self.damage = ""
        if has_grown or self._keeper.revision != self._journal.last_read.revision:
            await self._take_in()

    def _read(self) -> bool:
        """Whether the journal has gained anything; to be called in a thread, for it may take its time."""
        has_grown = False
        for patch in self._journal.new_patches():
            self._journal.change(patch)  # which finds out whether it can be read
            has_grown = True
        return has_grown

    async def _take_in(self) -> None:
        """Let changes be seen that are written down."""
        last_read = self._journal.last_read
        try:
            await self._keeper.advance(last_read.position)
        except MedkgError:  # the keeper has ended; the updates are made, and whoever takes its place knows them
            self._keeper.position, self._keeper.revision = last_read
        if self._keeper.revision != last_read.revision:
            raise StaleUpdate(f"{self._journal.path}: another one has taken its place; open the graph anew")
        self._pool.renew()

    async def _compact(self) -> None:
        """Put a checkpoint in the place of the updates, when it is this server's turn."""
        try:
            async with self.turn():
                if self._journal.is_bulky:
                    await completed(asyncio.to_thread(self._journal.compact))
        except MedkgError as error:
            _log.warning("the journal stays as large as it is: %s", error)
        finally:
            self._compacting = None


async def completed(work: Coroutine[Any, Any, None]) -> None:
    """Wait until something is done, even where nobody waits for this any more."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if failure := task.exception():
            _log.warning("nobody waited for what failed: %s", failure)
        raise
