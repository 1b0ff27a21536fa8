"""The endpoint speaks the query protocol: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from werkzeug.test import TestResponse

ASK = "ASK { ?s ?p ?o }"
TITLES = 'SELECT ?title { ?d a dcat:Dataset ; dcterms:title ?title FILTER(?title = "LiTS"@en) }'
CONSTRUCT = "CONSTRUCT { ?d dcterms:title ?t } WHERE { ?d a dcat:Dataset ; dcterms:title ?t }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CASES = "SELECT ?n { ?d medkg:caseCount ?n }"
RECORD_B = "https://w3id.org/medkg/catalog/b/record/lits"


def ask(client: FlaskClient, query: str = ASK, accept: str = "", **parameters: str) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def test_get_answers_a_query(client: FlaskClient) -> None:
    answer = ask(client, TITLES)
    assert answer.status_code == 200
    assert answer.content_type == "application/sparql-results+json"
    assert answer.get_json(force=True)["results"]["bindings"][0]["title"]["value"] == "LiTS"


def test_post_answers_a_form(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": ASK})
    assert answer.status_code == 200
    assert b"true" in answer.data


@pytest.mark.parametrize("parameters", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_post_answers_a_query_as_body(client: FlaskClient, parameters: str) -> None:
    query = 'ASK { ?d dcterms:title "肝脏肿瘤分割"@zh }'
    answer = client.post("/sparql", data=query.encode(), content_type=f"application/sparql-query{parameters}")
    assert answer.status_code == 200
    assert b"true" in answer.data


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (TITLES, "text/csv", "text/csv; charset=utf-8"),
        (TITLES, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (TITLES, "application/json", "application/json"),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        ("DESCRIBE dataset:lits", "*/*", "text/turtle"),
        (TITLES, BROWSER, "application/xml"),
    ],
)
def test_the_client_chooses_the_format(client: FlaskClient, query: str, accept: str, content_type: str) -> None:
    answer = ask(client, query, accept)
    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "name", "content_type"),
    [
        (TITLES, "csv", "text/csv; charset=utf-8"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "ttl", "text/turtle"),
    ],
)
def test_the_format_parameter_wins_over_accept(client: FlaskClient, query: str, name: str, content_type: str) -> None:
    assert ask(client, query, "application/sparql-results+xml", format=name).content_type == content_type


def test_turtle_has_our_prefixes_and_reads_back(client: FlaskClient) -> None:
    turtle = ask(client, CONSTRUCT).text
    assert "dataset:lits dcterms:title" in turtle
    assert len(Graph().parse(data=turtle, format="turtle")) == 3


def test_an_unacceptable_type_is_406_and_says_what_there_is(client: FlaskClient) -> None:
    answer = ask(client, ASK, "image/png")
    assert answer.status_code == 406
    assert "application/sparql-results+json" in answer.get_json(force=True)["detail"]


def test_an_unknown_format_parameter_is_400_and_says_what_there_is(client: FlaskClient) -> None:
    answer = ask(client, ASK, format="docx")
    assert answer.status_code == 400
    assert "json, xml, csv, tsv" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize("by_post", [False, True])
def test_the_request_names_the_rdf_dataset(client: FlaskClient, by_post: bool) -> None:
    fields = {"query": CASES, "default-graph-uri": RECORD_B, "format": "csv"}
    answer = client.post("/sparql", data=fields) if by_post else client.get("/sparql", query_string=fields)
    assert answer.text == "n\r\n131\r\n"


def test_a_direct_post_names_the_rdf_dataset_in_its_url(client: FlaskClient) -> None:
    url = f"/sparql?default-graph-uri={RECORD_B}&format=csv"
    assert client.post(url, data=CASES, content_type="application/sparql-query").text == "n\r\n131\r\n"


def test_several_default_graphs_are_merged(client: FlaskClient) -> None:
    graphs = [RECORD_B, "https://w3id.org/medkg/catalog/a/record/lits"]
    query = f"{CASES} ORDER BY ?n"
    answer = client.get("/sparql", query_string={"query": query, "default-graph-uri": graphs, "format": "csv"})
    assert answer.text == "n\r\n131\r\n201\r\n"


def test_named_graphs_of_the_request_replace_the_default_graph(client: FlaskClient) -> None:
    query = "SELECT ?n { { ?d medkg:caseCount ?n } UNION { GRAPH ?g { ?d medkg:caseCount ?n } } }"
    assert ask(client, query, **{"named-graph-uri": RECORD_B, "format": "csv"}).text == "n\r\n131\r\n"


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/sparql", "There is no query"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "Give one query"),
        ("/sparql?query=SELECT", "ends too early"),
        ("/sparql?query=", "ends too early"),
        ("/sparql?query=ASK%7B%FF%7D", "UTF-8"),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=no%20iri", "absolute IRI"),
        ("/sparql?update=CLEAR%20ALL", "never sent by GET"),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=http://example.org/", "default-graph-uri"),
        ("/sparql?query=INSERT%20DATA%20%7B%7D", "SPARQL update"),
        ("/sparql?query=ASK%7BSERVICE%3Chttp://127.0.0.1:9/%3E%7B%7D%7D", "SERVICE is not allowed"),
        ("/sparql?query=ASK%7B%7D" + "&a=b" * 1001, "parameters"),
    ],
)
def test_a_bad_get_is_400_and_says_why(client: FlaskClient, path: str, detail: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert detail in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", None, 415),
        (b"query=ASK%20%7B%7D", None, 415),
        (b"query=ASK%20%7B%7D", "text/plain", 415),
        ("ASK {}".encode("utf-16"), "application/sparql-query; charset=utf-16", 415),
        (b"ASK { \xff }", "application/sparql-query", 400),
        (b"", "application/sparql-query", 400),
        (b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"nothing=here", "application/x-www-form-urlencoded", 400),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"update=CLEAR%20ALL", "application/x-www-form-urlencoded", 403),
        (b" " * 1_000_001, "application/sparql-query", 413),
    ],
)
def test_a_bad_post_is_refused(client: FlaskClient, body: bytes, content_type: str | None, status: int) -> None:
    answer = client.post("/sparql", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.get_json(force=True)["status"] == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405_and_say_which_there_are(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got = ask(client, TITLES)
    head = client.head("/sparql", query_string={"query": TITLES})
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


def test_a_client_that_has_the_answer_is_told_so(client: FlaskClient) -> None:
    etag = ask(client, TITLES).headers["ETag"]
    again = client.get("/sparql", query_string={"query": TITLES}, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "Accept" in again.headers["Vary"]


def test_another_format_query_or_rdf_dataset_has_another_etag(client: FlaskClient) -> None:
    answers = [
        ask(client, TITLES),
        ask(client, TITLES, "text/csv"),
        ask(client, f"{TITLES} "),
        ask(client, TITLES, **{"default-graph-uri": RECORD_B}),
        ask(client, TITLES, **{"named-graph-uri": RECORD_B}),
    ]
    assert len({answer.headers["ETag"] for answer in answers}) == len(answers)


def test_an_answer_that_changes_by_itself_has_no_etag(client: FlaskClient) -> None:
    assert "ETag" not in ask(client, "SELECT (RAND() AS ?r) {}").headers


def test_pages_of_other_origins_may_read(client: FlaskClient) -> None:
    preflight = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    allowed = client.options("/sparql", headers=preflight)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in allowed.headers["Access-Control-Allow-Headers"]
    assert ask(client).headers["Access-Control-Allow-Origin"] == "*"
    assert ask(client, "SELECT").headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_without_a_query_gets_a_form(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": BROWSER})
    assert answer.status_code == 200
    assert '<textarea id="query" name="query"' in answer.text


def test_a_browser_s_mistake_is_a_readable_page(client: FlaskClient) -> None:
    answer = ask(client, "SELECT * { ?s <b> }", BROWSER)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "&lt;b&gt; is not an absolute IRI" in answer.text
