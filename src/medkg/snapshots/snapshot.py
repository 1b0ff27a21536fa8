"""Snapshots: immutable graphs on disk, named by their digest, and the updates made to each since.

    MEDKG_HOME/snapshots/
    ├── current.json         which snapshot serves, for which inputs, and which shapes it conforms to
    ├── build.lock           held by the process that builds
    ├── journal.lock         held by the process that writes to a journal or moves the pointer
    ├── write.lock           held by the server whose turn it is to make an update; write-next.lock by the next one
    ├── <digest>.rdfp        the journal of a snapshot: its updates, where there are any
    └── <digest>/
        ├── manifest.json    the contents of the snapshot, and the size and SHA-256 of every file
        ├── graph.nq         the graph as sorted N-Quads; their SHA-256 is the digest
        ├── store/           the graph once more, as Oxigraph's files
        ├── search.sqlite    the index of names, derived from the records
        └── lineage.json     the register of lineage, derived from the records

Reading takes no lock and writes nothing, so that a snapshot serves from a read-only file system too. Sizes are compared
when a snapshot is opened, and the digest of a file when it is used first, or has changed. A snapshot whose derived
files are missing, damaged or of another version of medkg still answers queries; they are made again of the present
data, for the graph does not hold everything that they are made of.
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
from medkg.snapshots import manifest
from medkg.snapshots.journal import SUFFIX, Journal
from medkg.snapshots.manifest import DERIVED, GRAPH, INDEX, LINEAGE, REBUILD_HINT, Manifest, file_sha256, path_of
from medkg.snapshots.storage import FileSignature, file_signature, read_pointer


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A graph on disk; the files in its directory never change, but for derived files that are made again."""

    path: Path
    manifest: Manifest
    _intact: dict[str, FileSignature | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The derived files whose digest was right, with their signatures at that time."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the graph's sorted N-Quads, which names the snapshot."""
        return self.manifest.digest

    @property
    def is_indexed(self) -> bool:
        """Whether index and register exist, damaged or not."""
        return all((self.path / name).is_file() for name in DERIVED)

    @property
    def is_derived(self) -> bool:
        """Whether index or register exist, or should."""
        return any(name in self.manifest.files or (self.path / name).is_file() for name in DERIVED)

    @property
    def index(self) -> Path:
        """The search index; a `SnapshotError` where it is missing or damaged."""
        return self._derived_file(INDEX)

    @property
    def lineage(self) -> Path:
        """The file of the register of lineage; a `SnapshotError` where it is missing or damaged."""
        return self._derived_file(LINEAGE)

    @property
    def derived_signatures(self) -> tuple[FileSignature | None, ...]:
        """The signatures of the derived files, which differ once one of them is made again."""
        return tuple(file_signature(self.path / name) for name in DERIVED)

    @cached_property
    def journal(self) -> Journal:
        """The updates made to the graph since it was published."""
        return journal_of(self.path.parent, self.digest)

    @property
    def revision(self) -> str:
        """The name of the graph with its updates."""
        return self.journal.revision

    @cached_property
    def store(self) -> Store:
        """The graph with its updates, to be read only: from the disk, or from memory where there are updates."""
        return self.in_memory() if self.journal.position else self.on_disk()

    def on_disk(self) -> Store:
        """The graph without its updates, opened read-only; not to be used by a forked child."""
        try:
            return Store.read_only(str(self.store_files))
        except (OSError, RuntimeError) as error:
            raise SnapshotError(f"{self.path} cannot be opened: {error}; {way_out(error, REBUILD_HINT)}") from error

    @cached_property
    def store_files(self) -> Path:
        """The directory of Oxigraph's files, which are verified once; a `SnapshotError` where one is damaged."""
        names = [name for name in self.manifest.sha256 if name not in (GRAPH, *DERIVED)]
        self._require_intact(names, REBUILD_HINT)
        return path_of(self.path, "")

    def in_memory(self) -> Store:
        """The graph with its updates, in memory; a `SnapshotError` where its N-Quads are damaged."""
        self.verify_nquads()
        store = Store()
        try:  # leniently, for the engine itself has written these bytes
            store.bulk_load(path=self.path / GRAPH, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise SnapshotError(f"{self.path} cannot be loaded: {error}; {way_out(error, REBUILD_HINT)}") from error
        for change in self.journal.changes():
            apply(store, change)
        return store

    def verify_nquads(self) -> None:
        """Refuse with a `SnapshotError` a graph whose N-Quads do not have its digest."""
        self._require_intact([GRAPH], "run `medkg build --again`")

    def verify(self) -> None:
        """Refuse with a `SnapshotError` a graph with a damaged file, the derived files left out."""
        self.verify_nquads()
        _ = self.store_files

    def verify_derived_files(self) -> None:
        """Refuse with a `SnapshotError` derived files that are missing or damaged."""
        for name in DERIVED:
            self._derived_file(name)

    def require_derived_files(self) -> None:
        """Refuse with a `SnapshotError` derived files that are missing, damaged or of another version of medkg."""
        from medkg.rdf import lineage_register  # imported here, because opening a snapshot does not need them
        from medkg.search.index import connect, require_whole

        with connect(self.index) as index:
            if INDEX not in self.manifest.sha256:  # an older medkg has recorded no digest
                require_whole(index, self.index)
        lineage_register.read(self.lineage)

    def _derived_file(self, name: str) -> Path:
        """The path of a derived file, which is verified once, and again where it has changed."""
        path = self.path / name
        signature = file_signature(path)
        if signature is None:
            raise SnapshotError(f"{path} is missing; run `medkg build`")
        if self._intact.get(name) != signature:
            expected = manifest.read(self.path).sha256.get(name)  # read again, for the file may be a new one
            if expected is not None and file_sha256(path) != expected:
                raise SnapshotError(f"{path} is damaged: it is not what was written; run `medkg build`")
            self._intact[name] = signature
        return path

    def _require_intact(self, names: Iterable[str], advice: str) -> None:
        """Refuse with a `SnapshotError` files of the graph whose digests differ from those in the manifest."""
        expected = {**self.manifest.sha256, GRAPH: self.digest}
        for name in names:
            if file_sha256(path_of(self.path, name)) != expected[name]:
                raise SnapshotError(f"{self.path} is damaged: {name} is not what was written; {advice}")


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a directory; a `SnapshotError` where a file of the graph is missing or of another size."""
    contents = manifest.read(path)
    if not path.name.startswith(contents.digest):
        raise SnapshotError(f"{path} is no complete snapshot: its manifest is that of {contents.digest}")
    sizes = {name: size for name, size in contents.files.items() if name not in DERIVED}
    damaged = [name for name, size in sizes.items() if manifest.file_size(path_of(path, name)) != size]
    if damaged:
        raise SnapshotError(f"{path} is damaged: {', '.join(damaged)} missing or not of the size it was written with")
    return Snapshot(path=path, manifest=contents)


def last_good(snapshots: Path, *, is_verified: bool = False) -> Snapshot | None:
    """The snapshot that serves or, where it is damaged, the newest intact one; verified in every byte if asked for."""
    for snapshot in complete_snapshots(snapshots):
        with suppress(SnapshotError):
            snapshot.verify_derived_files()
            if is_verified:
                snapshot.verify()
            return snapshot
    return None


def complete_snapshots(snapshots: Path) -> Iterator[Snapshot]:
    """Every snapshot that is complete by names and sizes, index and register included, in the order of preference."""
    for path in by_preference(snapshots):
        with suppress(SnapshotError):
            if (snapshot := open_snapshot(path)).is_indexed:
                yield snapshot


def by_preference(snapshots: Path) -> list[Path]:
    """The directories of snapshots: the serving one first, then indexed ones, of these the one built last."""
    pointer = read_pointer(snapshots)
    serving = pointer.snapshot if pointer else ""
    rank = {path: (path.name == serving, *_rank(path)) for path in snapshot_directories(snapshots)}
    return sorted(rank, key=lambda path: rank[path], reverse=True)


def build_time(path: Path) -> str:
    """The time when the snapshot in a directory was built; before all others where it is damaged."""
    return _rank(path)[1]


def _rank(path: Path) -> tuple[bool, str]:
    """Whether the snapshot in a directory is indexed, and its build time; the lowest rank where it is damaged."""
    try:
        snapshot = open_snapshot(path)
    except SnapshotError:
        return False, ""
    return snapshot.is_indexed, snapshot.manifest.built


def snapshot_directories(snapshots: Path) -> list[Path]:
    """The directories with a snapshot's name, complete or not."""
    try:
        return sorted(path for path in snapshots.iterdir() if re.fullmatch(r"[0-9a-f]{64}", path.name))
    except OSError:
        return []


def journal_of(snapshots: Path, digest: str) -> Journal:
    """The journal of the snapshot with a digest."""
    return Journal(snapshots / f"{digest}{SUFFIX}")
