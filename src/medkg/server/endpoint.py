"""A snapshot that is served: evaluators for its queries and pages, and the single path by which updates change it."""

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
from medkg.server.shares import client_key, wider_keys
from medkg.server.updates import GraphUpdates, Writers, run_to_end
from medkg.site.app import create_app
from medkg.site.context import SiteContext, context_of, install
from medkg.snapshots.snapshot import Snapshot
from medkg.snapshots.storage import FileSignature

_log = logging.getLogger("medkg.server")


class Endpoint:
    """A snapshot that is served; `signatures` are those of its derived files when the keeper read them."""

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
        """The reason why pages do not work; empty if they do."""
        self._signatures = signatures
        writers = Writers(snapshot.path.parent, config.writers)
        self.updates = GraphUpdates(snapshot.journal, keeper, self.pool, writers)
        self._keeper = keeper

    @classmethod
    async def start(cls, snapshot: Snapshot, config: Config) -> Endpoint:
        """The endpoint of a snapshot, ready for requests; a `MedkgError` if it cannot be served."""
        namespaces = load_prefixes(config.resources / "ontology")
        signatures = snapshot.derived_signatures
        keeper_config = KeeperConfig(
            snapshot=snapshot.path, prefixes=namespaces, limits=config.limits, site=_site(config)
        )
        keeper = await KeeperClient.start(keeper_config)
        return await cls(snapshot, keeper, config, namespaces, signatures)._caught_up()

    @property
    def revision(self) -> str:
        """The revision of the graph with all updates."""
        return self._keeper.revision

    @property
    def shell(self) -> Flask:
        """The application without a graph, for static files and error pages."""
        context = context_of(self._shell)
        if context.revision != self.revision:
            install(self._shell, replace(context, revision=self.revision))
        return self._shell

    @property
    def is_alive(self) -> bool:
        """Whether the process that evaluators are forked from is alive."""
        return self._keeper.is_alive

    @property
    def confinement(self) -> Confinement:
        """The kernel features that confine evaluators."""
        return self._keeper.confinement

    @property
    def takes_updates(self) -> bool:
        """Whether updates are possible: there are write tokens, and the graph is small enough."""
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
        """The answer of an evaluator to an operation, within the seconds requested or the limit."""
        most = self.config.limits.seconds
        return await self.pool.run(
            operation,
            client=client_key(client),
            networks=wider_keys(client),
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
        """The answer to an operation that changes the graph, once the change is durable and visible to every reader.

        One operation runs at a time: an evaluator computes the change, `allow` may refuse it by an exception, on the
        state that it applies to, and the journal stores it. A client that disconnects before that has changed nothing.
        `Busy` if too many operations wait, `DamagedJournal` if the journal is known to be damaged.
        """
        if not self._keeper.in_memory:
            raise Forbidden("This graph is too large to be changed over HTTP.")
        when_slow()  # for the turn may be long in coming
        with self.updates.count_update():
            async with self.updates.turn():
                answer = await self.evaluate(
                    operation, client=client, seconds=seconds, when_slow=when_slow, changes_graph=True
                )
                allow(answer)
                if not (change := _change(answer.result)).is_empty:
                    await run_to_end(self.updates.commit(change))
                self.updates.compact()
                return answer._replace(revision=self.revision)

    def count_on(self, predecessor: Endpoint) -> None:
        """Continue the counters of another endpoint."""
        self.updates.outcomes, self.pool.ended = predecessor.updates.outcomes, predecessor.pool.ended

    @property
    def processes(self) -> dict[str, list[int]]:
        """The process numbers by kind."""
        return {"front": [os.getpid()], "keeper": [self._keeper.pid], "evaluator": self.pool.pids}

    async def retire(self) -> None:
        """Finish all requests, including updates that wait for their turn, then end the processes."""
        await self.updates.finish()
        await self.pool.drain()
        self.pool.close()
        await self._keeper.stop()

    async def _caught_up(self) -> Endpoint:
        """The endpoint, once it has all updates and knows whether pages work."""
        try:
            self.fault = await asyncio.to_thread(_fault, self.snapshot)
            await self.follow()
        except BaseException:
            await self.retire()
            raise
        return self

    async def follow(self) -> None:
        """Take in the updates of other processes.

        `StaleUpdate` if updates that are known here are gone or were merged with others, or if a derived file has
        changed, of which evaluators have the old content in memory.
        """
        signatures = await asyncio.to_thread(lambda: self.snapshot.derived_signatures)
        if signatures != self._signatures:
            self._signatures = signatures  # so that it is reported once
            raise StaleUpdate(f"{self.snapshot.path}: its search index or register of lineage has changed")
        await self.updates.follow()
        if self.config.is_writable:
            self.updates.compact()


def _change(result: ChangeResult) -> Change:
    """The change that an evaluator has computed."""
    middle = result.removed_bytes
    return Change(
        removed=result.body[:middle],
        added=result.body[middle:],
        dropped=result.dropped,
        created=result.created,
    )


def _fault(snapshot: Snapshot) -> str:
    """The reason why the pages of a snapshot do not work, empty if they do; to be called in a thread."""
    try:
        if snapshot.is_derived:
            snapshot.require_derived_files()
    except SnapshotError as error:
        _log.error("pages do not work: %s", error)
        return str(error)
    return ""


def _site(config: Config) -> dict[str, object]:
    """The configuration of the site for the keeper."""
    return {
        "module": "medkg.site.site",
        "resources": str(config.resources.absolute()),
        "issues": config.issues,
        "limits": asdict(config.limits),
        "writable": config.is_writable,
    }
