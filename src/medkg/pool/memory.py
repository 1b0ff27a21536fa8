"""Memory that is freed and wanted again at once: kept by the process, given back now and then, and not page by page.

An answer of a few megabytes lives for a few milliseconds. Memory given back to the kernel comes again as pages that are
to be cleared, which takes longer than to write the answer.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

# https://man7.org/linux/man-pages/man3/mallopt.3.html
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 4 << 20  # bytes free at the end of the heap beyond which they are given back
_OWN_PAGES = 32 << 20  # bytes from which a piece is given pages of its own, the most there may be


def keep_freed() -> None:
    """Have this process and those forked from it keep what they free; without glibc nothing happens."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _OWN_PAGES)


def give_back() -> None:
    """Give the kernel the pages on which nothing lies, which takes milliseconds; without glibc nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
