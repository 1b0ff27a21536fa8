"""The files under MEDKG_HOME: written so that they outlive a loss of power, locked between processes, and set aside.

MEDKG_HOME/
├── home.json            the format of the home
├── snapshots/           the graphs and their journals, and the pointer to the snapshot that serves
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

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_POLL_S = 0.01
"""Seconds between two attempts to acquire a lock that another process holds."""

POINTER_FORMAT = 1
"""The format of a pointer, written from 2 on only, so that a medkg without formats can read it."""

HOME_FORMAT = 1
"""The format of a home; one of a higher number is not touched, one without a number is older than the numbers."""

_POINTER, _HOME, _ASIDE = "current.json", "home.json", "aside"

_DISK_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_MAKE_ROOM = "make room there"
_WAYS_OUT = {
    errno.EROFS: "the file system is read-only, mount it for writing",
    errno.ENOENT: "the directory is gone, put it back or run `medkg build`",
    errno.ENOTDIR: "a file is where a directory should be, move it away",
}
_SEE_LOG = "see the log of the system"

FileSignature = tuple[int, int, int]
"""The inode, size and time of the last change of a file, which differ once it was written to or replaced."""


def file_signature(path: Path) -> FileSignature | None:
    """The signature of a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


# ---- Writing


def write_to_disk(path: Path, content: bytes) -> None:
    """Write a file to the disk; its name is safe once its directory is synchronised too."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_synced_json(path: Path, content: object) -> None:
    """Write a file of indented JSON to the disk."""
    write_to_disk(path, (json.dumps(content, indent=2) + "\n").encode())


def sync_directory(directory: Path) -> None:
    """Bring to the disk which files a directory has."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # as on Windows, where a directory cannot be opened and the file system does this by itself
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synced_sha256(path: Path) -> str:
    """The SHA-256 of a file that another library has written, after bringing it to the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_disk_full(error: OSError) -> bool:
    """Whether a write failed for want of room."""
    return error.errno in _DISK_FULL


def way_out(error: Exception, directory: Path) -> str:
    """The advice for a failure to write under a directory, by its errno."""
    return files.way_out(error, _way_out(error, directory))


def _way_out(error: Exception, directory: Path) -> str:
    """The advice for all failures but too many open files."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None or number in _DISK_FULL:  # the engine gives no number, and seldom fails for another reason
        return _MAKE_ROOM
    if number in (errno.EACCES, errno.EPERM):
        return f"it belongs to {_owner(directory)}, run medkg as that user or let this one write there"
    return _WAYS_OUT.get(number, _SEE_LOG)


def _owner(directory: Path) -> str:
    """The name of a directory's owner, or the user's number where it has no name."""
    for path in (directory, *directory.parents):
        try:
            return f"the user {path.owner()}"
        except PermissionError:  # it is in a directory that may not be read, whose owner is to be named
            continue
        except (OSError, KeyError, NotImplementedError):
            break
    return "another user"


# ---- Locks


def file_lock(path: Path) -> BaseFileLock:
    """The lock of a file, which the library makes where it is missing; `FileNotFoundError` without its directory.

    The library would make the directory too, and the snapshots written there would be lost with the old one.
    """
    from filelock import FileLock  # imported here, because readers take no lock

    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return FileLock(path)


@contextmanager
def process_lock(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """A context that one process at a time is in; `on_wait` is called where another is in it.

    The lock is an empty file of its own that stays: on Windows a locked file cannot be read, and a process must not
    be left waiting for a file that was removed.
    """
    from filelock import Timeout

    lock = file_lock(path)
    try:
        acquired = lock.acquire(blocking=False)
    except Timeout:
        on_wait()
        acquired = lock.acquire(poll_interval=LOCK_POLL_S)
    with acquired:
        match_owner(path)
        yield


# ---- The pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The digest of the snapshot that serves, the fingerprint of the inputs it answers for, the shapes it conforms to.

    A snapshot that was rolled back to answers for inputs that would make another graph. `before` is the digest of the
    snapshot that served before; empty where that is not known.
    """

    snapshot: str
    inputs: str
    shapes: str
    rolled_back: bool = False
    before: str = ""


def read_pointer(snapshots: Path) -> Pointer | None:
    """The pointer to the snapshot that serves; None where there is none that can be read.

    A `SnapshotError` where a newer medkg has written it.
    """
    try:
        content = json.loads((snapshots / _POINTER).read_bytes())
        if (version := content.pop("format", POINTER_FORMAT)) != POINTER_FORMAT:
            raise SnapshotError(
                f"{snapshots / _POINTER} was written by a newer medkg, in format {version}; use that one"
            )
        pointer = Pointer(**content)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts = (pointer.snapshot, pointer.inputs, pointer.before)
    return pointer if all(isinstance(text, str) for text in texts) else None


def write_pointer(snapshots: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step."""
    with atomic_write(snapshots / _POINTER) as draft:
        write_synced_json(draft, asdict(pointer))
    sync_directory(snapshots)


# ---- The home


def require_known_format(home: Path) -> None:
    """Refuse with a `SnapshotError` a home that a newer medkg has written."""
    try:
        version = json.loads((home / _HOME).read_bytes())["format"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    if isinstance(version, int) and version > HOME_FORMAT:
        raise SnapshotError(
            f"{home} was written by a newer medkg, in format {version}: use that one, "
            "or another directory as MEDKG_HOME"
        )


def prepare_home(home: Path) -> None:
    """Make the directory of the snapshots and write the format of the home, where they are missing."""
    make_directory(home / "snapshots")
    path = home / _HOME
    if not path.exists():
        with atomic_write(path) as draft:
            write_synced_json(draft, {"format": HOME_FORMAT})


def move_aside(home: Path, file: Path, reason: str) -> Path:
    """The new path of a file of the snapshots, after it was set aside."""
    target = copy_aside(home, file, reason)
    file.unlink()
    sync_directory(file.parent)
    return target


def copy_aside(home: Path, file: Path, reason: str) -> Path:
    """The path of a copy of a file, named by the reason and the time; nothing is overwritten."""
    aside = home / _ASIDE
    make_directory(aside)
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = aside / f"{file.stem}.{reason}-{time}{file.suffix}"
    try:
        target.hardlink_to(file)
    except OSError:  # the snapshots may be on a file system of their own, or on one without links
        shutil.copy2(file, target)
        match_owner(target)
        synced_sha256(target)
    sync_directory(aside)
    return target


def files_aside(home: Path) -> set[Path]:
    """The files that were set aside; none where the home cannot be read, which the build reports."""
    try:
        return {*(home / _ASIDE).iterdir()}
    except OSError:
        return set()
