"""The server on macOS, and on a Linux without `/proc`, as far as another system can play them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asking import CASES, RUNAWAY, ask, problem
from tests.platforms.emulation import System, python_path
from tests.processes import children, family, is_alive, kill, until
from tests.servers import PATIENCE, Running, running
from tests.small_graph import small

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")

SYSTEMS: tuple[System, ...] = ("macos", "bare_linux")


@pytest.fixture(scope="module", params=SYSTEMS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on another system."""
    with running(small(tmp_path_factory.mktemp("home")), PYTHONPATH=python_path(request.param)) as server:
        yield server
        assert "Traceback" not in server.said


def test_queries_are_answered(server: Running) -> None:
    answer = ask(server.client, CASES, "application/sparql-results+json")
    assert answer.status_code == 200
    assert answer.get_json(force=True)["results"]["bindings"]


def test_a_runaway_query_ends_at_its_deadline(server: Running) -> None:
    answer = ask(server.client, RUNAWAY, timeout="0.3")
    assert answer.status_code == 503
    assert "longer than 0.3 seconds" in problem(answer)["detail"]
    assert ask(server.client, CASES).status_code == 200


def test_a_page_is_shown(server: Running) -> None:
    assert "LiTS" in server.client.get("/dataset/lits", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_goes_on_once_the_parent_is_killed(tmp_path: Path, system: System) -> None:
    with running(small(tmp_path), PYTHONPATH=python_path(system)) as server:
        assert ask(server.client).status_code == 200
        orphans = family(server.process.pid)[1:]
        assert len(orphans) > 2
        os.kill(server.process.pid, signal.SIGKILL)
        try:
            until(lambda: not any(map(is_alive, orphans)), seconds=PATIENCE)
        finally:
            kill(*filter(is_alive, orphans))


def test_macos_grants_as_many_descriptors_as_a_process_may_have(tmp_path: Path) -> None:
    with running(small(tmp_path), PYTHONPATH=python_path("macos")) as server:
        assert granted(server) == 10_240
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0


def test_a_system_that_grants_no_more_descriptors_is_served_all_the_same(tmp_path: Path) -> None:
    with running(small(tmp_path), PYTHONPATH=python_path("macos"), NO_DESCRIPTORS="1") as server:
        assert ask(server.client).status_code == 200
        assert server.has_said("does not grant 10240 file descriptors")


def granted(server: Running) -> int:
    """The descriptors that the process that answers may have; beside it is one that sees after what is spawned."""
    (front,) = (each for each in children(server.process.pid) if children(each))
    limits = Path(f"/proc/{front}/limits").read_text(encoding="ascii")
    (line,) = (each for each in limits.splitlines() if each.startswith("Max open files"))
    return int(line.split()[3])
