"""A lock between processes that the operating system releases with the process, however that ends."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from medkg.files import adopt

if TYPE_CHECKING:
    from filelock import BaseFileLock

POLL_S = 0.01
"""Seconds between two attempts to get a lock that another process holds."""


def lock_at(path: Path) -> BaseFileLock:
    """The lock of a file, which is made where it is not there; a `FileNotFoundError` where its directory is gone.

    The library would make that anew, and what is written there would be lost with it.
    """
    from filelock import FileLock

    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return FileLock(path)


@contextmanager
def exclusive(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """A context that only one process at a time is in; `on_wait` is called where another is in it already.

    The file at the path holds nothing and stays: a lock of its own file, because Windows would keep readers away from
    a file that is locked, and because who waits for a file must not be left with one that was removed meanwhile.
    """
    from filelock import Timeout  # imported here, for who only reads locks nothing

    lock = lock_at(path)
    try:
        acquired = lock.acquire(blocking=False)
    except Timeout:
        on_wait()
        acquired = lock.acquire(poll_interval=POLL_S)
    with acquired:
        adopt(path)
        yield
