"""The updates made to a snapshot, in a file beside it: what is appended is on the disk before anybody is told so.

A journal is named after its snapshot: `<digest>.rdfp`. Reading takes no lock and writes nothing. Writers exclude one
another by a lock beside the journals, and append only while the pointer names the snapshot; whoever moves the pointer
holds that lock.
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
from medkg.evaluation.changes import Change, combined
from medkg.snapshots import journal_file, storage
from medkg.snapshots.journal_file import Signature, alike, entries, texts
from medkg.snapshots.patches import BEGINNING, Gone, Mark, Patch, body, checkpoint, written
from medkg.snapshots.revision import revision, state_after
from medkg.snapshots.storage import current, exclusive

SUFFIX = ".rdfp"
"""The ending of a journal's name."""

LOCK = "journal.lock"
"""The name of the file, beside the journals, whose lock a writer holds."""

VERIFY_EVERY_S = 60.0
"""Seconds until all of a file is read again while others append to it."""

_BULK = 4 << 20
"""Bytes of updates after which they are put into a checkpoint."""


class Reached(NamedTuple):
    """A place in a journal: the number of updates up to it, and what names the graph with them."""

    position: int
    revision: str


class Journal:
    """The updates of one snapshot; an object for one thread at a time, remembering how far it has read.

    What others append is read from there on. Where the file has changed and not grown, all of it is read again; where
    it has grown, once a minute.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark = BEGINNING
        self._seen: Signature | None = None
        self._is_verified, self._verify_from = True, monotonic() + VERIFY_EVERY_S
        self._damage: tuple[Signature | None, str] | None = None
        """What is known to be wrong with the file, and its signature then."""
        self._compact = 0
        """Where the checkpoint ends that the file begins with."""

    @property
    def position(self) -> int:
        """The number of updates; a `SnapshotError` where the file is damaged, or cannot be read."""
        try:
            _exhaust(self.news())
        except StaleUpdate:
            self._mark, self._seen = BEGINNING, None
            _exhaust(self.news())
        return self._mark.number

    @property
    def revision(self) -> str:
        """What names the graph with all updates; a `SnapshotError` where they cannot be read."""
        _ = self.position
        return self.reached.revision

    @property
    def reached(self) -> Reached:
        """How far the journal has been read."""
        mark = self._mark
        return Reached(mark.number, revision(self.path.stem, mark.state, mark.number))

    @property
    def end(self) -> int:
        """The bytes read so far; where the file is longer, an interrupted write left the rest, or one is under way."""
        return self._mark.end

    def changes(self, *, after: int = 0) -> Iterator[Change]:
        """What each update after a position changes, in order; `StaleUpdate` where updates that were read are gone.

        A checkpoint is one change; from the middle of it one cannot go on, which is `StaleUpdate` too.
        """
        for patch in self.news() if after == self._mark.number else self._again():
            if patch.number > after:
                if after and patch.is_checkpoint:
                    raise StaleUpdate(f"{self.path}: update {after + 1} is one with others now; open the graph anew")
                yield self.change(patch)

    def news(self) -> Iterator[Patch]:
        """The updates since the last reading; `StaleUpdate` where the last that was read is no more."""
        signature, begin = journal_file.signature(self.path), self._mark
        if self._damage is not None and self._damage[0] == signature:
            raise DamagedJournal(self._damage[1])
        try:
            yield from self._new(signature, begin)
        except DamagedJournal as damage:
            self._damage = signature, str(damage)
            raise
        self._damage = None

    def _new(self, signature: Signature | None, begin: Mark) -> Iterator[Patch]:
        """The updates after a mark in a file with a signature."""
        is_due = False
        if signature != self._seen:
            yield from self._after(begin)
            self._is_verified = not begin.number
            is_due = self._mark == begin
        if not self._is_verified and (is_due or monotonic() >= self._verify_from):
            yield from self._beyond()
            self._is_verified, self._verify_from = True, monotonic() + VERIFY_EVERY_S
        self._seen = signature

    def patches(self) -> Iterator[Patch]:
        """All updates as they are written, whatever has been read so far."""
        return Journal(self.path)._again()

    def change(self, patch: Patch) -> Change:
        """What an update changes; a `DamagedJournal` where it says what this version of medkg does not know."""
        with journal_file.damage_told(self.path):
            return patch.change

    def append(self, change: Change, *, after: int | None = None) -> int:
        """The position after an update, which then outlives a loss of power; one of nothing leaves it as it is.

        `StorageFull` or `StorageError` where it cannot be written, `DamagedJournal` where what is there is damaged;
        nothing of it stays then. `StaleUpdate` where another snapshot serves, where updates that this object has read
        are gone, or where it was to come `after` another position.
        """
        with journal_file.failure_told(self.path), self.held():
            self._require_serving()
            _exhaust(self.news())
            last = self._mark
            if after not in (None, last.number):
                raise StaleUpdate(f"{self.path}: is at update {last.number}, not {after}; try again on what is there")
            if change.is_empty:
                return last.number
            patch = Patch(number=last.number + 1, body=body(change))
            end = journal_file.write(self.path, last.end, written(self.path.stem, patch))
            self._mark = Mark(patch.number, last.state, state_after(last.state, patch.sha256), last.end, end)
            self._seen = journal_file.signature(self.path)
            return patch.number

    def require_room(self, size: int) -> None:
        """Refuse with a `StorageFull` or a `StorageError` where the file could not grow by so many bytes."""
        with journal_file.failure_told(self.path):
            for path in (self.path, *self.path.parent.glob("*.lock")):
                if path.exists() and not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            journal_file.reserve(self.path.parent, self._mark.end, size)

    @property
    def is_bulky(self) -> bool:
        """Whether so much has been read since the last checkpoint that another one is worth its while."""
        return self._mark.end - self._compact >= max(_BULK, self._compact // 2)

    def compact(self) -> None:
        """Put a checkpoint in the place of all updates: the graph and its revision stay as they are."""
        with journal_file.failure_told(self.path), self.held():
            _exhaust(self.news())
            last, name = self._mark, self.path.stem
            patch = Patch(number=last.number, body=body(combined(map(self.change, self.patches()))))
            if last.number:
                journal_file.replace(self.path, [checkpoint(name, last.state, patch)])
            _exhaust(self._again())
            self._seen = journal_file.signature(self.path)

    def carry_over(self, other: Journal) -> None:
        """Have the updates of another journal here too, after our own; those with which both begin stay as they are.

        Only for the journal of a snapshot that does not serve. Killed and begun anew, it brings no update twice.
        """
        _, common = alike(entries(self.patches()), entries(other.patches()))
        news = islice(other.patches(), common, None)
        if (first := next(news, None)) is not None:
            patches = chain(self.patches(), [first], news)
            journal_file.replace(self.path, texts(self.path.stem, patches))

    def holds(self, other: Journal) -> bool:
        """Whether every update of another journal is in this one, in the same order, as far as one can tell."""
        ours, theirs = entries(self.patches()), entries(other.patches())
        begin, common = alike(ours, theirs)
        rest = iter([each.sha256 for each in ours[begin:]])
        return all(not each.is_checkpoint and each.sha256 in rest for each in theirs[common:])

    def held(self) -> AbstractContextManager[None]:
        """A context in which nobody else appends, and in which one may move the pointer to another snapshot."""
        return exclusive(self.path.parent / LOCK)

    def remove(self) -> None:
        """Forget all updates, which are elsewhere too."""
        self.path.unlink(missing_ok=True)
        storage.synchronise(self.path.parent)
        self._mark, self._seen = BEGINNING, None

    def _reach(self, patch: Patch) -> None:
        """Note how far the file has been read."""
        self._mark = patch.mark
        if not patch.mark.start:
            self._compact = patch.mark.end if patch.is_checkpoint else 0

    def _require_serving(self) -> None:
        pointer = current(self.path.parent)
        if pointer and pointer.snapshot != self.path.stem:
            raise StaleUpdate(f"{self.path}: is superseded, for {pointer.snapshot} serves now; update that one instead")

    def _after(self, mark: Mark) -> Iterator[Patch]:
        """The updates after a mark, wherever that is now."""
        try:
            for patch in journal_file.stream(self.path, mark):
                self._reach(patch)
                yield patch
        except Gone:
            yield from self._beyond()

    def _beyond(self) -> Iterator[Patch]:
        """The updates after the last that was read, while all of the file is read."""
        known = self._mark.number
        return (patch for patch in self._again() if patch.number > known)

    def _again(self) -> Iterator[Patch]:
        """All updates from the first on; `StaleUpdate` where the last that was read is not among them."""
        known = self._mark
        is_there = not known.number
        with suppress(Gone):  # where another file takes the place of this one meanwhile
            for patch in journal_file.stream(self.path):
                is_there = is_there or (patch.number, patch.mark.state) == (known.number, known.state)
                if patch.number > known.number and not is_there:
                    break
                if is_there:
                    self._reach(patch)
                yield patch
        if not is_there:
            raise StaleUpdate(f"{self.path}: its updates up to {known.number} are superseded; open the graph anew")


def _exhaust(some: Iterator[object]) -> None:
    """Take all there is, and keep nothing of it."""
    deque(some, maxlen=0)
