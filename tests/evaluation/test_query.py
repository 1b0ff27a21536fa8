"""Queries are evaluated, written and, where they are wrong, explained."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from pyoxigraph import RdfFormat, Store, parse

from medkg.errors import QueryError
from medkg.evaluation import GRAPHS, RESULTS, Format, evaluate, result_formats, serialize

PREFIXES = {"ex": "http://example.org/", "unused": "http://unused.example.org/", "x": "http://x.example.org/"}


@pytest.fixture
def store() -> Store:
    store = Store()
    trig = b"""@prefix ex: <http://example.org/> .
        ex:a ex:name "Ann"@en ; ex:knows ex:b .
        ex:g1 { ex:a ex:age 41 } ex:g2 { ex:a ex:age 42 }"""
    store.load(trig, RdfFormat.TRIG)
    return store


def rows(
    store: Store, query: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
) -> list[dict[str, dict[str, str]]]:
    results = evaluate(store, query, prefixes=PREFIXES, default_graphs=default_graphs, named_graphs=named_graphs)
    found: list[dict[str, dict[str, str]]] = json.loads(serialize(results, RESULTS[0]))["results"]["bindings"]
    return found


def test_our_prefixes_need_no_declaration(store: Store) -> None:
    assert rows(store, "SELECT ?o { ex:a ex:knows ?o }")[0]["o"]["value"] == "http://example.org/b"


def test_a_byte_order_mark_before_a_query_is_no_part_of_it(store: Store) -> None:
    assert rows(store, "\ufeffSELECT ?o { ex:a ex:knows ?o }") == rows(store, "SELECT ?o { ex:a ex:knows ?o }")
    with pytest.raises(QueryError, match="line 1, column 5"):
        evaluate(store, "\ufeffASK wrong")
    with pytest.raises(QueryError, match="line 1, column 5"):
        evaluate(store, "ASK \ufeff{}")


def test_a_declaration_in_the_query_wins_over_our_prefixes(store: Store) -> None:
    assert rows(store, "PREFIX ex: <http://other.example.org/> SELECT ?o { ex:a ex:knows ?o }") == []


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
def test_ask_and_select_are_written_in_every_result_format(store: Store, form: Format) -> None:
    assert b"Ann" in serialize(evaluate(store, "SELECT ?n { ?a ex:name ?n }", prefixes=PREFIXES), form)
    assert b"true" in serialize(evaluate(store, "ASK {}"), form)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_construct_is_written_in_every_graph_format_and_reads_back(store: Store, form: Format) -> None:
    results = evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }", prefixes=PREFIXES)
    assert result_formats(results) == GRAPHS
    assert isinstance(form.engine, RdfFormat)
    written = serialize(results, form, prefixes=PREFIXES)
    assert {quad.triple for quad in parse(written, form.engine)} == {
        quad.triple for quad in store if quad.triple in default(store)
    }


def default(store: Store) -> set[object]:
    return set(store.query("CONSTRUCT WHERE { ?s ?p ?o }"))  # type: ignore[arg-type]


def test_turtle_declares_the_prefixes_it_uses_and_no_others(store: Store) -> None:
    results = evaluate(store, "CONSTRUCT WHERE { ?s ex:knows ?o }", prefixes=PREFIXES)
    written = serialize(results, GRAPHS[0], prefixes=PREFIXES).decode()
    assert written == "@prefix ex: <http://example.org/> .\nex:a ex:knows ex:b .\n"


def test_named_graphs_of_a_request_replace_the_rdf_dataset(store: Store) -> None:
    anywhere = "SELECT ?age { { ?s ex:age ?age } UNION { GRAPH ?g { ?s ex:age ?age } } }"
    ages = {
        "default": rows(store, anywhere, default_graphs=["http://example.org/g1"]),
        "named": rows(store, anywhere, named_graphs=["http://example.org/g2"]),
        "over FROM": rows(store, "SELECT ?age FROM ex:g2 { ?s ex:age ?age }", default_graphs=["http://example.org/g1"]),
    }
    assert {case: [row["age"]["value"] for row in found] for case, found in ages.items()} == {
        "default": ["41"],
        "named": ["42"],
        "over FROM": ["41"],
    }


def test_a_graph_that_is_no_iri_is_an_error(store: Store) -> None:
    with pytest.raises(QueryError, match="absolute IRI"):
        evaluate(store, "ASK {}", default_graphs=["not an iri"])


def test_results_and_graphs_are_not_written_in_each_others_formats(store: Store) -> None:
    with pytest.raises(ValueError, match="not a format of solutions"):
        serialize(evaluate(store, "ASK {}"), GRAPHS[0])
    with pytest.raises(ValueError, match="not a format of graphs"):
        serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), RESULTS[0])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT ?s\nWHERE {\n  ?s ex:knows ex:b\n  ?s ex:name ?n }",
            "line 4, column 3: unexpected '?s'\n    ?s ex:name ?n }\n    ^",
        ),
        ("SELECT * { ?s ?p ?o", "line 1, column 20: the query ends too early"),
        ("SELECT * { ?s foo:bar ?o }", "line 1, column 15: the prefix foo: is not declared"),
        ("SELECT * { ?s <rel> ?o }", "line 1, column 15: <rel> is not an absolute IRI"),
        ("SELECT * { ?s <b> }", "line 1, column 15: <b> is not an absolute IRI"),
        ("SELECT * { ?s ?p ?o } LIMIT -1", "line 1, column 29: unexpected '-1'"),
        ("SELEC * { ?s ?p ?o }", "line 1, column 1: unexpected 'SELEC'"),
        ("SELECT * { ?s ?p ?o FILTR(?o > 1) }", "line 1, column 21: unexpected 'FILTR'"),
        ("ASK { ?s ?p ?o } extra", "line 1, column 18: unexpected 'extra'"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o }", "The SELECT contains a variable that is unbound"),
        ("", "the query ends too early"),
        ("ASK { ?s ?p \x00 }", r"line 1, column 13: unexpected '\x00'"),
        ("DELETE WHERE { ?s ?p ?o }", "this is a SPARQL update"),
        ("ASK { FILTER(ex:no(1)) }", "The custom function <http://example.org/no> is not supported"),
    ],
)
def test_a_query_in_error_is_explained_at_its_place(store: Store, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        evaluate(store, query, prefixes=PREFIXES)
    assert message in str(caught.value)


def test_the_caret_stands_under_the_mistake_after_wide_characters(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        evaluate(store, "SELECT * { ?s ?p '肝脏' x }")
    line, caret = str(caught.value).splitlines()[1:]
    assert line == "  SELECT * { ?s ?p '肝脏' x }"
    assert caret == "  " + " " * 18 + "\u3000" * 2 + "  ^"


def test_a_very_long_line_is_shown_around_the_mistake(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        evaluate(store, f"SELECT * {{ {'?s ?p ?o . ' * 500} oops }}")
    assert "oops" in str(caught.value)
    assert all(len(line) < 130 for line in str(caught.value).splitlines())
