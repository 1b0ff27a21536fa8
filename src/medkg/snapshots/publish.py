"""A graph as N-Quads to a snapshot on disk: written under another name, verified, and renamed in one step.

A process killed at any instant leaves either the complete snapshot or a leftover that the next build removes.
These functions are called under the build's lock only.
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
from medkg.snapshots.activation import all_journals, is_redundant
from medkg.snapshots.journal import SUFFIX, Journal
from medkg.snapshots.manifest import DERIVED, GRAPH, Manifest, files_of, path_of
from medkg.snapshots.snapshot import Snapshot, build_time, open_snapshot, snapshot_directories
from medkg.snapshots.storage import read_pointer

SNAPSHOTS_KEPT = 3

_ENGINE_LOGS = ("LOCK", "LOG")  # files of the engine that reading does not need

Derive = Callable[[Path], None]
"""A function that writes the files derived from the records into a directory."""


def publish(
    snapshots: Path, digest: str, nquads: bytes, derive: Derive = lambda _: None, *, data: str = ""
) -> Snapshot:
    """The snapshot of a graph, intact from before or written now, with its derived files; it does not serve yet.

    `data` is the digest of the data that the graph was made of.
    """
    final = snapshots / digest
    try:
        intact = verify(final)
    except SnapshotError:
        _write_and_rename(final, nquads, derive, data)
    else:
        replace_derived_files(intact, derive, data=data)
    return open_snapshot(final)


def replace_derived_files(snapshot: Snapshot, derive: Derive, *, data: str | None = None) -> None:
    """Write the derived files of a snapshot again, and the digest of the graph's data where it is given.

    A process killed meanwhile leaves a file that differs from the manifest, and that the next build writes again.
    """
    partial = snapshot.path.with_name(f"{snapshot.path.name}.partial-{os.getpid()}")
    try:
        partial.mkdir()
        match_owner(partial)
        derive(partial)
        derived = {name: partial / name for name in DERIVED if (partial / name).is_file()}
        own = {name: file for name, file in files_of(snapshot.path).items() if name in snapshot.manifest.files}
        contents = replace(_with_files(snapshot.manifest, own | derived), format=manifest.FORMAT)
        for path in derived.values():
            match_owner(path)
            path.replace(snapshot.path / path.name)
        manifest.write(snapshot.path, contents if data is None else replace(contents, data=data))
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_and_rename(final: Path, nquads: bytes, derive: Derive, data: str) -> None:
    """Put the snapshot in its place completely, or not at all."""
    partial = final.with_name(f"{final.name}.partial-{os.getpid()}")
    try:
        _write(partial, final.name, nquads, derive, data)
        verify(partial)
        _discard(final)  # one that is damaged
        partial.rename(final)
        storage.sync_directory(final.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sweep(snapshots: Path) -> None:
    """Remove the leftovers of killed processes."""
    for path in snapshots.iterdir():
        if ".partial-" in path.name or ".discarded-" in path.name:
            with _leaving_files_in_use():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.suffix == SUFFIX:
            _remove_empty(path)
    for path in snapshots.glob("*/.*.partial-*"):  # of derived files
        with _leaving_files_in_use():
            path.unlink(missing_ok=True)


def _remove_empty(journal: Path) -> None:
    """Remove an empty journal."""
    with suppress(FileNotFoundError):
        if not journal.stat().st_size:
            with Journal(journal).lock():
                if not journal.stat().st_size:
                    journal.unlink()


@contextmanager
def _leaving_files_in_use() -> Iterator[None]:
    """A context that leaves files in use to the next build: Windows refuses to remove what another process reads."""
    with suppress(PermissionError):
        yield


def prune(snapshots: Path) -> None:
    """Remove all but `SNAPSHOTS_KEPT` snapshots: the one that serves, the one before it, and the newest others.

    A snapshot with updates that are nowhere else is kept too. Journals of removed snapshots are removed as well.
    """
    pointer = read_pointer(snapshots)
    first = (pointer.before, pointer.snapshot) if pointer else ()
    ranked = sorted(
        snapshot_directories(snapshots), key=lambda path: (path.name in first, build_time(path)), reverse=True
    )
    for path in ranked[SNAPSHOTS_KEPT:]:
        if is_redundant(snapshots, path.name):
            with _leaving_files_in_use():
                _discard(path)
    for journal in all_journals(snapshots):
        if not journal.path.with_suffix("").exists() and is_redundant(snapshots, journal.path.stem):
            with _leaving_files_in_use():
                journal.remove()


def _write(path: Path, digest: str, nquads: bytes, derive: Derive, data: str) -> None:
    path.mkdir()
    storage.write_to_disk(path / GRAPH, nquads)
    store = Store(str(path_of(path, "")))
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    store.flush()
    graphs = sum(1 for _ in store.named_graphs())
    del store  # closes it, so that its files are whole
    for name, file in files_of(path).items():
        if name.startswith(_ENGINE_LOGS):
            file.unlink()
    derive(path)
    contents = Manifest(
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
    storage.sync_directory(path_of(path, ""))
    manifest.write(path, _with_files(contents, files_of(path)))
    for file in (path, *path.rglob("*")):
        match_owner(file)


def _with_files(contents: Manifest, files: Mapping[str, Path]) -> Manifest:
    """A manifest with the sizes and digests of more files, after bringing them to the disk."""
    sizes = {name: path.stat().st_size for name, path in files.items()}
    digests = {name: storage.synced_sha256(path) for name, path in files.items()}
    return replace(contents, files={**contents.files, **sizes}, sha256={**contents.sha256, **digests})


def verify(path: Path) -> Snapshot:
    """The snapshot in a directory, after reading it from end to end; a `SnapshotError` where it is damaged."""
    snapshot = open_snapshot(path)
    snapshot.verify()
    try:
        quads = (snapshot.on_disk().dump(format=RdfFormat.N_QUADS) or b"").count(b"\n")
    except (OSError, RuntimeError) as error:
        raise SnapshotError(f"{path} is damaged: {error}") from error
    if quads != snapshot.manifest.quads:
        raise SnapshotError(f"{path} is damaged: {quads} quads where {snapshot.manifest.quads} were written")
    return snapshot


def _discard(path: Path) -> None:
    """Remove a directory: first rename it, then delete its files."""
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
