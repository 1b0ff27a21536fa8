"""Search: datasets by name, text and facet, read from the search index of a snapshot; a build writes it."""

from medkg.search.as_sparql import MOST_LISTED, sparql
from medkg.search.cards import Card
from medkg.search.completion import KINDS, Suggestion, completions
from medkg.search.facets import FacetChoices, FacetCounts, FacetValue, Region, regions
from medkg.search.index import Index, IndexCopy
from medkg.search.resolver import resolution, resolve
from medkg.search.results import (
    Hit,
    Relaxation,
    SearchResults,
    find,
    relaxations,
    search,
    similar_datasets,
    similar_labels,
)
from medkg.search.schemes import FACETS, LINEAGE, SORTS, Facet

__all__ = [
    "FACETS",
    "KINDS",
    "LINEAGE",
    "MOST_LISTED",
    "SORTS",
    "Card",
    "Facet",
    "FacetChoices",
    "FacetCounts",
    "FacetValue",
    "Hit",
    "Index",
    "IndexCopy",
    "Region",
    "Relaxation",
    "SearchResults",
    "Suggestion",
    "completions",
    "find",
    "regions",
    "relaxations",
    "resolution",
    "resolve",
    "search",
    "similar_datasets",
    "similar_labels",
    "sparql",
]
