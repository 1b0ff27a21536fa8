"""A graph as N-Quads to a snapshot on disk: written aside, verified, then moved to its place in one step.

A process killed at any instant leaves either the whole snapshot or a leftover that the next build sweeps.
Only the holder of the build's lock calls these functions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat, Store

from medkg.errors import SnapshotError
from medkg.files import match_owner
from medkg.snapshots import manifest, storage
from medkg.snapshots.journal import SUFFIX, Journal
from medkg.snapshots.manifest import DERIVED, GRAPH, Manifest, files_of, path_of
from medkg.snapshots.snapshot import Snapshot, built, directories, open_snapshot
from medkg.snapshots.storage import current
from medkg.snapshots.activation import is_settled, journals

KEPT = 3

_NO_DATA = ("LOCK", "LOG")  # files of the engine that reading needs not

Derive = Callable[[Path], None]
"""What writes the files that are derived from the records into a directory."""


def nothing(directory: Path) -> None:
    """Derive no file."""


def publish(snapshots: Path, digest: str, nquads: bytes, derive: Derive = nothing, *, data: str = "") -> Snapshot:
    """The snapshot of a graph, found intact or written now, with its derived files; it serves once it is pointed to.

    `data` is the digest of what the graph was made of.
    """
    final = snapshots / digest
    if _is_whole(final):
        derive_anew(open_snapshot(final), derive, data=data)
    else:
        _write_aside(final, nquads, derive, data)
    return open_snapshot(final)


def derive_anew(snapshot: Snapshot, derive: Derive, *, data: str | None = None) -> None:
    """Have the derived files of a snapshot made anew, and note what data the graph is of where that is told.

    Whoever is killed between leaves a file that is not the one the manifest tells of, and is made anew by the next.
    """
    partial = snapshot.path.with_name(f"{snapshot.path.name}.partial-{os.getpid()}")
    try:
        partial.mkdir()
        match_owner(partial)
        derive(partial)
        made = {name: partial / name for name in DERIVED if (partial / name).is_file()}
        own = {name: file for name, file in files_of(snapshot.path).items() if name in snapshot.manifest.files}
        listed = replace(_listed(snapshot.manifest, own | made), format=manifest.FORMAT)
        for path in made.values():
            match_owner(path)
            path.replace(snapshot.path / path.name)
        manifest.write(snapshot.path, listed if data is None else replace(listed, data=data))
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_aside(final: Path, nquads: bytes, derive: Derive, data: str) -> None:
    """Put the snapshot in its place whole, or not at all."""
    partial = final.with_name(f"{final.name}.partial-{os.getpid()}")
    try:
        _write(partial, final.name, nquads, derive, data)
        verify(partial)
        _discard(final)  # one that is damaged
        partial.rename(final)
        storage.synchronise(final.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sweep(snapshots: Path) -> None:
    """Remove what killed processes left behind."""
    for path in snapshots.iterdir():
        if ".partial-" in path.name or ".discarded-" in path.name:
            with _in_use_left():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.suffix == SUFFIX:
            _remove_empty(path)
    for path in snapshots.glob("*/.*.partial-*"):  # of derived files that were being made anew
        with _in_use_left():
            path.unlink(missing_ok=True)


def _remove_empty(journal: Path) -> None:
    """Remove a journal in which nothing stands."""
    with suppress(FileNotFoundError):
        if not journal.stat().st_size:
            with Journal(journal).held():
                if not journal.stat().st_size:
                    journal.unlink()


@contextmanager
def _in_use_left() -> Iterator[None]:
    """A context that leaves for the next build what cannot be removed now: on Windows, what another process reads."""
    with suppress(PermissionError):
        yield


def prune(snapshots: Path) -> None:
    """Keep `KEPT` snapshots: the one that serves, the one before it, and the newest besides; remove the others.

    A snapshot with updates that are nowhere else is kept too. Journals of snapshots that are gone go as well.
    """
    pointer = current(snapshots)
    first = (pointer.before, pointer.snapshot) if pointer else ()
    kept = sorted(directories(snapshots), key=lambda path: (path.name in first, built(path)), reverse=True)
    for path in kept[KEPT:]:
        if is_settled(snapshots, path.name):
            with _in_use_left():
                _discard(path)
    for journal in journals(snapshots):
        if not journal.path.with_suffix("").exists() and is_settled(snapshots, journal.path.stem):
            with _in_use_left():
                journal.remove()


def _write(path: Path, digest: str, nquads: bytes, derive: Derive, data: str) -> None:
    path.mkdir()
    storage.write(path / GRAPH, nquads)
    store = Store(str(path_of(path, "")))
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    store.flush()
    graphs = sum(1 for _ in store.named_graphs())
    del store  # closes it, so that its files are whole
    for name, file in files_of(path).items():
        if name.startswith(_NO_DATA):
            file.unlink()
    derive(path)
    made = Manifest(
        format=manifest.FORMAT,
        digest=digest,
        quads=nquads.count(b"\n"),
        graphs=graphs,
        medkg=_own_version(),
        pyoxigraph=pyoxigraph.__version__,
        built=datetime.now(UTC).isoformat(timespec="microseconds"),
        data=data,
        files={},
    )
    storage.synchronise(path_of(path, ""))
    manifest.write(path, _listed(made, files_of(path)))
    for each in (path, *path.rglob("*")):
        match_owner(each)


def _listed(made: Manifest, files: Mapping[str, Path]) -> Manifest:
    """A manifest that tells of more files, all of which are on the disk then."""
    sizes = {name: path.stat().st_size for name, path in files.items()}
    digests = {name: storage.sealed(path) for name, path in files.items()}
    return replace(made, files={**made.files, **sizes}, sha256={**made.sha256, **digests})


def _is_whole(path: Path) -> bool:
    """Whether there is a snapshot that can be read in full."""
    try:
        verify(path)
    except SnapshotError:
        return False
    return True


def verify(path: Path) -> Snapshot:
    """The snapshot in a directory, read from end to end; a `SnapshotError` where it is not what was written."""
    snapshot = open_snapshot(path)
    snapshot.verify()
    _ = snapshot.store_files
    try:
        found = (snapshot.on_disk().dump(format=RdfFormat.N_QUADS) or b"").count(b"\n")
    except (OSError, RuntimeError) as error:
        raise SnapshotError(f"{path} is damaged: {error}") from error
    if found != snapshot.manifest.quads:
        raise SnapshotError(f"{path} is damaged: {found} quads where {snapshot.manifest.quads} were written")
    return snapshot


def _discard(path: Path) -> None:
    """Remove a directory, first from under its name and then altogether."""
    if path.exists():
        aside = path.with_name(f"{path.name}.discarded-{os.getpid()}")
        path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _own_version() -> str:
    """The version of medkg; a source tree that is not installed has none."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and only a build asks

    try:
        return version("medkg")
    except PackageNotFoundError:
        return "source tree"
