"""The updates made to a snapshot, in a file beside it: what is appended is on the disk before anybody is told so.

A journal is text in RDF Patch, one patch an update, named after its snapshot: `<digest>.rdfp`. Reading takes no
lock and writes nothing. Writers exclude one another by a lock beside the journals, and append only while the pointer
names the snapshot; whoever moves the pointer holds that lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from medkg.errors import SnapshotError, StorageFull, Superseded
from medkg.evaluation.changes import Change
from medkg.files import replacing
from medkg.graph import disk
from medkg.graph.lock import exclusive
from medkg.graph.patches import COMMIT, Damaged, Patch, body, patches, written
from medkg.graph.pointer import current

SUFFIX = ".rdfp"
"""The ending of a journal's name."""

LOCK = "journal.lock"
"""The name of the file, beside the journals, whose lock a writer holds."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A transaction that was read: the next reading begins with it and sees that it is still the same."""

    number: int = 0
    start: int = 0
    end: int = 0
    sha256: str = ""


class Journal:
    """The updates of one snapshot; an object for one thread at a time, remembering how far it has read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark = _Mark()

    @property
    def position(self) -> int:
        """The number of updates; a `SnapshotError` where the file is damaged, or cannot be read."""
        try:
            self._go_on()
        except Superseded:
            self._mark = _Mark()
            self._go_on()
        return self._mark.number

    def changes(self, *, after: int = 0) -> Iterator[Change]:
        """What each update after a position changes, in order; `Superseded` where updates that were read are gone."""
        is_known = 0 < self._mark.number <= after
        for patch in self._go_on() if is_known else self._patches():
            if patch.number > after:
                with self._damage_told():
                    yield patch.change

    def append(self, change: Change, *, after: int | None = None) -> int:
        """The position after an update, which then outlives a loss of power; one of nothing leaves it as it is.

        `StorageFull` where it cannot be written; nothing of it stays then. `Superseded` where another snapshot serves,
        where updates that this object has read are gone, or where it was to come `after` another position.
        """
        with self._failure_told(), self.held():
            self._require_serving()
            self._go_on()
            before = self._mark
            if after not in (None, before.number):
                raise Superseded(f"{self.path}: is at update {before.number}, not {after}; try again on what is there")
            if change.is_empty:
                return before.number
            patch = Patch(number=before.number + 1, body=body(change))
            end = self._write(before.end, written(self.path.stem, patch))
            self._mark = _Mark(number=patch.number, start=before.end, end=end, sha256=patch.sha256)
            return patch.number

    def held(self) -> AbstractContextManager[None]:
        """A context in which nobody else appends, and in which one may move the pointer to another snapshot."""
        return exclusive(self.path.parent / LOCK)

    def carry_over(self, other: Journal) -> None:
        """Have the updates of another journal here too, after our own; those with which both begin stay as they are.

        Only for the journal of a snapshot that does not serve. Killed and begun anew, it brings no update twice.
        """
        ours, theirs = ([patch.body for patch in each._patches()] for each in (self, other))
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
        if news := theirs[alike:]:
            patches = (Patch(number=number, body=rows) for number, rows in enumerate((*ours, *news), start=1))
            with replacing(self.path) as draft:
                disk.write(draft, b"".join(written(self.path.stem, patch) + COMMIT for patch in patches))
            disk.synchronise(self.path.parent)

    def holds(self, other: Journal) -> bool:
        """Whether every update of another journal is in this one, in the same order."""
        ours = iter([patch.sha256 for patch in self._patches()])
        return all(patch.sha256 in ours for patch in other._patches())

    def remove(self) -> None:
        """Forget all updates."""
        self.path.unlink(missing_ok=True)
        disk.synchronise(self.path.parent)
        self._mark = _Mark()

    def _require_serving(self) -> None:
        pointer = current(self.path.parent)
        if pointer and pointer.snapshot != self.path.stem:
            raise Superseded(f"{self.path}: is superseded, for {pointer.snapshot} serves now; update that one instead")

    def _go_on(self) -> list[Patch]:
        """The updates from the last one read on, that one included; `Superseded` where it is no more."""
        mark = self._mark
        try:
            found = self._read(mark)
        except Damaged:
            found = self._patches()
        if mark.number and not any((each.start, each.sha256) == (mark.start, mark.sha256) for each in found):
            raise Superseded(f"{self.path}: its updates up to {mark.number} are superseded; open the graph anew")
        if found:
            last = found[-1]
            self._mark = _Mark(number=last.number, start=last.start, end=last.end, sha256=last.sha256)
        return found

    def _patches(self) -> list[Patch]:
        """All updates; read once more where there seems to be damage, for a writer may have cut something off."""
        try:
            return self._read(_Mark())
        except Damaged:
            with self._damage_told():
                return self._read(_Mark())

    def _read(self, mark: _Mark) -> list[Patch]:
        """The updates from a mark on, the one it marks included; none where there is no file."""
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(mark.start)
                text = file.read()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SnapshotError(f"{self.path} cannot be read: {error.strerror}") from error
        return list(patches(text, self.path.stem, number=mark.number or 1, start=mark.start))

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except Damaged as damage:
            raise SnapshotError(
                f"{self.path} is damaged in update {damage.number}, at byte {damage.offset}: put a copy of the file in "
                "its place, or run `medkg build --discard-updates` for a graph without the updates"
            ) from damage

    @contextmanager
    def _failure_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageFull(
                f"{self.path} cannot be written: {error.strerror}; nothing of the update is kept, make room there"
            ) from error

    def _write(self, end: int, patch: bytes) -> int:
        """The new end of the file, which ended well at `end`; what is left behind that is cut off."""
        try:
            with self.path.open("ab", buffering=0) as file:
                _commit(file.fileno(), end, patch)
            if not end:
                disk.synchronise(self.path.parent)
        except BaseException:
            with suppress(OSError):
                self._cut(end)
            raise
        return end + len(patch) + len(COMMIT)

    def _cut(self, end: int) -> None:
        """Take away what stands beyond an end; a file that would be empty goes altogether."""
        if not end:
            self.remove()
            return
        with self.path.open("ab", buffering=0) as file:
            os.ftruncate(file.fileno(), end)
            os.fsync(file.fileno())


def _commit(descriptor: int, end: int, patch: bytes) -> None:
    """Write a transaction at the end of a file: all else is on the disk before the line that commits it."""
    os.ftruncate(descriptor, end)
    _put(descriptor, patch)
    os.fsync(descriptor)
    _put(descriptor, COMMIT)
    os.fsync(descriptor)


def _put(descriptor: int, content: bytes) -> None:
    """Write all of it; a disk that is nearly full may take a part at first."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
