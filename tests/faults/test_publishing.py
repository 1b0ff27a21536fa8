"""Snapshots published, damaged and put right under a server at work: nobody's request fails for it."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medkg.snapshots.storage import Pointer, write_pointer
from tests.faults.asking import COUNT, ask, count, get, update
from tests.faults.conftest import QUADS, graph, impatient
from tests.processes import keeper, kill, on_linux, until
from tests.servers import PATIENCE, Running, published

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(?c) = 3) }"  # a quarter of a second, alone


@pytest.fixture
def server(home: Path) -> Iterator[Running]:
    """A server that gives a query the time it needs, however busy the machine is."""
    with impatient(home, seconds="20") as server:
        yield server


def publish(home: Path, quads: int) -> str:
    """Let a graph of so many quads serve; its digest."""
    digest = published(home, graph(quads))
    write_pointer(home / "snapshots", Pointer(snapshot=digest, inputs="", shapes=""))
    return digest


def revision(server: Running) -> str:
    """What the server says it serves."""
    return str(get(server, "/readyz").json["revision"])


def truncate(snapshot: Path) -> None:
    """Cut off the end of a graph, as a disk does that is failing."""
    os.truncate(snapshot / "graph.nq", (snapshot / "graph.nq").stat().st_size // 2)


def test_publishing_drops_no_request(server: Running) -> None:
    over = threading.Event()

    def read(client: int) -> int:
        seen = asked = 0
        while not over.is_set():
            asked += 1
            reply = ask(server, COUNT if asked % 2 else f"{COUNT} # {client} {asked}")
            assert reply.status == 200, reply
            found = int(reply.json["results"]["bindings"][0]["n"]["value"])
            assert found >= seen  # nobody is thrown back to a graph before the one they have seen
            seen = found
        return count(server)  # it may have been between two requests when the last was published

    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read, client) for client in range(4)]
        try:
            for more in range(1, 6):
                digest = publish(server.home, QUADS + more)
                until(lambda: revision(server) == digest)  # noqa: B023, waited for at once
        finally:
            over.set()
        assert [each.result() for each in reading] == [QUADS + 5] * 4


def test_a_query_under_way_is_answered_from_the_graph_it_was_asked_of(server: Running) -> None:
    with ThreadPoolExecutor(1) as client:
        slow = client.submit(ask, server, SLOW)
        time.sleep(0.05)
        digest = publish(server.home, QUADS + 1)
        os.kill(server.process.pid, signal.SIGHUP)
        until(lambda: revision(server) == digest)
        reply = slow.result()
    assert reply.status == 200
    assert int(reply.json["results"]["bindings"][0]["n"]["value"]) in (900 * QUADS, 900 * (QUADS + 1))
    assert count(server) == QUADS + 1


def test_a_request_that_comes_in_slowly_is_answered_by_whatever_serves_then(server: Running) -> None:
    body = COUNT.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + b"Content-Type: application/sparql-query\r\n\r\n" + body[:9])
        time.sleep(0.1)
        digest = publish(server.home, QUADS + 1)
        until(lambda: revision(server) == digest)
        time.sleep(0.3)  # by now nothing is left of the snapshot before
        connection.sendall(body[9:])
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert str(QUADS + 1).encode() in answer


def test_an_update_that_comes_too_late_is_told_so_and_can_be_sent_again(server: Running) -> None:
    late = f"INSERT {{ <e:s> <e:p> ?n }} WHERE {{ {SLOW} }}"
    with ThreadPoolExecutor(1) as client:
        slow = client.submit(update, server, late)
        time.sleep(0.1)
        digest = publish(server.home, QUADS + 1)
        reply = slow.result()
    until(lambda: revision(server).startswith(digest))
    assert reply.status in (204, 503), reply
    assert count(server) == QUADS + 1 + (reply.status == 204 and revision(server) != digest)
    assert update(server, late).status == 204
    assert count(server) == QUADS + 2


def test_a_damaged_snapshot_is_refused_and_the_present_one_goes_on_until_it_is_put_right(server: Running) -> None:
    before = revision(server)
    digest = published(server.home, graph(QUADS + 1))
    whole = (server.home / "snapshots" / digest / "graph.nq").read_bytes()
    truncate(server.home / "snapshots" / digest)
    write_pointer(server.home / "snapshots", Pointer(snapshot=digest, inputs="", shapes=""))
    assert server.has_said("is refused")
    assert (revision(server), count(server)) == (before, QUADS)
    (server.home / "snapshots" / digest / "graph.nq").write_bytes(whole)
    os.kill(server.process.pid, signal.SIGHUP)
    until(lambda: revision(server) == digest)
    assert count(server) == QUADS + 1


def test_one_byte_that_is_wrong_is_damage_too(server: Running) -> None:
    digest = published(server.home, graph(QUADS + 1))
    file = server.home / "snapshots" / digest / "graph.nq"
    file.write_bytes(file.read_bytes().replace(b"/1>", b"/2>", 1))
    write_pointer(server.home / "snapshots", Pointer(snapshot=digest, inputs="", shapes=""))
    assert server.has_said("is refused")
    assert count(server) == QUADS


def test_a_snapshot_damaged_before_the_start_is_passed_over_for_the_one_before(home: Path) -> None:
    before = next((home / "snapshots").iterdir()).name
    truncate(home / "snapshots" / publish(home, QUADS + 1))
    with impatient(home) as server:
        assert (revision(server), count(server)) == (before, QUADS)
        assert server.has_said("cannot be served")


@on_linux
def test_a_snapshot_damaged_while_it_serves_goes_on_and_the_one_before_takes_over_in_need(server: Running) -> None:
    before = revision(server)
    digest = publish(server.home, QUADS + 1)
    until(lambda: revision(server) == digest)
    truncate(server.home / "snapshots" / digest)
    assert count(server) == QUADS + 1  # from memory
    kill(keeper(server.process.pid))
    until(lambda: revision(server) == before and get(server, "/readyz").status == 200)
    until(lambda: ask(server, COUNT).status == 200)
    assert count(server) == QUADS


def test_a_pointer_that_cannot_be_read_changes_nothing(server: Running) -> None:
    before = revision(server)
    pointer = server.home / "snapshots" / "current.json"
    for text in ('{"snapshot": "', "[]", '{"snapshot": 5, "inputs": "", "shapes": ""}', "\0", "[" * 100_000):
        pointer.write_text(text)
        os.kill(server.process.pid, signal.SIGHUP)
        time.sleep(0.05)
        assert count(server) == QUADS
    digest = publish(server.home, QUADS + 1)
    until(lambda: revision(server) == digest != before)


def test_a_manifest_that_says_nonsense_is_refused_and_what_comes_next_is_followed(server: Running) -> None:
    digest = published(server.home, graph(QUADS + 1))
    manifest = server.home / "snapshots" / digest / "manifest.json"
    sound = json.loads(manifest.read_text())
    for nonsense in ({"digest": 5}, {"quads": "many"}, {"files": 3}, {"files": {"graph.nq": "long"}}, {"more": 1}):
        manifest.write_text(json.dumps(sound | nonsense))
        write_pointer(server.home / "snapshots", Pointer(snapshot=digest, inputs="", shapes=""))
        os.kill(server.process.pid, signal.SIGHUP)
        time.sleep(0.1)
        assert count(server) == QUADS
    digest = publish(server.home, QUADS + 2)
    until(lambda: revision(server) == digest)
