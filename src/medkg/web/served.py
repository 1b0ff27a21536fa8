"""What one application answers from, kept where every view finds it.

The next snapshot gets the next application; an update changes the store and then the revision that names it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from flask import Flask, current_app
from pyoxigraph import Store

from medkg.errors import SnapshotError
from medkg.graph import derived, lookup, manifest, relatives
from medkg.graph.revision import updates_of
from medkg.graph.snapshot import DERIVED, Snapshot
from medkg.lineage.register import Register
from medkg.model.prefixes import Prefixes

_KEY = "medkg"


@dataclass(frozen=True, kw_only=True)
class Served:
    """One graph: its store, the revision that names it, the prefixes its queries and documents use.

    `directory` is that of its snapshot, where the search index and the register of lineage are; `resources` holds
    the stored queries and the ontology; errors are reported at the address `issues`.
    """

    store: Store
    revision: str
    prefixes: Prefixes
    directory: Path
    resources: Path
    issues: str | None = None

    @property
    def updates(self) -> int:
        """How many updates the graph has had since it was built; search index and register lack them."""
        return updates_of(self.revision)

    @property
    def index(self) -> Path:
        """The search index; a `SnapshotError` where it is not what was written."""
        return self._snapshot.index

    @cached_property
    def register(self) -> Register:
        """The register of lineage, which knows the datasets that updates have added and those that are retired too.

        A `SnapshotError` where its file is not what was written.
        """
        register = relatives.read(self._snapshot.lineage)
        return replace(register, datasets=frozenset(lookup.datasets(self.store)))

    @property
    def state(self) -> str:
        """What names all that pages are made of: the revision, and the digests of index and register where known."""
        try:
            digests = self._snapshot.manifest.sha256
        except SnapshotError:
            digests = {}
        return " ".join((self.revision, *(digests.get(name, "") for name in DERIVED)))

    def require(self) -> None:
        """Refuse with a `SnapshotError` an index or a register that cannot be used, where there should be any."""
        if self._snapshot.is_derived:
            derived.require(self._snapshot)

    @cached_property
    def _snapshot(self) -> Snapshot:
        """The snapshot in the directory, of which pages need the derived files alone."""
        return Snapshot(path=self.directory, manifest=manifest.read(self.directory))


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
