"""Files written atomically, with the right owner, and the remedy where the system refuses a file."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ATTEMPTS, _PAUSE_S = 40, 0.05
# https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-: access denied, sharing violation
_IN_USE = (5, 32)
_MORE_FILES = "let more files be open at once, as by `ulimit -n 1024`"


def way_out(error: Exception, otherwise: str) -> str:
    """The remedy where the system or the engine refuses a file: more open files, or else the given one.

    >>> way_out(OSError(24, "Too many open files"), "delete it"), way_out(OSError(5, "Input/output error"), "delete it")
    ('let more files be open at once, as by `ulimit -n 1024`', 'delete it')
    """
    is_of_many = isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}
    # errors of the engine have no number, only its own message or that of the system
    is_in_message = any(phrase in str(error) for phrase in ("file descriptors", "Too many open files"))
    return _MORE_FILES if is_of_many or is_in_message else otherwise


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A draft to write to, which replaces the file at `path` when the block ends without an error.

    Otherwise the file stays as it was; readers of the old file are not disturbed. An `OSError` names the file. The
    draft is hidden, and named like the leftovers of killed builds, so that it is removed with them.
    """
    draft = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        yield draft
        match_owner(draft)
        _move(draft, path)
    except OSError as error:
        if error.errno is not None and error.filename in (
            None,
            str(draft),
        ):  # none where there is no room for what is written
            error.filename = str(path)
        raise
    finally:
        draft.unlink(missing_ok=True)


def match_owner(path: Path) -> None:
    """Give a file that root has made to the owner of its directory, so that `sudo` locks no user out of a home."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        parent, status = path.parent.stat(), path.lstat()
        if (parent.st_uid, parent.st_gid) != (status.st_uid, status.st_gid):
            os.chown(path, parent.st_uid, parent.st_gid, follow_symlinks=False)


@contextmanager
def process_umask(umask: int) -> Iterator[None]:
    """A context with another umask of the process, in all its threads."""
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


def make_directory(path: Path) -> None:
    """Make a directory and its missing parents; each belongs to the owner of the directory above."""
    for directory in (*reversed(path.parents), path):
        try:
            directory.mkdir()
        except OSError:  # it exists, on a read-only file system perhaps; the last one raises
            if directory == path and not path.is_dir():
                raise
        else:
            match_owner(directory)


def _move(draft: Path, path: Path) -> None:
    """Move a draft to its place; on Windows, where a file cannot be replaced while it is read, after a wait."""
    for attempts_left in reversed(range(_ATTEMPTS)):
        try:
            draft.replace(path)
        except PermissionError as error:
            if not attempts_left or getattr(error, "winerror", None) not in _IN_USE:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
