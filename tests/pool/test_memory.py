"""Memory that is kept for the next answer."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
from medkg.pool.memory import keep_freed
if {kept}:
    keep_freed()
piece = bytes(1_200_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    bytearray(piece) + b"."
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_what_is_freed_is_not_cleared_by_the_kernel_again_and_again() -> None:
    assert faults(kept=True) * 5 < faults(kept=False)


def faults(*, kept: bool) -> int:
    """How often a process that makes and drops large pieces has the kernel give it a page."""
    done = subprocess.run(
        [sys.executable, "-c", FAULTS.format(kept=kept)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return int(done.stdout)
