"""The publication of snapshots: serves the current one, and takes its successor over once there is one.

If the current snapshot is damaged, the newest intact one serves, unless it lacks updates that were acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
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

CHECK_INTERVAL_S = 0.5
"""Seconds between two checks for another current snapshot."""

_MAX_RESTART_INTERVAL_S = 16.0  # between two attempts to restart an endpoint that cannot be started

_log = logging.getLogger("medkg.server")


async def initial_endpoint(config: Config) -> Endpoint:
    """The endpoint to start with; a `SnapshotError` if no snapshot with all updates can be served."""
    storage.require_known_format(config.snapshots.parent)
    paths = by_preference(config.snapshots)
    failures = []
    for path in paths:
        try:
            if path != paths[0]:
                _require_updates(path, of=paths[0])
            endpoint = await _start(path, config)
        except MedkgError as error:
            _log.warning("%s cannot be served: %s", path.name, error)
            failures.append(str(error))
        else:
            _warn(endpoint.confinement)
            return endpoint
    reasons = "".join(f"\n  {failure}" for failure in failures)
    raise SnapshotError(f"there is no snapshot in {config.snapshots} that can be served; run `medkg build`{reasons}")


def _require_updates(path: Path, *, of: Path) -> None:
    """Refuse with a `SnapshotError` a snapshot that lacks updates of the one that it would replace."""
    if not has_all_updates(path.parent, path.name, of=of.name):
        raise SnapshotError(
            f"it lacks updates that were made to {of.name}; repair that, or go back to this one with `medkg rollback`"
        )


async def _start(path: Path, config: Config) -> Endpoint:
    """The endpoint of a snapshot; the start is repeated once if another process writes to its journal meanwhile."""
    try:
        return await Endpoint.start(open_snapshot(path), config)
    except StaleUpdate:
        return await Endpoint.start(open_snapshot(path), config)


def _warn(confinement: Confinement) -> None:
    """Warn the operator of missing kernel features."""
    if not confinement.has_filter:
        _log.warning("there is no seccomp filter here: resource limits alone keep queries from network and files")
    if not confinement.has_memory_limit:
        _log.warning("the memory of a query is not bounded here")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationOutcome:
    """Whether a snapshot was taken over, and the time, in seconds since 1970."""

    at: float
    is_success: bool


class Publication:
    """The endpoint that serves at present, and its successor once another snapshot is current."""

    def __init__(self, config: Config, endpoint: Endpoint) -> None:
        self._config, self.endpoint = config, endpoint
        self._refused = ""
        self._restart_at, self._restart_interval = 0.0, CHECK_INTERVAL_S
        self._is_requested = asyncio.Event()
        self._last_error = ""
        self._retirements: set[asyncio.Task[None]] = set()
        self.last = PublicationOutcome(at=time.time(), is_success=True)
        """The outcome for the last snapshot that was to be taken over."""
        self.restarts = 0
        """The number of endpoints that were restarted because their keeper had ended."""

    def check_now(self) -> None:
        """Check at once, and try a snapshot again that was refused."""
        self._refused = ""
        self._restart_at = 0.0
        self._is_requested.set()

    async def run(self) -> None:
        """Follow the current snapshot until cancelled, and restart an endpoint whose keeper has ended."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_INTERVAL_S):
                    await self._is_requested.wait()
            self._is_requested.clear()
            try:
                await self._check()
            except MedkgError as error:
                self._log_once(f"{self.endpoint.revision} goes on as it is: {error}")
            except Exception:  # or no snapshot would ever be followed again
                _log.exception("the current snapshot cannot be followed")
            else:
                self._last_error = ""

    async def stop(self) -> None:
        """End all processes, once they have finished their work."""
        await asyncio.gather(self.endpoint.retire(), *self._retirements)

    def _record(self, digest: str, *, is_success: bool) -> None:
        """Record the outcome for a snapshot, if it is another one than that which serves."""
        if digest != self.endpoint.snapshot.digest:
            self.last = PublicationOutcome(at=time.time(), is_success=is_success)

    def _log_once(self, message: str) -> None:
        """Log an error at the first of the checks in a row that find it."""
        if message != self._last_error:
            _log.error("%s", message)
        self._last_error = message

    async def _check(self) -> None:
        """Take over the current snapshot, restart the endpoint, or take in updates: the first that is due."""
        pointer = read_pointer(self._config.snapshots)
        digest = pointer.snapshot if pointer else self.endpoint.snapshot.digest
        if digest not in {self.endpoint.snapshot.digest, self._refused}:
            await self._take_over(digest)
        elif not self.endpoint.is_alive:
            await self._restart()
        else:
            await self._follow_updates()

    async def _follow_updates(self) -> None:
        """Take in the updates of other processes, or restart the endpoint if its own are no longer valid."""
        try:
            await self.endpoint.follow()
        except StaleUpdate as error:
            _log.warning("%s begins anew: %s", self.endpoint.revision, error)
            await self._take_over(self.endpoint.snapshot.digest)

    async def _restart(self) -> None:
        """Restart the endpoint; the interval between attempts that fail grows."""
        now = asyncio.get_running_loop().time()
        if now < self._restart_at:
            return
        dead = self.endpoint
        await self._take_over(dead.snapshot.digest)
        is_restarted = self.endpoint is not dead
        self.restarts += is_restarted
        interval = min(2 * self._restart_interval, _MAX_RESTART_INTERVAL_S)
        self._restart_interval = CHECK_INTERVAL_S if is_restarted else interval
        self._restart_at = now + self._restart_interval

    async def _take_over(self, digest: str) -> None:
        """Have another snapshot serve; one that cannot is refused, and the present one goes on.

        If the present one is dead and cannot be restarted, any intact snapshot with all updates serves.
        """
        try:
            successor = await _start(self._config.snapshots / digest, self._config)
        except Busy:  # the system lacks processes or files, which is not the snapshot's fault and may pass
            raise
        except MedkgError as error:
            self._refused = digest
            self._record(digest, is_success=False)
            _log.error("the snapshot %s is refused, %s goes on: %s", digest, self.endpoint.revision, error)
            if self.endpoint.is_alive:
                return
            try:
                successor = await initial_endpoint(self._config)
            except SnapshotError as none:
                _log.error("no snapshot can be served until this is repaired: %s", none)
                return
        if successor.snapshot.digest == digest:
            self._refused = ""
            self._record(digest, is_success=True)
        predecessor, self.endpoint = self.endpoint, successor
        successor.count_on(predecessor)
        task = asyncio.create_task(predecessor.retire())
        self._retirements.add(task)
        task.add_done_callback(self._retirements.discard)
