"""The updates made to a snapshot, in a file beside it: an update is on the disk before it is acknowledged.

A journal is named after its snapshot: `<digest>.rdfp`. Readers take no lock and write nothing. Writers exclude one
another by a lock beside the journals and append only while the pointer names the snapshot; moving the pointer takes
the same lock.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from medkg.errors import DamagedJournal, StaleUpdate
from medkg.evaluation.changes import Change, combine
from medkg.snapshots import journal_file
from medkg.snapshots.journal_file import common_prefix, renumber, update_ids
from medkg.snapshots.patches import START, Cursor, Patch, StaleCursor, checkpoint_text, patch_body, patch_text
from medkg.snapshots.revision import revision, state_after
from medkg.snapshots.storage import FileSignature, file_signature, process_lock, read_pointer, sync_directory

SUFFIX = ".rdfp"
"""The ending of a journal's name."""

LOCK = "journal.lock"
"""The name of the lock file, beside the journals, that a writer holds."""

VERIFY_INTERVAL_S = 60.0
"""Seconds until a file to which others append is read from the beginning again."""

_COMPACTION_BYTES = 4 << 20
"""Bytes of updates after which a checkpoint replaces them."""


class JournalPosition(NamedTuple):
    """A place in a journal: the number of updates up to it, and the revision of the graph with them."""

    position: int
    revision: str


class Journal:
    """The updates of one snapshot; an object for one thread at a time, which remembers how far it has read.

    Reading goes on from there. A file that has changed and not grown is read from the beginning; one that has grown,
    once a minute.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cursor = START
        self._signature: FileSignature | None = None
        self._is_verified, self._verify_at = True, monotonic() + VERIFY_INTERVAL_S
        self._damage: tuple[FileSignature | None, str] | None = None
        """The known damage of the file, with the file's signature at that time."""
        self._checkpoint_end = 0
        """The end of the checkpoint with which the file begins."""

    @property
    def position(self) -> int:
        """The number of updates; a `SnapshotError` where the file is damaged or cannot be read."""
        try:
            _exhaust(self.new_patches())
        except StaleUpdate:
            self._cursor, self._signature = START, None
            _exhaust(self.new_patches())
        return self._cursor.number

    @property
    def revision(self) -> str:
        """The name of the graph with all updates; a `SnapshotError` where they cannot be read."""
        _ = self.position
        return self.last_read.revision

    @property
    def last_read(self) -> JournalPosition:
        """The place up to which the journal has been read."""
        cursor = self._cursor
        return JournalPosition(cursor.number, revision(self.path.stem, cursor.state, cursor.number))

    @property
    def end(self) -> int:
        """The number of bytes read; a longer file has the rest of an interrupted write, or of one under way."""
        return self._cursor.end

    def changes(self, *, after: int = 0) -> Iterator[Change]:
        """The change of each update after a position, in order; `StaleUpdate` where updates that were read are gone.

        A checkpoint is one change; a position in the middle of it is `StaleUpdate` too.
        """
        for patch in self.new_patches() if after == self._cursor.number else self._from_the_beginning():
            if patch.number > after:
                if after and patch.is_checkpoint:
                    raise StaleUpdate(f"{self.path}: update {after + 1} is one with others now; open the graph anew")
                yield self.change(patch)

    def new_patches(self) -> Iterator[Patch]:
        """The updates since the last reading; `StaleUpdate` where the last one that was read is gone."""
        signature, start = file_signature(self.path), self._cursor
        if self._damage is not None and self._damage[0] == signature:
            raise DamagedJournal(self._damage[1])
        try:
            yield from self._new(signature, start)
        except DamagedJournal as damage:
            self._damage = signature, str(damage)
            raise
        self._damage = None

    def _new(self, signature: FileSignature | None, start: Cursor) -> Iterator[Patch]:
        """The updates after a cursor in a file with a signature."""
        is_due = False
        if signature != self._signature:
            yield from self._after(start)
            self._is_verified = not start.number
            is_due = self._cursor == start
        if not self._is_verified and (is_due or monotonic() >= self._verify_at):
            yield from self._verified_rest()
            self._is_verified, self._verify_at = True, monotonic() + VERIFY_INTERVAL_S
        self._signature = signature

    def patches(self) -> Iterator[Patch]:
        """All updates as they are in the file, independent of the last reading."""
        return Journal(self.path)._from_the_beginning()

    def change(self, patch: Patch) -> Change:
        """The change of an update; `DamagedJournal` where it has a row that this version of medkg does not know."""
        with journal_file.explaining_damage(self.path):
            return patch.change

    def append(self, change: Change, *, after: int | None = None) -> int:
        """The position after an update, which outlives a loss of power; an empty one changes nothing.

        `StorageFull` or `StorageError` where it cannot be written, `DamagedJournal` where the file is damaged;
        nothing of the update stays then. `StaleUpdate` where another snapshot serves, where updates that this object
        has read are gone, or where the position is not `after`.
        """
        with journal_file.explaining_write_failure(self.path), self.lock():
            self._require_serving()
            _exhaust(self.new_patches())
            last = self._cursor
            if after not in (None, last.number):
                raise StaleUpdate(
                    f"{self.path}: is at update {last.number}, not {after}; try again on the present graph"
                )
            if change.is_empty:
                return last.number
            patch = Patch(number=last.number + 1, body=patch_body(change))
            end = journal_file.append(self.path, last.end, patch_text(self.path.stem, patch))
            self._cursor = Cursor(patch.number, last.state, state_after(last.state, patch.sha256), last.end, end)
            self._signature = file_signature(self.path)
            return patch.number

    def require_room(self, size: int) -> None:
        """Refuse with `StorageFull` or `StorageError` a file that could not grow by a number of bytes."""
        with journal_file.explaining_write_failure(self.path):
            for path in (self.path, *self.path.parent.glob("*.lock")):
                if path.exists() and not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            journal_file.reserve(self.path.parent, self._cursor.end, size)

    @property
    def is_bulky(self) -> bool:
        """Whether enough has been read since the last checkpoint for another one."""
        return self._cursor.end - self._checkpoint_end >= max(_COMPACTION_BYTES, self._checkpoint_end // 2)

    def compact(self) -> None:
        """Replace all updates by a checkpoint; the graph and its revision stay the same."""
        with journal_file.explaining_write_failure(self.path), self.lock():
            _exhaust(self.new_patches())
            last = self._cursor
            patch = Patch(number=last.number, body=patch_body(combine(map(self.change, self.patches()))))
            if last.number:
                journal_file.replace(self.path, [checkpoint_text(self.path.stem, last.state, patch)])
            _exhaust(self._from_the_beginning())
            self._signature = file_signature(self.path)

    def carry_over(self, other: Journal) -> None:
        """Append the updates of another journal to our own; those with which both begin stay as they are.

        Only for the journal of a snapshot that does not serve. Killed and begun again, it repeats no update.
        """
        _, common = common_prefix(update_ids(self.patches()), update_ids(other.patches()))
        missing = islice(other.patches(), common, None)
        if (first := next(missing, None)) is not None:
            patches = chain(self.patches(), [first], missing)
            journal_file.replace(self.path, renumber(self.path.stem, patches))

    def contains(self, other: Journal) -> bool:
        """Whether every update of another journal is known to be in this one, in the same order."""
        ours, theirs = update_ids(self.patches()), update_ids(other.patches())
        begin, common = common_prefix(ours, theirs)
        rest = iter([update.sha256 for update in ours[begin:]])
        return all(not update.is_checkpoint and update.sha256 in rest for update in theirs[common:])

    def lock(self) -> AbstractContextManager[None]:
        """A context in which no other process appends, and in which the pointer may be moved."""
        return process_lock(self.path.parent / LOCK)

    def remove(self) -> None:
        """Delete the file, whose updates are elsewhere too."""
        self.path.unlink(missing_ok=True)
        sync_directory(self.path.parent)
        self._cursor, self._signature = START, None

    def _advance(self, patch: Patch) -> None:
        """Move the cursor behind a patch that was read."""
        self._cursor = patch.cursor
        if not patch.cursor.start:
            self._checkpoint_end = patch.cursor.end if patch.is_checkpoint else 0

    def _require_serving(self) -> None:
        pointer = read_pointer(self.path.parent)
        if pointer and pointer.snapshot != self.path.stem:
            raise StaleUpdate(f"{self.path}: is superseded, for {pointer.snapshot} serves now; update that one instead")

    def _after(self, cursor: Cursor) -> Iterator[Patch]:
        """The updates after a cursor, also where it has moved."""
        try:
            for patch in journal_file.read(self.path, cursor):
                self._advance(patch)
                yield patch
        except StaleCursor:
            yield from self._verified_rest()

    def _verified_rest(self) -> Iterator[Patch]:
        """The updates after the last one that was read, by reading the whole file."""
        known = self._cursor.number
        return (patch for patch in self._from_the_beginning() if patch.number > known)

    def _from_the_beginning(self) -> Iterator[Patch]:
        """All updates from the first on; `StaleUpdate` where the last one that was read is not among them."""
        known = self._cursor
        is_there = not known.number
        with suppress(StaleCursor):  # where another file takes the place of this one meanwhile
            for patch in journal_file.read(self.path):
                is_there = is_there or (patch.number, patch.cursor.state) == (known.number, known.state)
                if patch.number > known.number and not is_there:
                    break
                if is_there:
                    self._advance(patch)
                yield patch
        if not is_there:
            raise StaleUpdate(f"{self.path}: its updates up to {known.number} are superseded; open the graph anew")


def _exhaust(iterator: Iterator[object]) -> None:
    """Run an iterator to its end, without keeping its items."""
    deque(iterator, maxlen=0)
