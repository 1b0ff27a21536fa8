"""Clients that are slow, rude, or gone: whoever asks properly meanwhile is answered as if they were not there."""

from __future__ import annotations

import http.client
import json
import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings

from tests.faults.asking import COUNT, RUNAWAY, ask, count, get, metric
from tests.faults.conftest import QUADS, graph, impatient
from tests.faults.malformed import ANYTHING
from tests.processes import on_linux, until
from tests.servers import PATIENCE, Running, published, running


@contextmanager
def connections(
    server: Running, number: int, first_words: bytes, *, sources: Sequence[str] = ("127.0.0.1",)
) -> Iterator[list[socket.socket]]:
    """So many connections, from some addresses in turn, that say something and then nothing more."""
    with ExitStack() as stack:
        found = []
        for source in islice(cycle(sources), number):
            found.append(stack.enter_context(socket.socket()))
            found[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # no answer fits in there
            found[-1].settimeout(20)
            found[-1].bind((source, 0))
            found[-1].connect(("127.0.0.1", server.port))
            found[-1].sendall(first_words)
        yield found


def has_heard(connection: socket.socket) -> bool:
    """Whether there is something to read on a connection, its end included."""
    return bool(events(connection, select.POLLIN))


def events(connection: socket.socket, wanted: int = 0) -> int:
    """What has happened on a connection; an end or an error is told even where it is not wanted."""
    poll = select.poll()
    poll.register(connection, wanted)
    return next((event for _, event in poll.poll(0)), 0)


SLOW = {
    "nothing at all": b"",
    "half a line": b"GET /sparql?que",
    "half a head": b"GET /sparql HTTP/1.1\r\nHost: x\r\nAccept: text",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 100\r\n\r\nASK {",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n64\r\nASK {",
    "a request, and then they keep the connection": b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.fixture(scope="module", autouse=True)
def dawdler(shared: Running) -> Iterator[tuple[socket.socket, float]]:
    """A client that has sent half a head, and when it did; it is looked after in the end."""
    with connections(shared, 1, SLOW["half a head"]) as (connection,):
        yield connection, time.monotonic()


@pytest.mark.parametrize("first_words", SLOW.values(), ids=SLOW)
def test_two_hundred_clients_that_dawdle_keep_nobody_waiting(shared: Running, first_words: bytes) -> None:
    with connections(shared, 200, first_words):
        for n in range(10):
            reply = ask(shared, f"{COUNT} # {n} {first_words!r}".replace("\n", ""))
            assert reply.status == 200
            assert reply.seconds < 2  # and a hundredth of that on a machine that does nothing else


FEW_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))
import medkg.server.serve
medkg.server.serve._HEAD_TIMEOUT_S = 600
"""
"""Code after which a server can have a few hundred connections only, and does not tire of those that are idle."""


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that can have 320 connections."""
    home = tmp_path_factory.mktemp("narrow")
    published(home, graph(QUADS))
    with impatient(home, seconds="20", before=FEW_FILES) as server:
        yield server
        assert server.said == ""


def ask_from(server: Running, source: str) -> int:
    """The status of a query from an address."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(source, 0))
    connection.request("GET", f"/sparql?query={quote(COUNT)}")
    with connection.getresponse() as response:
        response.read()
    connection.close()
    return response.status


@on_linux
@pytest.mark.parametrize("sources", [1, 50], ids=["one address", "fifty addresses"])
def test_more_idle_connections_than_there_may_be_keep_nobody_waiting(narrow: Running, sources: int) -> None:
    with connections(narrow, 800, b"", sources=[f"127.0.1.{n}" for n in range(sources)]) as idle:
        assert [ask_from(narrow, "127.0.0.1") for _ in range(9)] == [200] * 9
        assert {has_heard(each) for each in idle} == {True, False}  # nobody loses more than what is too much


@on_linux
def test_a_client_may_have_so_many_requests_under_way_and_no_more(narrow: Running) -> None:
    with connections(narrow, 120, SLOW["half a body"], sources=["127.0.0.9"]) as sending:
        until(lambda: sum(map(has_heard, sending)) >= 120 - 320 // 8)
        assert ask_from(narrow, "127.0.0.1") == 200
        refused = [each for each in sending if has_heard(each)]
        assert {each.recv(12) for each in refused} == {b"HTTP/1.1 429"}
        assert len(refused) < 120


def test_a_client_that_hangs_up_frees_its_evaluator(server: Running) -> None:
    query = f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connections(server, 2, query):
        until(lambda: metric(server, "medkg_evaluators_busy") == 2)
    assert until(lambda: metric(server, "medkg_evaluators_busy") == 0) < 0.8
    assert count(server) == QUADS


def test_a_client_that_hangs_up_while_it_waits_gives_up_its_place(home: Path) -> None:
    query = f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with running(home, MEDKG_EVALUATORS="2", MEDKG_QUERY_TIMEOUT="5") as server:
        with connections(server, 1, query) as (first,):
            until(lambda: metric(server, "medkg_evaluators_busy") == 1)
            with connections(server, 3, query):
                until(lambda: metric(server, "medkg_requests_waiting") == 3)
            assert until(lambda: metric(server, "medkg_requests_waiting") == 0) < 2
            first.close()
        assert until(lambda: metric(server, "medkg_evaluators_busy") == 0) < 2


def test_a_client_that_asks_too_much_at_once_is_told_so_and_others_are_not(home: Path) -> None:
    with (
        running(
            home,
            MEDKG_EVALUATORS="2",
            MEDKG_QUERY_TIMEOUT="1",
            MEDKG_CLIENT_QUEUE="3",
            MEDKG_QUEUE="5",
            MEDKG_PROXIES="1",
        ) as server,
        ThreadPoolExecutor(16) as clients,
    ):
        greedy = [clients.submit(ask_as, server, "192.0.2.1", f"{RUNAWAY} # {n}") for n in range(8)]
        until(lambda: metric(server, "medkg_requests_waiting") == 3)
        assert ask_as(server, "192.0.2.2", COUNT)[0] == 200
        modest = [clients.submit(ask_as, server, f"192.0.2.{n}", f"{RUNAWAY} # {n}") for n in range(10, 14)]
        found = sorted(each.result()[0] for each in greedy)
        assert found == [429] * 4 + [503] * 4
        assert {each.result()[1].get("retry-after") for each in greedy} == {"2"}
        assert {each.result()[0] for each in modest} == {503}


def ask_as(server: Running, client: str, query: str) -> tuple[int, dict[str, str]]:
    """The status and the headers of the answer to a client that a proxy tells of."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request(
        "POST", "/sparql", query, {"Content-Type": "application/sparql-query", "X-Forwarded-For": client}
    )
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
def test_nothing_that_is_sent_is_a_failure_of_the_server(shared: Running, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shared.port), timeout=PATIENCE) as connection:
        answer = b""
        with suppress(OSError):  # the server may hang up before it has read everything
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(1 << 16):
                answer += data
    statuses = re.findall(rb"HTTP/1\.[01] (\d{3})", answer)
    assert not [status for status in statuses if status.startswith(b"5")], answer
    assert b"Traceback" not in answer


def test_after_all_that_it_answers_as_before(shared: Running) -> None:
    assert count(shared) == QUADS
    assert get(shared, "/readyz").json["status"] == "ready"
    assert json.loads(ask(shared, "ASK {}").body) == {"head": {}, "boolean": True}
    assert shared.said == ""
    assert shared.process.poll() is None


def test_whoever_sends_no_whole_head_is_hung_up_on(dawdler: tuple[socket.socket, float]) -> None:
    connection, began = dawdler
    connection.settimeout(max(1.0, began + 15 - time.monotonic()))
    assert connection.recv(1 << 16) == b""
