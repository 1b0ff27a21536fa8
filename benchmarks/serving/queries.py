"""The questions that are asked: eleven that stand for what pages, stored queries and strangers ask of the graph.

Where there is a stored query for a kind of question it is that, as `queries/` has it, with its default parameters bound
the way every user of it has them bound. Each holds in both graphs, for the synthetic one keeps the real one's names
besides those of its copies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from medkg.model.prefixes import BASE
from medkg.model.prefixes import load as load_prefixes
from medkg.queries import load

_ROOT: Final = Path(__file__).parents[2]
_PREFIXES: Final = load_prefixes(_ROOT / "ontology")
_STORED: Final = load(_ROOT / "queries", _PREFIXES)

RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"

ASKING: Final = "ask"
"""The name of the cheapest question, which is also the one that tells whether a server answers."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question under its name: what it stands for, its SPARQL, and the media type its answer is wanted in."""

    name: str
    what: str
    body: str
    accept: str = RESULTS

    @cached_property
    def text(self) -> str:
        """The query as it is sent: with declarations of the prefixes it uses, and ending in a line break."""
        used = [prefix for prefix in _PREFIXES if re.search(rf"(?<![\w-]){prefix}:", self.body)]
        return "".join(f"PREFIX {each}: <{_PREFIXES[each]}>\n" for each in used) + self.body.strip() + "\n"


def _stored(name: str, stored: str, **parameters: str) -> Query:
    """A stored query with the things that its parameters name, by their paths."""
    query = _STORED[stored]
    text = query.with_bindings({each: NamedNode(BASE + path) for each, path in parameters.items()})
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
    return Query(name=name, what=f"{query.question} (`queries/{stored}.rq`)", body=body)


QUERIES: Final = (
    Query(
        name=ASKING,
        what="whether two datasets share images",
        body="ASK { dataset:lits medkg:sharesImagesWith dataset:msd }",
    ),
    Query(
        name="point lookup",
        what="all that is said of one dataset",
        body="SELECT ?property ?value WHERE { dataset:lits ?property ?value }",
    ),
    Query(
        name="overlap",
        what="who shares images with a dataset, and how surely",
        body="""
SELECT ?other ?title ?grade WHERE {
  VALUES (?property ?grade) { (medkg:sharesImagesWith "definite") (medkg:mayShareImagesWith "possible") }
  dataset:lits ?property ?other .
  ?other dcterms:title ?title .
  FILTER(LANG(?title) = "en")
}
ORDER BY ?grade ?title""",
    ),
    _stored("lineage path", "ancestors-of-a-dataset", dataset="dataset/covidx"),
    _stored("provenance", "who-says-what", dataset="dataset/lits"),
    _stored("join", "datasets-by-anatomy-and-modality", anatomy="anatomy/liver", modality="modality/ct"),
    _stored("largest", "largest-datasets-by-unit", unit="unit/image"),
    Query(
        name="label search",
        what="datasets whose title has a word in it",
        body="""
SELECT ?dataset ?title WHERE {
  ?dataset a dcat:Dataset ; dcterms:title ?title .
  FILTER(CONTAINS(LCASE(STR(?title)), "brain"))
}""",
    ),
    Query(
        name="facet counts",
        what="how many datasets there are of each modality",
        body="""
SELECT ?modality ?label (COUNT(DISTINCT ?dataset) AS ?datasets) WHERE {
  ?dataset a dcat:Dataset ; medkg:modality ?modality .
  ?modality skos:prefLabel ?label .
  FILTER(LANG(?label) = "en")
}
GROUP BY ?modality ?label ORDER BY DESC(?datasets) ?label""",
    ),
    Query(
        name="5,000 triples",
        what="a CONSTRUCT of the vocabularies",
        body="""
CONSTRUCT { ?concept ?property ?value } WHERE { ?concept a skos:Concept ; ?property ?value } LIMIT 5000""",
        accept=TRIPLES,
    ),
    Query(
        name="10,000 rows",
        what="a SELECT of what is said of datasets",
        body="""
SELECT ?dataset ?property ?value WHERE { ?dataset a dcat:Dataset ; ?property ?value } LIMIT 10000""",
    ),
)
