"""One operation that waits or runs: for whom, since when, what it has cost, and where the answer is awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple

from medkg.pool.messages import Operation, ResultT

SLOW_AFTER_S = 0.2
"""Seconds after which a job is slow, and its client's connection is watched."""


class EvaluatorAnswer(NamedTuple, Generic[ResultT]):
    """The result of an operation, and the revision of the graph it was run on."""

    result: ResultT
    revision: str


def do_nothing() -> None:
    """The callback where there is none."""


class Job:
    """An operation of a client.

    `keys` are what it is counted by: its client, and the networks that the client is of, the widest last. `when_slow`
    is called when it turns out to be slow; `changes_graph` says that it changes its evaluator's copy of the graph.
    `began` is when it came or when an evaluator took it, whichever was last, by the loop's clock; `cost` is what it has
    cost since, in seconds of a processor; `lost_s` are the seconds that it was at work in evaluators that were killed.
    """

    __slots__ = (
        "answer",
        "began",
        "changes_graph",
        "client",
        "cost",
        "is_slow",
        "is_suspect",
        "keys",
        "lost_s",
        "operation",
        "when_slow",
    )

    def __init__(
        self,
        operation: Operation[Any],
        client: str,
        *,
        loop: asyncio.AbstractEventLoop,
        networks: Sequence[str] = (),
        when_slow: Callable[[], None] = do_nothing,
        changes_graph: bool = False,
    ) -> None:
        self.operation, self.client = operation, client
        self.keys = (client, *networks)
        self.when_slow, self.changes_graph = when_slow, changes_graph
        self.answer: asyncio.Future[EvaluatorAnswer[Any]] = loop.create_future()
        self.began = loop.time()
        self.cost = self.lost_s = 0.0
        self.is_slow = False
        self.is_suspect = False

    @property
    def seconds(self) -> float:
        """The seconds it may take."""
        return self.operation.seconds

    def start(self, now: float) -> None:
        """Note that an evaluator begins with it."""
        self.began, self.cost = now, 0.0

    def check_slow(self, now: float) -> None:
        """Call `when_slow` once where it has become slow, at work or waiting."""
        if now - self.began >= SLOW_AFTER_S and not self.is_slow:
            self.is_slow = True
            self.when_slow()

    def may_retry(self, now: float, *, was_read: bool) -> bool:
        """Whether another evaluator is to run it after the one at work was killed.

        Once where the evaluator had read the job, which may be the reason; and as long as there is time left for it.
        """
        self.lost_s += now - self.began
        is_suspect, self.is_suspect = self.is_suspect and was_read, self.is_suspect or was_read
        return not is_suspect and self.lost_s < self.seconds

    def fail(self, error: Exception) -> None:
        """Tell the client, where it still waits."""
        if not self.answer.done():
            self.answer.set_exception(error)
