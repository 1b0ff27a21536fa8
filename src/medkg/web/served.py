"""What one application answers from, kept where every view finds it.

The next snapshot gets the next application; an update changes the store and then the revision that names it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from flask import Flask, current_app
from pyoxigraph import Store

from medkg.graph import lookup, relatives
from medkg.graph.snapshot import INDEX, LINEAGE
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
        return int(self.revision.partition(".")[2] or 0)

    @property
    def index(self) -> Path:
        """The search index."""
        return self.directory / INDEX

    @cached_property
    def register(self) -> Register:
        """The register of lineage, which knows the datasets that updates have added and those that are retired too."""
        return replace(relatives.read(self.directory / LINEAGE), datasets=frozenset(lookup.datasets(self.store)))


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
