"""pyoxigraph's triples in rdflib are those that rdflib reads itself."""

from __future__ import annotations

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from medkg.rdf.shapes import rdflib_graph

NTRIPLES = r"""
<x:a> <x:b> <x:c> .
<x:a> <x:b> "plain" .
<x:a> <x:b> "\u809d\u810f\n\"liver\""@zh .
<x:a> <x:b> "007"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:a> <x:b> "no number"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:a> <x:b> "2017"^^<http://www.w3.org/2001/XMLSchema#gYear> .
"""


def test_every_kind_of_term_is_as_rdflib_reads_it() -> None:
    ours = rdflib_graph(quad.triple for quad in parse(NTRIPLES, RdfFormat.N_TRIPLES))
    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        theirs = rdflib.Graph().parse(data=NTRIPLES, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
    assert set(ours) == set(theirs)
    assert len(ours) == 6


def test_a_blank_node_stays_one_node() -> None:
    node, link = BlankNode(), NamedNode("x:b")
    graph = rdflib_graph([Triple(node, link, Literal("a")), Triple(node, link, Literal("b"))])
    assert len(set(graph.subjects())) == 1


def test_a_triple_as_a_term_is_refused() -> None:
    inner = Triple(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c"))
    with pytest.raises(ValueError, match="no triples as terms"):
        rdflib_graph([Triple(NamedNode("x:a"), NamedNode("x:b"), inner)])
