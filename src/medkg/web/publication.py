"""What serves is found out here: the snapshot pointed to, or where that is damaged the newest that is whole."""

from __future__ import annotations

import asyncio
import logging

from medkg.errors import MedkgError, SnapshotError
from medkg.graph.pointer import current
from medkg.graph.snapshot import by_preference, journal_of, open_snapshot
from medkg.pool.sandbox import Walls
from medkg.web.config import Config
from medkg.web.endpoint import Endpoint

LOOK = 0.5
"""Seconds between two looks at what is pointed to."""

_log = logging.getLogger("medkg.web")


async def first(config: Config) -> Endpoint:
    """The endpoint to begin with; a `SnapshotError` where no snapshot can be served."""
    for path in by_preference(config.snapshots):
        try:
            endpoint = await Endpoint.start(open_snapshot(path), config)
        except MedkgError as error:
            _log.warning("%s cannot be served: %s", path.name, error)
        else:
            _warn(endpoint.walls)
            return endpoint
    raise SnapshotError(f"there is no snapshot in {config.snapshots} that can be served; run `medkg build`")


def _warn(walls: Walls) -> None:
    """Tell the operator what does not hold here."""
    if not walls.filter:
        _log.warning("there is no seccomp filter here: resource limits alone keep queries from network and files")
    if not walls.memory:
        _log.warning("the memory of a query is not bounded here")


class Publication:
    """The endpoint that answers now, and its successor once another snapshot is pointed to."""

    def __init__(self, config: Config, endpoint: Endpoint) -> None:
        self._config, self.endpoint = config, endpoint
        self._refused = ""
        self._seen: tuple[str, int, int] = ("", 0, 0)
        self._look = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Look now, and not only after a while, and once more at what was refused."""
        self._refused = ""
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
            except Exception:  # or nothing would ever be followed again
                _log.exception("what is pointed to cannot be followed")

    async def stop(self) -> None:
        """End all processes, once they have finished what they do."""
        await asyncio.gather(self.endpoint.retire(), *self._retiring)

    async def _follow(self) -> None:
        """Take over what is pointed to, or once more what serves where its processes have died."""
        pointed = current(self._config.snapshots)
        digest = pointed.snapshot if pointed else self.endpoint.snapshot.digest
        if digest not in {self.endpoint.snapshot.digest, self._refused}:
            await self._take_over(digest)
        elif not self.endpoint.is_alive or self._is_behind():
            await self._take_over(self.endpoint.snapshot.digest)

    def _is_behind(self) -> bool:
        """Whether somebody else has updated the graph, or has taken updates back."""
        digest = self.endpoint.snapshot.digest
        journal = journal_of(self._config.snapshots, digest)
        try:
            status = journal.path.stat()
            seen = digest, status.st_ino, status.st_size
        except OSError:
            seen = digest, 0, 0
        if seen == self._seen or self.endpoint.is_writing:
            return False
        self._seen = seen
        try:
            return journal.position != self.endpoint.position
        except MedkgError as error:
            _log.error("%s goes on as it is: %s", self.endpoint.revision, error)
            return False

    async def _take_over(self, digest: str) -> None:
        """Let another snapshot answer from here on; one that cannot is refused, and the present one goes on.

        Where that is dead and cannot be started again, any that is whole answers.
        """
        try:
            successor = await Endpoint.start(open_snapshot(self._config.snapshots / digest), self._config)
        except MedkgError as error:
            self._refused = digest
            _log.error("the snapshot %s is refused, %s goes on: %s", digest, self.endpoint.revision, error)
            if self.endpoint.is_alive:
                return
            successor = await first(self._config)
        predecessor, self.endpoint = self.endpoint, successor
        if successor.snapshot.digest == digest:
            self._refused = ""
        task = asyncio.create_task(predecessor.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
