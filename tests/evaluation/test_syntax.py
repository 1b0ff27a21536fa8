"""SERVICE is refused wherever it is a keyword, and nowhere else."""

from __future__ import annotations

import socket

import pytest
from pyoxigraph import Store

from medkg.errors import QueryError
from medkg.evaluation import evaluate, result_formats, serialize


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { service silent <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . SERVICE<URL>{ ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<URL>{} }",
        "PREFIX : <URL> SELECT * { SERVICE:x{} }",
        "SELECT * { BIND(<URL> AS ?e) SERVICE ?e { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { { SELECT * { SERVICE <URL> {} } } } }",
        "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        # what looks like an IRI here is a comparison, a bracket and a comment
        "SELECT * { BIND(1 AS ?a) BIND(<URL> AS ?e) FILTER(?a<?e)SERVICE?e#>\n{} }",
        "SELECT * { VALUES (?a ?b) { (1 2) } FILTER(?a<?b#>'''\n) SERVICE <URL> {} #'''\n}",
    ],
)
def test_a_query_that_calls_service_is_refused_and_sends_nothing(listener: socket.socket, query: str) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(QueryError):
        evaluate(Store(), query.replace("URL", url))
    with pytest.raises(TimeoutError):
        listener.accept()


def test_the_refusal_says_where_and_why() -> None:
    with pytest.raises(QueryError, match=r"^line 2, column 2: SERVICE is not allowed"):
        evaluate(Store(), "SELECT * {\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p 'SERVICE <http://example.org/> {}' }",
        "SELECT * { ?s <http://example.org/service> ?o } # SERVICE",
        "PREFIX service: <http://service.example.org/> SELECT * { ?s service:SERVICE _:service }",
        "SELECT * { ?s ?p '''\nSERVICE <http://example.org/> { }'''@en }",
    ],
)
def test_the_word_service_elsewhere_is_no_obstacle(query: str) -> None:
    results = evaluate(Store(), query)
    assert b"bindings" in serialize(results, result_formats(results)[0])


def test_a_mistake_beside_the_word_service_is_explained_in_the_author_s_words() -> None:
    with pytest.raises(QueryError, match="unexpected 'oops'") as caught:
        evaluate(Store(), "SELECT ?service { ?service ?p ?o oops }")
    assert "?service ?p ?o oops" in str(caught.value)
