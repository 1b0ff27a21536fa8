"""The pool: evaluators forked beforehand, jobs handed to them in turn, the dead replaced.

Everything here runs on one event loop and never blocks it.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence

from medkg.errors import Busy
from medkg.pool.evaluator import Evaluator
from medkg.pool.frames import Frame
from medkg.pool.job import Answered, Job, nothing
from medkg.pool.keeping import Keeping
from medkg.pool.limits import Crowd
from medkg.pool.queue import Queue
from medkg.pool.replies import Cause

_log = logging.getLogger("medkg.pool")

_LOOK = 0.02  # seconds between two looks at the jobs under way: how late a deadline may be
_LEAST_PAUSE, _MOST_PAUSE = 0.1, 1.0  # seconds before another start after one that failed, doubled each time
_PATIENCE = 2.0  # seconds that a job waits where there is no evaluator and none can be started

_BUSY = "all evaluators have been busy for too long; ask again in a moment"
_BARREN = "no process that evaluates can be started at the moment; ask again in a moment"
_REPLACED = "the processes that evaluate are being replaced; ask again in a moment"


class Pool:
    """Evaluators on a keeper's graph, as many as the crowd allows."""

    def __init__(self, keeping: Keeping, crowd: Crowd) -> None:
        self._keeping, self._crowd = keeping, crowd
        self._loop = asyncio.get_running_loop()
        self._queue = Queue(crowd, self._loop.time)
        self._all: set[Evaluator] = set()
        self._idle: list[Evaluator] = []
        self._is_open = True
        self._looking: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._pause, self._trouble = _LEAST_PAUSE, ""
        self.ended: Counter[Cause] = Counter()
        """The evaluators that ended before their time, by cause."""
        keeping.on_generation = self._replace_outdated
        self._fill()

    @property
    def waiting(self) -> int:
        """The number of jobs that wait."""
        return len(self._queue)

    @property
    def busy(self) -> int:
        """The number of evaluators at work."""
        return sum(each.is_busy for each in self._all)

    @property
    def idle(self) -> int:
        """The number of evaluators that are ready and at no work."""
        return len(self._idle)

    @property
    def generations(self) -> set[int]:
        """The generations of the evaluators that are there."""
        return {each.generation for each in self._all if each.is_ready}

    @property
    def pids(self) -> list[int]:
        """The numbers of the evaluators' processes."""
        return [each.pid for each in self._all if each.is_ready]

    async def run(
        self,
        asked: Frame,
        *,
        client: str,
        seconds: float,
        networks: Sequence[str] = (),
        when_slow: Callable[[], None] = nothing,
        changes: bool = False,
    ) -> Answered:
        """What comes of an errand.

        `networks` are those of the client by which it is counted too, the widest last. `when_slow` is called once a job
        takes longer than most do; `changes` says that the errand changes the evaluator's copy of the graph, which is
        not used again then. To cancel frees the evaluator. Raises what the errand fails with, and where that is no
        fault of the asker an `EngineCrash` or a `LimitReached`.
        """
        if not self._is_open:
            raise Busy(_REPLACED, of_client=False)
        job = Job(asked, client, seconds, loop=self._loop, networks=networks, when_slow=when_slow, changes=changes)
        if (last := self._queue.add(job)) is not None:
            last.fail(Busy("too many requests are waiting; ask again in a moment", of_client=False))
        self._hand_out()
        if self._looking is None:
            self._looking = self._loop.call_later(_LOOK, self._look)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    def renew(self) -> None:
        """Replace the evaluators whose graph is no longer the keeper's: those at work once they are done."""
        for each in [each for each in self._idle if not self._is_current(each)]:
            self._discard(each)
        self._fill()

    async def drain(self) -> None:
        """Wait until nothing is at work or waits any more, or nothing ever will be."""
        while (self.busy or self.waiting) and self._keeping.is_alive:
            await asyncio.sleep(0.02)

    def close(self) -> None:
        """End all evaluators; jobs that wait still are sent away."""
        self._is_open = False
        self._send_away()
        for each in list(self._all):
            self._discard(each)

    def _fill(self) -> None:
        """Fork as many evaluators as are missing; those that are at slow jobs do not count, up to a bound.

        One more is wanted to take the place of an idle one of an earlier generation.
        """
        wanted = self._crowd.evaluators + (self._outdated() is not None)
        quick = sum(not each.is_spent for each in self._all)
        missing = min(wanted - quick, self._crowd.most - len(self._all))
        for _ in range(missing if self._is_open and self._resting is None else 0):
            try:
                connection = self._keeping.fork()
            except OSError as error:  # as where too many files are open, which may pass
                self._rest(error.strerror or str(error))
                return
            self._all.add(Evaluator(connection, self._released, self._loop))

    def _rest(self, trouble: str) -> None:
        """Start no evaluator for a while, after a start that failed."""
        if trouble != self._trouble:
            _log.error("no evaluator can be started, which is tried again: %s", trouble)
        self._trouble = trouble
        if self._resting is None:
            self._resting = self._loop.call_later(self._pause, self._resume)
            self._pause = min(2 * self._pause, _MOST_PAUSE)

    def _resume(self) -> None:
        """Start evaluators again."""
        self._resting = None
        self._fill()

    def _hand_out(self) -> None:
        """Give jobs that wait to evaluators that are idle."""
        while self._idle and (job := self._queue.take(len(self._idle))) is not None:
            self._idle.pop().start(job, self._loop.time())
        for each in self._all if self.waiting else ():
            if (first := each.quick) is not None and self._is_current(each):
                job = self._queue.behind(first)
                if job is not None:
                    each.start(job, self._loop.time())

    def _look(self) -> None:
        """See after the jobs that take their time; one look for all costs less than a timer for each."""
        self._looking = self._loop.call_later(_LOOK, self._look)  # first, so that nothing can end the looks
        now = self._loop.time()
        for each in list(self._all):
            self._queue.put_back(each.look(now))
        self._make_room()
        self._fill()
        self._hand_out()
        if not self._keeping.is_alive:
            self._send_away()
        is_barren = bool(self._trouble) and not any(each.is_ready for each in self._all)
        for job in self._queue.overdue(now, most=_PATIENCE if is_barren else math.inf):
            job.fail(Busy(_BARREN if is_barren else _BUSY, of_client=False))
        if not (self.busy or self.waiting):
            self._looking.cancel()
            self._looking = None

    def _make_room(self) -> None:
        """Let others go before slow jobs, and end those that have had their share of the time while others wait."""
        at = {each.job: each for each in self._all if each.job is not None}
        review = self._queue.review()
        for job in review.slow:
            if job in at and not job.changes:
                at[job].step_behind()
        for job, why in review.surplus:
            if job in at:
                at[job].stop(why)

    def _released(self, evaluator: Evaluator, job: Job | None) -> None:
        """Take back an evaluator that has become idle or has died, and the job it had."""
        if job is not None:
            self._queue.done(job)
            if not job.answer.done():  # its evaluator was killed
                self._queue.put_back([job])
        if not evaluator.is_alive and not evaluator.is_ready:
            self._discard(evaluator)
            is_silent = isinstance(evaluator.failure, Busy)
            self._rest("it ended before it was ready" if is_silent else str(evaluator.failure))
            if not self._keeping.is_alive:
                self._send_away()
        elif not evaluator.is_alive or evaluator.is_spent or not self._is_current(evaluator):
            self._queue.put_back(evaluator.leave())
            self._discard(evaluator)
            self._fill()
        elif evaluator.job is not None:
            self._queue.begin(evaluator.job)
        elif not evaluator.is_busy:
            self._pause, self._trouble = _LEAST_PAUSE, ""
            is_latest = evaluator.generation >= self._keeping.generation
            self._idle.insert(len(self._idle) if is_latest else 0, evaluator)  # the last is asked first
            self._replace_outdated()
        self._hand_out()

    def _replace_outdated(self) -> None:
        """Replace idle evaluators of earlier generations, one after another: each is ended once another is ready."""
        outdated = self._outdated()
        if outdated is None:
            return
        if sum(each.is_ready and not each.is_spent for each in self._all) > self._crowd.evaluators:
            self._discard(outdated)
        self._fill()

    def _outdated(self) -> Evaluator | None:
        """An idle evaluator of an earlier generation than others may be of, if there is one."""
        first = self._idle[0] if self._idle else None
        return first if first is not None and first.generation < self._keeping.generation else None

    def _is_current(self, evaluator: Evaluator) -> bool:
        """Whether an evaluator's graph is the keeper's."""
        return evaluator.revision == self._keeping.revision

    def _send_away(self) -> None:
        """Tell the jobs that wait that no evaluator will come."""
        for job in self._queue.clear():
            job.fail(Busy(_REPLACED, of_client=False))

    def _discard(self, evaluator: Evaluator) -> None:
        """End an evaluator."""
        evaluator.kill()
        if evaluator.cause is not None:
            self.ended[evaluator.cause] += 1
        self._all.discard(evaluator)
        if evaluator in self._idle:
            self._idle.remove(evaluator)

    def _abandon(self, job: Job) -> None:
        """Free what is held for a job that nobody waits for."""
        if self._queue.leave(job):
            return
        for each in self._all:
            if each.give_up(job):
                return
