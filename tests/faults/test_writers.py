"""Many who write, and much that was written: each has a turn, nobody reads twice, and what came to nothing goes."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from medkg.pool import PoolLimits
from medkg.server.config import Config
from medkg.server.publication import Publication, initial_endpoint
from medkg.snapshots.journal import Journal
from tests.changes import stating
from tests.faults.asking import RUNAWAY, count, get, metric, send, update
from tests.faults.conftest import QUADS, impatient
from tests.pool.asking import on_a_loop
from tests.pool.asking import until as asyncio_until
from tests.processes import kill, on_linux, until
from tests.servers import BEARER, REPOSITORY, Running

WRITES = 60
"""Updates of each server."""

SLOW = f"INSERT {{ <e:s> <e:p> ?n }} WHERE {{ {{ {RUNAWAY} }} }}"
GRAPH = "/graph-store?graph=e:large"


def revision(server: Running) -> str:
    """What a server says it serves."""
    return str(get(server, "/readyz").json["revision"])


def journal(home: Path) -> Path:
    """The one journal there is."""
    (found,) = (home / "snapshots").glob("*.rdfp")
    return found


def write(server: Running, name: str) -> list[int]:
    """The statuses of updates, one after another."""
    return [update(server, f"INSERT DATA {{ <e:{name}> <e:says> {number} }}").status for number in range(WRITES)]


def test_two_servers_on_one_home_take_turns_and_both_know_what_either_has_written(home: Path) -> None:
    with impatient(home, seconds="20") as one, impatient(home, seconds="20") as other, ThreadPoolExecutor(4) as clients:
        writing = [clients.submit(write, server, f"{n}") for n, server in enumerate((one, other, one, other))]
        assert Counter(status for each in writing for status in each.result()) == {204: 4 * WRITES}
        until(lambda: revision(one) == revision(other))
        assert count(one) == count(other) == QUADS + 4 * WRITES
        assert revision(one).endswith(f".{4 * WRITES}")
    with impatient(home) as server:
        assert count(server) == QUADS + 4 * WRITES


def test_what_is_read_from_one_server_is_required_of_the_other(home: Path) -> None:
    def require(server: Running, known: str) -> int:
        headers = {"Content-Type": "application/sparql-update", "If-Match": f'"{known}"', **BEARER}
        return send(
            server, "POST", "/sparql", f"INSERT DATA {{ <e:s> <e:p> {time.time_ns()} }}".encode(), headers
        ).status

    with impatient(home, seconds="20") as one, impatient(home, seconds="20") as other:
        before = revision(one)
        assert require(one, before) == 204
        assert require(other, before) == 412  # though it may not have looked since
        known = update(one, "INSERT DATA { <e:s> <e:p> 1 }").headers["medkg-revision"]
        assert require(other, known) == 204


def test_writers_that_wait_are_counted_and_no_more_than_so_many_wait(home: Path) -> None:
    with impatient(home, seconds="3", MEDKG_WRITE_QUEUE="2") as server, ThreadPoolExecutor(4) as clients:
        slow = clients.submit(update, server, SLOW)
        until(lambda: metric(server, "medkg_evaluators_busy") == 1)
        waiting = [clients.submit(update, server, f"INSERT DATA {{ <e:s> <e:p> {n} }}") for n in range(2)]
        until(lambda: metric(server, "medkg_updates_waiting") == 2)
        refused = update(server, "INSERT DATA { <e:s> <e:p> 3 }")
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        assert "2 updates are waiting already" in refused.problem["detail"]
        assert slow.result().status == 503
        assert [each.result().status for each in waiting] == [204, 204]
        assert metric(server, "medkg_updates_waiting") == 0
        assert count(server) == QUADS + 2


@on_linux
def test_a_server_that_is_killed_in_its_turn_keeps_no_other_waiting(home: Path) -> None:
    with ExitStack() as stack:
        one = stack.enter_context(impatient(home, seconds="20"))
        other = stack.enter_context(impatient(home, seconds="20"))
        clients = stack.enter_context(ThreadPoolExecutor(2))
        clients.submit(update, one, SLOW)
        until(lambda: metric(one, "medkg_evaluators_busy") == 1)
        waiting = clients.submit(update, other, "INSERT DATA { <e:s> <e:p> 1 }")
        until(lambda: metric(other, "medkg_updates_waiting") == 1)
        kill(one.process.pid)
        assert waiting.result().status == 204


# ---- Reading


def bytes_read() -> int:
    """How many bytes this process has read: https://docs.kernel.org/filesystems/proc.html."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("rchar")).split()[1])


@on_linux
def test_a_follower_that_began_with_no_update_reads_each_of_them_about_once(tmp_path: Path) -> None:
    writer, follower = Journal(tmp_path / "a.rdfp"), Journal(tmp_path / "a.rdfp")
    assert follower.position == 0
    before, followed = bytes_read(), 0
    for number in range(400):
        writer.append(stating(f"{number} {'x' * 4000}"))
        followed += len(list(follower.changes(after=number)))
    assert followed == 400
    assert bytes_read() - before < 20 * writer.path.stat().st_size  # and not 200 times


@on_linux
@on_a_loop
async def test_a_server_goes_on_while_it_reads_a_journal(home: Path) -> None:
    """A pipe is in the place of the journal: who reads it waits until somebody writes."""
    (snapshot,) = (home / "snapshots").iterdir()
    pipe, opened = snapshot.with_suffix(".rdfp"), []

    def release(who: str) -> bool:
        """Whether somebody reads the pipe, who need wait no longer then."""
        try:
            descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        pipe.unlink()
        os.close(descriptor)
        opened.append(who)
        return True

    config = Config(snapshots=home / "snapshots", resources=REPOSITORY, pool=PoolLimits(evaluators=1))
    publication = Publication(config, await initial_endpoint(config))
    watching = asyncio.ensure_future(publication.run())
    os.mkfifo(pipe)
    watchdog = threading.Timer(20, release, ["somebody else"])
    watchdog.start()
    await asyncio_until(lambda: bool(opened) or release("the loop"), seconds=30)
    watchdog.cancel()
    assert opened == ["the loop"]
    watching.cancel()
    await asyncio.wait([watching])
    await publication.stop()


# ---- Checkpoints


def test_a_graph_that_was_put_and_deleted_again_leaves_next_to_nothing(home: Path) -> None:
    triples = b"".join(b'<e:s%d> <e:p> "%s" .\n' % (n, b"x" * 90) for n in range(60_000))
    headers = {"Content-Type": "application/n-triples", **BEARER}
    with impatient(home, seconds="60") as server, impatient(home, seconds="60") as other:
        assert update(server, "INSERT DATA { <e:s> <e:p> 1 }").status == 204
        assert send(server, "PUT", GRAPH, triples, headers).status == 201
        assert send(server, "DELETE", GRAPH, headers=BEARER).status == 204
        assert update(server, "INSERT DATA { <e:s> <e:p> 2 }").status == 204
        until(lambda: journal(home).stat().st_size < 10_000, seconds=60)
        known = revision(server)
        assert known.endswith(".4")
        until(lambda: revision(other) == known, seconds=60)
        for each in (server, other):
            assert count(each) == QUADS + 2
            assert get(each, GRAPH).status == 404
        assert update(other, "INSERT DATA { <e:s> <e:p> 3 }").status == 204
        known = revision(other)
    with impatient(home) as server:
        assert (revision(server), count(server)) == (known, QUADS + 3)
