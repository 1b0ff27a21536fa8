"""Snapshots: immutable graphs on disk, named by their digest, and the updates made to each since.

    MEDKG_HOME/snapshots/
    ├── current.json         which snapshot serves, for which inputs, and which shapes it has passed
    ├── build.lock           held by the process that builds
    ├── journal.lock         held by the process that writes to a journal or moves the pointer
    ├── write.lock           held by the server whose turn it is to make an update; write-next.lock by the next one
    ├── <digest>.rdfp        the journal of a snapshot: its updates, where there are any
    └── <digest>/
        ├── manifest.json    what the snapshot holds, and the size and SHA-256 of every file
        ├── graph.nq         the graph as sorted N-Quads; their SHA-256 is the digest
        ├── store/           the graph once more, as Oxigraph's files
        ├── search.sqlite    the index of names, derived from the records
        └── lineage.json     the register of lineage, derived from the records

Reading takes no lock and writes nothing, so that a snapshot serves from a read-only file system too. Sizes are looked
at when a snapshot is opened, and the digest of a file when it is used first, or has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from medkg.errors import SnapshotError
from medkg.evaluation.changes import apply
from medkg.files import way_out
from medkg.snapshots import journal_file, manifest
from medkg.snapshots.journal import SUFFIX, Journal
from medkg.snapshots.journal_file import Signature
from medkg.snapshots.manifest import ANEW, DERIVED, GRAPH, INDEX, LINEAGE, Manifest, digest, path_of, size
from medkg.snapshots.storage import current

__all__ = [
    "DERIVED",
    "GRAPH",
    "INDEX",
    "LINEAGE",
    "Manifest",
    "Snapshot",
    "built",
    "by_preference",
    "current",
    "directories",
    "intact",
    "journal_of",
    "last_good",
    "open_snapshot",
]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A graph on disk; what is in its directory never changes once it is published, but for derived files made anew."""

    path: Path
    manifest: Manifest
    _sound: dict[str, Signature | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The derived files that have been read and were what was written, as they were then."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the graph's sorted N-Quads, which names the snapshot."""
        return self.manifest.digest

    @property
    def is_indexed(self) -> bool:
        """Whether index and register are there, whatever is in them."""
        return all((self.path / name).is_file() for name in DERIVED)

    @property
    def is_derived(self) -> bool:
        """Whether index or register are there, or should be."""
        return any(name in self.manifest.files or (self.path / name).is_file() for name in DERIVED)

    @property
    def index(self) -> Path:
        """The search index; a `SnapshotError` where it is missing or not what was written."""
        return self._derived(INDEX)

    @property
    def lineage(self) -> Path:
        """The file of the register of lineage; a `SnapshotError` where it is missing or not what was written."""
        return self._derived(LINEAGE)

    @cached_property
    def journal(self) -> Journal:
        """The updates made to the graph since it was published."""
        return journal_of(self.path.parent, self.digest)

    @property
    def revision(self) -> str:
        """What names the graph with its updates."""
        return self.journal.revision

    @cached_property
    def store(self) -> Store:
        """The graph with its updates, to be read only: from the disk, or from memory where there are updates."""
        return self.in_memory() if self.journal.position else self.on_disk()

    def on_disk(self) -> Store:
        """The graph without its updates, opened read-only; to be used on this side of a fork only."""
        try:
            return Store.read_only(str(self.store_files))
        except (OSError, RuntimeError) as error:
            raise SnapshotError(f"{self.path} cannot be opened: {error}; {way_out(error, ANEW)}") from error

    @cached_property
    def store_files(self) -> Path:
        """The directory of Oxigraph's files, read once; a `SnapshotError` where one is not what was written."""
        own = [name for name in self.manifest.sha256 if name not in (GRAPH, *DERIVED)]
        self._require(own, ANEW)
        return path_of(self.path, "")

    def in_memory(self) -> Store:
        """The graph with its updates, in memory; a `SnapshotError` where it is not, byte for byte, what was written."""
        self.verify()
        store = Store()
        try:  # leniently: these very bytes have been written by the engine
            store.bulk_load(path=self.path / GRAPH, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise SnapshotError(f"{self.path} cannot be loaded: {error}; {way_out(error, ANEW)}") from error
        for change in self.journal.changes():
            apply(store, change)
        return store

    def verify(self) -> None:
        """Refuse with a `SnapshotError` a graph whose N-Quads do not have its digest."""
        self._require([GRAPH], "run `medkg build --again`")

    def _derived(self, name: str) -> Path:
        """The path of a derived file, which is read once, and again where it has changed."""
        path = self.path / name
        signature = journal_file.signature(path)
        if signature is None:
            raise SnapshotError(f"{path} is missing; run `medkg build`")
        if self._sound.get(name) != signature:
            written = manifest.read(self.path).sha256.get(name)  # as it is now: the file may have been made anew
            if written is not None and digest(path) != written:
                raise SnapshotError(f"{path} is damaged: it is not what was written; run `medkg build`")
            self._sound[name] = signature
        return path

    def _require(self, names: Iterable[str], helps: str) -> None:
        """Refuse with a `SnapshotError` files of the graph that are not what was written."""
        written = {**self.manifest.sha256, GRAPH: self.digest}
        for name in names:
            if digest(path_of(self.path, name)) != written[name]:
                raise SnapshotError(f"{self.path} is damaged: {name} is not what was written; {helps}")


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a directory; a `SnapshotError` where a file of the graph is missing or not of its size."""
    found = manifest.read(path)
    if not path.name.startswith(found.digest):
        raise SnapshotError(f"{path} is no complete snapshot: its manifest is that of {found.digest}")
    own = {name: written for name, written in found.files.items() if name not in DERIVED}
    damaged = [name for name, written in own.items() if size(path_of(path, name)) != written]
    if damaged:
        raise SnapshotError(f"{path} is damaged: {', '.join(damaged)} missing or not of the size it was written with")
    return Snapshot(path=path, manifest=found)


def last_good(snapshots: Path, *, is_verified: bool = False) -> Snapshot | None:
    """The snapshot that serves or, where it is damaged, the newest that is not; verified, in every byte."""
    for snapshot in intact(snapshots):
        with suppress(SnapshotError):
            _ = snapshot.index, snapshot.lineage
            if is_verified:
                snapshot.verify()
                _ = snapshot.store_files
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


def journal_of(snapshots: Path, digest: str) -> Journal:
    """The journal of the snapshot with a digest."""
    return Journal(snapshots / f"{digest}{SUFFIX}")
