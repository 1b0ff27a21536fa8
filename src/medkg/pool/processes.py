"""Processes as the operating system sees them: their cost, priority and parent, stray signals, memory, import path."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import medkg

ON_LINUX = platform.system() == "Linux"

_NICENESS = 10  # of processes at slow jobs, beyond that of this process
_CPUCLOCK_SCHED = 2  # of include/linux/posix-timers.h
_PDEATHSIG = 1  # of include/uapi/linux/prctl.h
_PARENT_CHECK_INTERVAL_S = 0.5

_ENDING = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGKILL", "SIGSTOP")  # which are there to end or stop a process
_OF_FAULTS = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP")  # which nothing can go on after
_HARMLESS = ("SIGCHLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH")  # which end nothing

# https://man7.org/linux/man-pages/man3/mallopt.3.html
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MAX_FREE_HEAP_BYTES = 4 << 20  # at the end of the heap, beyond which they are given back
_MIN_MAPPED_BYTES = 32 << 20  # of a piece of memory that gets pages of its own, the most there may be


def process_descriptor(pid: int) -> int | None:
    """A descriptor of a process that names no other even after it has ended; None where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def processor_seconds(pid: int) -> float:
    """The seconds of processor that a process has used, 0 where it has ended; on other systems than Linux all seconds.

    The clock is that of clock_getcpuclockid(3), for which Python has no name.
    """
    if not ON_LINUX:
        return time.monotonic()
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except OSError:
        return 0.0


def lower_priority(group: int) -> None:
    """Lower the priority of the processes of a group.

    A group and not a process, for on Linux each thread has a priority of its own, and a group has all of them.
    https://man7.org/linux/man-pages/man2/setpriority.2.html
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, group, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends, at once where that has happened already; on Linux the kernel does it."""
    if ON_LINUX:
        ctypes.CDLL(None).prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), *(ctypes.c_ulong(0),) * 3)
    else:
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch_parent(parent: int) -> None:
    """End this process soon after its parent has ended."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_INTERVAL_S)
    os._exit(1)


def stray_signals() -> frozenset[int]:
    """The signals that end a process by default and that mean nothing here: SIGHUP and SIGUSR1 among them."""
    others = {getattr(signal, name, None) for name in (*_ENDING, *_OF_FAULTS, *_HARMLESS)}
    return frozenset(number for number in signal.valid_signals() if number not in others)


def ignore_stray_signals() -> None:
    """Have this process and those it starts go on whatever stray signal they get, until there is a handler for one."""
    for number in stray_signals():
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def ignoring_stray_signals() -> Iterator[None]:
    """A context in which this process goes on whatever stray signal it gets."""
    before = {number: signal.getsignal(number) for number in stray_signals()}
    ignore_stray_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def keep_freed_memory() -> None:
    """Have this process and those forked from it keep the memory they free; without glibc nothing happens.

    An answer of a few megabytes lives for a few milliseconds. Memory given back to the kernel comes again as pages that
    are to be cleared, which takes longer than to write the answer.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _MAX_FREE_HEAP_BYTES)
        mallopt(_MMAP_THRESHOLD, _MIN_MAPPED_BYTES)


def release_freed_memory() -> None:
    """Give the kernel the pages that are free, which takes milliseconds; without glibc nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def import_path() -> list[str]:
    """The path on which this process finds modules, without the working directory.

    That stays where `PYTHONPATH` names it, or medkg itself lies there: then the operator has chosen it.
    """
    try:
        here = os.getcwd()
    except FileNotFoundError:  # it has been removed
        here = os.sep
    named = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    chosen = {os.path.realpath(os.path.join(here, name)) for name in (*named, str(Path(medkg.__file__).parents[1]))}
    path = [os.path.join(here, entry) for entry in sys.path if entry]
    real = {entry: os.path.realpath(entry) for entry in path}
    return [entry for entry in path if real[entry] != os.path.realpath(here) or real[entry] in chosen]
