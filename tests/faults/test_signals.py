"""No signal ends a server by surprise: not the server, not what answers, not what keeps the graph."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.asking import COUNT, ask, get
from tests.faults.conftest import impatient
from tests.processes import evaluators, front, is_alive, keeper, on_linux, until
from tests.servers import PATIENCE

pytestmark = on_linux

STRAY = {
    signal.SIGHUP: "the terminal is closed; here: look for what is new",
    signal.SIGUSR1: "here: open the log anew",
    signal.SIGUSR2: "what other servers are told to restart by",
    signal.SIGALRM: "a timer that somebody else set",
    signal.SIGVTALRM: "another",
    signal.SIGPROF: "a profiler's",
    signal.SIGPIPE: "nobody reads any more",
    signal.SIGIO: "there is something to read",
    signal.SIGPWR: "the power fails",
    signal.SIGSTKFLT: "of no use",
    signal.SIGXCPU: "a limit of time that somebody set",
    signal.SIGXFSZ: "a limit of size that somebody set",
    signal.SIGRTMIN: "whatever somebody means by it",
    signal.SIGRTMAX: "whatever somebody means by it",
    signal.SIGWINCH: "the terminal has another size",
    signal.SIGCONT: "go on",
    signal.SIGURG: "out of band",
    signal.SIGCHLD: "a child has ended",
}
"""Signals and what they say to others."""


def test_every_signal_is_in_the_table_or_ends_or_stops_a_process_on_purpose() -> None:
    on_purpose = {"SIGINT", "SIGTERM", "SIGQUIT", "SIGKILL", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"}
    of_faults = {"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"}
    names = {each.name for each in signal.Signals}
    assert names == {each.name for each in STRAY} | on_purpose | of_faults


def test_no_stray_signal_ends_a_process_of_the_server_but_evaluators_which_are_replaced(home: Path) -> None:
    with impatient(home, seconds="20", MEDKG_CACHE_BYTES="0") as server:
        lasting = {
            "server": server.process.pid,
            "front": front(server.process.pid),
            "keeper": keeper(server.process.pid),
        }
        for each in STRAY:
            for name, pid in lasting.items():
                os.kill(pid, each)
                assert is_alive(pid), (each.name, name)
            for pid in evaluators(server.process.pid)[:1]:
                with suppress(ProcessLookupError):  # it may be replaced at this moment
                    os.kill(pid, each)
        until(lambda: ask(server, COUNT).status == 200)
        until(lambda: len(evaluators(server.process.pid)) >= 4)
        assert front(server.process.pid) == lasting["front"]
        assert keeper(server.process.pid) == lasting["keeper"]
    assert "Traceback" not in server.said
    assert server.process.returncode == 0


def test_the_deadline_of_an_evaluator_is_kept_by_the_kernel_too(home: Path) -> None:
    with impatient(home) as server:
        until(lambda: len(evaluators(server.process.pid)) >= 4)
        for pid in evaluators(server.process.pid):
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            (ignored,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigIgn:"))
            assert not ignored & 1 << (signal.SIGALRM - 1)


def test_the_log_is_opened_anew_on_sigusr1(home: Path) -> None:
    log, moved = home / "access.log", home / "access.log.1"
    with impatient(home, MEDKG_ACCESS_LOG=str(log)) as server:
        get(server, "/livez?first")
        until(lambda: paths(log) == ["/livez"])
        log.rename(moved)
        get(server, "/livez")  # goes to the file that is open, whatever its name
        until(lambda: len(paths(moved)) == 2)
        server.process.send_signal(signal.SIGUSR1)
        until(log.exists)
        get(server, "/readyz")
        until(lambda: "/readyz" in paths(log))
        assert paths(moved) == ["/livez", "/livez"]


def test_a_log_that_cannot_be_opened_anew_goes_on_where_it_is(home: Path) -> None:
    log, moved = home / "access.log", home / "access.log.1"
    with impatient(home, MEDKG_ACCESS_LOG=str(log)) as server:
        log.rename(moved)
        log.mkdir()
        server.process.send_signal(signal.SIGUSR1)
        assert server.has_said("Is a directory; it continues in the old file")
        get(server, "/livez")
        until(lambda: paths(moved) == ["/livez"])


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_ignores_strays_still_ends_when_it_is_told_to(home: Path, ending: signal.Signals) -> None:
    with impatient(home) as server:
        server.process.send_signal(signal.SIGUSR2)
        server.process.send_signal(ending)
        assert server.process.wait(PATIENCE) == 0


def paths(log: Path) -> list[str]:
    """The paths that a log has lines of; none where there is no log yet."""
    return [json.loads(line)["path"] for line in log.read_text().splitlines()] if log.is_file() else []
