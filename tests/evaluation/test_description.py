"""A thing is described with its parts, and a record with what its graph states."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from medkg.evaluation import GRAPHS, describe, find_format

TRIG = b"""@prefix ex: <http://example.org/> .
    <http://example.org/a> ex:count <http://example.org/a#count-1> ; ex:knows <http://example.org/b#x> .
    <http://example.org/a#count-1> ex:value 3 .
    <http://example.org/a#unlinked> ex:value 4 .
    <http://example.org/b#x> ex:value 5 .
    <http://example.org/a> { ex:s ex:p ex:o }"""


def description_of(iri: str) -> tuple[set[str], set[str]]:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    found = describe(store, NamedNode(iri))
    assert found is not None
    return {str(each.subject) for each in found.believed}, {str(each.subject) for each in found.stated}


def test_parts_of_a_thing_are_described_with_it_and_nothing_else_is() -> None:
    believed, stated = description_of("http://example.org/a")
    assert believed == {"<http://example.org/a>", "<http://example.org/a#count-1>"}
    assert stated == {"<http://example.org/s>"}


def test_an_unknown_thing_has_no_description() -> None:
    assert describe(Store(), NamedNode("http://example.org/nothing")) is None


def test_only_formats_with_graphs_hold_what_the_named_graph_states() -> None:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    found = describe(store, NamedNode("http://example.org/a"))
    turtle, trig = find_format("turtle", GRAPHS), find_format("trig", GRAPHS)
    assert found is not None
    assert turtle is not None
    assert trig is not None
    assert all(isinstance(each, Triple) for each in found.statements(turtle))
    quads = [each for each in found.statements(trig) if isinstance(each, Quad)]
    assert [each.subject for each in quads if each.graph_name == found.iri] == [NamedNode("http://example.org/s")]
