"""The file of a journal: updates read one after another, an update written whole or not at all, failures in words.

The updates of journals as entries that can be compared, and written into another journal.
"""

from __future__ import annotations

import errno
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from medkg.errors import DamagedJournal, SnapshotError, StorageError, StorageFull
from medkg.files import atomic_write, match_owner
from medkg.snapshots import storage
from medkg.snapshots.patches import (
    BEGINNING,
    COMMIT,
    FORMAT,
    Damaged,
    Gone,
    Mark,
    Patch,
    UnknownForm,
    checkpoint,
    patches,
    written,
)

_WAYS_OUT = (
    "put a copy of the file in its place, run `medkg journal salvage` to keep the updates that can be read, "
    "or `medkg build --discard-updates` for a graph without updates"
)

_CANNOT_RESERVE = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})

_log = logging.getLogger("medkg.snapshots")

Signature = tuple[int, int, int]
"""What tells that a file has been written to or replaced: its inode, its size, and when it was written last."""


def signature(path: Path) -> Signature | None:
    """The signature of a file as it is now; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def stream(path: Path, mark: Mark = BEGINNING) -> Iterator[Patch]:
    """The updates after a mark, none where there is no file; `Gone` where the update that the mark is at is not there.

    Read once more where there seems to be damage, for a writer may just have cut off what an interrupted write left.
    """
    try:
        for patch in _read(path, mark):
            mark = patch.mark
            yield patch
    except (Damaged, UnknownForm):
        with damage_told(path):
            yield from _read(path, mark)


def write(path: Path, end: int, patch: bytes) -> int:
    """The new end of a file, which ended well at `end`, after an update; what an interrupted write left is cut off."""
    try:
        with path.open("ab", buffering=0) as file:
            match_owner(path)
            if torn := os.fstat(file.fileno()).st_size - end:
                _log.warning("%s: %d bytes of an interrupted write are cut off at byte %d", path, torn, end)
            _commit(file.fileno(), end, patch)
        if not end:
            storage.synchronise(path.parent)
    except BaseException:
        with suppress(OSError):
            _cut(path, end)
        raise
    return end + len(patch) + len(COMMIT)


def reserve(directory: Path, end: int, size: int) -> None:
    """Find out whether a file in a directory can grow by so many bytes from an end on; an `OSError` where it cannot.

    The file has no name and is gone at once.
    """
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        try:
            os.posix_fallocate(file.fileno(), end, size)
        except (AttributeError, OSError) as error:  # not every system can reserve, and not every file system
            if getattr(error, "errno", errno.ENOSYS) not in _CANNOT_RESERVE:
                raise
            file.seek(end)
            _put(file.fileno(), bytes(size))
            os.fsync(file.fileno())


def replace(path: Path, patches: Iterable[bytes]) -> None:
    """Put updates in the place of all that a file has, in one step."""
    with atomic_write(path) as draft, draft.open("wb") as file:
        file.writelines(patch + COMMIT for patch in patches)
        file.flush()
        os.fsync(file.fileno())
    storage.synchronise(path.parent)


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """A context in which what is wrong with the text is a `DamagedJournal` with the ways out."""
    try:
        yield
    except Damaged as damage:
        raise DamagedJournal(
            f"{path} is damaged in update {damage.number}, at byte {damage.offset}: {_WAYS_OUT}"
        ) from damage
    except UnknownForm as form:
        if form.newer is None:
            raise DamagedJournal(f"{path} is damaged: it does not begin as a journal does; {_WAYS_OUT}") from form
        raise SnapshotError(
            f"{path} is of format {form.newer}, and this medkg reads {FORMAT}: use a newer one"
        ) from form


@contextmanager
def failure_told(path: Path) -> Iterator[None]:
    """A context whose failures to write are a `StorageFull` or a `StorageError` with the way out."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if storage.is_full(error) else StorageError
        way_out = storage.way_out(error, path.parent)
        raise kind(
            f"{path} cannot be written: {error.strerror or error}; nothing of the update is kept, {way_out}"
        ) from error


def _read(path: Path, mark: Mark) -> Iterator[Patch]:
    try:
        with path.open("rb") as file:
            yield from patches(file, path.stem, mark)
    except FileNotFoundError:
        if mark.number:
            raise Gone from None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror or error}") from error


def _commit(descriptor: int, end: int, patch: bytes) -> None:
    """Write a transaction at the end of a file: all else is on the disk before the line that commits it."""
    os.ftruncate(descriptor, end)
    _put(descriptor, patch)
    os.fsync(descriptor)
    _put(descriptor, COMMIT)
    os.fsync(descriptor)


def _cut(path: Path, end: int) -> None:
    """Take away what stands beyond an end; a file that would be empty goes altogether."""
    if not end:
        path.unlink(missing_ok=True)
        storage.synchronise(path.parent)
        return
    with path.open("ab", buffering=0) as file:
        os.ftruncate(file.fileno(), end)
        os.fsync(file.fileno())


def _put(descriptor: int, content: bytes) -> None:
    """Write all of it; a disk that is nearly full may take a part at first."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class Entry(NamedTuple):
    """What there is to know of an update to tell whether another journal has it: the state after it, and its digest."""

    state: str
    sha256: str
    is_checkpoint: bool


def entries(patches: Iterable[Patch]) -> list[Entry]:
    """An entry for each update."""
    return [Entry(patch.mark.state, patch.sha256, patch.is_checkpoint) for patch in patches]


def alike(ours: list[Entry], theirs: list[Entry]) -> tuple[int, int]:
    """How many entries of each are of the updates with which both begin."""
    places = {each.state: place for place, each in enumerate(ours, start=1)}
    common = ((places[each.state], place) for place, each in enumerate(theirs, start=1) if each.state in places)
    return max(common, default=(0, 0))


def texts(name: str, patches: Iterable[Patch]) -> Iterator[bytes]:
    """Updates as the journal with a name has them, less their last lines; only the first can be a checkpoint there."""
    number = 0
    for patch in patches:
        if patch.is_checkpoint and not number:
            number = patch.number
            yield checkpoint(name, patch.mark.state, patch)
        else:
            number += 1
            yield written(name, Patch(number=number, body=patch.rows))
