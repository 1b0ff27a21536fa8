"""What a process uses, as Linux tells it; nothing of one that has ended, and nothing elsewhere.

https://www.kernel.org/doc/html/latest/filesystems/proc.html
"""

from __future__ import annotations

import os
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """The bytes of memory that a process has resident, shared ones included."""
    try:
        _, resident, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except (OSError, ValueError):  # the latter where it is about to end
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    """The number of descriptors that a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0
