"""Snapshots: immutable graphs on disk, named by their digest, and the updates made to each since.

    MEDKG_HOME/snapshots/
    ├── current.json         which snapshot serves, for which inputs, and which shapes it has passed
    ├── build.lock           held by the process that builds
    ├── journal.lock         held by the process that writes to a journal or moves the pointer
    ├── <digest>.rdfp        the journal of a snapshot: its updates, where there are any
    └── <digest>/
        ├── manifest.json    what the snapshot holds, and the size of every file of the graph
        ├── graph.nq         the graph as sorted N-Quads; their SHA-256 is the digest
        ├── store/           the graph once more, as Oxigraph's files
        ├── search.sqlite    the index of names
        └── lineage.json     the register of lineage

Reading takes no lock and writes nothing, so that a snapshot serves from a read-only file system too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from medkg.errors import SnapshotError
from medkg.evaluation.changes import apply
from medkg.files import way_out
from medkg.graph import disk
from medkg.graph.journal import SUFFIX, Journal
from medkg.graph.pointer import current

_MANIFEST, _STORE = "manifest.json", "store"
_ANEW = "delete it and run `medkg build`"

GRAPH = "graph.nq"
"""The name of the sorted N-Quads in a snapshot's directory."""

INDEX = "search.sqlite"
"""The name of the search index in a snapshot's directory."""

LINEAGE = "lineage.json"
"""The name of the register of lineage there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot holds and what made it; `built` is a UTC time in ISO 8601, `files` are sizes in bytes."""

    digest: str
    quads: int
    graphs: int
    medkg: str
    pyoxigraph: str
    built: str
    files: Mapping[str, int] = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A graph on disk; what is in its directory never changes once it is published."""

    path: Path
    manifest: Manifest

    @property
    def digest(self) -> str:
        """The SHA-256 of the graph's sorted N-Quads, which names the snapshot."""
        return self.manifest.digest

    @property
    def is_indexed(self) -> bool:
        """Whether index and register are there too; they come last, so that a killed build may lack them."""
        return all((self.path / each).is_file() for each in (INDEX, LINEAGE))

    @cached_property
    def journal(self) -> Journal:
        """The updates made to the graph since it was published."""
        return journal_of(self.path.parent, self.digest)

    @property
    def revision(self) -> str:
        """What names the graph with its updates."""
        return self.revision_at(self.journal.position)

    def revision_at(self, position: int) -> str:
        """What names the graph with its updates up to a position: the digest, with the position where there are any."""
        return f"{self.digest}.{position}" if position else self.digest

    @cached_property
    def store(self) -> Store:
        """The graph with its updates, to be read only: from the disk, or from memory where there are updates."""
        return self.in_memory() if self.journal.position else self.on_disk()

    def on_disk(self) -> Store:
        """The graph without its updates, opened read-only; to be used on this side of a fork only."""
        try:
            return Store.read_only(str(store_of(self.path)))
        except (OSError, RuntimeError) as error:
            raise SnapshotError(f"{self.path} cannot be opened: {error}; {way_out(error, _ANEW)}") from error

    def in_memory(self) -> Store:
        """The graph with its updates, in memory; a `SnapshotError` where it is not, byte for byte, what was written."""
        self.verify()
        store = Store()
        try:  # leniently: these very bytes have been written by the engine
            store.bulk_load(path=self.path / GRAPH, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise SnapshotError(f"{self.path} cannot be loaded: {error}; {way_out(error, _ANEW)}") from error
        for change in self.journal.changes():
            apply(store, change)
        return store

    def verify(self) -> None:
        """Refuse with a `SnapshotError` a graph whose N-Quads do not have its digest."""
        try:
            with (self.path / GRAPH).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise SnapshotError(f"{self.path} cannot be read: {error}; {way_out(error, _ANEW)}") from error
        if found != self.digest:
            raise SnapshotError(f"{self.path} is damaged: {GRAPH} is not what was written; run `medkg build --again`")


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a directory; a `SnapshotError` where a file is missing or not of its size."""
    try:
        manifest = Manifest(**json.loads((path / _MANIFEST).read_bytes()))
        sizes, written = file_sizes(path), dict(manifest.files)
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotError(f"{path} is no complete snapshot: {error}") from error
    if not all(isinstance(each, str) for each in (manifest.digest, manifest.built)) or type(manifest.quads) is not int:
        raise SnapshotError(f"{path} is no complete snapshot: its manifest is not one of ours")
    if not path.name.startswith(manifest.digest):
        raise SnapshotError(f"{path} is no complete snapshot: its manifest is that of {manifest.digest}")
    damaged = [name for name, size in written.items() if sizes.get(name) != size]
    if damaged:
        raise SnapshotError(f"{path} is damaged: {', '.join(damaged)} missing or not of the size it was written with")
    return Snapshot(path=path, manifest=manifest)


def last_good(snapshots: Path, *, is_verified: bool = False) -> Snapshot | None:
    """The snapshot that serves or, where it is damaged, the newest that is not; verified, in every byte."""
    for snapshot in intact(snapshots):
        with suppress(SnapshotError):
            if is_verified:
                snapshot.verify()
            return snapshot
    return None


def intact(snapshots: Path) -> Iterator[Snapshot]:
    """Every snapshot that is complete, index and register included, as far as names and sizes tell; the best first."""
    for path in by_preference(snapshots):
        with suppress(SnapshotError):
            if (snapshot := open_snapshot(path)).is_indexed:
                yield snapshot


def by_preference(snapshots: Path) -> list[Path]:
    """The directories of snapshots, whole or not, the first being the one to answer from if that can be done.

    That is the one pointed to; in need one that is indexed, and of these the one built last.
    """
    pointer = current(snapshots)
    serving = pointer.snapshot if pointer else ""
    rank = {path: (path.name == serving, *_standing(path)) for path in directories(snapshots)}
    return sorted(rank, key=lambda path: rank[path], reverse=True)


def built(path: Path) -> str:
    """When the snapshot in a directory was built; before all others where it is damaged."""
    return _standing(path)[1]


def _standing(path: Path) -> tuple[bool, str]:
    """Whether the snapshot in a directory is indexed, and when it was built; nothing of both where it is damaged."""
    try:
        snapshot = open_snapshot(path)
    except SnapshotError:
        return False, ""
    return snapshot.is_indexed, snapshot.manifest.built


def directories(snapshots: Path) -> list[Path]:
    """The directories that bear a snapshot's name, whole or not."""
    try:
        return sorted(path for path in snapshots.iterdir() if re.fullmatch(r"[0-9a-f]{64}", path.name))
    except OSError:
        return []


def store_of(path: Path) -> Path:
    """The directory of Oxigraph's files in a snapshot's directory."""
    return path / _STORE


def journal_of(snapshots: Path, digest: str) -> Journal:
    """The journal of the snapshot with a digest."""
    return Journal(snapshots / f"{digest}{SUFFIX}")


def file_sizes(path: Path) -> dict[str, int]:
    """Size in bytes of each file of a graph, less those that hold no data: `LOCK` and the engine's log."""
    files = sorted(os.scandir(store_of(path)), key=lambda file: file.name)
    sizes = {file.name: file.stat().st_size for file in files if not file.name.startswith(("LOCK", "LOG"))}
    return {GRAPH: (path / GRAPH).stat().st_size, **sizes}


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest into the snapshot's directory."""
    disk.write_json(path / _MANIFEST, asdict(manifest))
