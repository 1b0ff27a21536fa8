"""Memory that is kept for the next answer."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys

import pytest

LEFT = """
from pathlib import Path
from medkg.pool.processes import release_freed_memory, keep_freed_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

keep_freed_memory()
pieces = [b"%d" % n * 1_000_000 for n in range(40)]
last = b"last" * 1_000_000
pieces.clear()
before = resident()
release_freed_memory()
print(before - resident())
"""

FAULTS = """
import resource
from medkg.pool.processes import keep_freed_memory
if {kept}:
    keep_freed_memory()
piece = bytes(1_200_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    bytearray(piece) + b"."
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_what_is_freed_is_not_cleared_by_the_kernel_again_and_again() -> None:
    assert faults(kept=True) * 5 < faults(kept=False)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_what_lies_before_something_still_wanted_can_be_given_back() -> None:
    assert int(said(LEFT)) * resource.getpagesize() > 30_000_000


def faults(*, kept: bool) -> int:
    """How often a process that makes and drops large pieces has the kernel give it a page."""
    return int(said(FAULTS.format(kept=kept)))


def said(program: str) -> str:
    """What a process of its own says that runs a program."""
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout
