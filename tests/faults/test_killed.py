"""Processes of a server that are killed: each is replaced, and none lives on without those it belongs to."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tests.faults.asking import COUNT, RUNAWAY, Reply, ask, count, get, metric
from tests.faults.conftest import QUADS, impatient
from tests.processes import evaluators, family, front, is_alive, keeper, kill, on_linux, ticks, until
from tests.servers import PATIENCE, Running, running

pytestmark = on_linux


def asking(server: Running, query: str) -> Future[Reply]:
    """A question under way, in an evaluator."""
    answer: Future[Reply] = Future()
    threading.Thread(target=lambda: answer.set_result(ask(server, query))).start()
    until(lambda: metric(server, "medkg_evaluators_busy") > 0)
    return answer


def is_ready(server: Running) -> bool:
    """Whether a query would be answered now."""
    return get(server, "/readyz").status == 200


def at_work(server: Running) -> int:
    """The evaluator that evaluates."""
    found: list[int] = []

    def is_there() -> bool:
        found[:] = [each for each in evaluators(server.process.pid) if ticks(each) >= 5]
        return len(found) == 1

    until(is_there)
    return found[0]


def test_a_query_whose_evaluators_are_killed_twice_is_a_503_and_they_are_replaced(home: Path) -> None:
    with impatient(home, seconds="20") as server:
        answer = asking(server, RUNAWAY)
        for _ in range(2):
            killed = at_work(server)
            kill(killed)
            until(lambda: not is_alive(killed))  # noqa: B023, waited for at once
        reply = answer.result(PATIENCE)
        assert (reply.status, reply.headers["retry-after"]) == (503, "2")
        assert "ended from outside" in reply.problem["detail"]
        assert count(server) == QUADS
        until(lambda: len(evaluators(server.process.pid)) == 4)


def test_a_query_whose_evaluator_is_killed_once_is_answered_all_the_same(home: Path) -> None:
    rows = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(2))
    with impatient(home, seconds="20") as server:
        answer = asking(server, f"SELECT (COUNT(*) AS ?n) {{ {rows} FILTER(STRLEN(?o0) < 9) }}")
        kill(at_work(server))
        reply = answer.result(PATIENCE)
        assert (reply.status, reply.json["results"]["bindings"][0]["n"]["value"]) == (200, str(QUADS**2))


def test_all_evaluators_killed_at_once_are_replaced(server: Running) -> None:
    for _ in range(3):
        until(lambda: len(evaluators(server.process.pid)) == 4)
        kill(*evaluators(server.process.pid))
        assert ask(server, COUNT, timeout="5").status == 200


def test_a_killed_keeper_is_replaced_and_who_asked_meanwhile_is_told_to_come_again(server: Running) -> None:
    answer = asking(server, RUNAWAY)
    killed, orphans = keeper(server.process.pid), evaluators(server.process.pid)
    kill(killed)
    reply = answer.result(PATIENCE)
    assert (reply.status, reply.headers["retry-after"]) == (503, "2")
    while (again := ask(server, f"{COUNT} # {time.monotonic()}")).status != 200:
        assert (again.status, again.headers["retry-after"]) == (503, "2")
    until(lambda: is_ready(server))
    assert not any(map(is_alive, [killed, *orphans]))
    assert keeper(server.process.pid) != killed


def test_a_killed_front_is_replaced_and_its_processes_end_with_it(server: Running) -> None:
    killed = front(server.process.pid)
    below = family(killed)
    kill(killed)
    until(lambda: count(server) == QUADS)
    until(lambda: not any(map(is_alive, below)))
    assert front(server.process.pid) != killed


def test_nothing_outlives_the_process_that_was_started(server: Running) -> None:
    everything = family(server.process.pid)
    assert len(everything) >= 4
    try:
        server.process.kill()
        server.process.wait()
        until(lambda: not any(map(is_alive, everything)), seconds=5)
    finally:
        kill(*filter(is_alive, everything))


def test_a_server_killed_whole_can_be_started_again_at_once(home: Path) -> None:
    port = 0
    for _ in range(2):
        with running(home, port=port) as server:
            port = server.port
            assert count(server) == QUADS
            everything = family(server.process.pid)
            kill(*everything)
            until(lambda: not any(map(is_alive, everything)))  # noqa: B023, waited for at once


def test_a_server_that_is_told_to_end_finishes_what_it_has_and_leaves_nothing(home: Path) -> None:
    rows = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(2))
    with impatient(home, seconds="20") as server, ThreadPoolExecutor(1) as client:
        everything = family(server.process.pid)
        answer = client.submit(ask, server, f"SELECT (COUNT(*) AS ?n) {{ {rows} FILTER(STRLEN(?o0) < 9) }}")
        until(lambda: metric(server, "medkg_evaluators_busy") > 0)
        os.kill(server.process.pid, signal.SIGTERM)
        reply = answer.result(PATIENCE)
        assert (reply.status, reply.json["results"]["bindings"][0]["n"]["value"]) == (200, str(QUADS**2))
        assert server.process.wait(PATIENCE) == 0
        assert not any(map(is_alive, everything))
        assert server.said == ""
