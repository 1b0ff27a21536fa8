"""The pool: evaluators forked beforehand, jobs handed to them in turn, the dead replaced.

Everything here runs on one event loop and never blocks it.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from medkg.errors import Busy
from medkg.pool.evaluator import Evaluator, ExitCause
from medkg.pool.job import EvaluatorAnswer, Job, do_nothing
from medkg.pool.keeper_client import KeeperClient
from medkg.pool.limits import PoolLimits
from medkg.pool.messages import Operation, ResultT
from medkg.pool.queue import Queue

_log = logging.getLogger("medkg.pool")

CHECK_INTERVAL_S = 0.02
"""Seconds between two checks of the jobs at work: how late a deadline may be."""

_MIN_PAUSE_S, _MAX_PAUSE_S = 0.1, 1.0  # before another start after one that failed, doubled each time
_START_TIMEOUT_S = 2.0  # for a job that waits where there is no evaluator and none can be started

_BUSY = "all evaluators have been busy for too long; ask again in a moment"
_NO_EVALUATOR = "no process that evaluates can be started at the moment; ask again in a moment"
_CLOSED = "the processes that evaluate are being replaced; ask again in a moment"
_QUEUE_FULL = "too many requests are waiting; ask again in a moment"


class Pool:
    """Evaluators on a keeper's graph, as many as the limits allow."""

    def __init__(self, keeper: KeeperClient, limits: PoolLimits) -> None:
        self._keeper, self._limits = keeper, limits
        self._loop = asyncio.get_running_loop()
        self._queue = Queue(limits, self._loop.time)
        self._evaluators: set[Evaluator] = set()
        self._idle: list[Evaluator] = []
        self._is_open = True
        self._next_check: asyncio.TimerHandle | None = None
        self._next_start: asyncio.TimerHandle | None = None  # while none is started, after a start that failed
        self._pause_s, self._start_failure = _MIN_PAUSE_S, ""
        self.ended: Counter[ExitCause] = Counter()
        """The evaluators that ended before their time, by cause."""
        keeper.on_generation = self._replace_outdated_evaluator
        self._fill()

    @property
    def waiting(self) -> int:
        """The number of jobs that wait."""
        return len(self._queue)

    @property
    def busy(self) -> int:
        """The number of evaluators at work."""
        return sum(evaluator.job is not None for evaluator in self._evaluators)

    @property
    def idle(self) -> int:
        """The number of evaluators that are ready and at no work."""
        return len(self._idle)

    @property
    def generations(self) -> set[int]:
        """The generations of the evaluators that are there."""
        return {evaluator.generation for evaluator in self._evaluators if evaluator.is_ready}

    @property
    def pids(self) -> list[int]:
        """The numbers of the evaluators' processes."""
        return [evaluator.pid for evaluator in self._evaluators if evaluator.is_ready]

    async def run(
        self,
        operation: Operation[ResultT],
        *,
        client: str,
        seconds: float,
        networks: Sequence[str] = (),
        when_slow: Callable[[], None] = do_nothing,
        changes_graph: bool = False,
    ) -> EvaluatorAnswer[ResultT]:
        """The answer to an operation.

        `networks` are those of the client by which it is counted too, the widest last. `when_slow` is called once a job
        takes longer than most do; `changes_graph` says that the operation changes the evaluator's copy of the graph,
        which is not used again then. To cancel frees the evaluator. Raises the error that the operation fails with, and
        where that is no fault of the client an `EngineCrash` or a `LimitError`.
        """
        if not self._is_open:
            raise Busy(_CLOSED, of_client=False)
        job = Job(
            replace(operation, seconds=seconds),
            client,
            loop=self._loop,
            networks=networks,
            when_slow=when_slow,
            changes_graph=changes_graph,
        )
        if (last := self._queue.add(job)) is not None:
            last.fail(Busy(_QUEUE_FULL, of_client=False))
        self._hand_out()
        if self._next_check is None:
            self._next_check = self._loop.call_later(CHECK_INTERVAL_S, self._check)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    def renew(self) -> None:
        """Replace the evaluators whose graph is no longer the keeper's: those at work once they are done."""
        for evaluator in [evaluator for evaluator in self._idle if not self._is_current(evaluator)]:
            self._discard(evaluator)
        self._fill()

    async def drain(self) -> None:
        """Wait until nothing is at work or waits any more, or nothing ever will be."""
        while (self.busy or self.waiting) and self._keeper.is_alive:
            await asyncio.sleep(CHECK_INTERVAL_S)

    def close(self) -> None:
        """End all evaluators; the clients of jobs that still wait are told."""
        self._is_open = False
        self._reject_all()
        for evaluator in list(self._evaluators):
            self._discard(evaluator)

    def _fill(self) -> None:
        """Fork as many evaluators as are missing; those that are at slow jobs do not count, up to a bound.

        One more is wanted to take the place of an idle one of an earlier generation.
        """
        wanted = self._limits.evaluators + (self._outdated_evaluator() is not None)
        usable = sum(not evaluator.is_spent for evaluator in self._evaluators)
        missing = min(wanted - usable, self._limits.processes - len(self._evaluators))
        for _ in range(missing if self._is_open and self._next_start is None else 0):
            try:
                connection = self._keeper.fork()
            except OSError as error:  # as where too many files are open, which may pass
                self._pause_starts(error.strerror or str(error))
                return
            self._evaluators.add(Evaluator(connection, self._release, self._loop))

    def _pause_starts(self, failure: str) -> None:
        """Start no evaluator for a while, after a start that failed."""
        if failure != self._start_failure:
            _log.error("no evaluator can be started, which is tried again: %s", failure)
        self._start_failure = failure
        if self._next_start is None:
            self._next_start = self._loop.call_later(self._pause_s, self._resume_starts)
            self._pause_s = min(2 * self._pause_s, _MAX_PAUSE_S)

    def _resume_starts(self) -> None:
        """Start evaluators again."""
        self._next_start = None
        self._fill()

    def _hand_out(self) -> None:
        """Give jobs that wait to evaluators that are idle, and the next ones to those whose jobs are quick."""
        while self._idle and (job := self._queue.take(len(self._idle))) is not None:
            self._idle.pop().start(job)
        for evaluator in self._evaluators if self.waiting else ():
            if (running := evaluator.job) is not None and evaluator.can_prefetch and self._is_current(evaluator):
                job = self._queue.prefetch(running)
                if job is not None:
                    evaluator.start(job)

    def _check(self) -> None:
        """See to the jobs that take their time; one check of all costs less than a timer for each."""
        self._next_check = self._loop.call_later(CHECK_INTERVAL_S, self._check)  # first, so that nothing can end it
        now = self._loop.time()
        for evaluator in list(self._evaluators):
            evaluator.check(now)
            if evaluator.is_late(now):
                self._withdraw(evaluator)
        self._relieve()
        self._fill()
        self._hand_out()
        if not self._keeper.is_alive:
            self._reject_all()
        self._reject_overdue(now)
        if not (self.busy or self.waiting):
            self._next_check.cancel()
            self._next_check = None

    def _relieve(self) -> None:
        """Let others go before slow jobs, and end those that have had their share of the time while others wait."""
        evaluators = {evaluator.job: evaluator for evaluator in self._evaluators if evaluator.job is not None}
        review = self._queue.review()
        for job in review.slow:
            if job in evaluators and not job.changes_graph:
                evaluators[job].demote()
        for job, failure in review.surplus:
            if job in evaluators:
                evaluators[job].stop(failure)

    def _release(self, evaluator: Evaluator, job: Job | None) -> None:
        """Take back an evaluator that has ended a job or has died, and that job."""
        if job is not None:
            self._queue.end(job)
            if not job.answer.done():  # its evaluator was killed
                self._queue.put_back(job)
        if not evaluator.is_alive and not evaluator.is_ready:
            self._discard(evaluator)
            is_silent = isinstance(evaluator.failure, Busy)
            self._pause_starts("it ended before it was ready" if is_silent else str(evaluator.failure))
            if not self._keeper.is_alive:
                self._reject_all()
        elif not evaluator.is_alive or evaluator.is_spent or not self._is_current(evaluator):
            self._withdraw(evaluator)
            self._discard(evaluator)
            self._fill()
        elif (prefetched := evaluator.begin_prefetched_job()) is not None:
            self._queue.begin(prefetched)
        else:
            self._pause_s, self._start_failure = _MIN_PAUSE_S, ""
            is_latest = evaluator.generation >= self._keeper.generation
            self._idle.insert(len(self._idle) if is_latest else 0, evaluator)  # the last is asked first
            self._replace_outdated_evaluator()
        self._hand_out()

    def _withdraw(self, evaluator: Evaluator) -> None:
        """Let another evaluator do the job that one has prefetched."""
        job = evaluator.withdraw()
        if job is not None:
            self._queue.put_back(job)

    def _replace_outdated_evaluator(self) -> None:
        """Replace idle evaluators of earlier generations, one after another: each is ended once another is ready."""
        outdated = self._outdated_evaluator()
        if outdated is None:
            return
        ready = sum(evaluator.is_ready and not evaluator.is_spent for evaluator in self._evaluators)
        if ready > self._limits.evaluators:
            self._discard(outdated)
        self._fill()

    def _outdated_evaluator(self) -> Evaluator | None:
        """An idle evaluator of an earlier generation than others may be of, if there is one."""
        first = self._idle[0] if self._idle else None
        return first if first is not None and first.generation < self._keeper.generation else None

    def _is_current(self, evaluator: Evaluator) -> bool:
        """Whether an evaluator's graph is the keeper's."""
        return evaluator.revision == self._keeper.revision

    def _reject_overdue(self, now: float) -> None:
        """Tell the clients of the jobs that have waited for too long."""
        is_empty = bool(self._start_failure) and not any(evaluator.is_ready for evaluator in self._evaluators)
        for job in self._queue.overdue(now, max_wait_s=_START_TIMEOUT_S if is_empty else math.inf):
            job.fail(Busy(_NO_EVALUATOR if is_empty else _BUSY, of_client=False))

    def _reject_all(self) -> None:
        """Tell the clients of the jobs that wait that no evaluator will come."""
        for job in self._queue.clear():
            job.fail(Busy(_CLOSED, of_client=False))

    def _discard(self, evaluator: Evaluator) -> None:
        """End an evaluator."""
        evaluator.kill()
        if evaluator.cause is not None:
            self.ended[evaluator.cause] += 1
        self._evaluators.discard(evaluator)
        if evaluator in self._idle:
            self._idle.remove(evaluator)

    def _abandon(self, job: Job) -> None:
        """Free what is held for a job that nobody waits for."""
        if self._queue.remove(job):
            return
        for evaluator in self._evaluators:
            if evaluator.abandon(job):
                return
