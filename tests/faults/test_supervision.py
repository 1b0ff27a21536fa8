"""The process that answers dies again and again, or cannot be started: the server goes on once it can."""

from __future__ import annotations

import http.client
import os
import signal
from pathlib import Path

from tests.faults.asking import count, get
from tests.faults.conftest import QUADS, impatient
from tests.processes import FORK_FAILS, evaluators, front, is_alive, keeper, kill, on_linux, until, without_descriptors
from tests.servers import PATIENCE, REPOSITORY, Running, started

pytestmark = on_linux


def replaced(server: Running) -> None:
    """Kill the process that answers, and wait for the next one."""
    killed = front(server.process.pid)
    kill(killed)
    until(lambda: not is_alive(killed))
    until(lambda: count(server) == QUADS, seconds=PATIENCE)


def test_a_front_that_dies_again_and_again_is_replaced_each_time(server: Running) -> None:
    for _ in range(3):
        replaced(server)


def test_a_front_that_cannot_be_started_for_a_while_is_started_later(home: Path) -> None:
    sign, snapshots = home / "sign", home / "snapshots"
    (home / "sitecustomize.py").write_text(FORK_FAILS.format(sign=str(sign)))
    with impatient(home, PYTHONPATH=os.pathsep.join([str(home), str(REPOSITORY / "src")])) as server:
        sign.touch()
        kill(front(server.process.pid))
        assert server.has_said("cannot be started, which is retried: BlockingIOError")
        sign.unlink()
        until(lambda: count(server) == QUADS, seconds=PATIENCE)
        killed = front(server.process.pid)
        snapshots.rename(home / "elsewhere")
        kill(killed)
        assert server.has_said("it is retried")
        (home / "elsewhere").rename(snapshots)
        until(lambda: count(server) == QUADS, seconds=PATIENCE)


def test_a_server_whose_first_front_dies_at_once_ends_and_says_so(home: Path) -> None:
    before = "import os; os.register_at_fork(after_in_child=lambda: os._exit(1))\n"
    with started(home, before=before) as process:
        assert process.wait(PATIENCE) == 1
    assert "its process dies as soon as it starts" in (home / "server.stderr").read_text()


def test_a_front_that_may_open_nothing_sends_clients_away_and_recovers(server: Running) -> None:
    answering = front(server.process.pid)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

    def status(target: str) -> tuple[int, str | None]:
        connection.request("GET", target)
        response = connection.getresponse()
        response.read()
        return response.status, response.getheader("retry-after")

    assert status("/livez") == (200, None)
    before = len(os.listdir(f"/proc/{answering}/fd"))
    with without_descriptors(answering):
        assert status("/sparql?query=ASK{}&querry=x") == (503, "2")  # which needs a library that is not loaded yet
        assert status("/sparql?query=ASK{}") == (200, None)
        kill(*evaluators(server.process.pid))
        assert status("/sparql?query=ASK{%20?s%20?p%20?o%20}") == (503, "2")
        assert status("/sparql") == (503, "2")
    until(lambda: count(server) == QUADS)
    connection.close()
    until(lambda: len(os.listdir(f"/proc/{answering}/fd")) <= before)
    assert front(server.process.pid) == answering


def test_a_keeper_that_hangs_is_told_by_readyz_and_replaced(server: Running) -> None:
    halted = keeper(server.process.pid)
    os.kill(halted, signal.SIGSTOP)
    until(lambda: get(server, "/readyz").status == 503, seconds=PATIENCE)
    until(lambda: get(server, "/readyz").status == 200, seconds=PATIENCE)
    assert not is_alive(halted)
    assert count(server) == QUADS
