"""One snapshot at work: evaluators on its graph, a copy of it for the pages, and the one way in for changes."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask
from pyoxigraph import Store
from werkzeug.exceptions import Forbidden

from medkg.errors import SnapshotError
from medkg.evaluation.changes import Change, apply
from medkg.graph import derived
from medkg.graph.service import Service
from medkg.graph.snapshot import Snapshot
from medkg.model.prefixes import Prefixes
from medkg.model.prefixes import load as load_prefixes
from medkg.pool import Answered, Frame, Keeping, Kept, Pool
from medkg.pool.sandbox import Walls
from medkg.web.app import create_app, show
from medkg.web.config import Config
from medkg.web.gate import Gate
from medkg.web.network import network, wider
from medkg.web.served import Served, serving
from medkg.web.updates import Updates, completed
from medkg.web.writers import Writers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_IN_MEMORY = 500_000
"""Graphs of more quads are read by the pages from their files, until they are changed."""
_log = logging.getLogger("medkg.web")


class Endpoint:
    """A snapshot being served.

    `pages` is the application for people, over a `store` in this process that only our own questions reach. `updates`
    are the one way in for changes.
    """

    def __init__(self, snapshot: Snapshot, store: Store, keeping: Keeping, config: Config, prefixes: Prefixes) -> None:
        self.snapshot, self.config, self.prefixes = snapshot, config, prefixes
        self.pool = Pool(keeping, config.crowd)
        self.pages: Flask = create_app(
            Served(
                store=store,
                revision=snapshot.journal.reached.revision,
                prefixes=prefixes,
                directory=snapshot.path,
                resources=config.resources,
                issues=config.issues,
            )
        )
        self.described: Service | None = None
        """The description made last."""
        self.gate = Gate()
        """Through which everything goes that reads what is `shown`."""
        self.pages.wsgi_app = _through(self.gate, self.pages.wsgi_app)  # type: ignore[method-assign, assignment]
        self.fault = ""
        """What keeps the pages from working."""
        self._derived: derived.Signatures | None = None
        writers = Writers(snapshot.path.parent, config.writers)
        self.updates = Updates(snapshot.journal, keeping, self.pool, writers, self._show)
        self._keeping = keeping
        self._is_copy = snapshot.manifest.quads <= MOST_IN_MEMORY or snapshot.journal.reached.position > 0

    @classmethod
    async def start(cls, snapshot: Snapshot, config: Config) -> Endpoint:
        """A snapshot ready to be asked; a `MedkgError` where it cannot be served."""
        namespaces = load_prefixes(config.resources / "ontology")
        kept = Kept(snapshot=snapshot.path, prefixes=namespaces, limits=config.limits)
        reading = asyncio.ensure_future(asyncio.to_thread(_pages_store, snapshot))
        started = await asyncio.gather(Keeping.start(kept), reading, return_exceptions=True)
        keeping, store = started
        if isinstance(keeping, Keeping) and isinstance(store, Store):
            return await cls(snapshot, store, keeping, config, namespaces)._levelled()
        if isinstance(keeping, Keeping):
            await keeping.stop()
        raise next(each for each in started if isinstance(each, BaseException))

    @property
    def revision(self) -> str:
        """What names the graph as it is now, updates included."""
        return self._keeping.revision

    @property
    def shown(self) -> Served:
        """What the pages show: while an update is being taken in, perhaps still the graph without it."""
        return serving(self.pages)

    @property
    def is_alive(self) -> bool:
        """Whether there is a process to fork evaluators from."""
        return self._keeping.is_alive

    @property
    def walls(self) -> Walls:
        """What the kernel keeps from evaluators here."""
        return self._keeping.walls

    @property
    def takes_updates(self) -> bool:
        """Whether updates can be made: somebody may write, and the graph is small enough."""
        return self.config.is_writable and self._keeping.in_memory

    async def evaluate(
        self,
        frame: Frame,
        *,
        client: str,
        seconds: float | None = None,
        when_slow: Callable[[], None] = lambda: None,
        changes: bool = False,
    ) -> Answered:
        """What comes of an errand in an evaluator, in the seconds asked for or the most there are."""
        most = self.config.limits.seconds
        granted = most if seconds is None else min(seconds, most)
        asked = Frame({**frame.head, "seconds": granted}, frame.body)
        return await self.pool.run(
            asked,
            client=network(client),
            networks=wider(client),
            seconds=granted,
            when_slow=when_slow,
            changes=changes,
        )

    async def write(
        self,
        frame: Frame,
        *,
        client: str,
        seconds: float | None = None,
        allow: Callable[[Answered], None] = lambda _: None,
        when_slow: Callable[[], None] = lambda: None,
    ) -> Answered:
        """What comes of an errand that changes the graph, after the change is durable and every reader sees it.

        One at a time. The evaluator says what would change; `allow` raises where that is not to be, on the state
        that the change is made to; the journal takes it; then it is true. Whoever hangs up before that has changed
        nothing and frees what they held; whoever does after that has still made the change. `Busy` where too many
        wait, `JournalDamaged` where the journal is known to be damaged.
        """
        if not self._keeping.in_memory:
            raise Forbidden("This graph is too large to be changed over HTTP.")
        when_slow()  # for one may wait long for one's turn
        with self.updates.counted():
            async with self.updates.turn():
                done = await self.evaluate(frame, client=client, seconds=seconds, when_slow=when_slow, changes=True)
                allow(done)
                if not (change := _change(done)).is_empty:
                    await completed(self.updates.commit(change))
                self.updates.compact()
                return done._replace(revision=self.revision)

    def count_on(self, predecessor: Endpoint) -> None:
        """Go on counting where another one stands."""
        self.updates.outcomes, self.pool.ended = predecessor.updates.outcomes, predecessor.pool.ended

    @property
    def processes(self) -> dict[str, list[int]]:
        """The numbers of the processes that answer, by what they do."""
        return {"front": [os.getpid()], "keeper": [self._keeping.pid], "evaluator": self.pool.pids}

    async def retire(self) -> None:
        """Finish what is at work, updates that wait for their turn included, then end the processes."""
        await self.updates.finish()
        await self.pool.drain()
        self.pool.close()
        await self._keeping.stop()

    async def _levelled(self) -> Endpoint:
        """The endpoint, once keeper and pages, which may have read the journal at different times, know the same."""
        try:
            await self.follow()
        except BaseException:
            await self.retire()
            raise
        return self

    async def follow(self) -> None:
        """Take in what others have written, and see whether the pages work.

        `Superseded` where updates that are known here are no more, or are one with others.
        """
        self.fault = await asyncio.to_thread(self._fault)
        await self.updates.follow()
        if self.config.is_writable:
            self.updates.compact()

    def _show(self, changes: Iterable[Change]) -> None:
        """Let the pages see changes; to be called in a thread, for it may take its time."""
        copy = None if self._is_copy else self.snapshot.in_memory()
        with self.gate.writing():
            for change in changes if copy is None else ():
                apply(self.shown.store, change)
            self._is_copy = True
            show(self.pages, self.shown.store if copy is None else copy, self.snapshot.journal.reached.revision)

    def _fault(self) -> str:
        """What keeps the pages from working, found out where files have changed; to be called in a thread."""
        found = derived.signatures(self.snapshot)
        if found == self._derived:
            return self.fault
        if self._derived is not None:  # what has been read is of the files as they were
            with self.gate.writing():
                show(self.pages, self.shown.store, self.shown.revision)
        self._derived = found
        try:
            self.shown.require()
        except SnapshotError as error:
            _log.error("pages do not work: %s", error)
            return str(error)
        return ""


def _change(done: Answered) -> Change:
    """What an evaluator says would change."""
    middle = done.head["removed"]
    return Change(
        removed=done.body[:middle],
        added=done.body[middle:],
        dropped=tuple(done.head["dropped"]),
        created=tuple(done.head["created"]),
    )


def _through(gate: Gate, app: WSGIApplication) -> WSGIApplication:
    """An application that answers while nothing changes; its answers are read whole before it is left."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with gate.reading():
            parts = app(environ, start_response)
            try:
                return [*parts]
            finally:
                getattr(parts, "close", lambda: None)()

    return guarded


def _pages_store(snapshot: Snapshot) -> Store:
    """A copy of the graph for the pages: in memory where it is small, else read from the snapshot's files."""
    return snapshot.in_memory() if snapshot.manifest.quads <= MOST_IN_MEMORY else snapshot.store
