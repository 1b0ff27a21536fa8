"""Who is next: jobs wait by client and are taken in turn, so that no client stands in the way of the others."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable

from medkg.errors import Busy
from medkg.pool.job import Job
from medkg.pool.limits import Crowd


class Queue:
    """Jobs that wait for an evaluator, and how many of each client are at work."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._count = 0

    def __len__(self) -> int:
        """The number of jobs that wait."""
        return self._count

    def add(self, job: Job) -> None:
        """Let a job wait; `Busy` where too many do."""
        if self._count >= self._crowd.waiting:
            raise Busy(f"{self._count} requests are waiting already; ask again in a moment", of_client=False)
        own = self._waiting.get(job.client)
        if own is not None and len(own) >= self._crowd.waiting_each:
            raise Busy(f"{len(own)} of your requests are waiting already; ask again in a moment", of_client=True)
        self._waiting.setdefault(job.client, deque()).append(job)
        self._count += 1

    def take(self, idle: int) -> Job | None:
        """The next job whose client has not its share of evaluators, of which some are idle; None where none is."""
        for client in self._waiting:
            running = self._running[client]
            if running >= self._crowd.running_each or (running and idle <= self._crowd.reserve):
                continue
            job = self._pop(client)
            self.begin(job)
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
        self._running[job.client] += 1

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Let jobs taken wait again, before all others of their client."""
        for job in jobs:
            self._waiting.setdefault(job.client, deque()).appendleft(job)
            self._waiting.move_to_end(job.client, last=False)
            self._count += 1

    def leave(self, job: Job) -> bool:
        """Take out a job that nobody waits for any more; False where it has been taken."""
        jobs = self._waiting.get(job.client, deque())
        if job not in jobs:
            return False
        jobs.remove(job)
        self._count -= 1
        if not jobs:
            del self._waiting[job.client]
        return True

    def _pop(self, client: str) -> Job:
        """Take a client's first job, after which all others have their turn."""
        jobs = self._waiting[client]
        job = jobs.popleft()
        self._count -= 1
        if jobs:
            self._waiting.move_to_end(client)
        else:
            del self._waiting[client]
        return job

    def clear(self) -> list[Job]:
        """Take out all jobs that wait."""
        left = [job for jobs in self._waiting.values() for job in jobs]
        self._waiting.clear()
        self._count = 0
        return left

    def overdue(self, now: float, *, most: float = math.inf) -> list[Job]:
        """The jobs that have waited for as long as they might run or `most` seconds, taken out.

        The others may see who still waits.
        """
        waiting = [job for jobs in self._waiting.values() for job in jobs]
        for job in waiting:
            job.notice(now)
        return [job for job in waiting if now - job.began >= min(job.seconds, most) and self.leave(job)]

    def done(self, job: Job) -> None:
        """Note that a job taken is at work no longer."""
        self._running[job.client] -= 1
        if not self._running[job.client]:
            del self._running[job.client]
