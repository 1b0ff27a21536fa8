"""Journals looked at and mended: how each of them is, and what of a damaged one can still be read.

An update is kept where its own digest says that it is what was written, before the damage or after it. What is set
aside is never deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import DamagedJournal, SnapshotError
from medkg.snapshots import journal_file, storage
from medkg.snapshots.journal import Journal
from medkg.snapshots.journal_file import texts
from medkg.snapshots.patches import COMMIT, Patch, readable
from medkg.snapshots.activation import journals, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a journal is: its updates and size, the bytes at its end that an interrupted write left, what is wrong.

    `updates` counts those before the damage, where there is any.
    """

    digest: str
    updates: int
    bytes: int
    torn: int
    serves: bool
    damage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of a journal that cannot be read: how many updates before it can, its bytes, how many it seems to hold."""

    after: int
    start: int
    end: int
    updates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvage:
    """What became of a damaged journal: the number of updates that it has now, what was lost, where the old one is."""

    digest: str
    kept: int
    lost: tuple[Gap, ...]
    aside: Path


def conditions(snapshots: Path) -> list[Condition]:
    """How every journal is, that of the graph that serves first."""
    now = serving(snapshots)
    found = [_condition(journal, now) for journal in journals(snapshots)]
    return sorted(found, key=lambda each: not each.serves)


def salvage(journal: Journal) -> Salvage | None:
    """What became of a journal that is damaged; None where it is not, and a `SnapshotError` where it cannot be read.

    The damaged file is set aside before the mended one takes its place. Nobody may move the pointer meanwhile.
    """
    with journal.held():
        try:
            _ = journal.position
        except DamagedJournal:
            text = journal.path.read_bytes()
            kept, lost = _sorted_out(text, journal.path.stem)
            aside = storage.keep_aside(journal.path.parents[1], journal.path, "damaged")
            journal_file.replace(journal.path, texts(journal.path.stem, kept))
            found = Journal(journal.path)
            return Salvage(digest=journal.path.stem, kept=found.position, lost=tuple(lost), aside=aside)
        return None


def _condition(journal: Journal, now: str | None) -> Condition:
    damage = ""
    try:
        _ = journal.position
    except SnapshotError as error:
        damage = str(error)
    return Condition(
        digest=journal.path.stem,
        updates=journal.reached.position,
        bytes=journal.path.stat().st_size,
        torn=0 if damage else journal.path.stat().st_size - journal.end,
        serves=journal.path.stem == now,
        damage=damage,
    )


def _sorted_out(text: bytes, name: str) -> tuple[list[Patch], list[Gap]]:
    """The updates of a damaged text that are what was written, and what lies between them."""
    kept: list[Patch] = []
    lost: list[Gap] = []
    end = 0
    for patch in readable(text, name):
        lost += _gap(text, len(kept), end, patch.mark.start)
        kept.append(patch)
        end = patch.mark.end
    lost += _gap(text, len(kept), end, len(text))
    return kept, lost


def _gap(text: bytes, after: int, start: int, end: int) -> Iterator[Gap]:
    """What lies between two offsets, if anything."""
    if start < end:
        yield Gap(after=after, start=start, end=end, updates=max(1, text.count(b"\n" + COMMIT, start, end)))
