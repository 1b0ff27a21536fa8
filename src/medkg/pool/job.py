"""One errand under way: what to send, for whom, and where the answer is awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from medkg.pool.frames import Frame


class Answered(NamedTuple):
    """What came of an errand, and the revision of the graph it was run on."""

    head: Mapping[str, Any]
    body: bytes
    revision: str


SLOW = 0.2
"""Seconds after which a job is slow, and one looks whether anybody still waits for it."""


def nothing() -> None:
    """What happens where nobody wants to be told."""


class Job:
    """An errand with the seconds it may take.

    `keys` are what it is counted by: its client, and the networks that the client is of, the widest last. `when_slow`
    is called when it turns out to be slow; `changes` says that it changes its evaluator's graph.
    `began` is when it came or when an evaluator took it, whichever was last, by the loop's clock; `cost` is what it has
    cost since, in seconds of a processor.
    """

    __slots__ = ("answer", "asked", "began", "changes", "client", "cost", "is_slow", "keys", "seconds", "when_slow")

    def __init__(
        self,
        asked: Frame,
        client: str,
        seconds: float,
        *,
        loop: asyncio.AbstractEventLoop,
        networks: Sequence[str] = (),
        when_slow: Callable[[], None] = nothing,
        changes: bool = False,
    ) -> None:
        self.asked, self.client, self.seconds = asked, client, seconds
        self.keys = (client, *networks)
        self.when_slow, self.changes = when_slow, changes
        self.answer: asyncio.Future[Answered] = loop.create_future()
        self.began = loop.time()
        self.cost = 0.0
        self.is_slow = False

    def take(self, now: float) -> None:
        """Note that an evaluator has taken it."""
        self.began, self.cost = now, 0.0

    def notice(self, now: float) -> None:
        """Tell once that it has become slow, where it has, at work or waiting."""
        if now - self.began >= SLOW and not self.is_slow:
            self.is_slow = True
            self.when_slow()

    def fail(self, failure: Exception) -> None:
        """Tell the one who waits, if anybody still does."""
        if not self.answer.done():
            self.answer.set_exception(failure)
