"""A graph as N-Quads to a snapshot on disk: written aside, verified, then moved to its place in one step.

A process killed at any instant leaves either the whole snapshot or a leftover that the next build sweeps.
Only the holder of the build's lock calls these functions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat, Store

from medkg.errors import SnapshotError
from medkg.graph import disk
from medkg.graph.journal import SUFFIX, Journal
from medkg.graph.pointer import current
from medkg.graph.snapshot import (
    GRAPH,
    Manifest,
    Snapshot,
    built,
    directories,
    file_sizes,
    open_snapshot,
    store_of,
    write_manifest,
)
from medkg.graph.succession import is_settled, journals

KEPT = 3


def publish(snapshots: Path, digest: str, nquads: bytes) -> Snapshot:
    """The snapshot of a graph, found intact or written now; it serves once it is pointed to."""
    final = snapshots / digest
    if not _is_whole(final):
        _write_aside(final, nquads)
    return open_snapshot(final)


def _write_aside(final: Path, nquads: bytes) -> None:
    """Put the snapshot in its place whole, or not at all."""
    partial = final.with_name(f"{final.name}.partial-{os.getpid()}")
    try:
        _write(partial, final.name, nquads)
        verify(partial)
        _discard(final)  # one that is damaged
        partial.rename(final)
        disk.synchronise(final.parent)
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


def _write(path: Path, digest: str, nquads: bytes) -> None:
    path.mkdir()
    disk.write(path / GRAPH, nquads)
    store = Store(str(store_of(path)))
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    store.flush()
    graphs = sum(1 for _ in store.named_graphs())
    del store  # closes it, so that its files are whole
    manifest = Manifest(
        digest=digest,
        quads=nquads.count(b"\n"),
        graphs=graphs,
        medkg=_own_version(),
        pyoxigraph=pyoxigraph.__version__,
        built=datetime.now(UTC).isoformat(timespec="microseconds"),
        files=file_sizes(path),
    )
    write_manifest(path, manifest)
    disk.synchronise(path)


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
