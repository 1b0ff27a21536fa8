"""Evaluators at work: what one query does to itself, and what the others notice of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable
from pathlib import Path
from time import monotonic

import pytest

from medkg.errors import Busy, EngineCrash, LoadLimit, MemoryLimit, QueryError, SizeLimit, TimeLimit
from medkg.pool import ExitCause, KeeperConfig, Pool, QueryOperation, UpdateOperation
from tests.pool.asking import (
    COUNT,
    CRASHES,
    MEMORY_BOMB,
    RUNAWAY,
    asked,
    count,
    keeper,
    keepers,
    number,
    on_a_loop,
    pooled,
    run,
    until,
)
from tests.pool.conftest import QUADS
from tests.processes import children, halt, is_alive, ticks
from tests.servers import SLACK

LEAST_PRIORITY = 19


def at_work(pool: Pool, evaluators: int) -> bool:
    """Whether so many evaluators are at work."""
    return pool.busy == evaluators


def priorities(process: int) -> set[int]:
    """The niceness of the threads of a process, of which each has one of its own on Linux."""
    threads = Path(f"/proc/{process}/task")
    each = [int(thread.name) for thread in threads.iterdir()] if threads.is_dir() else [process]
    return {os.getpriority(os.PRIO_PROCESS, thread) for thread in each}


def started(act: Awaitable[object]) -> asyncio.Future[object]:
    """An act that goes on by itself."""
    return asyncio.ensure_future(act)


@on_a_loop
async def test_a_query_is_answered_with_the_revision_it_was_asked_of(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        answer = await run(pool, COUNT)
        assert (number(answer), answer.revision) == (QUADS, kept.snapshot.name)


@on_a_loop
async def test_everybody_gets_the_answer_to_what_they_asked(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=4) as pool:
        asking = [run(pool, f"SELECT ({n} AS ?n) {{}}", client=f"client {n % 7}") for n in range(80)]
        assert [number(each) for each in await asyncio.gather(*asking)] == [*range(80)]


@on_a_loop
async def test_each_client_gets_its_own_answers_whatever_is_prefetched_withdrawn_or_cancelled(
    kept: KeeperConfig,
) -> None:
    slow = "SELECT ((COUNT(*) + %d) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 100 } ?d ?e ?f }"
    async with pooled(kept, evaluators=4, waiting=1000, waiting_per_client=1000) as pool:
        tasks = [
            asyncio.ensure_future(
                run(pool, slow % n if n % 19 == 0 else f"SELECT ({n} AS ?n) {{}}", client=f"client {n // 100 % 2}")
            )
            for n in range(600)
        ]
        for n in (*range(100, 200, 7), *range(500, 600, 7)):
            await asyncio.wait([tasks[n - 50]])
            tasks[n].cancel()  # which waits, is prefetched, at work or answered
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        wrong = [
            n
            for n, answer in enumerate(answers)
            if not isinstance(answer, asyncio.CancelledError)
            and (isinstance(answer, BaseException) or number(answer) != (n + 100 * QUADS if n % 19 == 0 else n))
        ]
        assert wrong == []


@on_a_loop
async def test_an_evaluator_whose_prefetched_job_is_withdrawn_answers_nothing_else(kept: KeeperConfig) -> None:
    """The slow one ends before it is slow enough for its evaluator to be replaced for that."""
    slow = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 200 } ?d ?e ?f }"
    async with pooled(kept, evaluators=2) as pool:
        for _ in range(5):
            for _ in range(10):  # after which they are known to be quick
                await asyncio.gather(*(count(pool) for _ in range(4)))
            texts = [slow, *(f"SELECT ({n} AS ?n) {{}}" for n in range(8))]
            answers = await asyncio.gather(*(run(pool, text) for text in texts))
            assert [number(answer) for answer in answers] == [200 * QUADS, *range(8)]


@on_a_loop
async def test_a_job_that_was_prefetched_does_not_wait_for_a_runaway(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=4) as pool:
        for _ in range(40):  # after which they are known to be quick
            await asyncio.gather(*(count(pool) for _ in range(4)))
        runaway = started(run(pool, RUNAWAY, seconds=2))
        assert [await each for each in [started(count(pool)) for _ in range(5)]] == [QUADS] * 5
        assert not runaway.done()
        with pytest.raises(TimeLimit):
            await runaway


@pytest.mark.parametrize("text", CRASHES, ids=["exclamation marks", "a long path"])
def test_a_job_that_was_prefetched_is_done_by_another_evaluator_after_a_crash(kept: KeeperConfig, text: str) -> None:
    async def crash() -> None:
        async with pooled(kept, evaluators=2) as pool:
            for _ in range(40):
                await asyncio.gather(*(count(pool) for _ in range(4)))
            crashing = started(run(pool, text))
            assert [await each for each in [started(count(pool)) for _ in range(5)]] == [QUADS] * 5
            with pytest.raises(EngineCrash):
                await crashing

    asyncio.run(crash())


@on_a_loop
async def test_a_mistake_is_told_and_the_evaluator_stays(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        await count(pool)
        before = children(keeper())
        with pytest.raises(QueryError, match="line 1, column 1"):
            await run(pool, "SELEC")
        await count(pool)
        assert children(keeper()) == before


@on_a_loop
async def test_a_runaway_is_ended_at_its_deadline_and_its_evaluator_is_back_at_once(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        await count(pool)
        (evaluator,) = children(keeper())
        began = monotonic()
        with pytest.raises(TimeLimit, match=r"longer than 0\.3 seconds"):
            await run(pool, RUNAWAY, seconds=0.3)
        assert 0.3 <= monotonic() - began < 0.3 + SLACK
        assert await count(pool) == QUADS
        await until(lambda: not is_alive(evaluator))
        assert len(children(keeper())) == 1


@on_a_loop
async def test_neighbours_of_a_runaway_go_on(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        runaway = started(run(pool, RUNAWAY, client="greedy", seconds=0.6))
        answered = 0
        while not runaway.done():
            assert await count(pool) == QUADS
            answered += 1
        assert answered > 20
        with pytest.raises(TimeLimit):
            await runaway


@on_a_loop
async def test_a_memory_bomb_harms_nobody_but_itself(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        with pytest.raises(MemoryLimit):
            await run(pool, MEMORY_BOMB)
        assert await count(pool) == QUADS
        assert pool.ended == {ExitCause.MEMORY: 1}  # and it was asked of no other


@pytest.mark.parametrize("text", CRASHES, ids=["exclamation marks", "a long path"])
def test_a_query_that_crashes_the_engine_harms_nobody_but_itself(kept: KeeperConfig, text: str) -> None:
    async def crash() -> None:
        async with pooled(kept, evaluators=1) as pool:
            with pytest.raises(EngineCrash):
                await run(pool, text)
            assert await count(pool) == QUADS
            assert pool.ended == {ExitCause.CRASH: 1}

    asyncio.run(crash())


@on_a_loop
async def test_an_answer_that_is_too_large_is_refused_and_the_evaluator_stays(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        with pytest.raises(SizeLimit, match="more than 5,000 rows"):
            await run(pool, "SELECT ?a { ?a ?b ?c . ?d ?e ?f }")
        with pytest.raises(SizeLimit, match="larger than 1,048,576 bytes"):
            await run(pool, f"SELECT (CONCAT('{'x' * 2_000}', ?c) AS ?long) {{ ?a ?b ?c }}")
        assert await count(pool) == QUADS


@on_a_loop
async def test_a_failure_nobody_foresaw_is_no_fault_of_the_query(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        with pytest.raises(RuntimeError, match="UnicodeDecodeError"):
            await pool.run(QueryOperation(format="json", body=b"\xff"), client="somebody", seconds=10.0)
        assert await count(pool) == QUADS


@on_a_loop
async def test_who_stops_waiting_frees_the_evaluator(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        runaway = started(run(pool, RUNAWAY))
        await until(lambda: at_work(pool, 1))
        (evaluator,) = children(keeper())
        runaway.cancel()
        assert await count(pool) == QUADS
        assert await until(lambda: not is_alive(evaluator)) < 0.5


@on_a_loop
async def test_who_stops_waiting_in_the_queue_makes_room(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1, waiting=1) as pool:
        runaway = started(run(pool, RUNAWAY, client="ann"))
        await until(lambda: at_work(pool, 1))
        waiting = started(run(pool, COUNT, client="ann"))
        await until(lambda: pool.waiting == 1)
        with pytest.raises(Busy):
            await count(pool, client="ann")
        waiting.cancel()
        await until(lambda: pool.waiting == 0)
        next_ = started(count(pool, client="ann"))
        await until(lambda: pool.waiting == 1)
        runaway.cancel()
        assert await next_ == QUADS


@on_a_loop
async def test_nobody_waits_for_longer_than_they_might_run(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        runaway = started(run(pool, RUNAWAY, client="ann"))
        await until(lambda: at_work(pool, 1))
        began = monotonic()
        with pytest.raises(Busy, match="busy for too long") as caught:
            await run(pool, COUNT, client="ann", seconds=0.2)
        assert 0.2 <= monotonic() - began < 0.2 + SLACK
        assert not caught.value.of_client
        runaway.cancel()


@on_a_loop
async def test_a_client_cannot_keep_all_evaluators_busy(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=4, waiting_per_client=4) as pool:
        greedy = [started(run(pool, RUNAWAY, client="greedy", seconds=5)) for _ in range(2)]
        await until(lambda: at_work(pool, 2))
        greedy += [started(run(pool, RUNAWAY, client="greedy", seconds=5)) for _ in range(4)]
        await until(lambda: pool.waiting == 4)
        with pytest.raises(Busy) as caught:
            await run(pool, COUNT, client="greedy")
        assert caught.value.of_client
        for _ in range(50):
            assert await count(pool, client="modest") == QUADS
        assert (pool.busy, pool.waiting) == (2, 4)
        for each in greedy:
            each.cancel()


@on_a_loop
async def test_several_clients_that_are_greedy_leave_one_to_a_client_that_is_not(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=4) as pool:
        await count(pool)
        greedy = [started(run(pool, RUNAWAY, client=client, seconds=60)) for client in "ab" * 4]
        for n in range(100):
            assert number(await run(pool, COUNT, client=f"modest {n % 2}", seconds=5)) == QUADS
        for each in greedy:
            each.cancel()


@on_a_loop
async def test_slow_jobs_of_however_many_clients_leave_room_for_others(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=2) as pool:
        slow = [started(run(pool, RUNAWAY, client=client)) for client in "ab"]
        await until(lambda: at_work(pool, 2))
        assert await count(pool, client="modest") == QUADS  # once the others have stepped behind
        assert pool.busy == 2
        slow += [started(run(pool, RUNAWAY, client=client)) for client in "cdefgh"]
        for _ in range(20):
            assert await count(pool, client="modest") == QUADS
            await until(lambda: len(children(keeper())) <= 4)
        assert not all(each.done() for each in slow)
        for each in slow:
            each.cancel()
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        assert {type(each) for each in outcomes} <= {LoadLimit, asyncio.CancelledError}
        await until(lambda: at_work(pool, 0))
        await until(lambda: len(children(keeper())) == 2)


@on_a_loop
async def test_whoever_is_alone_has_all_the_time_there_is(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        for _ in range(2):  # the second time with a debt
            with pytest.raises(TimeLimit, match=r"longer than 0\.7 seconds") as caught:
                await run(pool, RUNAWAY, seconds=0.7)
            assert not isinstance(caught.value, LoadLimit)


@on_a_loop
async def test_slow_jobs_end_sooner_where_slow_jobs_of_others_wait(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=2) as pool:
        clients = [f"2001:db8:0:{n}::/64" for n in range(6)]
        for client in clients:  # who have a debt from here on
            with pytest.raises(TimeLimit):
                await run(pool, RUNAWAY, client=client, seconds=0.5)
        began = monotonic()
        slow = [started(run(pool, RUNAWAY, client=client, seconds=60)) for client in clients]
        with pytest.raises(LoadLimit, match="because others wait; at quiet times this query may take 60 seconds"):
            await asyncio.wait_for(asyncio.gather(*slow), 59)
        assert monotonic() - began < 59
        for each in slow:
            each.cancel()


@on_a_loop
async def test_an_evaluator_killed_while_idle_is_replaced(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        await count(pool)
        await until(lambda: len(children(keeper())) == 2)
        before = children(keeper())
        for each in before:
            os.kill(each, signal.SIGKILL)
        await until(lambda: len(set(children(keeper())) - set(before)) == 2)
        assert await count(pool) == QUADS


@on_a_loop
async def test_a_query_whose_evaluator_is_killed_is_asked_of_another_and_after_that_no_more(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        runaway = started(run(pool, RUNAWAY))
        for _ in range(2):
            await until(lambda: any(ticks(each) >= 2 for each in children(keeper())))
            assert not runaway.done()
            (evaluator,) = children(keeper())
            os.kill(evaluator, signal.SIGKILL)
            await until(lambda: not is_alive(evaluator))  # noqa: B023, waited for at once
        with pytest.raises(Busy, match="ended from outside"):
            await runaway
        assert await count(pool) == QUADS
        assert pool.ended == {ExitCause.KILLED: 2}


@on_a_loop
async def test_evaluators_killed_before_they_have_read_what_they_are_asked_lose_nothing(kept: KeeperConfig) -> None:
    update = UpdateOperation(body=b"DELETE WHERE { ?s ?p ?o }")
    async with pooled(kept, evaluators=4) as pool:
        await until(lambda: pool.idle == 4)
        doomed = children(keeper())
        for each in doomed:
            halt(each)
        counting = [started(count(pool, client=client)) for client in "abc"]
        updating = asyncio.ensure_future(pool.run(update, client="ann", seconds=10.0, changes_graph=True))
        await until(lambda: at_work(pool, 4))
        for each in doomed:
            os.kill(each, signal.SIGKILL)
        assert [await each for each in counting] == [QUADS] * 3
        assert (await updating).result.removed_bytes > 0


@on_a_loop
async def test_an_evaluator_at_a_slow_job_has_a_lower_priority_and_is_not_used_again(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        told: list[float] = []
        began = monotonic()
        runaway = started(
            pool.run(asked(RUNAWAY), client="ann", seconds=5, when_slow=lambda: told.append(monotonic() - began))
        )
        await until(lambda: at_work(pool, 1))
        (evaluator,) = children(keeper())
        own = os.getpriority(os.PRIO_PROCESS, 0)
        behind = min(own + 10, LEAST_PRIORITY)  # which the system does not exceed
        await until(lambda: priorities(evaluator) == {behind})
        await until(lambda: len(told) == 1)
        assert 0.2 <= told[0] < 0.4
        runaway.cancel()
        assert await count(pool) == QUADS
        await until(lambda: evaluator not in children(keeper()))


@on_a_loop
async def test_nothing_is_left_open_by_those_that_were_killed(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        await count(pool)
        before = len(os.listdir("/dev/fd"))
        for _ in range(20):
            runaway = started(run(pool, RUNAWAY))
            await until(lambda: at_work(pool, 1))
            runaway.cancel()
            await until(lambda: at_work(pool, 0))
        await count(pool)
        await until(lambda: len(os.listdir("/dev/fd")) < before + 10)
        await until(lambda: len(children(keeper())) == 2)


@on_a_loop
async def test_a_pool_on_a_keeper_that_was_killed_sends_everybody_away(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=2) as pool:
        tasks = [started(run(pool, RUNAWAY, client=client)) for client in ("ann", "bob", "bob")]
        await until(lambda: at_work(pool, 2) and pool.waiting == 1)
        os.kill(keeper(), signal.SIGKILL)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in outcomes] == [Busy] * 3
        with pytest.raises(Busy):
            await count(pool)
        await pool.drain()


@on_a_loop
async def test_a_pool_that_is_drained_finishes_what_it_has(kept: KeeperConfig) -> None:
    async with pooled(kept, evaluators=1) as pool:
        tasks = [started(count(pool)) for _ in range(5)]
        await asyncio.sleep(0)
        await pool.drain()
        assert [task.done() for task in tasks] == [True] * 5
        pool.close()
        with pytest.raises(Busy):
            await count(pool)


@on_a_loop
async def test_pools_do_not_hold_each_other_up(kept: KeeperConfig) -> None:
    async with pooled(kept) as one, pooled(kept) as two:
        runaways = [started(run(one, RUNAWAY, client=client)) for client in ("ann", "bob")]
        await until(lambda: at_work(one, 2))
        assert await count(two) == QUADS
        for each in runaways:
            each.cancel()


@on_a_loop
async def test_nothing_is_left_of_a_pool_that_has_ended(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        await count(pool)
        holder = keeper()
        evaluators = children(holder)
    assert not any(map(is_alive, [holder, *evaluators]))
    assert keepers() == []
