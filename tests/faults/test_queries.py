"""Queries that would bring a server down: each harms itself alone, and is told why."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.asking import COUNT, CRASHES, MEMORY_BOMB, RUNAWAY, ask, count, metric, update
from tests.faults.conftest import QUADS
from tests.processes import evaluators, on_linux, until
from tests.servers import SLACK, Running


def test_a_runaway_query_is_a_503_at_its_deadline(server: Running) -> None:
    reply = ask(server, RUNAWAY)
    assert (reply.status, reply.headers["retry-after"]) == (503, "2")
    assert "longer than 1 seconds" in reply.problem["detail"]
    assert 1 <= reply.seconds < 1 + SLACK


def test_a_client_may_lower_its_deadline_and_not_raise_it(server: Running) -> None:
    assert 0.2 <= ask(server, RUNAWAY, timeout="0.2").seconds < 0.2 + SLACK
    assert 1 <= ask(server, RUNAWAY, timeout="60").seconds < 1 + SLACK


@on_linux
def test_the_evaluator_of_a_runaway_is_replaced(shared: Running) -> None:
    ask(shared, RUNAWAY, timeout="0.2")
    until(lambda: len(evaluators(shared.process.pid)) == 4)
    assert metric(shared, "medkg_evaluators_busy") == 0


def test_a_memory_bomb_is_a_507(shared: Running) -> None:
    reply = ask(shared, MEMORY_BOMB)
    assert reply.status == 507
    assert "more memory" in reply.problem["detail"]


@pytest.mark.parametrize("query", [CRASHES[0], CRASHES[1].replace("ex:p", "<e:p>")], ids=["negations", "a long path"])
def test_a_query_that_crashes_the_engine_is_a_400(shared: Running, query: str) -> None:
    reply = ask(shared, query)
    assert reply.status == 400
    assert "brings the engine down" in reply.problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 10_000 + "}" * 10_000,
        f"SELECT * {{ FILTER({'(' * 10_000}1{')' * 10_000}) }}",
        f"ASK {{ FILTER({'STR(' * 1_000}1{')' * 1_000} = '') }}",
        "ASK " + "{ FILTER EXISTS " * 1_000 + "{}" + "}" * 1_000,
    ],
    ids=["braces", "parentheses", "calls", "filters"],
)
def test_deep_nesting_is_a_400_with_its_place(shared: Running, query: str) -> None:
    reply = ask(shared, query)
    assert reply.status == 400
    assert "line 1, column" in reply.problem["detail"]


def test_a_query_of_five_megabytes_is_refused(shared: Running) -> None:
    reply = ask(shared, f"ASK {{ FILTER('{'x' * 5_000_000}' = '') }}")
    assert reply.status in (400, 413)
    assert reply.problem["title"]


def test_a_nul_byte_is_a_400(shared: Running) -> None:
    assert ask(shared, "ASK { ?s ?p '\0' }").status == 400


def test_an_answer_that_is_too_large_is_a_413(shared: Running) -> None:
    reply = ask(shared, f"SELECT ('{'x' * 40_000}' AS ?x) {{ ?s ?p ?o }}")
    assert reply.status == 413
    assert "ask for less" in reply.problem["detail"]


def test_a_runaway_update_is_a_503_and_changes_nothing(shared: Running) -> None:
    runaway = "INSERT { ?a <e:p> ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?i + 1) }"
    reply = update(shared, runaway, timeout="0.5")
    assert reply.status == 503
    assert count(shared) == QUADS


def test_an_update_that_is_a_memory_bomb_is_a_507_and_changes_nothing(shared: Running) -> None:
    bomb = MEMORY_BOMB[MEMORY_BOMB.index("{") :]
    assert update(shared, f"INSERT {{ <e:s> <e:p> ?a30 }} WHERE {bomb}").status == 507
    assert count(shared) == QUADS


def test_an_update_that_crashes_the_engine_is_a_400_and_changes_nothing(shared: Running) -> None:
    crash = CRASHES[0].removeprefix("ASK")
    assert update(shared, f"INSERT {{ <e:s> <e:p> <e:o> }} WHERE {crash}").status == 400
    assert count(shared) == QUADS


@pytest.mark.parametrize("query", [RUNAWAY, MEMORY_BOMB, CRASHES[0]], ids=["runaway", "memory bomb", "crash"])
def test_neighbours_go_on_meanwhile(shared: Running, query: str) -> None:
    over = threading.Event()

    def attack() -> None:
        for _ in range(3):
            ask(shared, query, timeout="0.3")
        over.set()

    with ThreadPoolExecutor(2) as attackers:
        attacks = [attackers.submit(attack) for _ in range(2)]
        answered = 0
        while not over.is_set():
            assert ask(shared, f"{COUNT} # {answered}").status == 200
            answered += 1
        assert [attack.exception() for attack in attacks] == [None, None]
    assert answered > 2
