"""A wall clock that jumps: no deadline hangs on it."""

from __future__ import annotations

import ast
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.faults.asking import RUNAWAY, Reply, ask, count, get, update
from tests.faults.conftest import QUADS
from tests.servers import REPOSITORY, SLACK, TOKEN, Running, running

JUMPS = {"an hour ahead": 3_600, "ten years ahead": 315_360_000, "back to a day before": -86_400}


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that a process has to preload for its wall clock to be ours; skipped where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a clock that jumps takes a C compiler and Linux")
    library = tmp_path_factory.mktemp("clock") / "jumps.so"
    source = Path(__file__).with_name("jumps.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def year(reply: Reply) -> int:
    """The year in which a server believes itself to be."""
    return parsedate_to_datetime(reply.headers["date"]).year


def test_deadlines_hold_however_the_wall_clock_jumps(home: Path, clock: Path) -> None:
    hands = home / "clock"
    hands.write_bytes(struct.pack("q", 0))

    def set_forward(seconds: int) -> None:
        with hands.open("r+b", buffering=0) as file:
            file.write(struct.pack("q", seconds))

    settings = {"LD_PRELOAD": str(clock), "WALL_CLOCK": str(hands), "MEDKG_WRITE_TOKEN": TOKEN}
    with running(home, port=0, MEDKG_QUERY_TIMEOUT="1", **settings) as server, ThreadPoolExecutor(1) as client:
        jumped(server, client, set_forward)


def jumped(server: Running, client: ThreadPoolExecutor, set_forward: Callable[[int], None]) -> None:
    """Let the clock jump in the middle of queries."""
    years = set()
    for number, seconds in enumerate(JUMPS.values(), start=1):
        runaway = client.submit(ask, server, RUNAWAY)
        time.sleep(0.3)
        set_forward(seconds)
        assert count(server) == QUADS + number - 1
        assert runaway.result().status == 503
        assert 1 <= runaway.result().seconds < 1 + SLACK
        assert update(server, f"INSERT DATA {{ <e:s> <e:p> {number} }}").status == 204
        assert count(server) == QUADS + number
        years.add(year(get(server, "/livez")))
    assert len(years) > 1  # which shows that it did jump


@pytest.mark.parametrize("wing", ["pool", "http", "server", "site"])
def test_nothing_but_what_tells_the_time_of_day_asks_for_it(wing: str) -> None:
    for path in sorted((REPOSITORY / "src" / "medkg" / wing).rglob("*.py")):
        if path.name in {"logs.py", "publication.py", "site.py"}:  # of requests, the last snapshot, messages
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked = f"{node.value.id}.{node.attr}"
                assert asked not in {"time.time", "datetime.now", "datetime.utcnow", "date.today"}, f"{path}: {asked}"
