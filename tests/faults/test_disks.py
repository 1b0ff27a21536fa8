"""Disks that are full, and disks nobody may write to: the last word that was written down is served."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import REPOSITORY
from tests.snapshots.rooms import _namespace

BEGIN = """
import os, subprocess
from contextlib import suppress
from pathlib import Path
from tests.faults.asking import ask, count, get, update
from tests.faults.conftest import QUADS, graph, impatient
from tests.processes import until
from tests.servers import published

room = Path(os.environ["ROOM"])
home = room.parent
published(home, graph(QUADS))
filler = room / "filler"
ONE = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
TWO = "INSERT DATA { <http://example.org/a> <http://example.org/b> 2 }"
MANY = "INSERT { ?s ?p ?long } WHERE { ?s ?p ?o BIND(CONCAT(?o, ?o) AS ?long) }"

def fill():
    "Leave no room at all."
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1024)):
            pass

def is_ready(reason=""):
    "Whether the server says that it is ready, or that updates are not for a reason, and nothing else."
    reply = get(server, "/readyz")
    state = reply.json
    assert {state["queries"], state["pages"]} == {"ready"}, state
    assert (reply.status == 200) == (state["updates"] == "ready") == ("reasons" not in state), state
    return state.get("reasons", {}) == ({"updates": reason} if reason else {})

NO_ROOM = "there is no room for the journal"

def is_refused(status=507, why="no room"):
    "Whether an update is refused, for want of room or another reason, and nothing of it stays."
    before = count(server)
    reply = update(server, MANY)
    assert (reply.status, "Nothing was changed" in reply.json["detail"]) == (status, True), reply
    assert (why in reply.json["detail"], "no room" in reply.json["detail"]) == (True, why == "no room"), reply
    assert count(server) == before
    assert reply.problem
"""


def in_a_room(home: Path, code: str) -> None:
    """Run code in a process whose snapshots are in a small file system of their own; what it asserts must hold."""
    room = home / "snapshots"
    room.mkdir()
    mount = 'mount -t tmpfs -o size=8m tmpfs "$ROOM" && exec "$@"'
    ran = subprocess.run(
        [*_namespace(), "sh", "-c", mount, "sh", sys.executable, "-c", BEGIN + code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path]), "ROOM": str(room)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_full_disk_refuses_updates_and_nothing_else(tmp_path: Path) -> None:
    code = """
with impatient(home) as server:
    assert update(server, ONE).status == 204
    fill()
    for _ in range(3):
        is_refused()
    until(lambda: is_ready(NO_ROOM))
    filler.unlink()
    until(is_ready)
    assert update(server, TWO).status == 204
    assert count(server) == QUADS + 2
with impatient(home) as server:
    assert count(server) == QUADS + 2
"""
    in_a_room(tmp_path, code)


def test_a_disk_that_is_full_from_the_first_update_on_serves(tmp_path: Path) -> None:
    code = """
fill()
with impatient(home) as server:
    until(lambda: is_ready(NO_ROOM))
    is_refused()
    assert count(server) == QUADS
    filler.unlink()
    until(is_ready)
"""
    in_a_room(tmp_path, code)


def test_a_disk_with_little_room_is_not_ready_for_what_it_refused_until_an_update_succeeds(tmp_path: Path) -> None:
    code = """
fill()
os.truncate(filler, filler.stat().st_size - 64 * 1024)
with impatient(home) as server:
    until(is_ready)
    is_refused()
    until(lambda: is_ready(NO_ROOM))
    assert update(server, ONE).status == 204
    until(is_ready)
    is_refused()
    until(lambda: is_ready(NO_ROOM))
    filler.unlink()
    until(is_ready)
"""
    in_a_room(tmp_path, code)


def test_a_file_system_nobody_may_write_to_serves(tmp_path: Path) -> None:
    code = """
with impatient(home) as server:
    assert update(server, ONE).status == 204
subprocess.run(["mount", "-o", "remount,ro", str(room)], check=True)
with impatient(home) as server:
    assert count(server) == QUADS + 1
    is_refused(503, "cannot write to its disk")
    until(lambda: is_ready("the journal may not be written to"))
"""
    in_a_room(tmp_path, code)
