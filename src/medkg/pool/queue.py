"""Who is next: clients that have cost little of late, then those that have cost more; clients of a rank take turns."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import NamedTuple

from medkg.errors import Busy, LoadLimit
from medkg.pool.job import Job
from medkg.pool.limits import Crowd
from medkg.pool.places import Places
from medkg.pool.spending import FIRST, INDEBTED, Spending

AGE_S = 1.0
"""Seconds after which a client in no debt waits behind no other."""


class Review(NamedTuple):
    """Jobs at work that are slow from now on, and those that are to be ended because others wait, each with why."""

    slow: list[Job]
    surplus: list[tuple[Job, LoadLimit]]


class Queue:
    """Jobs that wait for an evaluator, and those that have one; `clock` tells the seconds."""

    def __init__(self, crowd: Crowd, clock: Callable[[], float] = monotonic) -> None:
        self._crowd, self._clock = crowd, clock
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._places: Counter[str] = Counter()  # jobs that wait, by client and network
        self._spending = Spending()
        self._running = Places(crowd, self._spending)
        self._count = 0

    def __len__(self) -> int:
        """The number of jobs that wait."""
        return self._count

    def add(self, job: Job) -> Job | None:
        """Let a job wait; `Busy` where too many do.

        Gives the job that had to leave for it: the last one of the highest rank, where that is higher than its own; of
        the client with most jobs in its network, where too many wait of that.
        """
        full = [key for key in job.keys if self._places[key] >= self._crowd.waiting_each and not job.changes]
        last = self._last_of(full[0], job) if full else None
        if last is None and self._count >= self._crowd.waiting:
            last = self._last_for(job)
        if last is not None:
            self.leave(last)
        self._push(job, first=job.changes)
        return last

    def take(self, idle: int) -> Job | None:
        """The next job that may begin while so many evaluators are idle; None where none may."""
        now = self._clock()
        for rank, client in self._in_line(now):
            if self._running.has_room(self._waiting[client][0], rank, idle, now):
                job = self._pop(client)
                self._begin(job, rank, now)
                return job
        return None

    def behind(self, job: Job) -> Job | None:
        """The next job of the same client, to take the place of one at work; None where others wait for that place.

        None too where it changes its evaluator's graph, for such a job must not be done by two.
        """
        jobs = self._waiting.get(job.client)
        return self._pop(job.client) if jobs and len(self._waiting) == 1 and not jobs[0].changes else None

    def begin(self, job: Job) -> None:
        """Note that a job taken is at work."""
        now = self._clock()
        self._begin(job, self._rank(job, now), now)

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Let jobs taken wait again, before all others of their client."""
        for job in jobs:
            self._push(job, first=True)
            self._waiting.move_to_end(job.client, last=False)

    def leave(self, job: Job) -> bool:
        """Take out a job that nobody waits for any more; False where it has been taken."""
        jobs = self._waiting.get(job.client, deque())
        if job not in jobs:
            return False
        jobs.remove(job)
        self._forget(job)
        if not jobs:
            del self._waiting[job.client]
        return True

    def clear(self) -> list[Job]:
        """Take out all jobs that wait."""
        left = self._jobs()
        self._waiting.clear()
        self._places.clear()
        self._count = 0
        return left

    def overdue(self, now: float, *, most: float = math.inf) -> list[Job]:
        """The jobs that have waited for as long as they might run or `most` seconds, taken out.

        The others may see who still waits.
        """
        waiting = self._jobs()
        for job in waiting:
            job.notice(now)
        return [job for job in waiting if now - job.began >= min(job.seconds, most) and self.leave(job)]

    def review(self) -> Review:
        """What is to be done about the jobs at work; to be asked once all have been taken that may begin."""
        now = self._clock()
        self._running.charge(now)
        waiting = [(rank, self._waiting[client][0]) for rank, client in self._in_line(now)]
        is_pressed = any(rank < INDEBTED and self._running.has_share(job, rank) for rank, job in waiting)
        slow = self._running.step_behind(is_pressed=is_pressed)
        rivals = [job for rank, job in waiting if rank >= INDEBTED]
        return Review(slow, self._running.outrun(now, rivals) or self._running.surplus(now))

    def done(self, job: Job) -> None:
        """Note that a job taken is at work no longer."""
        self._running.done(job, self._clock())

    def _rank(self, job: Job, now: float) -> int:
        """The place of a job in line; nobody goes before one who may write, for writers take turns already."""
        return FIRST if job.changes else self._spending.rank(job.keys, now)

    def _in_line(self, now: float) -> list[tuple[int, str]]:
        """The clients that wait with the ranks of their first jobs, the next one first."""
        ranked = [(self._rank(jobs[0], now), client) for client, jobs in self._waiting.items()]
        # sorting keeps the turns within a place
        return sorted(ranked, key=lambda each: self._place(each[0], each[1], now))

    def _place(self, rank: int, client: str, now: float) -> int:
        """The place in line of a client of a rank: who is in no debt goes with the first after a while."""
        has_waited = now - self._waiting[client][0].began >= AGE_S
        return FIRST if rank < INDEBTED and has_waited else rank

    def _last_of(self, key: str, job: Job) -> Job:
        """The job that makes room for one of the same network whose client has fewer; `Busy` where there is none."""
        queues = [jobs for jobs in self._waiting.values() if key in jobs[0].keys]
        most = max(queues, key=len, default=deque[Job]())
        if len(most) <= self._places[job.client] + 1:
            number = self._places[key]
            raise Busy(f"{number} of your requests are waiting already; ask again in a moment", of_client=True)
        return most[-1]

    def _last_for(self, job: Job) -> Job:
        """The job that makes room for one of a lower rank; `Busy` where there is none."""
        now = self._clock()
        rank, client = self._in_line(now)[-1] if self._waiting else (FIRST, "")
        if rank <= self._rank(job, now):
            raise Busy(f"{self._count} requests are waiting already; ask again in a moment", of_client=False)
        return self._waiting[client][-1]

    def _begin(self, job: Job, rank: int, now: float) -> None:
        """Note that a job of a rank is at work."""
        job.take(now)
        self._running.begin(job, rank)

    def _push(self, job: Job, *, first: bool) -> None:
        """Let a job wait, before or after all others of its client."""
        jobs = self._waiting.setdefault(job.client, deque())
        (jobs.appendleft if first else jobs.append)(job)
        self._places.update(job.keys)
        self._count += 1

    def _pop(self, client: str) -> Job:
        """Take a client's first job, after which all others have their turn."""
        jobs = self._waiting[client]
        job = jobs.popleft()
        self._forget(job)
        if jobs:
            self._waiting.move_to_end(client)
        else:
            del self._waiting[client]
        return job

    def _forget(self, job: Job) -> None:
        """Count a job no longer among those that wait."""
        self._count -= 1
        self._places.subtract(job.keys)
        for key in job.keys:
            if not self._places[key]:
                del self._places[key]

    def _jobs(self) -> list[Job]:
        """The jobs that wait."""
        return [job for jobs in self._waiting.values() for job in jobs]
