"""What one application answers from, kept where every view finds it.

The next snapshot gets the next application; an update changes the store and then the revision that names it.

What pages work out once and then know, as long as the graph they answer from stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app
from pyoxigraph import Store

from medkg.errors import MedkgError, SnapshotError
from medkg.lineage.answers.overlap import Find, surroundings
from medkg.lineage.layers import LAYERS, Layer
from medkg.lineage.register import Register, View
from medkg.model.prefixes import Prefixes
from medkg.rdf import lineage_register
from medkg.search import Index, IndexCopy
from medkg.snapshots import manifest
from medkg.snapshots.history import UpdateLog
from medkg.snapshots.revision import updates_of
from medkg.snapshots.snapshot import DERIVED, INDEX, LINEAGE, Snapshot
from medkg.views import lookup, similarity
from medkg.views.similarity import Concepts

_KEY = "medkg"


@dataclass(frozen=True, kw_only=True)
class SiteContext:
    """One graph: its store, the revision that names it, the prefixes its queries and documents use.

    `directory` is that of its snapshot, where the search index and the register of lineage are; `resources` holds
    the stored queries and the ontology; errors are reported at the address `issues`. `update_log` holds the updates
    since the snapshot was built; without it they are read from the journal.
    """

    store: Store
    revision: str
    prefixes: Prefixes
    directory: Path
    resources: Path
    issues: str | None = None
    update_log: UpdateLog | None = None
    files: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What has been read of files, by its name, or the `SnapshotError` that came of that.

    The next states of the graph share it.
    """

    @property
    def updates(self) -> int:
        """How many updates the graph has had since it was built; search index and register lack them."""
        return updates_of(self.revision)

    @property
    def index(self) -> Index:
        """The search index, or the copy of it that is held; a `SnapshotError` where it is not what was written."""
        held: Index = self._held(INDEX) or self._snapshot.index
        return held

    @cached_property
    def register(self) -> Register:
        """The register of lineage, which knows the datasets that updates have added and those that are retired too.

        A `SnapshotError` where its file is not what was written.
        """
        register = self._held(LINEAGE) or lineage_register.read(self._snapshot.lineage)
        return replace(register, datasets=frozenset(lookup.datasets(self.store)))

    @property
    def state(self) -> str:
        """What names all that pages are made of: the revision, and the digests of index and register where known."""
        try:
            digests = self._snapshot.manifest.sha256
        except SnapshotError:
            digests = {}
        return " ".join((self.revision, *(digests.get(name, "") for name in DERIVED)))

    def hold(self) -> None:
        """Read index and register, so that no file is opened for them from here on."""
        for name, read in ((INDEX, self._index_copy), (LINEAGE, lambda: lineage_register.read(self._snapshot.lineage))):
            try:
                self.files[name] = read()
            except SnapshotError as error:
                self.files[name] = error

    def _held(self, name: str) -> Any:
        """What has been read of a file; None where nothing has, the `SnapshotError` where that failed."""
        held = self.files.get(name)
        if isinstance(held, SnapshotError):
            raise SnapshotError(str(held))  # another one, for an exception holds the frames that it went through
        return held

    def _index_copy(self) -> IndexCopy:
        """A copy of the search index."""
        path = self._snapshot.index
        return IndexCopy(path, path.read_bytes())

    @property
    def _snapshot(self) -> Snapshot:
        """The snapshot in the directory, of which pages need the derived files alone."""
        found: Snapshot | None = self._held("snapshot")
        if found is None:
            found = self.files["snapshot"] = Snapshot(path=self.directory, manifest=manifest.read(self.directory))
        return found


def install(app: Flask, context: SiteContext) -> None:
    """Give an application what it answers from."""
    app.extensions[_KEY] = context


def context_of(app: Flask) -> SiteContext:
    """What an application answers from."""
    found: SiteContext = app.extensions[_KEY]
    return found


def current_context() -> SiteContext:
    """What the application at work answers from."""
    return context_of(current_app)


Found = TypeVar("Found")

_FINDS: list[Callable[[SiteContext], object]] = []
_READS: list[Callable[[SiteContext], object]] = []

_AROUND = 500  # datasets


def cached_per_revision(find: Callable[[SiteContext], Found]) -> Callable[[SiteContext], Found]:
    """A function whose answer is kept with what it was asked of, which an update or a new snapshot replaces.

    Two threads that ask at once may both work it out, and either answer is kept.
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def found(now: SiteContext) -> Found:
        kept = vars(now)
        if name not in kept:
            kept[name] = find(now)
        answer: Found = kept[name]
        return answer

    _FINDS.append(found)
    return found


def cached_per_snapshot(read: Callable[[SiteContext], Found]) -> Callable[[SiteContext], Found]:
    """A function of what stands in files, whose answer holds for all states of the graph that follow, too."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def found(now: SiteContext) -> Found:
        if name not in now.files:
            now.files[name] = read(now)
        answer: Found = now.files[name]
        return answer

    _READS.append(found)
    return found


def read_files(now: SiteContext) -> None:
    """Read all that is read once."""
    for read in _READS:
        with suppress(MedkgError, OSError):
            read(now)


def cached_functions() -> Sequence[Callable[[SiteContext], object]]:
    """All functions that are cached per revision."""
    return _FINDS


@cached_per_revision
def lineage_views(now: SiteContext) -> Mapping[Layer, View]:
    """The register of lineage as each layer shows it."""
    return {layer: now.register.view(layer) for layer in LAYERS}


@cached_per_revision
def similarity_concepts(now: SiteContext) -> Concepts:
    """The concepts by which datasets are alike."""
    return similarity.concepts(now.store, now.prefixes)


@cached_per_revision
def surroundings_finder(now: SiteContext) -> Find:
    """What finds the surroundings of a dataset, and knows those of the last few hundred that were asked for."""
    return lru_cache(maxsize=_AROUND)(surroundings)
