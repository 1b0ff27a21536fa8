"""A real server beside a dozen addresses whose queries never end by themselves, and a client with quick ones."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

import pytest

from tests.faults.asking import COUNT, RUNAWAY, Reply, metric, send
from tests.faults.conftest import QUADS, graph
from tests.processes import until
from tests.servers import Running, published, running

DEADLINE = 4.0
"""Seconds for a query, which those who wait in one line with runaway queries would come to feel."""

RUNAWAYS = 12
NAMES = count()

SOURCES: dict[str, Callable[[int], str]] = {
    "IPv4": lambda n: f"192.0.2.{n}",
    "an IPv6 /56": lambda n: f"2001:db8::{n:x}:0:0:0:1",
    "an IPv6 /48": lambda n: f"2001:db8:0:{n << 8:x}::1",
}


def ask_as(server: Running, client: str, query: str) -> Reply:
    """The answer to a query that nobody has asked before, from a client that a proxy tells of."""
    headers = {"Content-Type": "application/sparql-query", "X-Forwarded-For": client}
    return send(server, "POST", "/sparql", f"{query} # {next(NAMES)}".encode(), headers)


@contextmanager
def runaways(server: Running, source: Callable[[int], str]) -> Iterator[list[Reply]]:
    """Clients that each have a runaway query under way at all times, and what they were answered."""
    stop, replies = threading.Event(), list[Reply]()

    def go_on(client: str) -> None:
        while not stop.is_set():
            try:
                replies.append(ask_as(server, client, RUNAWAY))
            except (OSError, http.client.HTTPException):
                return
            stop.wait(0.05)

    threads = [threading.Thread(target=go_on, args=(source(n),), daemon=True) for n in range(1, RUNAWAYS + 1)]
    for each in threads:
        each.start()
    try:
        yield replies
    finally:
        stop.set()
        for each in threads:
            each.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with the default number of evaluators on two processors, behind a proxy."""
    home = tmp_path_factory.mktemp("home")
    published(home, graph(QUADS))
    with running(home, MEDKG_EVALUATORS="4", MEDKG_QUERY_TIMEOUT=str(DEADLINE), MEDKG_PROXIES="1") as server:
        yield server


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_client_with_quick_queries_is_answered_beside_runaway_queries(
    server: Running, source: Callable[[int], str]
) -> None:
    with runaways(server, source) as others:
        until(lambda: metric(server, "medkg_requests_waiting") > 0)
        quick = [ask_as(server, "198.51.100.1", COUNT) for _ in range(40)]
        until(lambda: len(others) >= 2)
    assert {each.status for each in quick} == {200}
    assert median(each.seconds for each in quick) < DEADLINE / 8
    ended = [each for each in others if each.status == 503]
    assert ended
    assert {each.headers["retry-after"] for each in ended} == {"2"}


def test_who_is_ended_for_others_is_told_how_long_a_query_may_take_at_quiet_times(server: Running) -> None:
    with runaways(server, SOURCES["IPv4"]) as others:
        until(lambda: any("because others wait" in each.problem["detail"] for each in list(others)))
    told = next(each.problem for each in others if "because others wait" in each.problem["detail"])
    assert told["status"] == 503
    assert "at quiet times this query may take 4 seconds" in told["detail"]
