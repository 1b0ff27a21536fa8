"""The pages that are about no single thing: the home page, and the sign of life for supervisors."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, QuerySolutions

from medkg.evaluation import evaluate
from medkg.web.answers import page
from medkg.web.served import Served, served

pages = Blueprint("pages", __name__)

CENSUS = """
SELECT ?datasets ?entries ?catalogues ?triples {
  { SELECT (COUNT(DISTINCT ?it) AS ?datasets) { ?it a dcat:Dataset FILTER NOT EXISTS { ?it a dcat:Catalog } } }
  { SELECT (COUNT(DISTINCT ?it) AS ?entries) { ?it a dcat:CatalogRecord } }
  { SELECT (COUNT(DISTINCT ?it) AS ?catalogues) { ?it a dcat:Catalog } }
  { SELECT (COUNT(*) AS ?triples) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question in words and in SPARQL."""

    question: str
    query: str


EXAMPLES = (
    Example(
        question="Which datasets show the liver in CT?",
        query="""\
SELECT DISTINCT ?dataset ?title {
  ?dataset a dcat:Dataset ;
    medkg:modality/skos:broader* modality:ct ;
    medkg:anatomy/skos:broader* anatomy:liver ;
    dcterms:title ?title
  FILTER(LANG(?title) != "zh")
}
ORDER BY ?title""",
    ),
    Example(
        question="Which datasets stand in several catalogues?",
        query="""\
SELECT ?dataset (COUNT(DISTINCT ?catalog) AS ?catalogs) {
  ?record foaf:primaryTopic ?dataset ;
    dcterms:isPartOf ?catalog
}
GROUP BY ?dataset
HAVING (COUNT(DISTINCT ?catalog) > 1)
ORDER BY DESC(?catalogs) ?dataset""",
    ),
    Example(
        question="Where do catalogues differ on the number of cases, and on which line?",
        query="""\
SELECT ?dataset ?record ?line ?cases {
  GRAPH ?record { ?dataset medkg:caseCount ?cases }
  GRAPH ?other { ?dataset medkg:caseCount ?different }
  FILTER(?cases != ?different)
  ?record medkg:sourceLine ?line
}
ORDER BY ?dataset ?record""",
    ),
)


@pages.get("/")
def home() -> Response:
    """What this is, how much of it there is, and how to ask."""
    return page(render_template("home.html", census=census(served()), examples=EXAMPLES))


def census(now: Served) -> dict[str, int]:
    """How many datasets, entries, catalogues and triples there are."""
    results = evaluate(now.store, CENSUS, prefixes=now.prefixes)
    assert isinstance(results, QuerySolutions)  # a SELECT
    counts = next(results)
    terms = {variable.value: counts[variable] for variable in results.variables}
    return {name: int(term.value) for name, term in terms.items() if isinstance(term, Literal)}
