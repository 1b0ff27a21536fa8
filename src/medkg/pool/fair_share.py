"""The jobs at work: who holds how many evaluators, which jobs are slow, and which are ended because others wait.

A job is slow once its quantum is over, or from the start where its client is in debt. Slow jobs hold some places only;
the rest is for jobs that may turn out to be quick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from medkg.errors import LoadLimit
from medkg.pool.job import SLOW, Job
from medkg.pool.limits import Crowd
from medkg.pool.spending import FIRST, FREE_S, INDEBTED, Spending

LEAST_S = 0.5
"""Seconds that a slow job gets, however many wait."""

_MODEST = 2  # ranks below all others at work, so a quarter of what they have cost


class Places:
    """The evaluators of a pool as jobs hold them."""

    def __init__(self, crowd: Crowd, spending: Spending) -> None:
        self._crowd, self._spending = crowd, spending
        self._running: Counter[str] = Counter()
        self._jobs: dict[Job, float] = {}  # at work, and the seconds that each has been charged
        self.slow: set[Job] = set()
        """The slow ones of the jobs at work."""
        self._behind: set[Job] = set()  # those of them whose quantum is over

    def has_room(self, job: Job, rank: int, idle: int, now: float) -> bool:
        """Whether a job of a client of some rank may begin, where so many evaluators are idle.

        The last of them stays for clients whose last job was quick, unless nothing is at work.
        """
        if job.changes:  # of which there is one at a time, by somebody who may write
            return True
        if not self.has_share(job, rank) or (rank >= INDEBTED and len(self.slow) >= self._bound(rank, now)):
            return False
        is_trusted = rank == FIRST and not self._running[job.client]
        return idle > self._crowd.reserve or is_trusted or not self._jobs

    def has_share(self, job: Job, rank: int) -> bool:
        """Whether the client of a job and its networks hold fewer evaluators than they may.

        A network may hold one more than a client, for one of its clients that is in no debt.
        """
        most = self._crowd.running_each
        spare = 1 if rank < INDEBTED else 0
        client, *networks = job.keys
        return self._running[client] < most and all(self._running[each] < most + spare for each in networks)

    def begin(self, job: Job, rank: int) -> None:
        """Note that a job is at work."""
        self._running.update(job.keys)
        self._jobs[job] = 0.0
        if rank >= INDEBTED:
            self.slow.add(job)

    def done(self, job: Job, now: float) -> None:
        """Note that a job is at work no longer."""
        if due := self._due(job):
            self._spending.charge(job.keys, due, now)
        if job.cost < FREE_S and job not in self.slow:
            self._spending.trust(job.client)
        self._running.subtract(job.keys)
        for key in job.keys:
            if not self._running[key]:
                del self._running[key]
        del self._jobs[job]
        self.slow.discard(job)
        self._behind.discard(job)

    def charge(self, now: float) -> None:
        """Have clients pay for what is at work, as far as it has gone."""
        for job in self._jobs:
            if due := self._due(job):
                self._spending.charge(job.keys, due, now)

    def step_behind(self, *, is_pressed: bool) -> list[Job]:
        """The jobs whose quantum has ended, which count as slow from here on; it is short where quick ones may wait."""
        quantum = FREE_S if is_pressed else SLOW
        found = [job for job in self._jobs if job.cost >= quantum and job not in self._behind]
        self.slow.update(found)
        self._behind.update(found)
        return found

    def surplus(self, now: float) -> list[tuple[Job, LoadLimit]]:
        """The slow jobs beyond the places for them, and why each is ended: those of the clients that have cost most."""
        found = [job for job in self.slow if job.cost >= FREE_S and not job.changes]
        found.sort(key=lambda job: (self._spending.cost(job.keys, now), job.cost), reverse=True)
        number = max(0, len(self.slow) - self._crowd.slow)
        return [(job, _ended(job, now - job.began)) for job in found[:number]]

    def outrun(self, now: float, waiting: Iterable[Job]) -> list[tuple[Job, LoadLimit]]:
        """The slow jobs that have had their share of the time while slow ones of others wait, and why each is ended.

        It is so long that, where all take as long, everybody who waits has a turn before the time to wait is over.
        """
        rivals = {job.keys[-1] for job in waiting}
        if not rivals:
            return []
        clients = rivals | {job.keys[-1] for job in self.slow}
        share = min(1.0, self._crowd.indebted / len(clients))
        granted = {job: min(job.seconds, max(LEAST_S, share * job.seconds)) for job in self.slow if not job.changes}
        return [
            (job, _ended(job, seconds))
            for job, seconds in granted.items()
            if seconds < job.seconds and now - job.began >= seconds and rivals - {job.keys[-1]}
        ]

    def _bound(self, rank: int, now: float) -> int:
        """The slow jobs up to which one of a client in debt may begin: more where all others have cost far more."""
        is_modest = all(rank + _MODEST <= self._spending.rank(job.keys, now) for job in self.slow)
        return self._crowd.slow if is_modest else self._crowd.indebted

    def _due(self, job: Job) -> float:
        """The seconds of a job that its client has not been charged for, and is from here on."""
        cost = max(0.0, job.cost - FREE_S)
        due, self._jobs[job] = cost - self._jobs[job], cost
        return due


def _ended(job: Job, seconds: float) -> LoadLimit:
    """What is told of a job that had so many seconds."""
    return LoadLimit(
        f"evaluation was ended after {seconds:.2g} seconds because others wait; at quiet times this query may take "
        f"{job.seconds:g} seconds; ask again later, for less, or in parts"
    )
