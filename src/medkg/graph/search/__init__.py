"""The search index of a snapshot: `index` writes it at build time, `search` and `resolve` ask it."""

from medkg.graph.search.asking import Hit, search
from medkg.graph.search.resolving import resolve
from medkg.graph.search.writing import renew as index

__all__ = ["Hit", "index", "resolve", "search"]
