"""Bringing what is written to the disk, not only to the operating system, so that it outlives a loss of power."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

from medkg import files

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_MAKE_ROOM = "make room there"
_WAYS_OUT = {
    errno.EROFS: "the file system is read-only, mount it for writing",
    errno.ENOENT: "the directory is gone, put it back or run `medkg build`",
    errno.ENOTDIR: "a file is where a directory should be, move it away",
}
_SEE_LOG = "see the log of the system"


def is_full(error: OSError) -> bool:
    """Whether something could not be written for want of room."""
    return error.errno in _NO_ROOM


def way_out(error: Exception, directory: Path) -> str:
    """What to do where something cannot be written under a directory, by the reason that the system gives."""
    return files.way_out(error, _way_out(error, directory))


def _way_out(error: Exception, directory: Path) -> str:
    """What to do where it is not too many files that are open."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None or number in _NO_ROOM:  # the engine gives no number, and seldom fails for another reason
        return _MAKE_ROOM
    if number in (errno.EACCES, errno.EPERM):
        return f"it belongs to {_owner(directory)}, run medkg as that user or let this one write there"
    return _WAYS_OUT.get(number, _SEE_LOG)


def write(path: Path, content: bytes) -> None:
    """Write a file; its name is safe once its directory is synchronised too."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_json(path: Path, content: object) -> None:
    """Write a file of JSON, as people like to read it."""
    write(path, (json.dumps(content, indent=2) + "\n").encode())


def synchronise(directory: Path) -> None:
    """Make the names in a directory safe: that a file was made there, moved there or removed."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # as on Windows, where a directory cannot be opened and the file system sees to names by itself
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sealed(path: Path) -> str:
    """The SHA-256 of a file, all of which is on the disk then, whoever has written it."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _owner(directory: Path) -> str:
    """The name of the user to whom a directory belongs, or the number where there is no name."""
    for each in (directory, *directory.parents):
        try:
            return f"the user {each.owner()}"
        except PermissionError:  # it is in one that keeps others out, whose owner is to be named
            continue
        except (OSError, KeyError, NotImplementedError):
            break
    return "another user"
