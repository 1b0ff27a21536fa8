"""Graphs are put, posted to and deleted by documents, which are read strictly and fetch nothing."""

from __future__ import annotations

import json
import socket

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from medkg.errors import QueryError
from medkg.evaluation.changes import Change, apply
from medkg.evaluation.graph_store import Document, Graph, GraphChange, delete, post, put

EX = "http://example.org/"
G, EMPTY, NEW = (NamedNode(EX + name) for name in ("g", "empty", "new"))
TRIG = b"""@prefix ex: <http://example.org/> .
    ex:a ex:p 1 .
    ex:g { ex:a ex:p 1, 2 ; ex:q _:b . _:b ex:p 3 }"""


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    store.add_graph(EMPTY)
    return store


def turtle(text: str) -> Document:
    return Document(content=f"@prefix ex: <{EX}> . {text}".encode(), format=RdfFormat.TURTLE)


def done(store: Store, outcome: GraphChange) -> Store:
    """The store once the outcome is applied, which it never is by itself."""
    apply(store, outcome.change)
    return store


def triples(store: Store, graph: Graph) -> set[str]:
    """The triples of a graph in short, those with blank nodes left out."""
    found = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    ground = (each for each in found if not {type(each.subject), type(each.object)} & {BlankNode})
    return {str(each).replace(EX, "").replace("^^<http://www.w3.org/2001/XMLSchema#integer>", "") for each in ground}


@pytest.mark.parametrize("graph", [G, DefaultGraph()])
def test_put_replaces_what_was_there_and_nothing_else(store: Store, graph: Graph) -> None:
    others = [quad for quad in store if quad.graph_name != graph]
    outcome = put(store, graph, [turtle("ex:a ex:p 2, 4 .")])
    assert outcome.existed
    assert triples(done(store, outcome), graph) == {'<a> <p> "2"', '<a> <p> "4"'}
    assert [quad for quad in store if quad.graph_name != graph] == others


def test_put_tells_only_what_differs(store: Store) -> None:
    change = put(store, DefaultGraph(), [turtle("ex:a ex:p 01, 5 .")]).change
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert change == Change(added=f'<{EX}a> <{EX}p> "5"^^{integer} .\n'.encode())


@pytest.mark.parametrize(("graph", "existed"), [(NEW, False), (EMPTY, True), (G, True)])
def test_a_graph_that_is_put_with_nothing_in_it_is_there_and_empty(
    store: Store, graph: NamedNode, existed: bool
) -> None:
    outcome = put(store, graph, [turtle("")])
    assert outcome.existed is existed
    assert outcome.change.created == (() if existed else (graph.value,))
    assert done(store, outcome).contains_named_graph(graph)
    assert not list(store.quads_for_pattern(None, None, None, graph))
    assert put(store, graph, [turtle("")]) == GraphChange(change=Change(), existed=True)


def test_a_new_graph_comes_with_its_quads(store: Store) -> None:
    outcome = put(store, NEW, [turtle("ex:a ex:p 1 .")])
    assert not outcome.existed
    assert not outcome.change.created
    assert done(store, outcome).contains_named_graph(NEW)


def test_post_merges_and_keeps_blank_nodes_apart(store: Store) -> None:
    labels = {str(quad.subject) for quad in store if isinstance(quad.subject, BlankNode)}
    same = "ex:a ex:p 1 . _:b ex:p 3 ."
    outcome = post(store, G, [turtle(same), turtle(same), turtle(f"{labels.pop()} ex:p 3 .")])
    assert outcome.existed
    assert not outcome.change.removed
    assert outcome.change.added.count(b"\n") == 3
    done(store, outcome)
    threes = store.quads_for_pattern(None, NamedNode(EX + "p"), Literal(3), G)
    assert len({quad.subject for quad in threes}) == 4
    assert triples(store, G) == {'<a> <p> "1"', '<a> <p> "2"'}


@pytest.mark.parametrize(("graph", "existed"), [(NEW, False), (EMPTY, True), (DefaultGraph(), True)])
def test_post_makes_the_graph_where_there_is_none(store: Store, graph: Graph, existed: bool) -> None:
    outcome = post(store, graph, [turtle("ex:x ex:p 9 .")])
    assert outcome.existed is existed
    assert '<x> <p> "9"' in triples(done(store, outcome), graph)
    assert post(store, graph, [turtle("ex:x ex:p 9 .")]) == GraphChange(change=Change(), existed=True)


def test_posting_nothing_to_no_graph_makes_an_empty_one(store: Store) -> None:
    outcome = post(store, NEW, [turtle("")])
    assert outcome == GraphChange(change=Change(created=(NEW.value,)), existed=False)


@pytest.mark.parametrize("graph", [G, EMPTY])
def test_a_graph_that_is_deleted_is_no_more(store: Store, graph: NamedNode) -> None:
    outcome = delete(store, graph)
    assert outcome.existed
    assert not done(store, outcome).contains_named_graph(graph)
    assert delete(store, graph) == GraphChange(change=Change(), existed=False)


def test_the_default_graph_is_emptied_and_still_there(store: Store) -> None:
    done(store, delete(store, DefaultGraph()))
    assert not triples(store, DefaultGraph())
    assert triples(store, G)
    assert delete(store, DefaultGraph()) == GraphChange(change=Change(), existed=True)


def test_nothing_is_changed_by_asking(store: Store) -> None:
    before, graphs = set(store), set(store.named_graphs())
    put(store, G, [turtle("")])
    post(store, NEW, [turtle("ex:a ex:p 1 .")])
    delete(store, G)
    assert (set(store), set(store.named_graphs())) == (before, graphs)


DOCUMENTS = {
    RdfFormat.TURTLE: "<s> <p> <o> .",
    RdfFormat.N_TRIPLES: "<http://example.org/s> <http://example.org/p> <http://example.org/o> .",
    RdfFormat.RDF_XML: '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">'
    '<rdf:Description rdf:about="s"><p rdf:resource="o"/></rdf:Description></rdf:RDF>',
    RdfFormat.JSON_LD: '{"@id": "s", "http://example.org/p": {"@id": "o"}}',
    RdfFormat.TRIG: "<s> <p> <o> . { <s> <p> <o> }",
    RdfFormat.N_QUADS: "<http://example.org/s> <http://example.org/p> <http://example.org/o> .",
}


@pytest.mark.parametrize("form", DOCUMENTS, ids=str)
def test_every_format_is_read_against_the_base_of_the_request(store: Store, form: RdfFormat) -> None:
    document = Document(content=DOCUMENTS[form].encode(), format=form)
    change = put(store, NEW, [document], base_iri="http://example.org/graph").change
    assert change.added == f"<{EX}s> <{EX}p> <{EX}o> <{EX}new> .\n".encode()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("_:b <a:p> [] .", RdfFormat.TURTLE),
        ("_:b <a:p> _:c .", RdfFormat.N_TRIPLES),
        ('{"@id": "_:b", "a:p": {"@id": "_:c"}}', RdfFormat.JSON_LD),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="a:">'
            '<rdf:Description rdf:nodeID="b"><p rdf:nodeID="c"/></rdf:Description></rdf:RDF>',
            RdfFormat.RDF_XML,
        ),
    ],
    ids=["turtle", "ntriples", "jsonld", "rdfxml"],
)
def test_blank_nodes_are_new_in_every_format(store: Store, content: str, form: RdfFormat) -> None:
    store.add(Quad(BlankNode("b"), NamedNode("a:p"), BlankNode("c"), G))
    outcome = post(store, G, [Document(content=content.encode(), format=form)] * 2)
    nodes = {
        node for quad in done(store, outcome) for node in (quad.subject, quad.object) if quad.predicate.value == "a:p"
    }
    assert len(nodes) == 6


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("<a:s> <a:p> <a:o> <a:g> .", RdfFormat.N_QUADS),
        ("<a:g> { <a:s> <a:p> <a:o> }", RdfFormat.TRIG),
        ('{"@id": "a:g", "@graph": [{"@id": "a:s", "a:p": 1}]}', RdfFormat.JSON_LD),
    ],
    ids=["nquads", "trig", "jsonld"],
)
def test_a_document_with_graphs_of_its_own_is_refused(store: Store, content: str, form: RdfFormat) -> None:
    with pytest.raises(QueryError, match="a document for one graph names no graphs itself"):
        put(store, G, [Document(content=content.encode(), format=form)])


@pytest.mark.parametrize(
    ("content", "form", "message"),
    [
        (
            b"<a:s> <a:p>\n  <a:o> ;; x .",
            RdfFormat.TURTLE,
            "line 2, column 12: x is not a valid predicate\n    <a:o> ;; x .\n             ^",
        ),
        (b"<a:s> <a:p> '\xe8\x82\x9d' x .", RdfFormat.TURTLE, "line 1, column 17: "),
        (b"<a:s> <a:p> <o> .", RdfFormat.TURTLE, "line 1, column 13: No scheme found in an absolute IRI"),
        (b"<a:s> <a:p> ", RdfFormat.TURTLE, "line 1, column 13: Unexpected end"),
        (b"<a:s> <a:p>\n'\xff' .", RdfFormat.N_TRIPLES, "line 2, column"),
        (b"<a:s> <a:p>\n'\xff' .", RdfFormat.TURTLE, "line 2, column 2: Invalid UTF-8"),
        (b'{"@id": 3', RdfFormat.JSON_LD, "line 1, column 10: "),
        (b'{"@id": 3}', RdfFormat.JSON_LD, "the document cannot be read: @id value must be a string"),
        (b"", RdfFormat.JSON_LD, "line 1, column 1: Unexpected end of file"),
        (b"<rdf:RDF", RdfFormat.RDF_XML, "the document cannot be read: syntax error: tag not closed"),
    ],
)
def test_a_document_in_error_is_explained_at_its_place(
    store: Store, content: bytes, form: RdfFormat, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        put(store, G, [Document(content=content, format=form)])
    assert str(caught.value).startswith(message)


def test_of_several_documents_the_one_in_error_is_named(store: Store) -> None:
    with pytest.raises(QueryError, match=r"^document 2, line 1, column"):
        post(store, G, [turtle(""), turtle("oops")])


def test_a_base_that_is_no_iri_is_an_error(store: Store) -> None:
    with pytest.raises(QueryError, match="the base of relative IRIs is no absolute IRI"):
        put(store, G, [turtle("")], base_iri="not absolute")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (json.dumps({"@context": "URL", "a": "b"}), RdfFormat.JSON_LD),
        (json.dumps({"@context": {"@import": "URL"}, "a": "b"}), RdfFormat.JSON_LD),
        (json.dumps({"@context": {"a": {"@id": "a:p", "@context": "URL"}}, "a": {"a": 1}}), RdfFormat.JSON_LD),
        (
            '<!DOCTYPE r SYSTEM "URL" [<!ENTITY e SYSTEM "URL">]>'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="a:">'
            '<rdf:Description rdf:about="a:s"><p>&e;</p></rdf:Description></rdf:RDF>',
            RdfFormat.RDF_XML,
        ),
        ("@prefix owl: <http://www.w3.org/2002/07/owl#> . <> owl:imports <URL> .", RdfFormat.TURTLE),
    ],
    ids=["context", "import", "scoped-context", "entity", "imports"],
)
def test_a_document_fetches_no_other(store: Store, listener: socket.socket, content: str, form: RdfFormat) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    document = Document(content=content.replace("URL", url).encode(), format=form)
    if form is RdfFormat.TURTLE:
        put(store, G, [document], base_iri=EX)
    else:
        with pytest.raises(QueryError):
            put(store, G, [document], base_iri=EX)
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_context_elsewhere_is_refused_with_the_way_out(store: Store) -> None:
    document = Document(content=b'{"@context": "https://schema.org/", "name": "x"}', format=RdfFormat.JSON_LD)
    with pytest.raises(QueryError, match="the context of this document is elsewhere, and nothing is fetched"):
        put(store, G, [document])


def test_triples_within_triples_have_a_bound(store: Store) -> None:
    deep = "<a:s> <a:p> " + "<<( <a:s> <a:p> " * 300 + "<a:o>" + " )>>" * 300 + " ."
    with pytest.raises(QueryError, match="triples within triples"):
        put(store, G, [turtle(deep)])
