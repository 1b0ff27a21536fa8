"""What serves is found out here: the snapshot pointed to, or where that is damaged the newest that is whole.

No graph serves by itself that lacks updates which were acknowledged on the one that is pointed to.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import Busy, MedkgError, SnapshotError, StaleUpdate
from medkg.pool import Confinement
from medkg.server.config import Config
from medkg.server.endpoint import Endpoint
from medkg.snapshots import storage
from medkg.snapshots.activation import has_all_updates
from medkg.snapshots.snapshot import by_preference, open_snapshot
from medkg.snapshots.storage import read_pointer

LOOK = 0.5
"""Seconds between two looks at what is pointed to."""

_LONGEST_PAUSE = 16.0
"""Seconds at most between two attempts to start what cannot be started."""

_log = logging.getLogger("medkg.server")


async def first(config: Config) -> Endpoint:
    """The endpoint to begin with; a `SnapshotError` where no snapshot can be served that has all updates."""
    storage.require_known_format(config.snapshots.parent)
    paths = by_preference(config.snapshots)
    failures = []
    for path in paths:
        try:
            if path != paths[0]:
                _require_updates(path, of=paths[0])
            endpoint = await _started(path, config)
        except MedkgError as error:
            _log.warning("%s cannot be served: %s", path.name, error)
            failures.append(str(error))
        else:
            _warn(endpoint.confinement)
            return endpoint
    why = "".join(f"\n  {each}" for each in failures)
    raise SnapshotError(f"there is no snapshot in {config.snapshots} that can be served; run `medkg build`{why}")


def _require_updates(path: Path, *, of: Path) -> None:
    """Refuse with a `SnapshotError` a graph that would take the place of another one without having its updates."""
    if not has_all_updates(path.parent, path.name, of=of.name):
        raise SnapshotError(
            f"it lacks updates that were made to {of.name}; mend that, or go back to this one with `medkg rollback`"
        )


async def _started(path: Path, config: Config) -> Endpoint:
    """The endpoint of a snapshot; begun once more where others write to its journal meanwhile."""
    try:
        return await Endpoint.start(open_snapshot(path), config)
    except StaleUpdate:
        return await Endpoint.start(open_snapshot(path), config)


def _warn(confinement: Confinement) -> None:
    """Tell the operator what does not hold here."""
    if not confinement.has_filter:
        _log.warning("there is no seccomp filter here: resource limits alone keep queries from network and files")
    if not confinement.has_memory_limit:
        _log.warning("the memory of a query is not bounded here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of taking over a snapshot, and when that was, in seconds since 1970."""

    at: float
    is_success: bool


class Publication:
    """The endpoint that answers now, and its successor once another snapshot is pointed to."""

    def __init__(self, config: Config, endpoint: Endpoint) -> None:
        self._config, self.endpoint = config, endpoint
        self._refused = ""
        self._retry_at, self._pause = 0.0, LOOK
        self._look = asyncio.Event()
        self._trouble = ""
        self._retiring: set[asyncio.Task[None]] = set()
        self.last = Outcome(at=time.time(), is_success=True)
        """What came of the last snapshot that was to be taken over."""
        self.restarts = 0
        """The number of times that an endpoint was started again whose keeper had ended."""

    def look(self) -> None:
        """Look now, and not only after a while, and once more at what was refused."""
        self._refused = ""
        self._retry_at = 0.0
        self._look.set()

    async def watch(self) -> None:
        """Follow what is pointed to, until cancelled; an endpoint whose processes have died is started again."""
        while True:
            try:
                async with asyncio.timeout(LOOK):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            try:
                await self._follow()
            except MedkgError as error:
                self._log_once(f"{self.endpoint.revision} goes on as it is: {error}")
            except Exception:  # or nothing would ever be followed again
                _log.exception("what is pointed to cannot be followed")
            else:
                self._trouble = ""

    async def stop(self) -> None:
        """End all processes, once they have finished what they do."""
        await asyncio.gather(self.endpoint.retire(), *self._retiring)

    def _note(self, digest: str, *, is_success: bool) -> None:
        """Note what came of a snapshot, where it is another one than what serves and is not only started once more."""
        if digest != self.endpoint.snapshot.digest:
            self.last = Outcome(at=time.time(), is_success=is_success)

    def _log_once(self, message: str) -> None:
        """Log what goes wrong, once and not at every look."""
        if message != self._trouble:
            _log.error("%s", message)
        self._trouble = message

    async def _follow(self) -> None:
        """Take over what is pointed to, or once more what serves where its processes have died; take in updates."""
        pointed = read_pointer(self._config.snapshots)
        digest = pointed.snapshot if pointed else self.endpoint.snapshot.digest
        if digest not in {self.endpoint.snapshot.digest, self._refused}:
            await self._take_over(digest)
        elif not self.endpoint.is_alive:
            await self._start_again()
        else:
            await self._take_in()

    async def _take_in(self) -> None:
        """Take in what others have written, or begin anew where what was known here is no more."""
        try:
            await self.endpoint.follow()
        except StaleUpdate as error:
            _log.warning("%s begins anew: %s", self.endpoint.revision, error)
            await self._take_over(self.endpoint.snapshot.digest)

    async def _start_again(self) -> None:
        """Start once more what serves; after each failure in vain a longer while passes."""
        now = asyncio.get_running_loop().time()
        if now < self._retry_at:
            return
        dead = self.endpoint
        await self._take_over(dead.snapshot.digest)
        self.restarts += self.endpoint is not dead
        self._pause = min(2 * self._pause, _LONGEST_PAUSE) if self.endpoint is dead else LOOK
        self._retry_at = now + self._pause

    async def _take_over(self, digest: str) -> None:
        """Let another snapshot answer from here on; one that cannot is refused, and the present one goes on.

        Where that is dead and cannot be started again, any that is whole and has all updates answers.
        """
        try:
            successor = await _started(self._config.snapshots / digest, self._config)
        except Busy:  # the system lacks processes or files, which is no fault of the snapshot and may pass
            raise
        except MedkgError as error:
            self._refused = digest
            self._note(digest, is_success=False)
            _log.error("the snapshot %s is refused, %s goes on: %s", digest, self.endpoint.revision, error)
            if self.endpoint.is_alive:
                return
            try:
                successor = await first(self._config)
            except SnapshotError as none:
                _log.error("nothing can be served until it is mended: %s", none)
                return
        if successor.snapshot.digest == digest:
            self._refused = ""
            self._note(digest, is_success=True)
        predecessor, self.endpoint = self.endpoint, successor
        successor.count_on(predecessor)
        task = asyncio.create_task(predecessor.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
