"""Bringing what is written to the disk, not only to the operating system, so that it outlives a loss of power.

A lock between processes that the operating system releases with the process, however that ends.

The pointer to the snapshot that serves: one small file, replaced in one step.

The home of snapshots: marked with the version of its form, and where journals go that nobody reads any more.

MEDKG_HOME/
├── home.json            the form of all this
├── snapshots/           the graphs and their journals
└── aside/               journals that were discarded or damaged, with the time when they were set aside
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from medkg import files
from medkg.errors import SnapshotError
from medkg.files import atomic_write, make_directory, match_owner

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
        match_owner(path)
        yield


POINTER_FORMAT = 1
"""The format of a pointer, which is said from 2 on only, so that a medkg can read it that knows of no formats."""

_CURRENT = "current.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which snapshot serves: its digest, the fingerprint of the inputs it answers for, the shapes it has passed.

    One that is rolled back answers on purpose for inputs that would make another graph. `before` is the digest of
    what served until then; empty where that is not known.
    """

    snapshot: str
    inputs: str
    shapes: str
    rolled_back: bool = False
    before: str = ""


def current(snapshots: Path) -> Pointer | None:
    """The pointer to the snapshot that serves; None where there is none that can be read.

    A `SnapshotError` where a newer medkg has written it.
    """
    try:
        content = json.loads((snapshots / _CURRENT).read_bytes())
        if (version := content.pop("format", POINTER_FORMAT)) != POINTER_FORMAT:
            raise SnapshotError(
                f"{snapshots / _CURRENT} was written by a newer medkg, in format {version}; use that one"
            )
        found = Pointer(**content)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found if all(isinstance(each, str) for each in (found.snapshot, found.inputs, found.before)) else None


def point(snapshots: Path, pointer: Pointer) -> None:
    """Let a snapshot serve from here on; whatever goes wrong, the one before it still does."""
    with atomic_write(snapshots / _CURRENT) as draft:
        write_json(draft, asdict(pointer))
    synchronise(snapshots)


HOME_FORMAT = 1
"""The form of a home; one of a higher number is not touched. Without a mark it is as it was before there were any."""

_MARK, _ASIDE = "home.json", "aside"


def require_readable(home: Path) -> None:
    """Refuse with a `SnapshotError` a home that a newer medkg has written."""
    try:
        found = json.loads((home / _MARK).read_bytes())["format"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    if isinstance(found, int) and found > HOME_FORMAT:
        raise SnapshotError(
            f"{home} was written by a newer medkg, in format {found}: use that one, or another directory as MEDKG_HOME"
        )


def prepare(home: Path) -> None:
    """Make the directory of the snapshots, where it is not there, and mark the home."""
    make_directory(home / "snapshots")
    mark = home / _MARK
    if not mark.exists():
        with atomic_write(mark) as draft:
            write_json(draft, {"format": HOME_FORMAT})


def set_aside(home: Path, file: Path, why: str) -> Path:
    """Where a file of the snapshots is now that nobody reads it any more, named by why and when it was set aside."""
    target = keep_aside(home, file, why)
    file.unlink()
    synchronise(file.parent)
    return target


def keep_aside(home: Path, file: Path, why: str) -> Path:
    """Where a file of the snapshots is too from now on, whatever becomes of it; nothing is overwritten."""
    aside = home / _ASIDE
    make_directory(aside)
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = aside / f"{file.stem}.{why}-{time}{file.suffix}"
    try:
        target.hardlink_to(file)
    except OSError:  # the snapshots may be a file system of their own, or one that knows no links
        shutil.copy2(file, target)
        match_owner(target)
        sealed(target)
    synchronise(aside)
    return target


def files_aside(home: Path) -> set[Path]:
    """The files that were set aside; none where the home cannot be read, which the build tells."""
    try:
        return {*(home / _ASIDE).iterdir()}
    except OSError:
        return set()
