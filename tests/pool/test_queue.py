"""Who is next: nobody stands in the way of anybody else, and nobody waits in a queue without end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import Busy
from medkg.pool import PoolLimits, QueryOperation
from medkg.pool.job import Job
from medkg.pool.queue import Queue

LOOP = asyncio.new_event_loop()


@pytest.fixture(autouse=True, scope="module")
def _closed_in_the_end() -> Iterator[None]:
    yield
    LOOP.close()


def job(client: str, seconds: float = 1.0) -> Job:
    return Job(QueryOperation(format="json", seconds=seconds), client, loop=LOOP)


def test_jobs_of_one_client_are_taken_in_the_order_they_came() -> None:
    queue = Queue(PoolLimits(evaluators=8))
    jobs = [job("ann") for _ in range(3)]
    for each in jobs:
        queue.add(each)
    assert [queue.take(99) for _ in jobs] == jobs


def test_a_client_with_much_to_ask_does_not_starve_one_with_little() -> None:
    queue = Queue(PoolLimits(evaluators=100))
    for _ in range(30):
        queue.add(job("greedy"))
    modest = job("modest")
    queue.add(modest)
    assert modest in (queue.take(99), queue.take(99))


def test_clients_take_turns() -> None:
    queue = Queue(PoolLimits(evaluators=100))
    for client in "aaabbbccc":
        queue.add(job(client))
    taken = [found.client for found in iter(lambda: queue.take(99), None)]
    assert taken == list("abcabcabc")


def test_a_client_gets_half_of_the_evaluators_at_most() -> None:
    queue = Queue(PoolLimits(evaluators=4))
    for _ in range(4):
        queue.add(job("greedy"))
    taken = [queue.take(99), queue.take(99)]
    assert queue.take(99) is None
    assert taken[0] is not None
    queue.end(taken[0])
    assert queue.take(99) is not None


def test_the_last_idle_evaluators_are_for_clients_that_have_none_and_are_quick() -> None:
    queue = Queue(PoolLimits(evaluators=4))
    for client in ("cem", "dia"):  # who are known for quick jobs from here on
        queue.add(job(client))
        queue.end(queue.take(4) or job(client))
    for client in ("ann", "ann", "bob", "bob", "cem"):
        queue.add(job(client))
    taken = [queue.take(idle) for idle in (4, 3, 2, 1, 1)]
    assert [each and each.client for each in taken] == ["cem", "ann", "bob", None, None]
    queue.add(job("dia"))
    last = queue.take(1)
    assert last is not None
    assert last.client == "dia"


@pytest.mark.parametrize(("evaluators", "share"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)])
def test_the_share_of_a_client_is_never_nothing(evaluators: int, share: int) -> None:
    assert PoolLimits(evaluators=evaluators).running_per_client == share


def test_one_client_is_sent_away_before_all_are() -> None:
    queue = Queue(PoolLimits(evaluators=4, waiting=5, waiting_per_client=3))
    for _ in range(3):
        queue.add(job("greedy"))
    with pytest.raises(Busy) as caught:
        queue.add(job("greedy"))
    assert caught.value.of_client
    queue.add(job("modest"))


def test_all_are_sent_away_where_too_many_wait() -> None:
    queue = Queue(PoolLimits(evaluators=4, waiting=5, waiting_per_client=3))
    for n in range(5):
        queue.add(job(f"client {n}"))
    with pytest.raises(Busy) as caught:
        queue.add(job("one more"))
    assert not caught.value.of_client


def test_who_leaves_makes_room() -> None:
    queue = Queue(PoolLimits(evaluators=4, waiting=1))
    one = job("ann")
    queue.add(one)
    assert queue.remove(one)
    assert not queue.remove(one)
    queue.add(job("bob"))
    assert len(queue) == 1


def test_a_job_that_was_taken_cannot_leave() -> None:
    queue = Queue(PoolLimits(evaluators=4))
    one = job("ann")
    queue.add(one)
    assert queue.take(99) is one
    assert not queue.remove(one)


def test_a_cleared_queue_gives_all_that_waited_and_takes_new_ones() -> None:
    queue = Queue(PoolLimits(evaluators=4, waiting=2))
    jobs = [job("ann"), job("bob")]
    for each in jobs:
        queue.add(each)
    assert queue.clear() == jobs
    assert (len(queue), queue.take(99)) == (0, None)
    queue.add(job("cem"))


def test_the_next_job_of_a_client_is_prefetched_while_no_other_client_waits() -> None:
    queue = Queue(PoolLimits(evaluators=2))
    jobs = [job("ann") for _ in range(3)]
    for each in jobs:
        queue.add(each)
    running = queue.take(99)
    assert running is jobs[0]
    assert queue.take(99) is None  # the share of one client is one evaluator
    assert queue.prefetch(running) is jobs[1]
    queue.put_back(jobs[1])  # which is withdrawn, and still the next one
    assert queue.prefetch(running) is jobs[1]
    queue.add(job("bob"))
    assert queue.prefetch(running) is None
    queue.end(running)
    queue.begin(jobs[1])
    assert [each and each.client for each in (queue.take(99), queue.take(99))] == ["bob", None]


def test_a_job_that_changes_the_graph_is_not_prefetched() -> None:
    queue = Queue(PoolLimits(evaluators=2))
    running = job("ann")
    queue.add(running)
    assert queue.take(99) is running
    queue.add(Job(running.operation, "ann", loop=LOOP, changes_graph=True))
    assert queue.prefetch(running) is None


def test_who_has_waited_for_as_long_as_it_might_run_is_taken_out() -> None:
    queue = Queue(PoolLimits(evaluators=4))
    one, two = job("ann"), job("bob", 5.0)
    queue.add(one)
    queue.add(two)
    assert queue.overdue(one.began + 0.9) == []
    assert queue.overdue(one.began + 1.1) == [one]
    assert len(queue) == 1


def test_who_waits_for_long_is_looked_after_once() -> None:
    queue = Queue(PoolLimits(evaluators=4))
    told: list[str] = []
    one = job("ann", 10.0)
    one.when_slow = lambda: told.append("slow")
    queue.add(one)
    for seconds in (0.1, 0.5, 0.9):
        queue.overdue(one.began + seconds)
    assert told == ["slow"]


@given(st.lists(st.tuples(st.sampled_from(["add", "take", "done", "leave"]), st.integers(0, 4)), max_size=60))
def test_whatever_happens_bounds_hold_and_nobody_waits_beside_a_free_share(acts: list[tuple[str, int]]) -> None:
    limits = PoolLimits(evaluators=4, waiting=6, waiting_per_client=3)
    queue = Queue(limits)
    waiting: list[Job] = []
    running: list[Job] = []
    for act, n in acts:
        if act == "add":
            new = job(f"client {n}")
            own = sum(each.client == new.client for each in waiting)
            try:
                last = queue.add(new)
            except Busy:
                assert own == limits.waiting_per_client or len(waiting) == limits.waiting
            else:
                assert own < limits.waiting_per_client
                assert (last is not None) == (len(waiting) == limits.waiting)
                waiting = [each for each in waiting if each is not last] + [new]
        elif act == "take" and (taken := queue.take(99)) is not None:
            waiting.remove(taken)
            running.append(taken)
        elif act == "done" and running:
            queue.end(running.pop(n % len(running)))
        elif act == "leave" and waiting:
            assert queue.remove(waiting.pop(n % len(waiting)))
        at_work = Counter(each.client for each in running)
        assert len(queue) == len(waiting)
        assert all(count <= limits.running_per_client for count in at_work.values())
    while (taken := queue.take(99)) is not None:
        waiting.remove(taken)
        running.append(taken)
    at_work = Counter(each.client for each in running)
    assert all(at_work[each.client] == limits.running_per_client for each in waiting)


def test_a_job_whose_evaluator_was_killed_is_done_once_more_within_its_time() -> None:
    lost = job("ann")
    lost.start(10.0)
    assert lost.may_retry(10.3, was_read=True)
    lost.start(20.0)
    assert not lost.may_retry(20.3, was_read=True)


def test_a_job_that_no_evaluator_has_read_is_done_again_until_its_time_is_over() -> None:
    lost = job("ann")
    for began in range(3):
        lost.start(began)
        assert lost.may_retry(began + 0.25, was_read=False)
    lost.start(9.0)
    assert not lost.may_retry(9.25, was_read=False)
