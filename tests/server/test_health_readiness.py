"""Readiness is found out by asking: a query, a page, and whether the journal can be written."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from medkg.server.health import CHECK_INTERVAL_S
from tests.asking import ask
from tests.processes import WITHOUT_OVERRIDE, evaluators, is_alive, keeper, on_linux, until
from tests.server.test_health import measured
from tests.servers import TOKEN, Running, running
from tests.small_graph import small

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of two evaluators, whose every test mends what it breaks, and that needs permissions to write."""
    with running(
        small(tmp_path_factory.mktemp("readiness")),
        before=WITHOUT_OVERRIDE,
        MEDKG_WRITE_TOKEN=TOKEN,
        MEDKG_CACHE_BYTES="0",
        MEDKG_EVALUATORS="2",
        MEDKG_QUERY_TIMEOUT="3",
    ) as server:
        yield server
        assert "Traceback" not in server.said


def state(server: Running) -> dict[str, Any]:
    answer = server.client.get("/readyz")
    found: dict[str, Any] = answer.get_json()
    assert (answer.status_code, found["status"]) in {(200, "ready"), (503, "not ready")}
    assert ("reasons" in found) == (answer.status_code == 503)
    return found


def failing(server: Running) -> dict[str, str]:
    """What does not work, with the reasons."""
    return dict(state(server).get("reasons", {}))


def test_where_the_journal_cannot_be_written_updates_are_not_ready(server: Running) -> None:
    assert [state(server)[name] for name in ("queries", "pages", "updates")] == ["ready"] * 3
    snapshots = server.home / "snapshots"
    snapshots.chmod(0o555)
    until(lambda: failing(server) == {"updates": "the journal may not be written to"})
    assert server.has_said("updates do not work: the journal may not be written to")
    snapshots.chmod(0o755)
    until(lambda: not failing(server))
    shutil.move(snapshots, server.home / "elsewhere")
    until(lambda: failing(server).get("updates") == "the directory of the journal is gone")
    shutil.move(server.home / "elsewhere", snapshots)
    until(lambda: not failing(server))


@on_linux
def test_where_no_evaluator_answers_queries_are_not_ready(server: Running) -> None:
    assert state(server)["queries"] == "ready"
    processes = [keeper(server.process.pid), *evaluators(server.process.pid)]
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    until(lambda: "queries" in failing(server), seconds=60)
    for each in filter(is_alive, processes):  # some may have been ended by their deadline
        os.kill(each, signal.SIGCONT)
    until(lambda: not failing(server), seconds=60)


def test_a_server_whose_evaluators_are_all_busy_is_ready(server: Running) -> None:
    with ThreadPoolExecutor(8) as threads:
        slow = [threads.submit(ask, server.client, SLOW) for _ in range(3)]
        until(lambda: measured(server.client)["medkg_requests_waiting",] > 0)
        assert not failing(server)
        assert {each.result().status_code for each in slow} == {503}


def test_many_who_ask_whether_a_server_is_ready_cost_no_more_than_one(server: Running) -> None:
    client, began = server.client, time.monotonic()
    before = measured(client)["medkg_readiness_checks_total",]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(client.get, "/readyz") for _ in range(200)]
        assert {each.result().status_code for each in asked} == {200}
    checks = measured(client)["medkg_readiness_checks_total",] - before
    assert checks <= 2 + (time.monotonic() - began) / CHECK_INTERVAL_S
