"""The change from one serving snapshot to the next, and the fate of the updates made to the former.

The pointer is moved by the holder of the build's lock, which holds the journal's lock meanwhile: an update comes before
that and shares the fate of the others, or after it and is refused. Nothing is deleted before the pointer has moved, so
that a process killed at any instant leaves every update in one of the journals.
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
from medkg.snapshots.storage import Pointer, read_pointer, write_pointer


class UpdatePolicy(Enum):
    """The fate of a graph's updates when another graph takes its place."""

    REFUSE = "no other graph takes its place while there are updates"
    KEEP = "they are made to the new graph too"
    DISCARD = "they are set aside"
    LEAVE = "they stay with the old graph, which no longer serves"


def serving_digest(snapshots: Path) -> str | None:
    """The digest of the snapshot that serves, or of the last good one without a pointer; None where there is none."""
    pointer = read_pointer(snapshots)
    if pointer:
        return pointer.snapshot
    last = last_good(snapshots)
    return last.digest if last else None


def activate(snapshots: Path, before: str | None, pointer: Pointer, updates: UpdatePolicy) -> None:
    """Let a snapshot serve in place of the one with the digest `before`, whose updates follow the policy.

    The updates of a snapshot that goes on serving stay, unless they are to be discarded.
    """
    if before is None:
        write_pointer(snapshots, pointer)
        return
    last, old, new = read_pointer(snapshots), journal_of(snapshots, before), journal_of(snapshots, pointer.snapshot)
    with old.lock():
        if before != pointer.snapshot:
            _prepare(new, old, updates)
            write_pointer(snapshots, replace(pointer, before=before))
        else:
            write_pointer(snapshots, replace(pointer, before=last.before if last else ""))
        if updates is UpdatePolicy.DISCARD:
            _discard(snapshots, old)


def require_no_updates(journal: Journal) -> None:
    """Refuse with a `SnapshotError` a step that would lose the updates in a journal."""
    if number := journal.position:
        raise SnapshotError(
            f"{number:,} update{'s' if number > 1 else ''} of the graph that serves would be lost: "
            "`medkg build --keep-updates` makes them to the new graph too, "
            "`medkg build --discard-updates` sets them aside"
        )


def is_redundant(snapshots: Path, digest: str) -> bool:
    """Whether a snapshot does not serve, and the one that serves has all its updates, so that it may be removed."""
    serving = serving_digest(snapshots)
    return serving not in (None, digest) and has_all_updates(snapshots, serving or "", of=digest)


def has_all_updates(snapshots: Path, digest: str, *, of: str) -> bool:
    """Whether a snapshot is known to have every update of another one; False where a journal is damaged."""
    with suppress(SnapshotError):
        return journal_of(snapshots, digest).contains(journal_of(snapshots, of))
    return False


def all_journals(snapshots: Path) -> list[Journal]:
    """Every journal, those of removed snapshots included."""
    return [Journal(path) for path in sorted(snapshots.glob(f"*{SUFFIX}"))]


def _prepare(new: Journal, old: Journal, updates: UpdatePolicy) -> None:
    """Prepare the journal of the next snapshot, which may have updates of an earlier time that it served."""
    match updates:
        case UpdatePolicy.REFUSE:
            require_no_updates(old)
        case UpdatePolicy.KEEP:
            new.carry_over(old)
        case UpdatePolicy.DISCARD:
            _set_aside(new)


def _discard(snapshots: Path, journal: Journal) -> None:
    """Set a journal aside, and remove those of other snapshots with no updates but its own."""
    copies = []
    with suppress(SnapshotError):  # a damaged journal is compared with none
        copies = [other for other in all_journals(snapshots) if other.path != journal.path and journal.contains(other)]
    for copy in copies:
        copy.remove()
    _set_aside(journal)


def _set_aside(journal: Journal) -> None:
    """Move the file of a journal out of the snapshots, if there is one."""
    reason = "discarded"
    try:
        _ = journal.position
    except SnapshotError:
        reason = "damaged"
    if journal.path.exists():
        storage.move_aside(journal.path.parents[1], journal.path, reason)
