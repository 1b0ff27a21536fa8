"""Back to a snapshot that served before, whatever the present inputs would make; a build goes forward again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError, UnknownName
from medkg.settings import Settings
from medkg.snapshots import derived
from medkg.snapshots.build import building, snapshots_of, told
from medkg.snapshots.inputs import fingerprint
from medkg.snapshots.publish import verify
from medkg.snapshots.manifest import INDEX, LINEAGE
from medkg.snapshots.snapshot import Snapshot, directories, intact
from medkg.snapshots.storage import Pointer, current
from medkg.snapshots.activation import Updates, serving, succeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A snapshot that may serve: its digest, when it was built (UTC), what it holds, and whether it serves now.

    The number of updates made to it is None where the journal is damaged.
    """

    digest: str
    built: str
    quads: int
    updates: int | None
    serves: bool


def kept(settings: Settings) -> list[Kept]:
    """The snapshots that are intact, as far as sizes tell, the newest first."""
    snapshots = snapshots_of(settings)
    now = serving(snapshots)
    found = [
        Kept(
            digest=each.digest,
            built=each.manifest.built,
            quads=each.manifest.quads,
            updates=_updates(each),
            serves=each.digest == now,
        )
        for each in intact(snapshots)
    ]
    return sorted(found, key=lambda each: each.built, reverse=True)


def rollback(settings: Settings, digest: str = "") -> Snapshot:
    """The snapshot before the one that serves, or that whose digest begins so; from here on it serves.

    It is read from end to end first. Updates stay beside the snapshot they were made to. The present inputs count
    as answered by it, so that nothing is built until they change or `build` is called.
    """
    snapshots = snapshots_of(settings)
    with building(snapshots, umask=settings.umask):
        target = verify(_named(snapshots, digest)) if digest else _before(snapshots)
        if not target.is_indexed:
            raise SnapshotError(f"{target.path} is no complete snapshot: {INDEX} or {LINEAGE} is missing")
        _require_readable(target)
        _ = target.revision  # a damaged journal is refused
        pointer = Pointer(snapshot=target.digest, inputs=fingerprint(settings.resources), shapes="", rolled_back=True)
        with told(snapshots):
            succeed(snapshots, serving(snapshots), pointer, Updates.LEAVE)
    return target


def _require_readable(snapshot: Snapshot) -> None:
    """Refuse a snapshot whose index or register cannot be read here; they are made of records, which are not in it."""
    try:
        derived.require(snapshot)
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


def _named(snapshots: Path, digest: str) -> Path:
    """The directory of the snapshot whose digest begins so; `UnknownName` where none does, or several do."""
    found = [path for path in directories(snapshots) if path.name.startswith(digest.lower())]
    if not found:
        raise UnknownName(f"no snapshot's digest begins with {digest!r}; `medkg rollback --list` shows what there is")
    if len(found) > 1:
        raise UnknownName(f"{len(found)} snapshots' digests begin with {digest!r}: {', '.join(p.name for p in found)}")
    return found[0]


def _before(snapshots: Path) -> Snapshot:
    """The last intact snapshot before the one that serves, by service or, not known, by age."""
    now, pointer = serving(snapshots), current(snapshots)
    former = pointer.before if pointer and not pointer.rolled_back else ""
    there = list(intact(snapshots))
    age = next((each.manifest.built for each in there if each.digest == now), "~")  # damaged: newer than any
    older = [each for each in there if each.digest != now and (each.digest == former or each.manifest.built < age)]
    for each in sorted(older, key=lambda each: (each.digest == former, each.manifest.built), reverse=True):
        with suppress(SnapshotError):
            return verify(each.path)
    raise SnapshotError("no intact snapshot is older than the one that serves; `medkg rollback --list` shows what is")
