"""The search index of a snapshot: a build writes it by `index`, all else here asks it."""

from medkg.graph.search.asking import Answer, asked, search
from medkg.graph.search.cards import Card
from medkg.graph.search.choosing import Chosen
from medkg.graph.search.completing import KINDS, Suggestion, completions
from medkg.graph.search.counting import Counted, Counts
from medkg.graph.search.helping import Drop, drops, meant, nearest
from medkg.graph.search.ranking import Hit
from medkg.graph.search.reading import Index, IndexCopy
from medkg.graph.search.regions import Region, regions
from medkg.graph.search.resolving import resolution, resolve
from medkg.graph.search.schemes import FACETS, LINEAGE, SORTS, Facet
from medkg.graph.search.sparql import MOST_LISTED, sparql
from medkg.graph.search.writing import renew as index

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
