"""The process of an evaluator as the system sees it: what names it, what it has cost, and its priority."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

_BEHIND = 10  # niceness beyond that of this process
_CPUCLOCK_SCHED = 2  # of include/linux/posix-timers.h


def descriptor(pid: int) -> int | None:
    """A descriptor of a process that names no other even after it has ended; None where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def processor_time(pid: int) -> float:
    """The seconds of processor that a process has used, 0 where it has ended; on other systems than Linux all seconds.

    The clock is that of clock_getcpuclockid(3), for which Python has no name.
    """
    if sys.platform != "linux":
        return time.monotonic()
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except OSError:
        return 0.0


def step_behind(group: int) -> None:
    """Have the system let others go before the processes of a group.

    A group and not a process, for on Linux each thread has a priority of its own, and a group has all of them.
    https://man7.org/linux/man-pages/man2/setpriority.2.html
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, group, os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND)
