"""A server as the tree of its processes: started, awaited, weighed, and stopped; all of it by /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_GRACE = 15.0  # seconds for a server to stop by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes of a process tree: PSS divides a shared page among those who share it, RSS counts it for each."""

    pss: int
    rss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: its name and version, where it takes queries, and what to know of it.

    `fixed` is the beginning of the query string that each of its requests bears.
    """

    name: str
    version: str
    port: int
    process: subprocess.Popen[bytes]
    path: str = "/sparql"
    fixed: str = ""
    note: str = ""

    def cpu(self) -> float:
        """Seconds of processor time that it and its children have used, and those that ended and were waited for."""
        return sum(_seconds(pid) for pid in _tree(self.process.pid))

    def memory(self) -> Memory:
        """What it and all its children hold in memory now."""
        pids = list(_tree(self.process.pid))
        return Memory(pss=sum(map(_pss, pids)), rss=sum(map(_rss, pids)))

    def stop(self) -> None:
        """Ask it to end, and end it and its children if it does not."""
        pids = list(_tree(self.process.pid))
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process uses: bytes of memory as in `Memory`, and open file descriptors."""

    memory: Memory
    descriptors: int

    @classmethod
    def mean(cls, pids: Sequence[int]) -> Usage:
        """What one of some processes uses now, on average; those that have ended are not counted."""
        used = [(_pss(pid), _rss(pid), _descriptors(pid)) for pid in pids]
        pss, rss, descriptors = (
            sum(each) // max(1, sum(map(bool, each))) for each in zip(*used or [(0, 0, 0)], strict=True)
        )
        return cls(memory=Memory(pss=pss, rss=rss), descriptors=descriptors)


def children(pids: Sequence[int]) -> list[int]:
    """The processes whose parents are among those."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal() and _parent(path) in pids]


def start(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A process in the background, what it says going to a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as said:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, env=environment, cwd=log.parent
        )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def available_memory() -> int:
    """Bytes that new processes can have."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def pause(seconds: float) -> None:
    """Let a machine come to rest, or a server make progress."""
    time.sleep(seconds)


def _tree(root: int) -> Iterator[int]:
    """A process and all that descend from it."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    yield from sorted(found)


def _parent(process: Path) -> int:
    try:
        return int(_stat(process)[1])
    except OSError:
        return 0  # it has ended since


def _stat(process: Path) -> list[str]:
    """The fields of /proc/<pid>/stat behind the name, which may hold anything: state, parent, and so on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def _seconds(pid: int) -> float:
    """User and system time of a process and of the children it has waited for (fields 14 to 17 of proc_pid_stat(5))."""
    try:
        return sum(map(int, _stat(Path(f"/proc/{pid}"))[11:15])) / _TICK
    except OSError:
        return 0.0


def _pss(pid: int) -> int:
    """The proportional share; the whole resident size where the kernel will not tell it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _rss(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0
