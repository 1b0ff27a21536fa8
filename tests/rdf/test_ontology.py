"""What follows from our terms: everything wider, in the same graph, and nothing of other people's terms."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from medkg.rdf.ontology import materialise, supers

PREFIXES = """
@prefix medkg: <https://w3id.org/medkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix x: <https://example.org/> .
"""

ONTOLOGY = """
medkg:imagedRegion rdfs:subPropertyOf medkg:anatomy .
medkg:anatomy rdfs:subPropertyOf x:theme .
x:theme rdfs:subPropertyOf x:relation .
medkg:Challenge rdfs:subClassOf x:Event .
medkg:round rdfs:subPropertyOf medkg:about .
medkg:about rdfs:subPropertyOf medkg:round .
"""


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE)]


def follows(turtle: str, graph: str = "https://example.org/graph") -> set[Triple]:
    """What is added to some triples in a graph, all of it in that graph."""
    name = NamedNode(graph)
    stated = {Quad(each.subject, each.predicate, each.object, name) for each in triples(turtle)}
    found = set(materialise(stated, supers(triples(ONTOLOGY))))
    assert found >= stated
    assert {quad.graph_name for quad in found} == {name}
    return {quad.triple for quad in found - stated}


def test_a_statement_holds_of_every_wider_property_however_far() -> None:
    expected = "x:lits medkg:anatomy x:liver ; x:theme x:liver ; x:relation x:liver ."
    assert follows("x:lits medkg:imagedRegion x:liver .") == set(triples(expected))


def test_an_instance_is_one_of_every_wider_class() -> None:
    assert follows("x:lits a medkg:Challenge .") == set(triples("x:lits a x:Event ."))


def test_nothing_follows_from_terms_that_are_not_ours() -> None:
    assert follows("x:lits x:theme x:liver .") == set()


def test_terms_that_are_wider_than_each_other_end() -> None:
    assert follows("x:a medkg:round x:b .") == set(triples("x:a medkg:about x:b ."))
