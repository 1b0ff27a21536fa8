"""A client gets the representation it likes best, and is not sent again what it has."""

from __future__ import annotations

import gzip

import brotli
import pytest
from werkzeug.test import Client

from medkg.evaluation import GRAPHS, HTML, RESULTS, Format
from medkg.http.negotiation import negotiate
from tests.asking import ASK, BROWSERS, CONSTRUCT, DESCRIBE, EVERYTHING, RECORD_B, TITLES, ask, problem

BROWSER_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def preferred(accept: str, formats: tuple[Format, ...]) -> str | None:
    offer = negotiate(accept, formats)
    return offer[1] if offer else None


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values"),
        (
            "application/sparql-results+json;q=0.3, application/sparql-results+xml;q=0.7",
            "application/sparql-results+xml",
        ),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("application/sparql-results+xml, */*", "application/sparql-results+xml"),
        ("image/png, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
        (BROWSER_ACCEPT, "application/xml"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=0.5, */*;q=0.9", "application/sparql-results+json"),
        ("text/csv, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/*, */*", "text/csv"),
        ("*", "application/sparql-results+json"),
    ],
)
def test_accept_header_chooses_among_result_formats(accept: str, media_type: str | None) -> None:
    assert preferred(accept, RESULTS) == media_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples;q=0.5, application/trig;q=0.6", "application/trig"),
        (BROWSER_ACCEPT, "text/html"),
    ],
)
def test_accept_header_chooses_among_graph_formats_and_pages(accept: str, media_type: str | None) -> None:
    assert preferred(accept, (*GRAPHS, HTML)) == media_type


CODINGS = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (ASK, "application/xml", "application/xml"),
        (TITLES, "text/csv", "text/csv; charset=utf-8"),
        (TITLES, "text/csv; header=present", "text/csv; charset=utf-8"),
        (TITLES, "TEXT/CSV; charset=UTF-8", "text/csv; charset=utf-8"),
        (TITLES, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (TITLES, "application/json", "application/json"),
        (TITLES, "*/*", "application/sparql-results+json"),
        (TITLES, "text/*", "text/csv; charset=utf-8"),
        (TITLES, "application/*", "application/sparql-results+json"),
        (TITLES, "text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        (TITLES, "text/csv;q=0.5, */*;q=0.1", "text/csv; charset=utf-8"),
        (TITLES, "application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        (TITLES, "text/turtle, text/csv;q=0.001", "text/csv; charset=utf-8"),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "text/turtle; charset=utf-8", "text/turtle"),
        (CONSTRUCT, "text/n3", "text/n3"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, 'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "application/rdf+xml;q=0.9, text/turtle;q=0.8, */*;q=0.1", "application/rdf+xml"),
        (DESCRIBE, "*/*", "text/turtle"),
    ],
)
def test_the_client_chooses_the_format(client: Client, query: str, accept: str, content_type: str) -> None:
    answer = ask(client, query, accept)
    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("query", [TITLES, CONSTRUCT])
def test_a_browser_gets_a_page(client: Client, browser: str, query: str) -> None:
    answer = ask(client, query, BROWSERS[browser])
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "LiTS" in answer.text


@pytest.mark.parametrize(
    ("query", "name", "content_type"),
    [
        (TITLES, "csv", "text/csv; charset=utf-8"),
        (TITLES, "XML", "application/sparql-results+xml"),
        (TITLES, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "ttl", "text/turtle"),
        (CONSTRUCT, "nt", "application/n-triples"),
    ],
)
def test_the_format_parameter_wins_over_accept(client: Client, query: str, name: str, content_type: str) -> None:
    assert ask(client, query, "application/sparql-results+xml", format=name).content_type == content_type


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "*/*;q=0", "application/json;q=0", "nonsense"])
def test_an_unacceptable_type_is_406_and_says_what_there_is(client: Client, accept: str) -> None:
    answer = ask(client, ASK, accept)
    assert answer.status_code == 406
    assert "application/sparql-results+json" in problem(answer)["detail"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.8", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=much", None),
    ],
)
def test_the_client_chooses_the_coding(client: Client, accepted: str, coding: str | None) -> None:
    plain = ask(client, EVERYTHING).data
    answer = client.get("/sparql", query_string={"query": EVERYTHING}, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert (CODINGS[coding](answer.data) if coding else answer.data) == plain


def test_what_is_short_is_not_worth_compressing(client: Client) -> None:
    answer = client.get("/sparql", query_string={"query": ASK}, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("given", ["{}", "W/{}", '"other", {}', '"a,b" , W/{}  ,"c"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_the_answer_is_told_so(client: Client, given: str, method: str) -> None:
    etag = ask(client, TITLES).headers["ETag"]
    headers = {"If-None-Match": given.format(etag)}
    again = client.open("/sparql", method=method, query_string={"query": TITLES}, headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Vary"] == "Accept, Accept-Encoding"
    assert "Content-Length" not in again.headers


@pytest.mark.parametrize("given", ['"other"', 'W/"other"', "", "other", '"*"'])
def test_a_client_that_has_something_else_is_answered(client: Client, given: str) -> None:
    answer = client.get("/sparql", query_string={"query": TITLES}, headers={"If-None-Match": given})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("url", "status"),
    [("/sparql?query=SELEC", 400), ("/graph-store?graph=https://example.org/nowhere", 404), ("/dataset/nothing", 404)],
)
def test_nobody_has_what_is_not_there(client: Client, url: str, status: int) -> None:
    assert client.get(url, headers={"If-None-Match": "*"}).status_code == status


def test_each_representation_has_its_own_strong_validator(client: Client) -> None:
    codings = [
        client.get("/sparql", query_string={"query": TITLES}, headers={"Accept-Encoding": coding})
        for coding in ("gzip", "br")
    ]
    answers = [
        ask(client, TITLES),
        ask(client, TITLES, "text/csv"),
        ask(client, TITLES, "application/json"),
        ask(client, f"{TITLES} "),
        ask(client, TITLES, **{"default-graph-uri": RECORD_B}),
        ask(client, TITLES, **{"named-graph-uri": RECORD_B}),
        *codings,
    ]
    etags = {answer.headers["ETag"] for answer in answers}
    assert len(etags) == len(answers)
    assert all(etag.startswith('"') for etag in etags)


@pytest.mark.parametrize(
    "query", ["SELECT (RAND() AS ?r) {}", "SELECT (NOW() AS ?t) {}", "SELECT (STRUUID() AS ?u) {}"]
)
def test_an_answer_that_changes_by_itself_has_no_validator(client: Client, query: str) -> None:
    first, second = ask(client, query), ask(client, query)
    assert "ETag" not in first.headers
    assert first.data != second.data


def test_asking_again_gives_the_same_to_the_byte(client: Client) -> None:
    for query in (EVERYTHING, CONSTRUCT, DESCRIBE):
        first, second = ask(client, query), ask(client, query)
        assert first.data == second.data
        assert {*first.headers} - {("date", first.headers["Date"])} == {*second.headers} - {
            ("date", second.headers["Date"])
        }


def test_what_makes_new_blank_nodes_each_time_has_no_validator(client: Client) -> None:
    first, second = (ask(client, "CONSTRUCT { [] dcterms:title ?t } WHERE { ?d dcterms:title ?t }") for _ in range(2))
    assert "ETag" not in first.headers
    assert first.data != second.data
    assert "ETag" in ask(client, "CONSTRUCT { ?d dcterms:title ?t } WHERE { ?d dcterms:title ?t ; a [] }").headers
