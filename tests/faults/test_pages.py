"""Pages that cost much: bounded, made in their turn, ended in time, and dropped where nobody waits for them."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.model.collection import Records
from medkg.model.prefixes import BASE
from medkg.search import KINDS
from medkg.snapshots.products import BuildProducts
from tests.faults.asking import Reply, ask, get, metric, send
from tests.faults.conftest import graph, impatient
from tests.processes import evaluators, front, on_linux, resident, until
from tests.servers import PATIENCE, REPOSITORY, Running, published

BIG = "/big"
"""The path of a thing of which so much is said that its page takes many seconds."""

_STATEMENTS = 240_000
_DOUBLED = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(20))
LONG_LITERAL = f"SELECT ?a20 {{ BIND('{'x' * 20}' AS ?a0) {_DOUBLED} }}"
"""Finds a literal of 20 MiB: more than the engine's parser of results takes, which is 16."""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that gives a page a second, on a graph with a thing whose page takes more."""
    home, big = tmp_path_factory.mktemp("pages"), NamedNode(BASE + BIG.removeprefix("/"))
    said = (Quad(big, NamedNode(f"{BASE}p{n % 50}"), Literal(f"value {n}")) for n in range(_STATEMENTS))
    snapshot = home / "snapshots" / published(home, [*graph(100), *said])
    BuildProducts(resources=REPOSITORY, records=Records()).write_derived_files(snapshot)
    with impatient(home) as server:
        yield server
        assert "Traceback" not in server.said


def page(server: Running, path: str) -> Reply:
    """The answer that a browser gets."""
    return send(server, "GET", path, headers={"Accept": "text/html"})


def timed_out(server: Running) -> float:
    """How many pages have been answered with 503."""
    lines = get(server, "/metrics").body.decode().splitlines()
    told = (line for line in lines if line.startswith("medkg_requests_total{"))
    return sum(float(line.split()[1]) for line in told if 'route="page"' in line and 'status="503"' in line)


def test_a_page_that_takes_too_long_is_ended_as_a_query_is(crowded: Running) -> None:
    reply = send(crowded, "GET", f"{BIG}?format=html", headers={"Accept": "application/problem+json"})
    assert (reply.status, "longer than 1 seconds" in reply.problem["detail"]) == (503, True)
    assert "retry-after" in reply.headers
    reply = page(crowded, BIG)
    assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert page(crowded, "/help").status == 200


@on_linux
def test_pages_wait_in_turn_and_those_that_nobody_waits_for_are_dropped(crowded: Running) -> None:
    before = timed_out(crowded)
    request = f"GET {BIG} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode()
    rude = [socket.create_connection(("127.0.0.1", crowded.port)) for _ in range(40)]
    for each in rude:
        each.sendall(request)
    # two at work, which is the share of one client, 32 in its queue, and the others are sent away at once
    until(lambda: metric(crowded, "medkg_requests_waiting") > 0)
    answered, _, _ = select.select(rude, [], [], PATIENCE)
    assert b"HTTP/1.1 429" in {each.recv(12) for each in answered}
    for each in rude:
        each.close()
    until(lambda: metric(crowded, "medkg_requests_waiting") == 0)
    assert page(crowded, "/help").status == 200
    assert ask(crowded, "ASK {}").status == 200
    assert timed_out(crowded) - before < 10  # of 34, whose time would have been up one after the other
    until(lambda: metric(crowded, "medkg_evaluators_busy") == 0)
    until(lambda: len(evaluators(crowded.process.pid)) == 4)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"/compare?d={','.join(f'name{n}' for n in range(900))}", 12),
        (f"/compare?{'&'.join(f'd=name{n}' for n in range(900))}", 12),
        (f"/leak?train={','.join(f'name{n}' for n in range(900))}&test=lits", 24),
        (f"/leak?{'&'.join(f'test=name{n}' for n in range(400))}", 24),
        (f"/leak?train={'%0A'.join(f'name{n}' for n in range(400))}", 24),
        (f"/datasets?{'&'.join(f'anatomy=name{n}' for n in range(200))}", 50),
        (f"/complete?q=a&{'&'.join('kind=dataset' for n in range(200))}", len(KINDS)),
    ],
    ids=lambda path: str(path)[:20],
)
def test_more_names_than_are_looked_up_are_refused_with_the_bound(crowded: Running, path: str, most: int) -> None:
    reply = get(crowded, path)
    assert reply.status == 400
    assert f" {most} " in reply.json["detail"]


@on_linux
def test_a_literal_of_any_length_is_shown_by_its_beginning_and_leaves_nothing_behind(shared: Running) -> None:
    path = f"/sparql?{urlencode({'query': LONG_LITERAL})}"
    answered = front(shared.process.pid)
    sizes = []
    for number in range(4):  # not from what is kept
        reply = page(shared, f"{path}%20%23{number}")
        assert (reply.status, len(reply.body) < 100_000) == (200, True)
        assert b"the beginning of 20,971,520 characters" in reply.body
        sizes.append(resident(answered))
    assert sizes[-1] - sizes[0] < 8 << 20, sizes
