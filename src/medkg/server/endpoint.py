"""One snapshot at work: evaluators on its graph, which make its pages too, and the one way in for changes."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, replace

from flask import Flask
from pyoxigraph import Store
from werkzeug.exceptions import Forbidden

from medkg.errors import SnapshotError, StaleUpdate
from medkg.evaluation.changes import Change
from medkg.model.prefixes import Prefixes
from medkg.model.prefixes import load as load_prefixes
from medkg.pool import ChangeResult, Confinement, EvaluatorAnswer, KeeperClient, KeeperConfig, Operation, Pool
from medkg.pool.messages import ResultT
from medkg.server.config import Config
from medkg.server.shares import network, wider
from medkg.server.updates import Updates, Writers, completed
from medkg.site.app import create_app
from medkg.site.context import SiteContext, context_of, install
from medkg.snapshots.snapshot import Snapshot
from medkg.snapshots.storage import FileSignature

_log = logging.getLogger("medkg.server")


class Endpoint:
    """A snapshot being served.

    `updates` are the one way in for changes; `signatures` are those that index and register had when the keeper
    read them.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        keeper: KeeperClient,
        config: Config,
        prefixes: Prefixes,
        signatures: tuple[FileSignature | None, ...],
    ) -> None:
        self.snapshot, self.config, self.prefixes = snapshot, config, prefixes
        self.pool = Pool(keeper, config.pool)
        self._shell: Flask = create_app(
            SiteContext(
                store=Store(),
                revision=snapshot.journal.last_read.revision,
                prefixes=prefixes,
                directory=snapshot.path,
                resources=config.resources,
                issues=config.issues,
            )
        )
        self.fault = ""
        """What keeps the pages from working."""
        self._signatures = signatures
        writers = Writers(snapshot.path.parent, config.writers)
        self.updates = Updates(snapshot.journal, keeper, self.pool, writers)
        self._keeper = keeper

    @classmethod
    async def start(cls, snapshot: Snapshot, config: Config) -> Endpoint:
        """A snapshot ready to be asked; a `MedkgError` where it cannot be served."""
        namespaces = load_prefixes(config.resources / "ontology")
        signatures = snapshot.derived_signatures
        keeper_config = KeeperConfig(
            snapshot=snapshot.path, prefixes=namespaces, limits=config.limits, site=_site(config)
        )
        keeper = await KeeperClient.start(keeper_config)
        return await cls(snapshot, keeper, config, namespaces, signatures)._levelled()

    @property
    def revision(self) -> str:
        """What names the graph as it is now, updates included."""
        return self._keeper.revision

    @property
    def shell(self) -> Flask:
        """The pages that say nothing of the graph but its revision: static files, and what goes wrong."""
        now = context_of(self._shell)
        if now.revision != self.revision:
            install(self._shell, replace(now, revision=self.revision))
        return self._shell

    @property
    def is_alive(self) -> bool:
        """Whether there is a process to fork evaluators from."""
        return self._keeper.is_alive

    @property
    def confinement(self) -> Confinement:
        """What the kernel keeps from evaluators here."""
        return self._keeper.confinement

    @property
    def takes_updates(self) -> bool:
        """Whether updates can be made: somebody may write, and the graph is small enough."""
        return self.config.is_writable and self._keeper.in_memory

    async def evaluate(
        self,
        operation: Operation[ResultT],
        *,
        client: str,
        seconds: float | None = None,
        when_slow: Callable[[], None] = lambda: None,
        changes_graph: bool = False,
    ) -> EvaluatorAnswer[ResultT]:
        """The answer of an evaluator to an operation, in the seconds asked for or the most there are."""
        most = self.config.limits.seconds
        return await self.pool.run(
            operation,
            client=network(client),
            networks=wider(client),
            seconds=most if seconds is None else min(seconds, most),
            when_slow=when_slow,
            changes_graph=changes_graph,
        )

    async def write(
        self,
        operation: Operation[ChangeResult],
        *,
        client: str,
        seconds: float | None = None,
        allow: Callable[[EvaluatorAnswer[ChangeResult]], None] = lambda _: None,
        when_slow: Callable[[], None] = lambda: None,
    ) -> EvaluatorAnswer[ChangeResult]:
        """The answer to an operation that changes the graph, after the change is durable and every reader sees it.

        One at a time. The evaluator says what would change; `allow` raises where that is not to be, on the state
        that the change is made to; the journal takes it; then it is true. Whoever hangs up before that has changed
        nothing and frees what they held; whoever does after that has still made the change. `Busy` where too many
        wait, `DamagedJournal` where the journal is known to be damaged.
        """
        if not self._keeper.in_memory:
            raise Forbidden("This graph is too large to be changed over HTTP.")
        when_slow()  # for one may wait long for one's turn
        with self.updates.counted():
            async with self.updates.turn():
                done = await self.evaluate(
                    operation, client=client, seconds=seconds, when_slow=when_slow, changes_graph=True
                )
                allow(done)
                if not (change := _change(done.result)).is_empty:
                    await completed(self.updates.commit(change))
                self.updates.compact()
                return done._replace(revision=self.revision)

    def count_on(self, predecessor: Endpoint) -> None:
        """Go on counting where another one stands."""
        self.updates.outcomes, self.pool.ended = predecessor.updates.outcomes, predecessor.pool.ended

    @property
    def processes(self) -> dict[str, list[int]]:
        """The numbers of the processes that answer, by what they do."""
        return {"front": [os.getpid()], "keeper": [self._keeper.pid], "evaluator": self.pool.pids}

    async def retire(self) -> None:
        """Finish what is at work, updates that wait for their turn included, then end the processes."""
        await self.updates.finish()
        await self.pool.drain()
        self.pool.close()
        await self._keeper.stop()

    async def _levelled(self) -> Endpoint:
        """The endpoint, once it knows all updates that there are, and whether the pages work."""
        try:
            self.fault = await asyncio.to_thread(_fault, self.snapshot)
            await self.follow()
        except BaseException:
            await self.retire()
            raise
        return self

    async def follow(self) -> None:
        """Take in what others have written.

        `StaleUpdate` where updates that are known here are no more, or are one with others, and where index or register
        have changed, which evaluators hold as they were.
        """
        signatures = await asyncio.to_thread(lambda: self.snapshot.derived_signatures)
        if signatures != self._signatures:
            self._signatures = signatures  # where nothing can take over, that is tried once
            raise StaleUpdate(f"{self.snapshot.path}: its search index or register of lineage has changed")
        await self.updates.follow()
        if self.config.is_writable:
            self.updates.compact()


def _change(result: ChangeResult) -> Change:
    """What an evaluator says would change."""
    middle = result.removed_bytes
    return Change(
        removed=result.body[:middle],
        added=result.body[middle:],
        dropped=result.dropped,
        created=result.created,
    )


def _fault(snapshot: Snapshot) -> str:
    """What keeps the pages of a snapshot from working, if anything does; to be called in a thread."""
    try:
        if snapshot.is_derived:
            snapshot.require_derived_files()
    except SnapshotError as error:
        _log.error("pages do not work: %s", error)
        return str(error)
    return ""


def _site(config: Config) -> dict[str, object]:
    """What the keeper is told of the site."""
    return {
        "module": "medkg.site.site",
        "resources": str(config.resources.absolute()),
        "issues": config.issues,
        "limits": asdict(config.limits),
        "writable": config.is_writable,
    }
