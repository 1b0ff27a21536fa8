"""One snapshot after another: which serves now, and what becomes of its updates when the next takes its place.

Only the holder of the build's lock moves the pointer, and holds the lock of the journal meanwhile: an update comes
before that and shares the fate of the others, or after it and is refused. Nothing is forgotten before the pointer
has moved, so that a process killed at any instant leaves every update where somebody finds it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from enum import Enum
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.snapshots import storage
from medkg.snapshots.journal import SUFFIX, Journal
from medkg.snapshots.snapshot import journal_of, last_good
from medkg.snapshots.storage import Pointer, current, point


class Updates(Enum):
    """What is to become of the updates of a graph when another takes its place."""

    REFUSE = "nothing may, while there are any"
    KEEP = "they are made to the new graph too"
    DISCARD = "they are set aside"
    LEAVE = "they stay beside the old graph, out of sight"


def serving(snapshots: Path) -> str | None:
    """The digest of the snapshot that answers now; None where there is none."""
    pointer = current(snapshots)
    if pointer:
        return pointer.snapshot
    last = last_good(snapshots)
    return last.digest if last else None


def succeed(snapshots: Path, before: str | None, pointer: Pointer, updates: Updates) -> None:
    """Let a snapshot serve from here on after the one with the digest `before`, whose updates fare as told.

    The updates of a snapshot that goes on serving simply stay, unless they are to be forgotten.
    """
    if before is None:
        point(snapshots, pointer)
        return
    last, old, new = current(snapshots), journal_of(snapshots, before), journal_of(snapshots, pointer.snapshot)
    with old.held():
        if before != pointer.snapshot:
            _hand_over(old, new, updates)
            point(snapshots, replace(pointer, before=before))
        else:
            point(snapshots, replace(pointer, before=last.before if last else ""))
        if updates is Updates.DISCARD:
            _forget(snapshots, old)


def refuse_to_lose(journal: Journal) -> None:
    """Refuse with a `SnapshotError` what would take updates out of sight."""
    if number := journal.position:
        raise SnapshotError(
            f"{number:,} update{'s' if number > 1 else ''} of the graph that serves would be lost: "
            "`medkg build --keep-updates` makes them to the new graph too, "
            "`medkg build --discard-updates` sets them aside"
        )


def is_settled(snapshots: Path, digest: str) -> bool:
    """Whether a snapshot that does not serve has no update that the one that serves has not, so that it may go."""
    now = serving(snapshots)
    return now not in (None, digest) and has_all_updates(snapshots, now or "", of=digest)


def has_all_updates(snapshots: Path, digest: str, *, of: str) -> bool:
    """Whether a snapshot has every update of another one, as far as one can tell: not where a journal is damaged."""
    with suppress(SnapshotError):
        return journal_of(snapshots, digest).holds(journal_of(snapshots, of))
    return False


def set_aside(journal: Journal) -> Path | None:
    """Where a journal is now that no graph has its updates any more; None where there is none."""
    why = "discarded"
    try:
        _ = journal.position
    except SnapshotError:
        why = "damaged"
    return storage.set_aside(journal.path.parents[1], journal.path, why) if journal.path.exists() else None


def journals(snapshots: Path) -> list[Journal]:
    """Every journal there is, of snapshots that are no more as well."""
    return [Journal(path) for path in sorted(snapshots.glob(f"*{SUFFIX}"))]


def _hand_over(old: Journal, new: Journal, updates: Updates) -> None:
    """Prepare the journal of the snapshot that comes, whose own updates are of an earlier time that it served."""
    match updates:
        case Updates.REFUSE:
            refuse_to_lose(old)
        case Updates.KEEP:
            new.carry_over(old)
        case Updates.DISCARD:
            set_aside(new)


def _forget(snapshots: Path, journal: Journal) -> None:
    """Set a journal aside, and remove those of other snapshots that hold none but its updates."""
    copies = []
    with suppress(SnapshotError):  # one that is damaged holds nobody's
        copies = [each for each in journals(snapshots) if each.path != journal.path and journal.holds(each)]
    for each in copies:
        each.remove()
    set_aside(journal)
