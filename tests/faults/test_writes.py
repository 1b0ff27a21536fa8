"""Updates and the end of the world in the middle of them: what was acknowledged stays, and nothing is half done."""

from __future__ import annotations

import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from tests.faults.asking import RUNAWAY, ask, get, metric, update
from tests.faults.conftest import QUADS, impatient
from tests.processes import family, front, kill, on_linux, until
from tests.servers import BEARER, Running

ROUNDS = 3
AT_ONCE = 40


class Writer(threading.Thread):
    """A client that states one numbered triple after another, then several at once, and notes what is acknowledged."""

    def __init__(self, server: Running, begin: int) -> None:
        super().__init__()
        self.server, self.begin = server, begin
        self.tried = self.acknowledged = begin

    def run(self) -> None:
        """Write until the server is no more."""
        while True:
            self.tried = self.acknowledged + 1
            subject = f"<http://example.org/written/{self.tried}>"
            several = " ".join(f"{subject} <http://example.org/part> {n} ." for n in range(AT_ONCE))
            try:
                reply = update(self.server, f"INSERT DATA {{ {several} }}")
            except OSError:
                return
            assert reply.status == 204, reply
            self.acknowledged = self.tried


def parts(server: Running) -> dict[int, int]:
    """How many of its triples each update has left."""
    query = "SELECT ?s (COUNT(*) AS ?n) { ?s <http://example.org/part> ?part } GROUP BY ?s"
    rows = ask(server, query).json["results"]["bindings"]
    return {int(row["s"]["value"].rpartition("/")[2]): int(row["n"]["value"]) for row in rows}


@on_linux
def test_no_acknowledged_update_is_lost_and_none_is_half_done_where_the_server_is_killed(home: Path) -> None:
    acknowledged, seed = 0, random.Random(4)
    for _ in range(ROUNDS):
        with impatient(home) as server:
            found = parts(server)
            assert set(found.values()) <= {AT_ONCE}
            assert set(found) >= set(range(1, acknowledged + 1))
            assert len(found) <= acknowledged + 1  # one may have come true after the last that was told
            writer = Writer(server, len(found))
            writer.start()
            until(lambda: writer.acknowledged > writer.begin)  # noqa: B023, waited for at once
            time.sleep(seed.uniform(0, 0.3))
            kill(*family(server.process.pid))
            writer.join()
            assert writer.acknowledged > writer.begin
            acknowledged = writer.acknowledged
    with impatient(home) as server:
        found = parts(server)
        assert set(found.values()) == {AT_ONCE}
        assert set(range(1, acknowledged + 1)) <= set(found) <= set(range(1, acknowledged + 2))
        assert update(server, "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }").status == 204


@on_linux
def test_no_acknowledged_update_is_lost_where_the_front_is_killed(server: Running) -> None:
    writer = Writer(server, 0)
    writer.start()
    until(lambda: writer.acknowledged > 3)
    kill(front(server.process.pid))
    writer.join()
    until(lambda: get(server, "/readyz").status == 200)
    found = parts(server)
    assert set(found.values()) == {AT_ONCE}
    assert set(range(1, writer.acknowledged + 1)) <= set(found) <= set(range(1, writer.acknowledged + 2))


def test_readers_see_each_update_whole_or_not_at_all(server: Running) -> None:
    over = threading.Event()

    def read() -> int:
        seen = 0
        while not over.is_set():
            found = parts(server)
            assert set(found.values()) <= {AT_ONCE}
            assert len(found) >= seen
            seen = len(found)
        return seen

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        for number in range(1, 31):
            several = " ".join(f"<http://example.org/{number}> <http://example.org/part> {n} ." for n in range(AT_ONCE))
            assert update(server, f"INSERT DATA {{ {several} }}").status == 204
            assert len(parts(server)) == number  # whoever was told sees it
        over.set()
        assert all(each.result() > 0 for each in reading)


def test_what_was_found_before_an_update_is_not_told_after_it(home: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(?c) = 3) }"
    target = f"/sparql?query={quote(query)}"
    with impatient(home, seconds="20") as server, ThreadPoolExecutor(2) as clients:
        one = clients.submit(get, server, target)
        until(lambda: metric(server, "medkg_evaluators_busy") == 1)
        time.sleep(0.1)
        two = clients.submit(get, server, target)  # begins before the first is answered
        one.result()
        assert update(server, "INSERT DATA { <e:s> <e:p> 1 }").status == 204
        assert two.result().status == 200  # and ends, mostly, after the update
        for _ in range(2):
            reply = get(server, target)
            assert int(reply.json["results"]["bindings"][0]["n"]["value"]) == 900 * (QUADS + 1)


def test_whoever_hangs_up_before_an_update_is_done_frees_its_evaluator_and_the_next_in_line(home: Path) -> None:
    slow = f"INSERT {{ <e:s> <e:p> ?n }} WHERE {{ {{ {RUNAWAY} }} }}".encode()
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-update\r\n"
    head += f"Content-Length: {len(slow)}\r\n"
    bearer = "".join(f"{name}: {value}\r\n" for name, value in BEARER.items())
    with impatient(home, seconds="60") as server, ExitStack() as stack:
        for _ in range(2):  # the second waits for its turn
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(f"{head}{bearer}\r\n".encode() + slow)
            until(lambda: metric(server, "medkg_evaluators_busy") == 1)
        stack.close()
        until(lambda: metric(server, "medkg_evaluators_busy") == 0)
        done = update(server, "INSERT DATA { <e:s> <e:p> 1 }")
        assert done.status == 204
        assert done.headers["medkg-revision"].endswith(".1")
