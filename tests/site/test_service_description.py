"""The endpoint says what it is, to programs and to people, at the address at which it is asked."""

from __future__ import annotations

import http.client

import pytest
from rdflib import RDF, VOID, Graph, Namespace, URIRef
from werkzeug.test import Client

from tests.asking import BROWSER, problem
from tests.servers import PATIENCE, Running

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
WHERE = ["/sparql", "/.well-known/void"]


@pytest.mark.parametrize("url", WHERE)
@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("", "turtle"),
        ("*/*", "turtle"),
        ("text/turtle; charset=utf-8", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
        ("application/ld+json, text/turtle;q=0.5", "json-ld"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader uses it
def test_programs_read_the_description_in_the_form_they_like(
    server: Running, url: str, accept: str, parser: str
) -> None:
    answer = server.client.get(url, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.mimetype == (accept.partition(";")[0].partition(",")[0].replace("*/*", "") or "text/turtle")
    found = Graph().parse(data=answer.data, format=parser)
    assert set(found.objects(None, SD.endpoint)) == {URIRef(f"{server.address}sparql")}
    assert list(found.subjects(RDF.type, VOID.Dataset))


@pytest.mark.parametrize("url", WHERE)
def test_people_get_a_page_with_a_form(client: Client, url: str) -> None:
    answer = client.get(url, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<textarea" in answer.text
    assert "SPARQL" in answer.text


@pytest.mark.parametrize("url", WHERE)
def test_the_format_parameter_chooses_as_well(client: Client, url: str) -> None:
    assert client.get(f"{url}?format=nt").mimetype == "application/n-triples"
    answer = client.get(f"{url}?format=docx")
    assert answer.status_code == 400
    assert "turtle" in problem(answer)["detail"]


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_who_wants_results_has_forgotten_the_query(client: Client, accept: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    assert answer.status_code == 400
    assert "There is no query" in problem(answer)["detail"]


def test_who_posts_nothing_has_forgotten_the_query(client: Client) -> None:
    answer = client.post("/sparql", data={"other": "field"})
    assert answer.status_code == 400
    assert "There is no query" in problem(answer)["detail"]


def test_no_other_form_is_made_up(client: Client) -> None:
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_who_has_the_description_is_not_sent_it_again(client: Client) -> None:
    etag = client.get("/sparql").headers["ETag"]
    for given in (etag, f"W/{etag}", "*"):
        again = client.get("/sparql", headers={"If-None-Match": given})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert client.get("/sparql?format=nt").headers["ETag"] != etag


@pytest.mark.parametrize(
    ("token", "languages"), [(False, {SD.SPARQL11Query}), (True, {SD.SPARQL11Query, SD.SPARQL11Update})]
)
def test_updates_are_told_of_where_they_are_possible(
    server: Running, writable: Running, token: bool, languages: set[URIRef]
) -> None:
    client = (writable if token else server).client
    found = Graph().parse(data=client.get("/sparql").data, format="turtle")
    assert set(found.objects(None, SD.supportedLanguage)) == languages


def test_each_address_is_described_as_itself(server: Running) -> None:
    for host in ("example.org", "example.org:8080", f"127.0.0.1:{server.port}"):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/sparql", headers={"Host": host})
        found = Graph().parse(data=connection.getresponse().read(), format="turtle")
        connection.close()
        assert set(found.objects(None, SD.endpoint)) == {URIRef(f"http://{host}/sparql")}
