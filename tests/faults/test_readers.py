"""Clients that read large answers slowly or not at all: they hold a part of the room, and no longer than it is free."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from medkg.server.backpressure import MAX_BYTES, MAX_CLIENT_BYTES
from tests.faults.asking import count, get
from tests.faults.conftest import QUADS, graph, impatient
from tests.faults.test_clients import connections, events
from tests.processes import front, on_linux, resident, until
from tests.servers import Running, published

pytestmark = on_linux

QUERY = f"SELECT (CONCAT(STR(?a), '{'x' * 9_000}') AS ?long) {{ ?a ?b ?c }} LIMIT 400"
TARGET = f"/sparql?query={quote(QUERY)}"
SIZE = 3_600_000
"""Bytes of its answer, at least; it is kept, so that none but the first takes an evaluator."""

ASKING = f"GET {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
WINDOW = "import medkg.server.backpressure\nmedkg.server.backpressure.RATE_WINDOW_S = {}\n"
"""Code that sets the seconds over which the rate of a reader is measured."""


@contextmanager
def warm(home: Path, window: float) -> Iterator[Running]:
    """A server that has the answer, and measures the rate of readers over some seconds."""
    with impatient(home, seconds="20", before=WINDOW.format(window)) as server:
        assert status(server, "127.0.0.1") == 200
        yield server


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that finds nobody slow."""
    home = tmp_path_factory.mktemp("patient")
    published(home, graph(QUADS))
    with warm(home, window=10_000) as server:
        yield server


def status(server: Running, source: str) -> int:
    """The status of the answer that is read at once, from an address."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(source, 0))
    connection.request("GET", TARGET)
    with connection.getresponse() as response:
        response.read()
    connection.close()
    return response.status


def test_clients_that_do_not_read_their_answers_are_sent_away_before_they_fill_the_memory(patient: Running) -> None:
    sources = [f"127.0.0.{n}" for n in range(1, 11)]
    before = resident(front(patient.process.pid))
    with connections(patient, 150, ASKING, sources=sources) as unread:
        statuses = Counter(each.recv(12) for each in unread)
        assert set(statuses) == {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        assert statuses[b"HTTP/1.1 200"] <= MAX_BYTES // SIZE
        assert resident(front(patient.process.pid)) - before < MAX_BYTES + (24 << 20)
        assert count(patient) == QUADS  # small answers go out all the while
        assert get(patient, TARGET).status == 503
    until(lambda: get(patient, TARGET).status == 200)


def test_one_client_that_trickles_has_its_part_of_the_room_and_no_more(patient: Running) -> None:
    with connections(patient, 100, ASKING, sources=["127.0.0.9"]) as unread:
        own = Counter(each.recv(12) for each in unread)
        assert set(own) == {b"HTTP/1.1 200", b"HTTP/1.1 429"}
        assert own[b"HTTP/1.1 200"] <= MAX_CLIENT_BYTES // SIZE
        with ThreadPoolExecutor(4) as clients:
            others = Counter(clients.map(lambda n: status(patient, f"127.0.1.{n}"), range(1, 37)))
        assert others == {200: 36}


def test_answers_that_are_read_too_slowly_are_broken_off_while_others_wait(home: Path) -> None:
    sources = [f"127.0.0.{n}" for n in range(1, 9)]
    with warm(home, window=0.5) as server, connections(server, 90, ASKING, sources=sources) as unread:
        for each in unread:
            assert each.recv(12) in {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        until(lambda: status(server, "127.0.1.1") == 200, seconds=30)
        assert any(events(each) for each in unread)
