"""Fair shares: what each client has cost of late, which jobs are slow, and which are ended because others wait.

A job is slow once its quantum is over, or from the start where its client is in debt. Slow jobs hold some evaluators
only; the rest is for jobs that may turn out to be quick. A job's first moments cost nothing, so that quick queries run
up no debt, however many there are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from math import exp2, log2

from medkg.errors import LoadLimit
from medkg.pool.job import SLOW_AFTER_S, Job
from medkg.pool.limits import PoolLimits

HALF_LIFE_S = 30.0
"""Seconds after which half of what a client has cost is forgotten."""

FREE_S = 0.03
"""Seconds of processor in each job that cost its client nothing."""

DEBT_S = 0.1
"""Seconds of processor from which a client is in debt: its jobs wait for those of others."""

MIN_SLOW_S = 0.5
"""Seconds that a slow job gets, however many wait."""

FIRST, NEW, SUSPECT, INDEBTED = 0, 1, 2, 3
"""Ranks: clients whose last job was quick, clients of whom nothing is known, those of whom that is so and whose network
is in debt, and from here on clients in debt."""

_MAX_CLIENTS = 16_384  # clients and networks that are remembered
_MODEST_RANKS = 2  # below all others at work, so a quarter of what they have cost


class UsageLedger:
    """Processor time by client and network, which halves as time passes, and the clients that are quick."""

    def __init__(self, max_clients: int = _MAX_CLIENTS) -> None:
        self._max_clients = max_clients
        self._costs: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, and when they were so many
        self._quick: OrderedDict[str, None] = OrderedDict()

    def charge(self, keys: Sequence[str], seconds: float, now: float) -> None:
        """Add seconds to what a client, which is the first of the keys, and its networks have cost."""
        self._quick.pop(keys[0], None)
        for key in keys:
            self._costs[key] = self._cost(key, now) + seconds, now
            self._costs.move_to_end(key)
        while len(self._costs) > self._max_clients:
            self._costs.popitem(last=False)

    def trust(self, client: str) -> None:
        """Note that the last job of a client was quick."""
        self._quick[client] = None
        self._quick.move_to_end(client)
        if len(self._quick) > self._max_clients:
            self._quick.popitem(last=False)

    def cost(self, keys: Sequence[str], now: float) -> float:
        """The seconds that a client or one of its networks has cost, whichever has cost most."""
        return max(self._cost(key, now) for key in keys)

    def rank(self, keys: Sequence[str], now: float) -> int:
        """The place of a client in line: lower ranks go first; in debt, each rank has cost twice what the last has."""
        cost = self.cost(keys, now)
        if self._cost(keys[0], now) >= DEBT_S:
            return INDEBTED + int(log2(cost / DEBT_S))
        if keys[0] in self._quick:
            return FIRST
        return SUSPECT if cost >= DEBT_S else NEW

    def _cost(self, key: str, now: float) -> float:
        """The seconds that one key has cost, as they count now."""
        cost, since = self._costs.get(key, (0.0, now))
        return cost * exp2((since - now) / HALF_LIFE_S)


class RunningJobs:
    """The jobs at work, and the evaluators that their clients may hold."""

    def __init__(self, limits: PoolLimits, ledger: UsageLedger) -> None:
        self._limits, self._ledger = limits, ledger
        self._numbers: Counter[str] = Counter()  # of jobs, by client and network
        self._charges: dict[Job, float] = {}  # the seconds of processor that each job has been charged
        self.slow: set[Job] = set()
        """The slow ones of the jobs."""
        self._demoted: set[Job] = set()  # those of them whose quantum is over

    def has_room(self, job: Job, rank: int, idle: int, now: float) -> bool:
        """Whether a job of a client of some rank may begin, where so many evaluators are idle.

        The last of them stays for clients whose last job was quick, unless nothing is at work.
        """
        if job.changes_graph:  # of which there is one at a time, by a client that may write
            return True
        if not self.has_share(job, rank) or (rank >= INDEBTED and len(self.slow) >= self._slow_limit(rank, now)):
            return False
        is_trusted = rank == FIRST and not self._numbers[job.client]
        return idle > self._limits.reserve or is_trusted or not self._charges

    def has_share(self, job: Job, rank: int) -> bool:
        """Whether the client of a job and its networks hold fewer evaluators than they may.

        A network may hold one more than a client, for one of its clients that is in no debt.
        """
        share = self._limits.running_per_client
        spare = 1 if rank < INDEBTED else 0
        client, *networks = job.keys
        return self._numbers[client] < share and all(self._numbers[network] < share + spare for network in networks)

    def begin(self, job: Job, rank: int) -> None:
        """Note that a job is at work."""
        self._numbers.update(job.keys)
        self._charges[job] = 0.0
        if rank >= INDEBTED:
            self.slow.add(job)

    def end(self, job: Job, now: float) -> None:
        """Note that a job is at work no longer."""
        if seconds := self._charge(job):
            self._ledger.charge(job.keys, seconds, now)
        if job.cost < FREE_S and job not in self.slow:
            self._ledger.trust(job.client)
        for key in job.keys:
            self._numbers[key] -= 1
            if not self._numbers[key]:
                del self._numbers[key]
        del self._charges[job]
        self.slow.discard(job)
        self._demoted.discard(job)

    def charge(self, now: float) -> None:
        """Charge clients for the jobs at work, as far as they have got."""
        for job in self._charges:
            if seconds := self._charge(job):
                self._ledger.charge(job.keys, seconds, now)

    def demote(self, *, is_pressed: bool) -> list[Job]:
        """The jobs whose quantum has ended, which are slow from now on; it is short where quick ones may wait."""
        quantum = FREE_S if is_pressed else SLOW_AFTER_S
        jobs = [job for job in self._charges if job.cost >= quantum and job not in self._demoted]
        self.slow.update(jobs)
        self._demoted.update(jobs)
        return jobs

    def surplus(self, now: float) -> list[tuple[Job, LoadLimit]]:
        """The slow jobs beyond their number, and why each is ended: those of the clients that have cost most."""
        jobs = [job for job in self.slow if job.cost >= FREE_S and not job.changes_graph]
        jobs.sort(key=lambda job: (self._ledger.cost(job.keys, now), job.cost), reverse=True)
        number = max(0, len(self.slow) - self._limits.slow)
        return [(job, _load_limit(job, now - job.began)) for job in jobs[:number]]

    def overdue_jobs(self, now: float, waiting: Iterable[Job]) -> list[tuple[Job, LoadLimit]]:
        """The slow jobs that have had their share of the time while slow ones of others wait, and why each is ended.

        It is so long that, where all take as long, everybody who waits has a turn before the time to wait is over.
        """
        rivals = {job.keys[-1] for job in waiting}
        if not rivals:
            return []
        clients = rivals | {job.keys[-1] for job in self.slow}
        share = min(1.0, self._limits.debtor_evaluators / len(clients))
        granted = {job: min(job.seconds, max(MIN_SLOW_S, share * job.seconds)) for job in self.slow}
        return [
            (job, _load_limit(job, seconds))
            for job, seconds in granted.items()
            if seconds < job.seconds
            and now - job.began >= seconds
            and rivals - {job.keys[-1]}
            and not job.changes_graph
        ]

    def _slow_limit(self, rank: int, now: float) -> int:
        """The slow jobs up to which one of a client in debt may begin: more where all others have cost far more."""
        is_modest = all(rank + _MODEST_RANKS <= self._ledger.rank(job.keys, now) for job in self.slow)
        return self._limits.slow if is_modest else self._limits.debtor_evaluators

    def _charge(self, job: Job) -> float:
        """The seconds of a job that its client has not been charged for, and is from here on."""
        cost = max(0.0, job.cost - FREE_S)
        seconds, self._charges[job] = cost - self._charges[job], cost
        return seconds


def _load_limit(job: Job, seconds: float) -> LoadLimit:
    """What the client of a job is told that had so many seconds."""
    return LoadLimit(
        f"evaluation was ended after {seconds:.2g} seconds because others wait; at quiet times this query may take "
        f"{job.seconds:g} seconds; ask again later, for less, or in parts"
    )
