"""The process that answers dies again and again, or cannot be started: the server goes on once it can."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.faults.asking import count, get
from tests.faults.conftest import QUADS, impatient
from tests.processes import FORK_FAILS, front, is_alive, keeper, kill, on_linux, until
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
        until(lambda: "cannot be started, which is tried again: BlockingIOError" in server.said)
        sign.unlink()
        until(lambda: count(server) == QUADS, seconds=PATIENCE)
        killed = front(server.process.pid)
        snapshots.rename(home / "elsewhere")
        kill(killed)
        until(lambda: "it is tried again" in server.said, seconds=PATIENCE)
        (home / "elsewhere").rename(snapshots)
        until(lambda: count(server) == QUADS, seconds=PATIENCE)


def test_a_server_whose_first_front_dies_at_once_ends_and_says_so(home: Path) -> None:
    before = "import os; os.register_at_fork(after_in_child=lambda: os._exit(1))\n"
    with started(home, before=before) as process:
        assert process.wait(PATIENCE) == 1
    assert "its process dies as soon as it starts" in (home / "server.stderr").read_text()


def test_a_keeper_that_hangs_is_told_by_readyz_and_replaced(server: Running) -> None:
    halted = keeper(server.process.pid)
    os.kill(halted, signal.SIGSTOP)
    until(lambda: get(server, "/readyz").status == 503, seconds=PATIENCE)
    until(lambda: get(server, "/readyz").status == 200, seconds=PATIENCE)
    assert not is_alive(halted)
    assert count(server) == QUADS
