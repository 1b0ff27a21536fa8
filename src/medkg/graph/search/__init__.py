"""The search index of a snapshot: `index` writes it at build time, `search`, `asked` and `resolve` ask it."""

from medkg.graph.search.asking import Answer, asked, search
from medkg.graph.search.ranking import Hit
from medkg.graph.search.resolving import resolve
from medkg.graph.search.writing import renew as index

__all__ = ["Answer", "Hit", "asked", "index", "resolve", "search"]
