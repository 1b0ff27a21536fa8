"""The search index of a snapshot: a build writes it by `index`, all else here asks it."""

from medkg.search.as_sparql import MOST_LISTED, sparql
from medkg.search.completion import KINDS, Suggestion, completions
from medkg.search.facets import Chosen, Counted, Counts, Region, regions
from medkg.search.find import Answer, Drop, asked, drops, meant, nearest, search
from medkg.search.hits import Card, Hit
from medkg.search.index_reader import Index, IndexCopy
from medkg.search.index_writer import renew as index
from medkg.search.resolver import resolution, resolve
from medkg.search.schemes import FACETS, LINEAGE, SORTS, Facet

__all__ = [
    "FACETS",
    "KINDS",
    "LINEAGE",
    "MOST_LISTED",
    "SORTS",
    "Answer",
    "Card",
    "Chosen",
    "Counted",
    "Counts",
    "Drop",
    "Facet",
    "Hit",
    "Index",
    "IndexCopy",
    "Region",
    "Suggestion",
    "asked",
    "completions",
    "drops",
    "index",
    "meant",
    "nearest",
    "regions",
    "resolution",
    "resolve",
    "search",
    "sparql",
]
