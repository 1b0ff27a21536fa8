"""The processes of a server, found through `/proc`: the front that answers, its keeper, the keeper's evaluators."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

WITHOUT_SECCOMP = """
import ctypes, platform, struct
if platform.system() == "Linux":
    number = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    rows = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050026), (0x06, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("<HBBI", *row) for row in rows)
    kept = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(rows), ctypes.addressof(kept)))
    library = ctypes.CDLL(None)
    assert library.prctl(38, *map(ctypes.c_ulong, (1, 0, 0, 0))) == 0
    assert library.syscall(number, 1, 0, program) == 0
"""
"""Code after which a process and those it starts find no system call `seccomp`, as on a kernel without it.

A filter that answers it by ENOSYS: https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

WITHOUT_OVERRIDE = """
import ctypes, os, struct
if os.geteuid() == 0:
    library, bypass = ctypes.CDLL(None), (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    for capability in (1, 2):
        assert library.prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP, for those that are started
    head, sets = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0)), ctypes.create_string_buffer(24)
    assert library.capget(head, sets) == 0
    rest = [low & ~bypass if place < 3 else low for place, low in enumerate(struct.unpack("<6I", sets.raw))]
    assert library.capset(head, ctypes.create_string_buffer(struct.pack("<6I", *rest), 24)) == 0
"""
"""Code after which root may write only where the permissions of files let it, as everybody else.

https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

FORK_FAILS = """
import errno, os, pathlib
fork = os.fork

def fork_or_fail():
    if pathlib.Path({sign!r}).exists():
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()

os.fork = fork_or_fail
"""
"""A `sitecustomize.py` after which a process cannot fork while a file, the `sign`, is there.

The kernel would do it by `RLIMIT_NPROC`, which does not bind root.
"""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")


def is_alive(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return _state(Path(f"/proc/{process}/stat")) not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(process: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in listed if is_alive(int(child))]


def front(server: int) -> int:
    """The process of a server that answers requests."""
    return _only(server)


def keeper(server: int) -> int:
    """The process of a server that holds the graph."""
    return _only(front(server))


def evaluators(server: int) -> list[int]:
    """The processes of a server that evaluate."""
    return children(keeper(server))


def ticks(process: int) -> int:
    """How much of the processor a process has used, in hundredths of a second."""
    return int(Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11])


def family(process: int) -> list[int]:
    """A process and all that it and its children have started."""
    return [process, *(each for child in children(process) for each in family(child))]


def kill(*processes: int) -> None:
    """End processes as a loss of power would: none of them gets to do anything more."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for each in processes:
            with suppress(ProcessLookupError):  # it has ended by itself meanwhile
                os.kill(each, number)


def resident(process: int) -> int:
    """The bytes of memory that a process has."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def halt(process: int) -> None:
    """Have all threads of a process do nothing any more, which takes them a moment."""
    os.kill(process, signal.SIGSTOP)
    tasks = Path(f"/proc/{process}/task")
    until(lambda: all(_state(each / "stat") == "T" for each in tasks.iterdir()))


@contextmanager
def without_descriptors(process: int) -> Iterator[None]:
    """A context in which a process may open nothing more."""
    import resource  # here, for Windows has none

    soft, hard = resource.prlimit(process, resource.RLIMIT_NOFILE)
    resource.prlimit(process, resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_NOFILE, (soft, hard))


def until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> float:
    """The seconds until something is so, which must come to be; a connection refused is nothing yet."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        with suppress(OSError):
            if is_so():
                return time.monotonic() - started
        time.sleep(0.005)
    raise AssertionError(f"it is not so after {seconds} seconds")


def _state(stat: Path) -> str:
    """The state of a process or a thread, a letter: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html."""
    return stat.read_text(encoding="ascii").rpartition(")")[2].split()[0]


def _only(process: int) -> int:
    """The one child of a process, which may be starting it just now."""
    found: list[int] = []

    def is_there() -> bool:
        found[:] = children(process)
        return len(found) == 1

    until(is_there)
    return found[0]
