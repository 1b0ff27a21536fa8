"""Logs that nobody reads: requests are answered all the same, and what could not be written is counted."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from medkg.errors import MedkgError
from medkg.server.logs import MAX_WAITING_BYTES, AccessLog, LineWriter
from tests.faults.asking import send
from tests.processes import front, keeper, on_linux, until
from tests.servers import PATIENCE, Running, started

NOISE = """
import logging
from medkg.server import health
liveness = health.liveness

def noisy():
    logging.getLogger("medkg.server").error("x" * 8000)
    return liveness()

health.liveness = noisy
"""
"""Code after which a server logs an error of 8,000 letters for each `/livez`."""


@on_linux
def test_a_server_whose_output_and_errors_nobody_reads_answers_on_and_tells_what_was_dropped(home: Path) -> None:
    with started(home, before=NOISE, stderr=subprocess.PIPE, MEDKG_ACCESS_LOG="-") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        server = Running(process=process, address=process.stdout.readline().strip(), home=home)
        asked = 2 * MAX_WAITING_BYTES // 8000
        for number in range(asked):
            assert send(server, "GET", f"/livez?{number}").status == 200
            assert send(server, "GET", f"/nothing/{'y' * 8000}").status == 404
        process.terminate()
        said, noise = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    (gap,) = [line for line in lines if "dropped" in line]
    assert len(lines) - 1 + gap["dropped"] == 2 * asked
    assert gap["dropped"] > 0
    told = [line for line in noise.splitlines() if not line.startswith("x" * 8000)]
    assert sum(int(line.split()[0]) for line in told) == asked - noise.count("x" * 8000)
    assert told
    assert all(line.endswith("lines were dropped here, for they were not read in time") for line in told)


@on_linux
def test_the_keeper_writes_where_somebody_reads_too(home: Path) -> None:
    with started(home, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        of_the_server = os.stat(f"/proc/{process.pid}/fd/2").st_ino
        for each in (front(process.pid), keeper(process.pid)):
            assert os.stat(f"/proc/{each}/fd/2").st_ino == of_the_server
        assert process.stderr is not None
        assert of_the_server != os.fstat(process.stderr.fileno()).st_ino
        process.terminate()


def lines(count: int) -> list[bytes]:
    """So many lines of a thousand bytes, a number in each."""
    return [b"%d %s\n" % (number, b"x" * (998 - len(str(number)))) for number in range(count)]


def test_lines_that_nobody_reads_are_dropped_and_counted_and_the_count_is_told_later() -> None:
    reading, writing = os.pipe()
    writer = LineWriter(writing, gap=b"%d dropped\n".__mod__)
    given = lines(3_000)
    for line in given:
        writer.write(line)
    assert 0 < 3_000 - writer.dropped < 1_200
    assert not writer.close(0.01)
    with open(reading, "rb") as pipe:
        read = [pipe.readline() for _ in range(3_000 - writer.dropped + 1)]
    assert read.pop() == b"%d dropped\n" % writer.dropped or b" dropped\n" in b"".join(read)
    assert writer.close(PATIENCE)
    os.close(writing)


def test_a_log_is_opened_anew_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = AccessLog(str(path))
    for name in ("old", "new"):
        log.write(client="c", method="GET", path=f"/{name}", query="", status=200, size=1, seconds=0.1)
        if name == "old":
            until(lambda: bool(path.read_text()))
            path.rename(tmp_path / "old")
            log.reopen()
    log.close()
    assert json.loads(path.read_text())["path"] == "/new"
    assert json.loads((tmp_path / "old").read_text())["path"] == "/old"
    path.unlink()
    path.mkdir()
    with pytest.raises(MedkgError, match="Is a directory"):
        AccessLog(str(path))


@on_linux
def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    with pytest.raises(MedkgError, match="cannot be written: No such device or address"):
        AccessLog(str(tmp_path / "log"))


def test_what_no_letter_can_say_is_written_as_json_escapes_it(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"))
    log.write(client="c", method="GET", path="/\udc80ü", query="", status=200, size=1, seconds=0.1)
    log.close()
    assert json.loads((tmp_path / "log").read_text(encoding="utf-8"))["path"] == "/\udc80ü"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_device_that_is_full_is_told_of_once_and_counts_every_line() -> None:
    told: list[OSError] = []
    writer = LineWriter(os.open("/dev/full", os.O_WRONLY), gap=lambda lost: b"%d\n" % lost, failed=told.append)
    for line in lines(10):
        writer.write(line)
    assert writer.close(PATIENCE)
    assert (writer.dropped, len(told)) == (10, 1)
    os.close(writer.descriptor)
