"""pyoxigraph's triples as an rdflib graph, for the little that only rdflib's neighbours can do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

Term = NamedNode | BlankNode | Literal | Triple

_STRING = NamedNode("http://www.w3.org/2001/XMLSchema#string")


def rdflib_graph(triples: Iterable[Triple]) -> Graph:
    """The triples in rdflib; each term is made once, which takes half the time of rdflib's own parser."""
    from rdflib import Graph

    made: dict[Term, URIRef | BNode | RdflibLiteral] = {}
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        for each in triple:
            if each not in made:
                made[each] = _term(each)
        subject, predicate, object_ = triple
        graph.add((made[subject], made[predicate], made[object_]))
    return graph


def _term(term: Term) -> URIRef | BNode | RdflibLiteral:
    """A term in rdflib; a plain string has no datatype there."""
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

    match term:
        case NamedNode():
            return URIRef(term.value)
        case BlankNode():
            return BNode(term.value)
        case Literal() if term.language or term.datatype == _STRING:
            return RdflibLiteral(term.value, lang=term.language)
        case Literal():
            return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise ValueError(f"rdflib has no triples as terms: {term}")
