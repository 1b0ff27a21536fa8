"""Stored queries described in RDF, as `sh:SPARQLExecutable`s, so that others' tools can list and run them.

The form is that of https://github.com/sib-swiss/sparql-examples, but for the prefixes: they stand in the query.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from medkg.evaluation.forms import query_form
from medkg.graph import terms
from medkg.graph.queries.stored import StoredQuery
from medkg.model.prefixes import BASE, Prefixes

_SHACL, _EXAMPLES = "http://www.w3.org/ns/shacl#", "https://purl.expasy.org/sparql-examples/ontology#"

# SHACL has no words for DESCRIBE; those are of the SPARQL examples
_FORMS = {
    "SELECT": (f"{_SHACL}SPARQLSelectExecutable", f"{_SHACL}select"),
    "ASK": (f"{_SHACL}SPARQLAskExecutable", f"{_SHACL}ask"),
    "CONSTRUCT": (f"{_SHACL}SPARQLConstructExecutable", f"{_SHACL}construct"),
    "DESCRIBE": (f"{_EXAMPLES}SPARQLDescribeExecutable", f"{_EXAMPLES}describe"),
}


def shacl(query: StoredQuery, prefixes: Prefixes) -> Iterator[Triple]:
    """What there is to know of a stored query, of whichever form."""
    node = NamedNode(f"{BASE}query/{query.name}")
    kind, text = _FORMS[query_form(query.sparql) or "SELECT"]
    for name in (f"{_SHACL}SPARQLExecutable", kind):
        yield Triple(node, terms.RDF_TYPE, NamedNode(name))
    yield Triple(node, prefixes.expand("rdfs:label"), terms.english(query.question))
    yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(query.explanation))
    yield Triple(node, NamedNode(text), Literal(query.with_prefixes(prefixes)))
