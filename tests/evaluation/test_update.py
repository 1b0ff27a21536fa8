"""An update says what it changes, and one that is wrong or would leave the machine is refused before it is begun."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store

from medkg.errors import QueryError, SizeLimit
from medkg.evaluation import evaluate
from medkg.evaluation.changes import Change, apply
from medkg.evaluation.language import MAX_CHARACTERS
from medkg.evaluation.lexer import MAX_DEPTH
from medkg.evaluation.update import update

PREFIXES = {"ex": "http://example.org/", "load": "http://load.example.org/"}
TRIG = b"""@prefix ex: <http://example.org/> .
    ex:a ex:p 1 , "x"@en ; ex:q _:b . _:b ex:p 2 .
    ex:g { ex:a ex:p 1 . _:b ex:p 3 }"""


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    return store


def copied(store: Store) -> Store:
    """Another store with the same quads and graphs."""
    copy = Store()
    copy.extend(iter(store))
    for name in store.named_graphs():
        copy.add_graph(name)
    return copy


def held(store: Store) -> tuple[set[str], set[str]]:
    return set(map(str, store)), set(map(str, store.named_graphs()))


UPDATES = [
    "INSERT DATA { ex:new ex:p 01, 'x', _:b . GRAPH ex:h { _:b ex:p [] } }",
    "INSERT DATA { ex:a ex:p 1 }",
    "DELETE DATA { ex:a ex:p 1, 2 . GRAPH ex:g { ex:a ex:p 1 } }",
    "INSERT DATA { ex:new ex:p 1 } ; DELETE DATA { ex:new ex:p 1 }",
    "DELETE { ?s ex:p ?o } INSERT { ?s ex:r ?o, ?u, [] } WHERE { ?s ex:p ?o BIND(UUID() AS ?u) }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { GRAPH ?b { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } BIND(IRI(CONCAT(STR(?g), 'h')) AS ?b) }",
    "WITH ex:g DELETE { ?s ?p ?o } INSERT { ?s ?p 9 } WHERE { ?s ?p ?o }",
    "INSERT { ?s ex:found ?o } USING ex:g WHERE { ?s ?p ?o }",
    "CLEAR DEFAULT",
    "CLEAR ALL",
    "DROP GRAPH ex:g",
    "DROP SILENT GRAPH ex:none",
    "CREATE GRAPH ex:new",
    "CREATE SILENT GRAPH ex:g",
    "DROP ALL ; CREATE GRAPH ex:g ; CREATE GRAPH ex:h ; INSERT DATA { GRAPH ex:h { ex:a ex:p 1 } }",
    "COPY ex:g TO DEFAULT",
    "MOVE DEFAULT TO ex:h",
    "ADD ex:g TO ex:h",
    "",
]


@pytest.mark.parametrize("text", UPDATES)
def test_a_change_does_to_another_store_what_the_update_did_to_its_own(store: Store, text: str) -> None:
    other = copied(store)
    apply(other, update(store, text, prefixes=PREFIXES))
    assert held(other) == held(store)


@given(st.lists(st.sampled_from(UPDATES), max_size=4))
def test_changes_one_after_the_other_keep_another_store_abreast(texts: list[str]) -> None:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    other = copied(store)
    for text in texts:
        try:
            change = update(store, text, prefixes=PREFIXES)
        except QueryError:
            store = copied(other)
        else:
            apply(other, change)
        assert held(other) == held(store)


def test_a_change_names_what_was_there_and_what_is_new(store: Store) -> None:
    change = update(store, "DELETE { ?s ex:p 1 } INSERT { ?s ex:p 7, 'x'@EN } WHERE { ?s ex:p 1 }", prefixes=PREFIXES)
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert change == Change(
        removed=f'<http://example.org/a> <http://example.org/p> "1"^^<{integer}> .\n'.encode(),
        added=f'<http://example.org/a> <http://example.org/p> "7"^^<{integer}> .\n'.encode(),
    )


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "PREFIX a: <http://a/>", "INSERT DATA { ex:a ex:p 01 }", "CLEAR SILENT GRAPH ex:none"]
)
def test_an_update_that_changes_nothing_has_an_empty_change(store: Store, text: str) -> None:
    assert update(store, text, prefixes=PREFIXES).is_empty


def test_blank_nodes_of_an_update_are_new_each_time(store: Store) -> None:
    lines = {update(store, "INSERT DATA { _:b ex:p ex:o }", prefixes=PREFIXES).added for _ in range(3)}
    assert len(lines) == 3
    assert BlankNode("b") not in {quad.subject for quad in store}


data = st.sampled_from(
    [
        "ex:a ex:p 1 .",
        "ex:a ex:p 1e0, 1.10, 'x'@EN-us .",
        "GRAPH ex:g { ex:a ex:p 1 . ex:a ex:new '''\n} ; # WHERE'''}",
        "GRAPH ex:h { ex:a ex:p 1 }",
        "GRAPH ex:none {}",
        "<http://example.org/a#x> ex:p '#' . # }\n",
        "ex:a ex:p <<( ex:s ex:p ex:o )>> .",
        "",
    ]
)


@given(
    st.sampled_from(["INSERT DATA", "insertdata", "DELETE # DATA\n DATA", "delete data"]),
    st.lists(data, max_size=4),
    st.sampled_from(["", ";", " # end", ";#"]),
)
def test_quads_that_are_only_listed_change_what_any_other_way_would(words: str, listed: list[str], end: str) -> None:
    text = f"PREFIX x: <http://x/> {words} {{ {' '.join(listed)} }}"
    alone, longer = Store(), Store()
    alone.load(TRIG, RdfFormat.TRIG)
    longer.extend(iter(alone))
    assert update(alone, text + end, prefixes=PREFIXES) == update(
        longer, f"{text}; INSERT {{}} WHERE {{}}", prefixes=PREFIXES
    )
    assert held(alone) == held(longer)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX x: <http://example.org/> INSERT DATA { x:new x:p 1 } ;"
        "PREFIX x: <http://other/> INSERT DATA { x:new x:p 1 }",
        "BASE <http://example.org/> INSERT DATA { <new> <p> 1 } ; # ; PREFIX\n"
        "BASE <http://other/>INSERT DATA { <new> <p> 1 }",
        "BASE <http://example.org/> INSERT DATA { <new> <p> 1 };prefix : <../>"
        "base <http://other>INSERT DATA { <new> <p> 1 }",
        "PREFIX x: <http://example.org/> INSERT DATA { x:new x:p 1 } ;"
        "PREFIX y: <http://other/> INSERT { y:new y:p ?o } WHERE { x:new x:p ?o } ; PREFIX z: <http://z/>",
    ],
)
def test_declarations_may_stand_between_operations(store: Store, text: str) -> None:
    added = update(store, text).added.decode()
    assert [line.split(" ")[:2] for line in added.splitlines()] == [
        ["<http://example.org/new>", "<http://example.org/p>"],
        ["<http://other/new>", "<http://other/p>"],
    ]


def test_relative_iris_are_resolved_against_the_base_of_the_endpoint(store: Store) -> None:
    change = update(store, "INSERT DATA { <s> <p> <test> }", base_iri="http://example.org/sparql")
    assert change.added == b"<http://example.org/s> <http://example.org/p> <http://example.org/test> .\n"
    change = update(
        store,
        "INSERT { <s> <p> ?o } WHERE { <s> <p> <test> BIND(IRI('o') AS ?o) }",
        base_iri="http://example.org/sparql",
    )
    assert change.added == b"<http://example.org/s> <http://example.org/p> <http://example.org/o> .\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CREATE GRAPH ex:g", "already exists"),
        ("INSERT DATA { ex:new ex:p 1 } ; DROP GRAPH ex:none", "does not exist"),
        ("INSERT { ex:a ex:p ?x } WHERE { BIND(ex:function() AS ?x) }", "function <http://example.org/function>"),
    ],
)
def test_an_update_that_fails_says_why(store: Store, text: str, why: str) -> None:
    before = held(store)
    with pytest.raises(QueryError, match=f"^the update cannot be carried out: .*{why}"):
        update(store, text, prefixes=PREFIXES)
    assert held(store) == before


def test_terms_that_no_document_can_hold_are_refused(store: Store) -> None:
    lang_string = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"
    with pytest.raises(QueryError, match=r"^no document can hold these quads: The datatype"):
        update(store, f"INSERT {{ ex:a ex:p ?x }} WHERE {{ BIND(STRDT('x', {lang_string}) AS ?x) }}", prefixes=PREFIXES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "PREFIX a: <http://a/>\nINSERT DATA {\n a:x a:y }",
            "line 3, column 10: unexpected '}'\n   a:x a:y }\n           ^",
        ),
        ("INSERT DATA { ex:a ex:b }", "line 1, column 25: unexpected '}'"),
        ("PREFIX a: <http://a/> INSERT DATA { a:b ex:c }", "line 1, column 46: unexpected '}'"),
        (
            "# one\nPREFIX a: <http://a/>\n  INSERT DATA { a:b c:c 1 }",
            "line 3, column 21: the prefix c: is not declared",
        ),
        ("PREFIX a: <rel>\nINSERT DATA {}", "line 1, column 11: <rel> is not an absolute IRI"),
        ("PREFIX a INSERT DATA {}", "line 1, column 8: unexpected 'a'"),
        ("PREFIX a:\n<http://a/> INSRT DATA {}", "line 2, column 13: unexpected 'INSRT'"),
        ("INSERT DATA {} ; \n\n FOO", "line 3, column 2: unexpected 'FOO'"),
        (
            "CLEAR ALL; PREFIX a: <http://a/>\nCLEAR ALL; BASE <http://b/> CLEAR FOO",
            "line 2, column 35: unexpected 'FOO'",
        ),
        ("CLEAR FOO; PREFIX a: <http://a/> CLEAR BAR", "line 1, column 7: unexpected 'FOO'"),
        ("CLEAR ALL PREFIX a: <http://a/> CLEAR ALL", "line 1, column 11: unexpected 'PREFIX'"),
        ("INSERT {} WHERE {} INSERT {} WHERE {}", "line 1, column 20: unexpected 'INSERT'"),
        ("INSERT DATA { ?x ex:a 1 }", "Variables are not allowed in INSERT DATA"),
        ("DELETE WHERE { _:b ex:p ?o }", "Blank nodes are not allowed in DELETE WHERE"),
        ("INSERT {} WHERE {", "line 1, column 18: the update ends too early"),
        ("INSERT DATA { ex:a ex:b '肝' x }", "line 1, column 29: unexpected 'x'"),
        ("INSERT DATA { ex:a ex:p \ud800 }", "the update cannot be read"),
        ("SELECT * { ?s ?p ?o }", "line 1, column 1: this is a SPARQL query; only updates"),
        ("# a query\nPREFIX a: <http://a/> ask {}", "this is a SPARQL query; only updates"),
    ],
)
def test_an_update_in_error_is_explained_at_its_place(store: Store, text: str, message: str) -> None:
    before = held(store)
    with pytest.raises(QueryError) as caught:
        update(store, text, prefixes=PREFIXES)
    assert message in str(caught.value)
    assert held(store) == before


def test_an_update_sent_as_a_query_is_told_so_however_it_begins(store: Store) -> None:
    with pytest.raises(QueryError, match="this is a SPARQL update; only queries"):
        evaluate(store, " " * 1000 + "\n#\n" * 1000 + "PREFIX a: <http://a/> INSERT DATA {}")
    with pytest.raises(QueryError, match="unexpected '@'"):
        evaluate(store, " " * 1000 + "@")


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <URL>",
        "load silent <URL> into graph ex:new",
        "LOADSILENT<URL>INTOGRAPH<http://example.org/new>",
        "PREFIX : <URL> LOAD :",
        "BASE <URL> LOAD <>",
        "INSERT DATA { ex:load ex:p 'LOAD' } ; LOAD <URL>",
        "CLEAR ALL ; PREFIX : <URL> LOAD :",
        "CLEAR ALL ; # ; PREFIX\nPREFIX : <URL> LOAD :",
        "\\u004cOAD <URL>",
        "PREFIX a LOAD <URL>",
        "VERSION 1 LOAD <URL>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { service silent <URL> { ?s ?p ?o } }",
        "DELETE { ?s ?p ?o } WHERE { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
        "CLEAR DEFAULT ; INSERT { ?s ?p ?o } WHERE { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
        "CLEAR DEFAULT ; BASE <URL> INSERT { ?s ?p ?o } WHERE { SERVICE <> { ?s ?p ?o } }",
        "INSERT {} WHERE { SERVICE <URL> {} } ; LOAD <URL>",
        "LOAD <URL> ; nonsense",
    ],
)
@pytest.mark.parametrize("using", [[], ["http://example.org/g"]], ids=["alone", "using"])
def test_an_update_that_would_leave_the_machine_is_refused_and_sends_nothing(
    store: Store, listener: socket.socket, text: str, using: list[str]
) -> None:
    before = held(store)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.ttl"
    with pytest.raises(QueryError):
        update(store, text.replace("URL", url), prefixes=PREFIXES, using_graphs=using)
    with pytest.raises(TimeoutError):
        listener.accept()
    assert held(store) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CLEAR ALL ;\n load <http://127.0.0.1:9/>", "line 2, column 2: LOAD is not allowed here, nothing is fetched"),
        ("CLEAR ALL; BASE <http://127.0.0.1:9/>\nLOAD <>", "line 2, column 1: LOAD is not allowed here"),
        (
            "INSERT {} WHERE {\n SERVICE <http://127.0.0.1:9/> {} }",
            "line 2, column 2: SERVICE is not allowed here, updates are carried out on this graph alone; "
            "ask the other endpoint separately\n   SERVICE <http://127.0.0.1:9/> {} }\n   ^",
        ),
    ],
)
def test_the_refusal_says_where_and_why(store: Store, text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        update(store, text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { ex:load ex:service 'LOAD <http://example.org/>' , \"x\"@load , _:load } # LOAD",
        "INSERT { ?load ex:p ?Load } WHERE { ?load ?Load '''\nSERVICE <http://example.org/> {}''' }",
        "INSERT DATA { load:load load:service <http://load/SERVICE> }",
        "PREFIX service: <http://load/> CREATE GRAPH service:LOAD ; DROP GRAPH service:LOAD",
    ],
)
def test_the_words_elsewhere_are_no_obstacle(store: Store, text: str) -> None:
    update(store, text, prefixes=PREFIXES)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("INSERT {} WHERE { " + "{" * 5_000 + "}" * 5_000 + " }", "nest deeper"),
        ("INSERT DATA { ex:s ex:p " + "(" * 5_000 + ")" * 5_000 + " }", "nest deeper"),
        ("INSERT DATA { ex:s ex:p " + "<<( ex:s ex:p " * 300 + "1" + ")>>" * 300 + " }", "nest deeper"),
    ],
    ids=["groups", "collections", "triple-terms"],
)
def test_what_would_bring_the_engine_down_is_refused(store: Store, text: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        update(store, text, prefixes=PREFIXES)


def test_one_that_is_too_long_is_beyond_a_limit(store: Store) -> None:
    with pytest.raises(SizeLimit, match=f"characters, and {MAX_CHARACTERS:,} are the most; send it in parts"):
        update(store, "INSERT DATA { } #" + "x" * MAX_CHARACTERS, prefixes=PREFIXES)


def test_nesting_up_to_the_bound_is_carried_out(store: Store) -> None:
    depth = MAX_DEPTH - 2
    update(store, "INSERT {} WHERE { " + "{" * depth + "}" * depth + " }")
    update(store, "INSERT DATA { ex:s ex:p " + "(" * depth + ")" * depth + " }", prefixes=PREFIXES)


def test_the_w3c_cases_of_updates_over_graphs_hold() -> None:
    # https://w3c.github.io/rdf-tests/sparql/sparql11/protocol/: update_dataset_*
    base = "http://kasei.us/2009/09/sparql/data/"
    documents = [f"{base}data{number}.rdf" for number in (1, 2, 3)]
    listed = " ".join(f"GRAPH <{iri}> {{ <{iri}> a foaf:Document }}" for iri in documents)
    pattern = "{ { ?s a foaf:Document } UNION { GRAPH ?g { ?s a foaf:Document } } }"
    text = (
        "PREFIX dc: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/> DROP ALL ; "
        f"INSERT DATA {{ {listed} }} ; "
        f"INSERT {{ GRAPH <http://example.org/out> {{ ?s a dc:BibliographicResource }} }} WHERE {pattern}"
    )
    for default, named in (
        [documents[:1], []],
        [documents[:2], []],
        [[], documents[:2]],
        [documents[:1], documents[1:2]],
    ):
        store = Store()
        update(store, text, using_graphs=default, using_named_graphs=named)
        found = {
            quad.subject for quad in store.quads_for_pattern(None, None, None, NamedNode("http://example.org/out"))
        }
        assert found == {NamedNode(iri) for iri in (*default, *named)}
