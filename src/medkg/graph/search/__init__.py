"""The search index of a snapshot: `index` writes it at build time, `search` and `resolve` ask it."""

from medkg.graph.search.asking import Hit, search
from medkg.graph.search.resolving import resolve
from medkg.graph.search.writing import renew as index

FILE = "search.sqlite"
"""The name of the index in a snapshot's directory."""

__all__ = ["FILE", "Hit", "index", "resolve", "search"]
