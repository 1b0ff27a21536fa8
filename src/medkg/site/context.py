"""What one application answers from, kept where every view finds it.

The next snapshot gets the next application; an update changes the store and then the revision that names it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from pyoxigraph import Store

from medkg.errors import SnapshotError
from medkg.graph import lookup, manifest, relatives
from medkg.graph.history import UpdateLog
from medkg.graph.revision import updates_of
from medkg.graph.search import Index, IndexCopy
from medkg.graph.snapshot import DERIVED, INDEX, LINEAGE, Snapshot
from medkg.lineage.register import Register
from medkg.model.prefixes import Prefixes

_KEY = "medkg"


@dataclass(frozen=True, kw_only=True)
class Served:
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
        register = self._held(LINEAGE) or relatives.read(self._snapshot.lineage)
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
        for name, read in ((INDEX, self._index_copy), (LINEAGE, lambda: relatives.read(self._snapshot.lineage))):
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


def install(app: Flask, served: Served) -> None:
    """Give an application what it answers from."""
    app.extensions[_KEY] = served


def serving(app: Flask) -> Served:
    """What an application answers from."""
    found: Served = app.extensions[_KEY]
    return found


def served() -> Served:
    """What the application at work answers from."""
    return serving(current_app)
