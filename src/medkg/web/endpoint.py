"""One snapshot at work: evaluators on its graph, a copy of it for the pages, and the one way in for changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from pyoxigraph import Store
from werkzeug.exceptions import Forbidden

from medkg.errors import SnapshotError
from medkg.evaluation.changes import Change, apply
from medkg.graph.service import Service
from medkg.graph.snapshot import Snapshot
from medkg.model.prefixes import Prefixes
from medkg.model.prefixes import load as load_prefixes
from medkg.pool import Answered, Frame, Keeping, Kept, Pool
from medkg.pool.sandbox import Walls
from medkg.web.app import create_app, show
from medkg.web.config import Config
from medkg.web.gate import Gate
from medkg.web.network import network
from medkg.web.served import Served, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_IN_MEMORY = 500_000
"""Graphs of more quads are read by the pages from their files, until they are changed."""


class Endpoint:
    """A snapshot being served.

    `pages` is the application for people, over a `store` in this process that only our own questions reach.
    """

    def __init__(self, snapshot: Snapshot, store: Store, keeping: Keeping, config: Config, prefixes: Prefixes) -> None:
        self.snapshot, self.config, self.prefixes = snapshot, config, prefixes
        self.pool = Pool(keeping, config.crowd)
        self.pages: Flask = create_app(
            Served(
                store=store,
                revision=keeping.revision,
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
        self._keeping = keeping
        self._is_copy = snapshot.manifest.quads <= MOST_IN_MEMORY or snapshot.journal.position > 0
        self._writing = asyncio.Lock()

    @classmethod
    async def start(cls, snapshot: Snapshot, config: Config) -> Endpoint:
        """A snapshot ready to be asked; a `MedkgError` where it cannot be served."""
        namespaces = load_prefixes(config.resources / "ontology")
        kept = Kept(snapshot=snapshot.path, prefixes=namespaces, limits=config.limits)
        reading = asyncio.ensure_future(asyncio.to_thread(_pages_store, snapshot))
        started = await asyncio.gather(Keeping.start(kept), reading, return_exceptions=True)
        keeping, store = started
        if isinstance(keeping, Keeping) and isinstance(store, Store):
            return cls(snapshot, store, keeping, config, namespaces)
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
    def position(self) -> int:
        """How many updates are in the graph as it is now."""
        return self._keeping.position

    @property
    def is_writing(self) -> bool:
        """Whether an update is under way."""
        return self._writing.locked()

    @property
    def is_alive(self) -> bool:
        """Whether there is a process to fork evaluators from."""
        return self._keeping.is_alive

    @property
    def walls(self) -> Walls:
        """What the kernel keeps from evaluators here."""
        return self._keeping.walls

    @property
    def token(self) -> str | None:
        """What a writer bears; None where nobody may write."""
        return self.config.token

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
        counted = network(client)
        return await self.pool.run(asked, client=counted, seconds=granted, when_slow=when_slow, changes=changes)

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
        nothing and frees what they held; whoever does after that has still made the change.
        """
        if not self._keeping.in_memory:
            raise Forbidden("This graph is too large to be changed over HTTP.")
        when_slow()  # for one may wait long for one's turn
        async with self._writing:
            done = await self.evaluate(frame, client=client, seconds=seconds, when_slow=when_slow, changes=True)
            allow(done)
            change = _change(done)
            if not change.is_empty:
                await _completed(self._commit(change))
            return done._replace(revision=self.revision)

    async def retire(self) -> None:
        """Finish what is at work, updates that wait for their turn included, then end the processes."""
        async with self._writing:
            await self.pool.drain()
            self.pool.close()
            await self._keeping.stop()

    async def _commit(self, change: Change) -> None:
        """Write a change down, then let it be seen."""
        position = await asyncio.to_thread(self.snapshot.journal.append, change, after=self._keeping.position)
        try:
            await self._keeping.advance()
        except SnapshotError:  # the keeper has died; the update is made, and whoever takes its place knows it
            self._keeping.position, self._keeping.revision = position, self.snapshot.revision_at(position)
        self.pool.renew()
        await asyncio.to_thread(self._show, change)

    def _show(self, change: Change) -> None:
        """Let the pages see a change; to be called in a thread, for it may take its time."""
        copy = None if self._is_copy else self.snapshot.in_memory()
        with self.gate.writing():
            if copy is None:
                apply(self.shown.store, change)
            self._is_copy = True
            show(self.pages, self.shown.store if copy is None else copy, self.revision)


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


async def _completed(work: Coroutine[Any, Any, None]) -> None:
    """Wait until something is done, even where nobody waits for this any more."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
