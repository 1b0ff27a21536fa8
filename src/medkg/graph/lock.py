"""A lock between processes that the operating system releases with the process, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
    import time

    def _acquired(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        while not _acquired(file):
            time.sleep(0.2)

else:
    import fcntl

    def _acquired(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def exclusive(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """A context that only one process at a time is in; `on_wait` is called where another is in it already."""
    with path.open("ab") as file:  # closing the file releases the lock
        if not _acquired(file):
            on_wait()
            _wait(file)
        yield


@contextmanager
def held(path: Path) -> Iterator[IO[bytes]]:
    """The file at a path, made where there is none, to append to; only one process at a time is in this context.

    A file that is left empty is removed again. Whoever is in the context may remove the file, or the path's directory
    hold another one once they have left: those who waited for the old one take the new one.
    """
    with _still_there(path) as file:
        try:
            yield file
        finally:
            if not os.fstat(file.fileno()).st_size:
                path.unlink(missing_ok=True)


def _still_there(path: Path) -> IO[bytes]:
    """The file at a path, locked; not one that was removed while we waited for it."""
    while True:
        file = path.open("a+b", buffering=0)
        _wait(file)
        try:
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        file.close()
