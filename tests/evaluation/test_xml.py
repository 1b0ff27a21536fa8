"""RDF/XML and results in XML are well-formed and read back as they were, or are refused with the formats that can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from medkg.errors import FormatError
from medkg.evaluation import GRAPHS, RESULTS, evaluate, serialize
from medkg.evaluation.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, XML
from medkg.evaluation.serialization import UNBOUNDED, dump, write_graph
from medkg.evaluation.xml import namespace

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = NamedNode(f"{RDF}type")
S, P = NamedNode("http://x.org/s"), NamedNode("http://x.org/p")
PREFIXES = {"x": "http://x.org/", "rdf": RDF}
CAN = r"ask for turtle \(text/turtle\), ntriples .*, trig .* or nquads \(application/n-quads\)$"


def read(document: bytes) -> list[Triple]:
    """The triples of a document of RDF/XML, which is well-formed XML."""
    etree.fromstring(document)
    return [quad.triple for quad in parse(document, RdfFormat.RDF_XML, rename_blank_nodes=False)]


def stored(quad: Quad) -> Store:
    store = Store()
    store.add(quad)
    return store


@pytest.mark.parametrize(
    "property_",
    [
        "http://x.org/123",
        "http://x.org/",
        "http://x.org/p/",
        "http://x.org/p?q=1",
        "http://x.org/%31",
        "http://x.org/-",
        "http://x.org/p#2.0",
        "http://x.org/\u00b7",
        "urn:isbn:0",
        "http://www.w3.org/2000/xmlns/p",
        *(f"{RDF}{word}" for word in ("li", "RDF", "Description", "ID", "about", "parseType", "resource", "nodeID")),
        *(f"{RDF}{word}" for word in ("datatype", "aboutEach", "aboutEachPrefix", "bagID")),
    ],
)
def test_a_property_that_can_name_no_element_is_refused_with_the_formats_that_can(property_: str) -> None:
    for triple in (
        Triple(S, NamedNode(property_), Literal("v")),
        Triple(S, P, Triple(S, NamedNode(property_), Literal("v"))),
    ):
        with pytest.raises(FormatError, match=CAN) as caught:
            write_graph([triple], RDF_XML, PREFIXES)
        assert f"<{property_}>" in str(caught.value)
        assert {quad.triple for quad in parse(write_graph([triple], TURTLE, PREFIXES), RdfFormat.TURTLE)} == {triple}


@pytest.mark.parametrize(
    "property_",
    [
        "http://x.org/1b",
        "http://x.org/a.b-c",
        "http://x.org/肝",
        "http://x.org/a:b",
        "urn:p",
        f"{RDF}_1",
        f"{RDF}value",
    ],
)
def test_every_other_property_is_written(property_: str) -> None:
    triple = Triple(S, NamedNode(property_), Literal("v"))
    assert read(write_graph([triple], RDF_XML, PREFIXES)) == [triple]


@pytest.mark.parametrize(
    "iri",
    ["http://x.org/123", "http://x.org/", "urn:isbn:0", f"{RDF}li", f"{RDF}bagID", "http://www.w3.org/2000/xmlns/p"],
)
def test_a_class_that_can_name_no_element_is_written_as_a_value(iri: str) -> None:
    first, second = Triple(S, TYPE, NamedNode(iri)), Triple(S, TYPE, NamedNode("http://x.org/Named"))
    nested = Triple(S, P, first)
    for triples in ([first], [second, first], [first, second], [nested]):
        assert {*read(write_graph(triples, RDF_XML, PREFIXES))} == {*triples}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_is_none_of_xml_is_refused_with_the_formats_that_can(character: str) -> None:
    store = stored(Quad(S, P, Literal(f"a{character}b"), DefaultGraph()))
    code = f"U\\+{ord(character):04X} is no character of XML"
    with pytest.raises(FormatError, match=f"{code}; {CAN}"):
        serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), RDF_XML)
    with pytest.raises(FormatError, match=rf"{code}; ask for json .*, csv .* or tsv \(text/tab-separated-values\)$"):
        serialize(evaluate(store, "SELECT * { ?s ?p ?o }"), XML)
    with pytest.raises(FormatError, match=code):
        dump(store, DefaultGraph(), RDF_XML, PREFIXES, UNBOUNDED)
    for form in set(GRAPHS) - {RDF_XML}:
        assert serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), form)
    for form in set(RESULTS) - {XML}:
        assert serialize(evaluate(store, "SELECT * { ?s ?p ?o }"), form)


@pytest.mark.parametrize("text", ["a\rb", "\r\n", "a\nb", "\ta", " ", "\x7f\x85\u2028\ufffd", "]]>&<\"'", "\U0010fffd"])
def test_every_other_character_reads_back_as_it_was(text: str) -> None:
    store = stored(Quad(S, P, Literal(text), DefaultGraph()))
    assert read(dump(store, DefaultGraph(), RDF_XML, PREFIXES, UNBOUNDED)) == [Triple(S, P, Literal(text))]
    document = etree.fromstring(serialize(evaluate(store, "SELECT ?o { ?s ?p ?o }"), XML))
    assert document.findtext(".//{*}literal") == text


def test_a_blank_node_is_told_by_a_name_of_xml_or_not_at_all() -> None:
    with pytest.raises(FormatError, match=f"_:1 is no name .*; {CAN}"):
        write_graph([Triple(BlankNode("1"), P, Literal("v"))], RDF_XML, PREFIXES)
    triple = Triple(BlankNode("肝"), P, BlankNode("b.1"))
    assert read(write_graph([triple], RDF_XML, PREFIXES)) == [triple]


def test_triples_within_triples_are_refused_by_the_format_that_has_none() -> None:
    store = stored(Quad(S, P, Triple(S, P, Literal("v")), DefaultGraph()))
    writers: tuple[Callable[[], bytes], ...] = (
        lambda: serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), JSON_LD),
        lambda: dump(store, DefaultGraph(), JSON_LD, PREFIXES, UNBOUNDED),
        lambda: write_graph([quad.triple for quad in store], JSON_LD, PREFIXES),
    )
    for document in writers:
        with pytest.raises(FormatError, match=CAN):
            document()
    assert b"<<(" in serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), N_TRIPLES)


def test_a_namespace_is_found_however_long_an_iri_is() -> None:
    iri = "http://x.org/" + "a" * 100_000
    assert namespace(iri) == "http://x.org/"
    assert namespace(f"{iri}/1") is None
