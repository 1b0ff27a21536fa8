"""The data behind the pages of one application, and the caches of what pages compute from it.

A new snapshot gets a new application; an update replaces the context by one with the next revision.
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
from medkg.lineage.claims import LAYERS, Layer
from medkg.lineage.leakage import FindSurroundings, surroundings
from medkg.lineage.register import Register, View
from medkg.model.prefixes import Prefixes
from medkg.rdf import lineage_register
from medkg.search.index import Index, IndexCopy
from medkg.snapshots import manifest
from medkg.snapshots.manifest import DERIVED, INDEX, LINEAGE
from medkg.snapshots.revision import updates_of
from medkg.snapshots.snapshot import Snapshot
from medkg.views import graph_reader, similarity
from medkg.views.graph_reader import GraphReader
from medkg.views.history import UpdateLog
from medkg.views.similarity import ConceptIndex

_KEY = "medkg"


@dataclass(frozen=True, kw_only=True)
class SiteContext:
    """One revision of the graph with everything that its pages are made of.

    `directory` is the directory of the snapshot, which holds the search index and the lineage register; `resources`
    holds the stored queries and the ontology; `issues` is the address of the page for a new issue. `update_log` holds
    the updates since the build; without it they are read from the journal.
    """

    store: Store
    revision: str
    prefixes: Prefixes
    directory: Path
    resources: Path
    issues: str | None = None
    update_log: UpdateLog | None = None
    file_cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The contents of files by name, or the `SnapshotError` of reading them; later revisions share it."""

    @cached_property
    def reader(self) -> GraphReader:
        """The reader of properties and labels of the graph."""
        return GraphReader(store=self.store, prefixes=self.prefixes)

    @property
    def updates(self) -> int:
        """The number of updates since the build; search index and lineage register lack them."""
        return updates_of(self.revision)

    @property
    def index(self) -> Index:
        """The search index, from memory once `load_files` was called; a `SnapshotError` where its file is damaged."""
        index: Index = self._file_content(INDEX) or self._snapshot.index
        return index

    @cached_property
    def register(self) -> Register:
        """The lineage register, with all datasets of the graph, also those that updates have added.

        A `SnapshotError` where its file is damaged.
        """
        register = self._file_content(LINEAGE) or lineage_register.read(self._snapshot.lineage)
        return replace(register, datasets=frozenset(graph_reader.datasets(self.store)))

    @property
    def version(self) -> str:
        """The version of all data behind the pages: the revision, and the digests of index and register."""
        try:
            digests = self._snapshot.manifest.sha256
        except SnapshotError:
            digests = {}
        return " ".join((self.revision, *(digests.get(name, "") for name in DERIVED)))

    def load_files(self) -> None:
        """Read index and register into memory, so that their files are not opened again."""
        for name, read in ((INDEX, self._index_copy), (LINEAGE, lambda: lineage_register.read(self._snapshot.lineage))):
            try:
                self.file_cache[name] = read()
            except SnapshotError as error:
                self.file_cache[name] = error

    def _file_content(self, name: str) -> Any:
        """The loaded content of a file, None where it is not loaded; a `SnapshotError` where loading failed."""
        content = self.file_cache.get(name)
        if isinstance(content, SnapshotError):
            raise SnapshotError(str(content))  # a new one: an exception keeps the frames that it passed
        return content

    def _index_copy(self) -> IndexCopy:
        """The search index in memory."""
        path = self._snapshot.index
        return IndexCopy(path, path.read_bytes())

    @property
    def _snapshot(self) -> Snapshot:
        """The snapshot in the directory; pages need its derived files only."""
        snapshot: Snapshot | None = self._file_content("snapshot")
        if snapshot is None:
            snapshot = Snapshot(path=self.directory, manifest=manifest.read(self.directory))
            self.file_cache["snapshot"] = snapshot
        return snapshot


def install(app: Flask, context: SiteContext) -> None:
    """Set the context of an application."""
    app.extensions[_KEY] = context


def context_of(app: Flask) -> SiteContext:
    """The context of an application."""
    context: SiteContext = app.extensions[_KEY]
    return context


def current_context() -> SiteContext:
    """The context of the application that handles the current request."""
    return context_of(current_app)


Result = TypeVar("Result")

_PER_REVISION: list[Callable[[SiteContext], object]] = []
_PER_SNAPSHOT: list[Callable[[SiteContext], object]] = []

MAX_CACHED_SURROUNDINGS = 500


def cached_per_revision(compute: Callable[[SiteContext], Result]) -> Callable[[SiteContext], Result]:
    """The function with a cache: computed once for a context, which an update or a new snapshot replaces.

    Two threads may compute the same result at the same time; the later one is cached.
    """
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def read_cache(context: SiteContext) -> Result:
        cache = vars(context)
        if name not in cache:
            cache[name] = compute(context)
        result: Result = cache[name]
        return result

    _PER_REVISION.append(read_cache)
    return read_cache


def cached_per_snapshot(read: Callable[[SiteContext], Result]) -> Callable[[SiteContext], Result]:
    """The function with a cache that all revisions of a snapshot share: for results that depend on files only."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def read_cache(context: SiteContext) -> Result:
        if name not in context.file_cache:
            context.file_cache[name] = read(context)
        result: Result = context.file_cache[name]
        return result

    _PER_SNAPSHOT.append(read_cache)
    return read_cache


def fill_snapshot_caches(context: SiteContext) -> None:
    """Call all functions that are cached per snapshot."""
    for read in _PER_SNAPSHOT:
        with suppress(MedkgError, OSError):
            read(context)


def functions_cached_per_revision() -> Sequence[Callable[[SiteContext], object]]:
    """All functions that are cached per revision."""
    return _PER_REVISION


@cached_per_revision
def lineage_views(context: SiteContext) -> Mapping[Layer, View]:
    """The lineage register as each layer shows it."""
    return {layer: context.register.view(layer) for layer in LAYERS}


@cached_per_revision
def similarity_concepts(context: SiteContext) -> ConceptIndex:
    """The concepts of all datasets, by which their similarity is computed."""
    return similarity.concept_index(context.store, context.prefixes)


@cached_per_revision
def surroundings_finder(context: SiteContext) -> FindSurroundings:
    """The function that finds the surroundings of a dataset, with a cache of the last results."""
    return lru_cache(maxsize=MAX_CACHED_SURROUNDINGS)(surroundings)
