"""The questions that are asked: eleven that stand for what pages, stored queries and strangers ask of the graph.

Each holds in both graphs, for the synthetic one keeps the real one's names besides those of its copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PREFIXES: Final = """\
PREFIX anatomy: <https://w3id.org/medkg/anatomy/>
PREFIX dataset: <https://w3id.org/medkg/dataset/>
PREFIX modality: <https://w3id.org/medkg/modality/>
PREFIX medkg: <https://w3id.org/medkg/ontology#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"

ASKING: Final = "ask"
"""The name of the cheapest question, which is also the one that tells whether a server answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question under its name: what it stands for, its pattern, and the media type its answer is wanted in."""

    name: str
    what: str
    body: str
    accept: str = RESULTS

    @property
    def text(self) -> str:
        """The query as it is sent: with the prefixes it uses, and ending in a line break."""
        used = [line for line in PREFIXES.splitlines(keepends=True) if f"{line.split()[1]}" in self.body]
        return "".join(used) + self.body.strip() + "\n"


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
    Query(
        name="lineage path",
        what="from what a dataset descends, however far",
        body="""
SELECT DISTINCT ?ancestor ?title WHERE {
  dataset:covidx (medkg:derivedFrom|medkg:annotates|medkg:expansionOf|medkg:sameImagesAs|medkg:hasPart)+ ?ancestor .
  ?ancestor dcterms:title ?title .
  FILTER(LANG(?title) = "en")
}""",
    ),
    Query(
        name="provenance",
        what="what each catalogue's own graph says of a dataset",
        body="""
SELECT ?catalog ?line ?property ?value ?section WHERE {
  ?record foaf:primaryTopic dataset:lits ; dcterms:isPartOf ?catalog ; medkg:sourceLine ?line .
  GRAPH ?record { dataset:lits ?property ?value }
  OPTIONAL { ?record medkg:section ?section }
}""",
    ),
    Query(
        name="join",
        what="datasets of the liver in CT with title and size",
        body="""
SELECT ?dataset ?title ?cases WHERE {
  ?dataset a dcat:Dataset ; medkg:anatomy anatomy:liver ; medkg:modality modality:ct ; dcterms:title ?title .
  FILTER(LANG(?title) = "en")
  OPTIONAL { ?dataset medkg:caseCount ?cases }
}""",
    ),
    Query(
        name="largest",
        what="the twenty largest datasets",
        body="""
SELECT ?dataset ?title ?cases WHERE {
  ?dataset medkg:caseCount ?cases ; dcterms:title ?title .
  FILTER(LANG(?title) = "en")
}
ORDER BY DESC(?cases) ?title LIMIT 20""",
    ),
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
