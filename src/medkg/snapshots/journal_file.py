"""The file of a journal: patches read in order, a patch written whole or not at all, and the errors of both."""

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
    COMMIT,
    FORMAT,
    START,
    Cursor,
    DamagedPatch,
    Patch,
    StaleCursor,
    UnknownFormat,
    checkpoint_text,
    patch_text,
    read_patches,
)

_WAYS_OUT = (
    "put a copy of the file in its place, run `medkg journal salvage` to keep the updates that can be read, "
    "or `medkg build --discard-updates` for a graph without updates"
)

_CANNOT_RESERVE = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})

_log = logging.getLogger("medkg.snapshots")


def read(path: Path, cursor: Cursor = START) -> Iterator[Patch]:
    """The patches after a cursor, none where there is no file; `StaleCursor` where the patch at the cursor is gone.

    Damage is confirmed by a second reading, for a writer may just have cut off the rest of an interrupted write.
    """
    try:
        for patch in _read(path, cursor):
            cursor = patch.cursor
            yield patch
    except (DamagedPatch, UnknownFormat):
        with explaining_damage(path):
            yield from _read(path, cursor)


def append(path: Path, end: int, patch: bytes) -> int:
    """The new end of a file whose last patch ended at `end`; the rest of an interrupted write there is cut off."""
    try:
        with path.open("ab", buffering=0) as file:
            match_owner(path)
            if torn := os.fstat(file.fileno()).st_size - end:
                _log.warning("%s: %d bytes of an interrupted write are cut off at byte %d", path, torn, end)
            _commit(file.fileno(), end, patch)
        if not end:
            storage.sync_directory(path.parent)
    except BaseException:
        with suppress(OSError):
            _truncate(path, end)
        raise
    return end + len(patch) + len(COMMIT)


def reserve(directory: Path, end: int, size: int) -> None:
    """Test whether a file in a directory can grow by a number of bytes from an end on; an `OSError` where it cannot.

    The test uses a nameless file, which is deleted at once.
    """
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        try:
            os.posix_fallocate(file.fileno(), end, size)
        except (AttributeError, OSError) as error:  # some systems and file systems cannot reserve
            if getattr(error, "errno", errno.ENOSYS) not in _CANNOT_RESERVE:
                raise
            file.seek(end)
            _write_all(file.fileno(), bytes(size))
            os.fsync(file.fileno())


def replace(path: Path, patches: Iterable[bytes]) -> None:
    """Replace everything in a file by patches, in one step."""
    with atomic_write(path) as draft, draft.open("wb") as file:
        file.writelines(patch + COMMIT for patch in patches)
        file.flush()
        os.fsync(file.fileno())
    storage.sync_directory(path.parent)


@contextmanager
def explaining_damage(path: Path) -> Iterator[None]:
    """A context in which a fault of the text is raised as `DamagedJournal` with the ways out."""
    try:
        yield
    except DamagedPatch as damage:
        raise DamagedJournal(
            f"{path} is damaged in update {damage.number}, at byte {damage.offset}: {_WAYS_OUT}"
        ) from damage
    except UnknownFormat as unknown:
        if unknown.newer is None:
            raise DamagedJournal(f"{path} is damaged: it does not begin as a journal does; {_WAYS_OUT}") from unknown
        raise SnapshotError(
            f"{path} is of format {unknown.newer}, and this medkg reads {FORMAT}: use a newer one"
        ) from unknown


@contextmanager
def explaining_write_failure(path: Path) -> Iterator[None]:
    """A context in which a failure to write is raised as `StorageFull` or `StorageError` with the way out."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if storage.is_disk_full(error) else StorageError
        way_out = storage.way_out(error, path.parent)
        raise kind(
            f"{path} cannot be written: {error.strerror or error}; nothing of the update is kept, {way_out}"
        ) from error


class UpdateId(NamedTuple):
    """The identity of an update in any journal: the running hash after it, and the digest of its rows."""

    state: str
    sha256: str
    is_checkpoint: bool


def update_ids(patches: Iterable[Patch]) -> list[UpdateId]:
    """The identity of each update."""
    return [UpdateId(patch.cursor.state, patch.sha256, patch.is_checkpoint) for patch in patches]


def common_prefix(ours: list[UpdateId], theirs: list[UpdateId]) -> tuple[int, int]:
    """The number of items of each list that make the updates with which both begin."""
    lengths = {update.state: length for length, update in enumerate(ours, start=1)}
    common = ((lengths[update.state], length) for length, update in enumerate(theirs, 1) if update.state in lengths)
    return max(common, default=(0, 0))


def renumber(name: str, patches: Iterable[Patch]) -> Iterator[bytes]:
    """The texts of updates in the journal with a name, without last lines; only the first can stay a checkpoint."""
    number = 0
    for patch in patches:
        if patch.is_checkpoint and not number:
            number = patch.number
            yield checkpoint_text(name, patch.cursor.state, patch)
        else:
            number += 1
            yield patch_text(name, Patch(number=number, body=patch.rows))


def _read(path: Path, cursor: Cursor) -> Iterator[Patch]:
    try:
        with path.open("rb") as file:
            yield from read_patches(file, path.stem, cursor)
    except FileNotFoundError:
        if cursor.number:
            raise StaleCursor from None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror or error}") from error


def _commit(descriptor: int, end: int, patch: bytes) -> None:
    """Write a patch at the end of a file; its last line is written once all else is on the disk."""
    os.ftruncate(descriptor, end)
    _write_all(descriptor, patch)
    os.fsync(descriptor)
    _write_all(descriptor, COMMIT)
    os.fsync(descriptor)


def _truncate(path: Path, end: int) -> None:
    """Cut a file off at an end; a file that would be empty is removed."""
    if not end:
        path.unlink(missing_ok=True)
        storage.sync_directory(path.parent)
        return
    with path.open("ab", buffering=0) as file:
        os.ftruncate(file.fileno(), end)
        os.fsync(file.fileno())


def _write_all(descriptor: int, content: bytes) -> None:
    """Write all of a content; a disk that is nearly full may take a part at first."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
