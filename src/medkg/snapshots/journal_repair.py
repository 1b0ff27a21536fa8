"""Journals inspected and salvaged: the state of each, and the updates of a damaged one that can still be read.

An update before or after the damage is kept where its digest is right. Files that are set aside are never deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import DamagedJournal, SnapshotError
from medkg.snapshots import journal_file, storage
from medkg.snapshots.activation import all_journals, serving_digest
from medkg.snapshots.journal import Journal
from medkg.snapshots.journal_file import renumber
from medkg.snapshots.patches import COMMIT, Patch, intact_patches


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """A journal's number of updates, size in bytes, bytes of an interrupted write at its end, and damage.

    `updates` counts those before the damage, where there is any.
    """

    digest: str
    updates: int
    bytes: int
    torn: int
    serves: bool
    damage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSegment:
    """A part of a journal that cannot be read: the updates kept before it, its bytes, and its estimated updates."""

    after: int
    start: int
    end: int
    updates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvageResult:
    """The outcome for a damaged journal: its number of updates now, the lost segments, and the old file's new path."""

    digest: str
    updates: int
    lost: tuple[LostSegment, ...]
    aside: Path


def journal_states(snapshots: Path) -> list[JournalState]:
    """The state of every journal, that of the serving graph first."""
    serving = serving_digest(snapshots)
    states = [_state(journal, serving) for journal in all_journals(snapshots)]
    return sorted(states, key=lambda state: not state.serves)


def salvage(journal: Journal) -> SalvageResult | None:
    """The outcome for a journal that is damaged; None for any other, a `SnapshotError` where it cannot be read.

    The damaged file is copied aside before the salvaged one takes its place. To be called under the build's lock.
    """
    with journal.lock():
        try:
            _ = journal.position
        except DamagedJournal:
            name = journal.path.stem
            intact, lost = _sorted_out(journal.path.read_bytes(), name)
            aside = storage.copy_aside(journal.path.parents[1], journal.path, "damaged")
            journal_file.replace(journal.path, renumber(name, intact))
            position = Journal(journal.path).position
            return SalvageResult(digest=name, updates=position, lost=tuple(lost), aside=aside)
        return None


def _state(journal: Journal, serving: str | None) -> JournalState:
    damage = ""
    try:
        _ = journal.position
    except SnapshotError as error:
        damage = str(error)
    size = journal.path.stat().st_size
    return JournalState(
        digest=journal.path.stem,
        updates=journal.last_read.position,
        bytes=size,
        torn=0 if damage else size - journal.end,
        serves=journal.path.stem == serving,
        damage=damage,
    )


def _sorted_out(text: bytes, name: str) -> tuple[list[Patch], list[LostSegment]]:
    """The intact updates of a damaged text, and the segments between them."""
    intact: list[Patch] = []
    lost: list[LostSegment] = []
    end = 0
    for patch in intact_patches(text, name):
        lost += _segment(text, len(intact), end, patch.cursor.start)
        intact.append(patch)
        end = patch.cursor.end
    lost += _segment(text, len(intact), end, len(text))
    return intact, lost


def _segment(text: bytes, after: int, start: int, end: int) -> Iterator[LostSegment]:
    """The segment between two offsets, unless it is empty."""
    if start < end:
        updates = max(1, text.count(b"\n" + COMMIT, start, end))
        yield LostSegment(after=after, start=start, end=end, updates=updates)
