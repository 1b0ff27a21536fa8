"""The return to an earlier snapshot, independent of the present inputs; a build goes forward again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError, UnknownName
from medkg.settings import Settings
from medkg.snapshots.activation import UpdatePolicy, activate, serving_digest
from medkg.snapshots.build import build_lock, explaining_snapshot_failure, snapshots_of
from medkg.snapshots.inputs import fingerprint
from medkg.snapshots.manifest import INDEX, LINEAGE
from medkg.snapshots.publish import verify
from medkg.snapshots.snapshot import Snapshot, complete_snapshots, snapshot_directories
from medkg.snapshots.storage import Pointer, read_pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSummary:
    """A snapshot's digest, build time (UTC), number of quads and of updates, and whether it serves.

    The number of updates is None where the journal is damaged.
    """

    digest: str
    built: str
    quads: int
    updates: int | None
    serves: bool


def summaries(settings: Settings) -> list[SnapshotSummary]:
    """The snapshots that are complete by names and sizes, the newest first."""
    snapshots = snapshots_of(settings)
    serving = serving_digest(snapshots)
    matches = [
        SnapshotSummary(
            digest=snapshot.digest,
            built=snapshot.manifest.built,
            quads=snapshot.manifest.quads,
            updates=_updates(snapshot),
            serves=snapshot.digest == serving,
        )
        for snapshot in complete_snapshots(snapshots)
    ]
    return sorted(matches, key=lambda summary: summary.built, reverse=True)


def rollback(settings: Settings, digest: str = "") -> Snapshot:
    """The snapshot before the one that serves, or that whose digest begins so; it serves from now on.

    It is read from end to end first. Updates stay with the snapshot they were made to. The present inputs count as
    answered by it, so that nothing is built until they change or `build` is called.
    """
    snapshots = snapshots_of(settings)
    with build_lock(snapshots, umask=settings.umask):
        target = verify(_directory(snapshots, digest)) if digest else _previous(snapshots)
        if not target.is_indexed:
            raise SnapshotError(f"{target.path} is no complete snapshot: {INDEX} or {LINEAGE} is missing")
        _require_derived_files(target)
        _ = target.revision  # a damaged journal is refused
        pointer = Pointer(snapshot=target.digest, inputs=fingerprint(settings.resources), shapes="", rolled_back=True)
        with explaining_snapshot_failure(snapshots):
            activate(snapshots, serving_digest(snapshots), pointer, UpdatePolicy.LEAVE)
    return target


def _require_derived_files(snapshot: Snapshot) -> None:
    """Refuse a snapshot whose index or register cannot be read; they are made of records, which it does not hold."""
    try:
        snapshot.require_derived_files()
    except SnapshotError as error:
        raise SnapshotError(
            f"{snapshot.digest} has a search index or a register of lineage that cannot be read here; it was made by "
            f"medkg {snapshot.manifest.medkg}: go back to it with that version, or put the data back and run "
            "`medkg build`"
        ) from error


def _updates(snapshot: Snapshot) -> int | None:
    try:
        return snapshot.journal.position
    except SnapshotError:
        return None


def _directory(snapshots: Path, digest: str) -> Path:
    """The directory of the one snapshot whose digest begins so; `UnknownName` where there are none or several."""
    paths = [path for path in snapshot_directories(snapshots) if path.name.startswith(digest.lower())]
    if not paths:
        raise UnknownName(f"no snapshot's digest begins with {digest!r}; `medkg rollback --list` shows what there is")
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise UnknownName(f"{len(paths)} snapshots' digests begin with {digest!r}: {names}")
    return paths[0]


def _previous(snapshots: Path) -> Snapshot:
    """The last intact snapshot before the one that serves, by the pointer or, where that is not known, by age."""
    serving, pointer = serving_digest(snapshots), read_pointer(snapshots)
    former = pointer.before if pointer and not pointer.rolled_back else ""
    complete = list(complete_snapshots(snapshots))
    age = next((other.manifest.built for other in complete if other.digest == serving), "~")  # damaged: newer than any
    older = [
        other
        for other in complete
        if other.digest != serving and (other.digest == former or other.manifest.built < age)
    ]
    for snapshot in sorted(older, key=lambda other: (other.digest == former, other.manifest.built), reverse=True):
        with suppress(SnapshotError):
            return verify(snapshot.path)
    raise SnapshotError("no intact snapshot is older than the one that serves; `medkg rollback --list` shows what is")
