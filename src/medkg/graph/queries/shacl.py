"""Stored queries described in RDF, as `sh:SPARQLExecutable`s, so that others' tools can list and run them.

The form is that of https://github.com/sib-swiss/sparql-examples, but for the prefixes: they stand in the query.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from medkg.graph import terms
from medkg.graph.queries.stored import StoredQuery
from medkg.model.prefixes import BASE, Prefixes


def shacl(query: StoredQuery, prefixes: Prefixes) -> Iterator[Triple]:
    """What there is to know of a stored query that is a SELECT."""
    node = NamedNode(f"{BASE}query/{query.name}")
    for name in ("SPARQLExecutable", "SPARQLSelectExecutable"):
        yield Triple(node, terms.RDF_TYPE, prefixes.expand(f"sh:{name}"))
    yield Triple(node, prefixes.expand("rdfs:label"), terms.english(query.question))
    yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(query.explanation))
    yield Triple(node, prefixes.expand("sh:select"), Literal(query.with_prefixes(prefixes)))
