"""The keeper: a process that holds the graph, forks evaluators from it, and ends with the server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from medkg.errors import MedkgError, QueryError, SnapshotError
from medkg.evaluation.changes import Change
from medkg.pool import KeeperClient, KeeperConfig, UpdateOperation
from medkg.pool.wire import encode
from medkg.snapshots.snapshot import open_snapshot
from tests.pool.asking import (
    COUNT,
    RUNAWAY,
    asked,
    count,
    keeper,
    keepers,
    kept_and_pooled,
    number,
    on_a_loop,
    run,
    until,
)
from tests.pool.conftest import QUADS
from tests.processes import children, is_alive

NEW = Change(added=b"<http://example.org/new> <http://example.org/p> <http://example.org/o> .\n")


def status(process: int, field: str) -> list[str]:
    """What the kernel says of every thread of a process."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):  # a thread that has ended meanwhile
            lines = (task / "status").read_text(encoding="ascii").splitlines()
            found += [line.split()[1] for line in lines if line.startswith(f"{field}:")]
    return found


@on_a_loop
async def test_it_has_one_thread_so_that_it_may_fork(kept: KeeperConfig) -> None:
    keeper_client = await KeeperClient.start(kept)
    assert status(keeper(), "Threads") == ["1"]
    await keeper_client.stop()


@pytest.mark.parametrize("most_quads", [0, QUADS], ids=["from files", "in memory"])
@pytest.mark.skipif(sys.platform != "linux", reason="there is seccomp on Linux alone")
def test_every_thread_of_every_evaluator_is_shut_in(kept: KeeperConfig, most_quads: int) -> None:
    async def act() -> None:
        async with kept_and_pooled(replace(kept, max_quads_in_memory=most_quads), evaluators=3) as (_, pool):
            assert await count(pool) == QUADS
            await until(lambda: len(children(keeper())) == 3)
            for evaluator in children(keeper()):
                await until(lambda: set(status(evaluator, "Seccomp")) == {"2"})  # noqa: B023, waited for at once

    asyncio.run(act())


@on_a_loop
async def test_a_graph_that_is_too_large_for_memory_is_read_from_its_files(kept: KeeperConfig) -> None:
    async with kept_and_pooled(replace(kept, max_quads_in_memory=QUADS - 1), evaluators=2) as (keeper_client, pool):
        assert not keeper_client.in_memory
        asking = [run(pool, COUNT, client=client) for client in "abcd"]
        assert [number(each) for each in await asyncio.gather(*asking)] == [QUADS] * 4
        with pytest.raises(QueryError, match="SERVICE"):
            await run(pool, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        runaway = asyncio.ensure_future(run(pool, RUNAWAY))
        await until(lambda: pool.busy == 1)
        runaway.cancel()
        assert await count(pool) == QUADS


@on_a_loop
async def test_evaluators_see_what_the_journal_has_gained(fresh: KeeperConfig) -> None:
    async with kept_and_pooled(fresh, evaluators=2) as (keeper_client, pool):
        assert await count(pool) == 10
        before = set(children(keeper()))
        journal = open_snapshot(fresh.snapshot).journal
        for number_ in (1, 2):
            added = NEW.added.replace(b"new", b"new%d" % number_)
            journal.append(Change(added=added))
            await keeper_client.advance()
            pool.renew()
            answer = await run(pool, COUNT)
            assert (number(answer), answer.revision) == (10 + number_, keeper_client.revision)
            assert keeper_client.revision == journal.revision
        await until(lambda: len(children(keeper())) == 2)
        assert not before & set(children(keeper()))


@on_a_loop
async def test_one_at_work_meanwhile_answers_from_the_graph_it_was_asked_of(fresh: KeeperConfig) -> None:
    async with kept_and_pooled(fresh, evaluators=1) as (keeper_client, pool):
        await count(pool)
        (evaluator,) = children(keeper())
        rows = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6))
        asking = asyncio.ensure_future(run(pool, f"SELECT (COUNT(*) AS ?n) {{ {rows} }}"))
        await until(lambda: pool.busy == 1)
        open_snapshot(fresh.snapshot).journal.append(NEW)
        await keeper_client.advance()
        pool.renew()
        answer = await asking
        assert (number(answer), answer.revision) == (10**6, fresh.snapshot.name)
        assert await count(pool) == 11
        await until(lambda: evaluator not in children(keeper()))


@on_a_loop
async def test_one_that_starts_later_has_the_updates_too(fresh: KeeperConfig) -> None:
    journal = open_snapshot(fresh.snapshot).journal
    journal.append(NEW)
    async with kept_and_pooled(fresh, evaluators=1) as (keeper_client, pool):
        assert (keeper_client.position, keeper_client.revision) == (1, journal.revision)
        assert await count(pool) == 11


@on_a_loop
async def test_what_an_evaluator_does_to_its_graph_stays_with_it(fresh: KeeperConfig) -> None:
    async with kept_and_pooled(fresh, evaluators=1) as (_, pool):
        update = UpdateOperation(body=b"DELETE WHERE { ?s ?p ?o }")
        result = (await pool.run(update, client="ann", seconds=5.0, changes_graph=True)).result
        assert result.body[: result.removed_bytes].count(b"\n") == 10
        assert await count(pool) == 10


@on_a_loop
async def test_one_that_was_killed_is_known_to_be_dead_and_takes_its_evaluators_along(kept: KeeperConfig) -> None:
    async with kept_and_pooled(kept, evaluators=2) as (keeper_client, pool):
        await count(pool)
        await until(lambda: len(children(keeper())) == 2)
        evaluators = children(keeper())
        assert keeper_client.is_alive
        os.kill(keeper(), signal.SIGKILL)
        await until(lambda: not keeper_client.is_alive)
        await until(lambda: not any(map(is_alive, evaluators)))
        with pytest.raises((MedkgError, OSError)):
            await keeper_client.advance()


@on_a_loop
async def test_one_that_is_killed_before_it_has_its_graph_is_started_once_more(kept: KeeperConfig) -> None:
    for times, is_had in ((1, True), (2, False)):
        starting = asyncio.ensure_future(KeeperClient.start(kept))
        killed: set[int] = set()
        for _ in range(times):
            await until(lambda: bool({*keepers()} - killed))  # noqa: B023, waited for at once
            killed |= {*keepers()}
            for each in killed & {*keepers()}:
                os.kill(each, signal.SIGKILL)
        if is_had:
            await (await starting).stop()
        else:
            with pytest.raises(SnapshotError, match="has ended"):
                await starting
        assert keepers() == []


@on_a_loop
async def test_one_that_hangs_is_ended_all_the_same(kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medkg.pool.keeper_client._STOP_TIMEOUT_S", 0.2)
    keeper_client = await KeeperClient.start(kept)
    stopped = keeper()
    os.kill(stopped, signal.SIGSTOP)
    await keeper_client.stop()
    assert not is_alive(stopped)


@pytest.mark.parametrize("damaged", ["graph.nq", "manifest.json"])
def test_a_snapshot_that_is_damaged_is_refused_and_nothing_left(fresh: KeeperConfig, damaged: str) -> None:
    path = fresh.snapshot / damaged
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))
    with pytest.raises(MedkgError):
        asyncio.run(KeeperClient.start(fresh))
    assert keepers() == []


@on_a_loop
async def test_where_no_process_is_to_be_had_that_is_told(kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(MedkgError, match="no process can be started"):
        await KeeperClient.start(kept)


@pytest.fixture
def server(kept: KeeperConfig) -> Iterator[subprocess.Popen[str]]:
    """A server, as far as the keeper can tell: a process that has started one and asked for an evaluator."""
    code = """
import asyncio, json, sys, time
from pathlib import Path
from medkg.pool import PoolLimits, KeeperClient, KeeperConfig, RequestLimits, Pool

async def serve():
    config = KeeperConfig(snapshot=Path(sys.argv[1]), prefixes={}, limits=RequestLimits())
    keeper_client = await KeeperClient.start(config)
    pool = Pool(keeper_client, PoolLimits(evaluators=2))
    await asyncio.sleep(0.3)
    print("ready", flush=True)
    time.sleep(60)

asyncio.run(serve())
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(kept.snapshot)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_it_and_its_evaluators_end_with_the_server(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    (holder,) = children(server.pid)
    evaluators = children(holder)
    assert len(evaluators) == 2
    server.kill()
    server.wait()
    asyncio.run(_ended([holder, *evaluators]))


async def _ended(processes: list[int]) -> None:
    await until(lambda: not any(map(is_alive, processes)))


def test_an_evaluator_ends_by_itself_where_the_server_does_not_end_it(kept: KeeperConfig) -> None:
    """The server's end of one is held by hand and does nothing at the deadline."""

    async def act() -> None:
        keeper_client = await KeeperClient.start(kept)
        connection = keeper_client.fork()
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_recv(connection, 1 << 16)
        (evaluator,) = children(keeper())
        await loop.sock_sendall(connection, b"".join(encode(asked(RUNAWAY, seconds=0.01))))
        assert await loop.sock_recv(connection, 1 << 16) == b""
        await until(lambda: not is_alive(evaluator))
        connection.close()
        await keeper_client.stop()

    asyncio.run(act())


def test_keepers_are_not_told_the_secrets_of_the_server(kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_WRITE_TOKEN", "opensesame")

    async def act() -> bytes:
        keeper_client = await KeeperClient.start(kept)
        found = Path(f"/proc/{keeper()}/environ").read_bytes()
        await keeper_client.stop()
        return found

    found = asyncio.run(act())
    assert b"PYTHONPATH" in found
    assert b"opensesame" not in found
