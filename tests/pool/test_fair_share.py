"""What clients get of the evaluators, by a clock of the tests: quick ones at once, slow ones in turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.errors import Busy
from medkg.pool import PoolLimits, QueryOperation
from medkg.pool.fair_share import DEBT_S, FIRST, HALF_LIFE_S, INDEBTED, NEW, SUSPECT, UsageLedger
from medkg.pool.job import Job
from medkg.pool.queue import Queue

LOOP = asyncio.new_event_loop()
STEP = 0.04
QUICK, ENDLESS = 0.002, 1e9
"""Seconds of processor that a job needs."""
DEADLINE = 10.0
OPERATION = QueryOperation(format="json", seconds=DEADLINE)


@pytest.fixture(autouse=True, scope="module")
def _closed_in_the_end() -> Iterator[None]:
    yield
    LOOP.close()


@dataclass
class Client:
    """One that asks again as soon as it is answered, and the seconds until each job began."""

    name: str
    needs: float
    networks: Sequence[str] = ()
    changes: bool = False
    waits: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0


class Machine:
    """Two processors and a queue, by a clock of its own."""

    def __init__(self, evaluators: int = 4, processors: int = 2, **limits: int) -> None:
        self.limits = PoolLimits(evaluators=evaluators, **limits)
        self.processors, self.now = processors, 0.0
        self.queue = Queue(self.limits, lambda: self.now)
        self.at_work: dict[Job, tuple[Client, float]] = {}
        self.behind: set[Job] = set()
        self.waiting: dict[Job, tuple[Client, float]] = {}

    def ask(self, client: Client) -> None:
        """Have a client ask."""
        job = Job(OPERATION, client.name, loop=LOOP, networks=client.networks, changes_graph=client.changes)
        job.began = self.now
        try:
            last = self.queue.add(job)
        except Busy:
            client.outcomes["refused"] += 1
            return
        self.waiting[job] = client, self.now
        if last is not None:
            other, _ = self.waiting.pop(last)
            other.outcomes["refused"] += 1

    @property
    def idle(self) -> int:
        """The evaluators that are idle, where all that are missing have been forked."""
        quick = sum(job not in self.behind and not job.changes_graph for job in self.at_work)
        return min(self.limits.evaluators - quick, self.limits.processes - len(self.at_work))

    def run(self, clients: Sequence[Client], seconds: float) -> None:
        """Let time pass while clients ask."""
        end = self.now + seconds
        while self.now < end:
            busy = {id(client) for client, _ in (*self.waiting.values(), *self.at_work.values())}
            for client in clients:
                if id(client) not in busy:
                    self.ask(client)
            self.hand_out()
            self.now += STEP
            self.work()
            review = self.queue.review()
            self.behind.update(review.slow)
            for job, _ in review.surplus:
                self.finish(job, "ended for others")
            self.hand_out()
            for job in self.queue.overdue(self.now):
                self.waiting.pop(job)[0].outcomes["no turn"] += 1

    def hand_out(self) -> None:
        """Have idle evaluators take what may begin."""
        while (idle := self.idle) > 0 and (job := self.queue.take(idle)) is not None:
            client, since = self.waiting.pop(job)
            client.waits.append(self.now - since)
            self.at_work[job] = client, self.now
            assert len(self.at_work) <= self.limits.processes

    def work(self) -> None:
        """Give the jobs at work their processor time for a step."""
        share = min(1.0, self.processors / max(1, len(self.at_work)))
        for job, (client, since) in list(self.at_work.items()):
            job.cost = min(client.needs, job.cost + STEP * share)
            if job.cost >= client.needs:
                self.finish(job, "answered")
            elif self.now - since >= DEADLINE:
                self.finish(job, "deadline")

    def finish(self, job: Job, outcome: str) -> None:
        """Note what came of a job."""
        client, since = self.at_work.pop(job)
        client.outcomes[outcome] += 1
        client.longest = max(client.longest, self.now - since)
        self.queue.end(job)


def ipv4(number: int) -> list[Client]:
    """So many clients whose jobs never end by themselves."""
    return [Client(f"192.0.2.{n}", ENDLESS) for n in range(number)]


def site(number: int) -> list[Client]:
    """As many of one IPv6 site."""
    networks = "2001:db8::/48"
    return [Client(f"2001:db8:0:{n}::/64", ENDLESS, (f"2001:db8:0:{n >> 8}::/56", networks)) for n in range(number)]


@pytest.mark.parametrize("others", [ipv4, site], ids=["addresses", "one site"])
@pytest.mark.parametrize("number", [4, 50])
def test_a_quick_client_hardly_waits_beside_any_number_of_slow_ones(
    others: Callable[[int], list[Client]], number: int
) -> None:
    machine, quick = Machine(), Client("198.51.100.1", QUICK)
    machine.run([quick], 1)
    machine.run([*others(number), quick], 20)
    assert set(quick.outcomes) == {"answered"}
    assert max(quick.waits) <= STEP


def test_a_quick_client_nobody_knows_waits_for_a_moment_only_once_the_slow_ones_are_known() -> None:
    machine, slow = Machine(), ipv4(50)
    machine.run(slow, 12)
    quick = Client("198.51.100.1", QUICK)
    machine.run([*slow, quick], 5)
    assert set(quick.outcomes) == {"answered"}
    assert max(quick.waits) <= 5 * STEP


def test_slow_clients_get_turns_that_are_the_shorter_the_more_of_them_there_are() -> None:
    longest = []
    for number in (4, 12, 50):
        machine, slow = Machine(), ipv4(number)
        machine.run(slow, 15)
        assert all(client.waits for client in slow)
        for client in slow:
            client.longest = 0.0
        machine.run(slow, 15)
        longest.append(max(client.longest for client in slow))
    assert longest[0] == pytest.approx(DEADLINE, abs=3 * STEP)
    assert longest[0] > longest[1] > longest[2]


def test_a_client_of_moderate_queries_is_not_kept_waiting_by_runaways_though_it_is_in_debt() -> None:
    machine, moderate = Machine(), Client("198.51.100.1", 0.15)
    machine.run([*ipv4(4), moderate], 30)
    assert moderate.outcomes["answered"] > 20
    assert max(moderate.waits) <= DEADLINE / 3


def test_whoever_is_alone_has_all_the_time_there_is_even_in_debt() -> None:
    machine, slow = Machine(), Client("192.0.2.1", ENDLESS)
    machine.run([slow], 65)
    assert set(slow.outcomes) == {"deadline"}
    assert max(slow.waits) <= STEP


def test_all_of_a_site_together_get_what_one_address_gets() -> None:
    machine, alone, others = Machine(), Client("192.0.2.1", ENDLESS), site(40)
    machine.run([alone, *others], 60)
    turns = len(alone.waits), sum(len(client.waits) for client in others)
    assert turns[1] <= 3 * turns[0]
    assert sum(client in others for client, _ in machine.at_work.values()) <= machine.limits.running_per_client + 1


def test_an_update_never_waits_and_never_ends_for_others() -> None:
    machine, slow, writer = Machine(), ipv4(50), Client("192.0.2.1", 2.0, changes=True)
    machine.run([*slow, writer], 30)
    assert set(writer.outcomes) == {"answered"}
    assert max(writer.waits) <= 5 * STEP


def test_who_has_to_leave_a_full_queue_is_one_in_debt() -> None:
    machine, slow = Machine(waiting=10), ipv4(30)
    quick = Client("198.51.100.1", QUICK)
    machine.run([quick], 1)
    machine.run([*slow, quick], 10)
    assert set(quick.outcomes) == {"answered"}
    assert sum(client.outcomes["refused"] for client in slow)


def test_a_debt_is_forgotten_in_time() -> None:
    spending, keys = UsageLedger(), ("ann",)
    spending.charge(keys, 8 * DEBT_S, 0.0)
    assert [spending.rank(keys, halves * HALF_LIFE_S) - INDEBTED for halves in range(3)] == [3, 2, 1]
    assert spending.rank(keys, 3.1 * HALF_LIFE_S) == NEW


def test_a_client_is_trusted_until_it_costs_something() -> None:
    spending = UsageLedger()
    spending.trust("ann")
    assert (spending.rank(["ann"], 0.0), spending.rank(["bob"], 0.0)) == (FIRST, NEW)
    spending.charge(["ann"], DEBT_S / 2, 0.0)
    assert spending.rank(["ann"], 0.0) == NEW


def test_who_is_new_in_a_network_that_is_in_debt_goes_before_those_in_debt_alone() -> None:
    spending = UsageLedger()
    spending.charge(["ann", "network"], DEBT_S, 0.0)
    ranks = [spending.rank(keys, 0.0) for keys in (["bob", "elsewhere"], ["bob", "network"], ["ann", "network"])]
    assert ranks == [NEW, SUSPECT, INDEBTED]


def test_a_client_without_a_debt_is_answered_beside_runaways_of_its_own_network() -> None:
    machine = Machine(waiting_per_client=3)
    greedy = [Client("2001:db8::/64", ENDLESS, ("2001:db8::/56", "2001:db8::/48")) for _ in range(5)]
    quick = Client("2001:db8:0:1::/64", QUICK, ("2001:db8::/56", "2001:db8::/48"))
    machine.run(greedy, 5)
    machine.run([*greedy, quick], 5)
    assert set(quick.outcomes) == {"answered"}
    assert max(quick.waits) <= STEP


def test_only_so_many_clients_are_remembered() -> None:
    spending = UsageLedger(max_clients=3)
    for n in range(5):
        spending.trust(str(n))
        spending.charge([f"slow {n}"], 1.0, 0.0)
    assert [spending.rank([str(n)], 0.0) for n in range(5)] == [NEW] * 2 + [FIRST] * 3
    assert [spending.rank([f"slow {n}"], 0.0) >= INDEBTED for n in range(5)] == [False] * 2 + [True] * 3


@settings(deadline=None, max_examples=10)
@given(
    st.integers(1, 9),
    st.lists(st.sampled_from([QUICK, 0.05, 0.3, 2.0, ENDLESS]), min_size=1, max_size=20),
)
def test_whatever_clients_ask_nobody_starves_and_nothing_lies_idle(evaluators: int, needs: list[float]) -> None:
    machine = Machine(evaluators)
    names = count()
    clients = [Client(f"client {next(names)}", each) for each in needs]
    for _ in range(6):
        machine.run(clients, 10)
        at_work = Counter(client.name for client, _ in machine.at_work.values())
        assert max(at_work.values(), default=0) <= machine.limits.running_per_client
        assert len(machine.at_work) >= min(len(machine.waiting), evaluators // 2, 1)
    assert all(client.waits for client in clients)
