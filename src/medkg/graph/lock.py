"""A lock between processes that the operating system releases with the process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_S = 0.01
"""Seconds between two attempts to get a lock that another process holds."""


@contextmanager
def exclusive(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """A context that only one process at a time is in; `on_wait` is called where another is in it already.

    The file at the path holds nothing and stays: a lock of its own file, because Windows would keep readers away from
    a file that is locked, and because who waits for a file must not be left with one that was removed meanwhile.
    """
    from filelock import FileLock, Timeout  # imported here, for who only reads locks nothing

    lock = FileLock(path)
    try:
        acquired = lock.acquire(blocking=False)
    except Timeout:
        on_wait()
        acquired = lock.acquire(poll_interval=_POLL_S)
    with acquired:
        yield
