"""The server as a process: where it listens, what ends it, and what it survives."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medkg.errors import MedkgError
from medkg.server.config import Config
from medkg.server.serve import serve
from tests.asking import ASK, RUNAWAY, ask
from tests.servers import PATIENCE, REPOSITORY, Running, running, started
from tests.small_graph import small

SLOW = f"{RUNAWAY} # slow"


def config(home: Path) -> Config:
    return Config(snapshots=home / "snapshots", resources=REPOSITORY)


def children(pid: int) -> list[int]:
    """The processes a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    """The processes a process has started, and they, and so on."""
    return [it for child in children(pid) for it in (child, *descendants(child))]


def comes_true(claim: Callable[[], bool]) -> bool:
    """Whether something comes true while a test has patience."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.05)
    return False


def answers(server: Running) -> bool:
    """Whether a server answers a query."""
    try:
        return ask(server.client, ASK).status_code == 200
    except OSError:
        return False


def is_there(pid: int) -> bool:
    """Whether there is a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_announced_address_answers_at_once(tmp_path: Path) -> None:
    with running(small(tmp_path)) as server:
        assert server.address == f"http://127.0.0.1:{server.port}/"
        assert server.client.get("/livez").text == "alive\n"
        assert server.client.get("/readyz").status_code == 200


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_with_all_its_processes_in_silence(tmp_path: Path, ending: signal.Signals) -> None:
    with running(small(tmp_path)) as server:
        assert answers(server)
        all_of_it = [server.process.pid, *descendants(server.process.pid)]
        assert len(all_of_it) > 4  # parent, front, keeper, evaluators
        # Ctrl-C at a terminal goes to the whole group
        os.killpg(server.process.pid, ending) if ending == signal.SIGINT else server.process.send_signal(ending)
        assert server.process.wait(PATIENCE) == 0
        assert comes_true(lambda: not any(map(is_there, all_of_it)))
        assert server.said == ""


def test_what_is_asked_when_the_server_is_ended_is_still_answered(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_QUERY_TIMEOUT="6") as server, ThreadPoolExecutor() as threads:
        slow = threads.submit(ask, server.client, SLOW)
        assert comes_true(lambda: "medkg_evaluators_busy 1.0" in server.client.get("/metrics").text)
        server.process.send_signal(signal.SIGTERM)
        answer = slow.result(PATIENCE)
        assert answer.status_code == 503
        assert "longer than 6 seconds" in answer.text
        assert server.process.wait(PATIENCE) == 0


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    with running(small(tmp_path)) as server:
        (front,) = children(server.process.pid)
        before = descendants(front)
        os.kill(front, signal.SIGKILL)
        assert comes_true(lambda: answers(server))
        assert front not in children(server.process.pid)
        assert comes_true(lambda: not any(map(is_there, before)))


def test_nothing_goes_on_once_the_parent_is_killed(tmp_path: Path) -> None:
    with running(small(tmp_path)) as server:
        orphans = descendants(server.process.pid)
        server.process.kill()
        try:
            assert comes_true(lambda: not any(map(is_there, orphans)))
        finally:
            for orphan in filter(is_there, orphans):
                os.kill(orphan, signal.SIGKILL)


def test_a_keeper_that_dies_is_replaced(tmp_path: Path) -> None:
    with running(small(tmp_path)) as server:
        (front,) = children(server.process.pid)
        (keeper,) = children(front)
        os.kill(keeper, signal.SIGKILL)
        assert comes_true(lambda: children(front) not in ([], [keeper]))
        assert comes_true(lambda: answers(server))
        assert server.client.get("/readyz").status_code == 200


def test_evaluators_that_die_are_replaced(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_CACHE_BYTES="0") as server:
        (front,) = children(server.process.pid)
        (keeper,) = children(front)
        for evaluator in children(keeper):
            os.kill(evaluator, signal.SIGKILL)
        assert comes_true(lambda: answers(server))
        assert comes_true(lambda: len(children(keeper)) >= 4)


def test_a_second_server_on_the_port_is_refused(server: Running) -> None:
    with pytest.raises(MedkgError, match=f"127.0.0.1:{server.port}: the port is in use"):
        serve(config(server.home), host="127.0.0.1", port=server.port)
    assert answers(server)


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [("127.0.0.1", 70000, "from 0 to 65535"), ("203.0.113.1", 8077, "no such address"), ("no host", 8077, "no host")],
)
def test_a_place_that_cannot_be_had_is_explained(tmp_path: Path, host: str, port: int, reason: str) -> None:
    with pytest.raises(MedkgError, match=reason):
        serve(config(tmp_path), host=host, port=port)


def test_a_server_without_a_snapshot_says_so_once_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(tmp_path, port=port) as process:
        said, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (1, "")
    told = (tmp_path / "server.stderr").read_text()
    assert told.count("\n") == 1
    assert "there is no snapshot" in told
    assert "run `medkg build`" in told


def test_a_damaged_snapshot_is_not_served(tmp_path: Path) -> None:
    (snapshot,) = (small(tmp_path) / "snapshots").iterdir()
    with (snapshot / "graph.nq").open("ab") as graph:
        graph.write(b"<x:s> <x:p> <x:o> .\n")
    with started(tmp_path) as process:
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "damaged" in (tmp_path / "server.stderr").read_text()


def test_a_file_descriptor_is_not_lost_with_each_request(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_CACHE_BYTES="0") as server:
        (front,) = children(server.process.pid)
        opened = Path(f"/proc/{front}/fd")
        for _ in range(3):
            ask(server.client, RUNAWAY, timeout="0.3")  # takes an evaluator with it
        before = len(list(opened.iterdir()))
        for number in range(30):
            ask(server.client, f"ASK {{ ?s ?p {number} }}")
        for _ in range(3):
            ask(server.client, RUNAWAY, timeout="0.3")
        assert comes_true(lambda: len(list(opened.iterdir())) <= before + 2)


def test_a_client_that_hangs_up_frees_its_evaluator(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_QUERY_TIMEOUT="60") as server:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            query = RUNAWAY.replace(" ", "+").replace("?", "%3F")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert comes_true(lambda: "medkg_evaluators_busy 1.0" in server.client.get("/metrics").text)
        assert comes_true(lambda: "medkg_evaluators_busy 0.0" in server.client.get("/metrics").text)
