"""The queue for evaluators: clients that have cost little of late go first; clients of a rank take turns."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from medkg.errors import Busy, LoadLimit
from medkg.pool.fair_share import FIRST, INDEBTED, RunningJobs, UsageLedger
from medkg.pool.job import Job
from medkg.pool.limits import PoolLimits

MAX_PRECEDENCE_S = 1.0
"""Seconds after which a client in no debt waits behind no other."""


class LoadReview(NamedTuple):
    """Jobs at work that are slow from now on, and those that are to be ended because others wait, each with why."""

    slow: list[Job]
    surplus: list[tuple[Job, LoadLimit]]


class Queue:
    """Jobs that wait for an evaluator, and those that have one; `clock` tells the seconds."""

    def __init__(self, limits: PoolLimits, clock: Callable[[], float] = monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._numbers: Counter[str] = Counter()  # of jobs that wait, by client and network
        self._ledger = UsageLedger()
        self._running = RunningJobs(limits, self._ledger)
        self._length = 0

    def __len__(self) -> int:
        """The number of jobs that wait."""
        return self._length

    def add(self, job: Job) -> Job | None:
        """Let a job wait; `Busy` where too many do.

        Gives the job that had to leave for it: the last one of the highest rank, where that is higher than its own; of
        the client with most jobs in its network, where too many wait of that.
        """
        full = [
            key for key in job.keys if self._numbers[key] >= self._limits.waiting_per_client and not job.changes_graph
        ]
        last = self._last_of_network(full[0], job) if full else None
        if last is None and self._length >= self._limits.waiting:
            last = self._last_of_all(job)
        if last is not None:
            self.remove(last)
        self._push(job, first=job.changes_graph)
        return last

    def take(self, idle: int) -> Job | None:
        """The next job that may begin while so many evaluators are idle; None where none may."""
        if not self._waiting:
            return None
        now = self._clock()
        for rank, client in self._line(now):
            if self._running.has_room(self._waiting[client][0], rank, idle, now):
                job = self._pop(client)
                self._begin(job, rank, now)
                return job
        return None

    def prefetch(self, running: Job) -> Job | None:
        """The next job of the client of one at work, for the same evaluator; None where other clients wait for that.

        None too where it changes its evaluator's graph, for such a job may be run once only.
        """
        jobs = self._waiting.get(running.client)
        return self._pop(running.client) if jobs and len(self._waiting) == 1 and not jobs[0].changes_graph else None

    def begin(self, job: Job) -> None:
        """Note that a job that was prefetched is at work."""
        now = self._clock()
        self._begin(job, self._rank(job, now), now)

    def end(self, job: Job) -> None:
        """Note that a job is at work no longer."""
        self._running.end(job, self._clock())

    def put_back(self, job: Job) -> None:
        """Let a job wait again, before all others of its client."""
        self._push(job, first=True)
        self._waiting.move_to_end(job.client, last=False)

    def remove(self, job: Job) -> bool:
        """Take out a job that nobody waits for any more; False where it does not wait."""
        jobs = self._waiting.get(job.client, deque())
        if job not in jobs:
            return False
        jobs.remove(job)
        self._uncount(job)
        if not jobs:
            del self._waiting[job.client]
        return True

    def clear(self) -> list[Job]:
        """Take out all jobs that wait."""
        jobs = self._jobs()
        self._waiting.clear()
        self._numbers.clear()
        self._length = 0
        return jobs

    def overdue(self, now: float, *, max_wait_s: float = math.inf) -> list[Job]:
        """The jobs that have waited for as long as they might run or for `max_wait_s`, taken out.

        The others are told where they have become slow.
        """
        jobs = self._jobs()
        for job in jobs:
            job.check_slow(now)
        return [job for job in jobs if now - job.began >= min(job.seconds, max_wait_s) and self.remove(job)]

    def review(self) -> LoadReview:
        """What is to be done about the jobs at work; to be called once all have been taken that may begin."""
        now = self._clock()
        self._running.charge(now)
        waiting = [(rank, self._waiting[client][0]) for rank, client in self._line(now)]
        is_pressed = any(rank < INDEBTED and self._running.has_share(job, rank) for rank, job in waiting)
        slow = self._running.demote(is_pressed=is_pressed)
        rivals = [job for rank, job in waiting if rank >= INDEBTED]
        return LoadReview(slow, self._running.overdue_jobs(now, rivals) or self._running.surplus(now))

    def _rank(self, job: Job, now: float) -> int:
        """The rank of a job; none is before that of a client that may write, for writers take turns already."""
        return FIRST if job.changes_graph else self._ledger.rank(job.keys, now)

    def _line(self, now: float) -> list[tuple[int, str]]:
        """The clients that wait with the ranks of their first jobs, the next one first."""
        ranks = [(self._rank(jobs[0], now), client) for client, jobs in self._waiting.items()]
        # sorting keeps the turns within a rank
        return sorted(ranks, key=lambda entry: self._precedence(entry[0], entry[1], now))

    def _precedence(self, rank: int, client: str, now: float) -> int:
        """The place in line of a client of a rank: one in no debt goes with the first after a while."""
        has_waited = now - self._waiting[client][0].began >= MAX_PRECEDENCE_S
        return FIRST if rank < INDEBTED and has_waited else rank

    def _last_of_network(self, key: str, job: Job) -> Job:
        """The job that makes room for one of the same network whose client has fewer; `Busy` where there is none."""
        queues = [jobs for jobs in self._waiting.values() if key in jobs[0].keys]
        longest = max(queues, key=len, default=deque[Job]())
        if len(longest) <= self._numbers[job.client] + 1:
            number = self._numbers[key]
            raise Busy(f"{number} of your requests are waiting already; ask again in a moment", of_client=True)
        return longest[-1]

    def _last_of_all(self, job: Job) -> Job:
        """The job that makes room for one of a lower rank; `Busy` where there is none."""
        now = self._clock()
        rank, client = self._line(now)[-1] if self._waiting else (FIRST, "")
        if rank <= self._rank(job, now):
            raise Busy(f"{self._length} requests are waiting already; ask again in a moment", of_client=False)
        return self._waiting[client][-1]

    def _begin(self, job: Job, rank: int, now: float) -> None:
        """Note that a job of a rank is at work."""
        job.start(now)
        self._running.begin(job, rank)

    def _push(self, job: Job, *, first: bool) -> None:
        """Let a job wait, before or after all others of its client."""
        jobs = self._waiting.setdefault(job.client, deque())
        (jobs.appendleft if first else jobs.append)(job)
        self._numbers.update(job.keys)
        self._length += 1

    def _pop(self, client: str) -> Job:
        """Take a client's first job, after which all others have their turn."""
        jobs = self._waiting[client]
        job = jobs.popleft()
        self._uncount(job)
        if jobs:
            self._waiting.move_to_end(client)
        else:
            del self._waiting[client]
        return job

    def _uncount(self, job: Job) -> None:
        """Count a job no longer among those that wait."""
        self._length -= 1
        for key in job.keys:
            self._numbers[key] -= 1
            if not self._numbers[key]:
                del self._numbers[key]

    def _jobs(self) -> list[Job]:
        """The jobs that wait."""
        return [job for jobs in self._waiting.values() for job in jobs]
