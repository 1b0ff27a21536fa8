"""An answer that the format asked for cannot hold is 406, with the formats that can."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from lxml import etree
from werkzeug.test import Client, TestResponse

from tests.asking import ask, problem
from tests.servers import BEARER, Running

S, P = "<https://example.org/s>", "<https://example.org/p>"
LI = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#li>"
NAMELESS = "<https://example.org/123>"
TRIPLE = f"<<( {S} {P} 1 )>>"


def construct(property_: str, value: str) -> str:
    return f"CONSTRUCT {{ {S} {property_} ?o }} WHERE {{ BIND({value} AS ?o) }}"


def is_refusal(answer: TestResponse, *formats: str) -> bool:
    """Whether an answer is 406 and names the formats that can."""
    detail = problem(answer)["detail"]
    return answer.status_code == 406 and all(each in detail for each in formats)


@pytest.mark.parametrize(
    ("media_type", "query"),
    [
        ("application/rdf+xml", construct(LI, "1")),
        ("application/rdf+xml", construct(NAMELESS, "1")),
        ("application/rdf+xml", construct(P, "'a\\u0001b'")),
        ("application/rdf+xml", construct(P, "BNODE('1')")),
        ("application/ld+json", construct(P, f"TRIPLE({S}, {P}, 1)")),
    ],
)
def test_a_graph_that_a_format_cannot_hold_is_406_with_the_formats_that_can(
    client: Client, media_type: str, query: str
) -> None:
    assert is_refusal(ask(client, query, accept=media_type), "text/turtle", "application/n-triples", "turtle")
    assert is_refusal(client.post("/sparql", data={"query": query, "format": media_type}), "text/turtle")
    assert ask(client, query).mimetype == "text/turtle"
    assert ask(client, query, accept="application/n-triples").status_code == 200


def test_solutions_that_a_format_cannot_hold_are_406_with_the_formats_that_can(client: Client) -> None:
    query = "SELECT ('a\\u0001b' AS ?x) {}"
    xml = "application/sparql-results+xml"
    assert is_refusal(ask(client, query, accept=xml), "application/sparql-results+json", "text/csv")
    assert is_refusal(ask(client, "SELECT (BNODE('a:b') AS ?x) {}", format="tsv"), "json", "csv")
    assert ask(client, query).get_json(force=True)["results"]["bindings"][0]["x"]["value"] == "a\x01b"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")


def test_a_carriage_return_reads_back_as_one(client: Client) -> None:
    answer = ask(client, "SELECT ('a\\rb\\r\\nc' AS ?x) {}", format="xml")
    assert etree.fromstring(answer.data).findtext(".//{*}literal") == "a\rb\r\nc"


def test_a_comma_in_an_iri_is_no_second_field(client: Client) -> None:
    answer = ask(client, "SELECT (<https://example.org/a,b> AS ?x) (1 AS ?y) {}", format="csv")
    assert answer.text == 'x,y\r\n"https://example.org/a,b",1\r\n'


@pytest.mark.parametrize(
    ("media_type", "triple"),
    [
        ("application/rdf+xml", f"{S} {NAMELESS} 1"),
        ("application/rdf+xml", f"{S} {LI} 1"),
        ("application/rdf+xml", f'{S} {P} "a\\u0001b"'),
        ("application/ld+json", f"{S} {P} {TRIPLE}"),
    ],
)
def test_a_graph_of_the_store_that_a_format_cannot_hold_is_406(
    writable: Running, url: str, media_type: str, triple: str
) -> None:
    client = writable.client
    assert client.put(url, data=f"{triple} .", content_type="text/turtle", headers=BEARER).status_code == 201
    assert is_refusal(client.get(url, headers={"Accept": media_type}), "text/turtle")
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [("nameless/1", "1", "rdfxml"), ("control", '"a\\u0001b"', "rdfxml"), ("triple", TRIPLE, "jsonld")],
)
def test_a_thing_that_a_format_cannot_hold_is_406(writable: Running, name: str, value: str, form: str) -> None:
    client, thing = writable.client, f"https://w3id.org/medkg/thing/{name}"
    property_ = NAMELESS if name.startswith("nameless") else P
    update = f"INSERT DATA {{ <{thing}> {property_} {value} }}"
    assert (
        client.post("/sparql", data=update, content_type="application/sparql-update", headers=BEARER).status_code == 204
    )
    path = f"/thing/{quote(name)}"
    assert is_refusal(client.get(path, query_string={"format": form}), "turtle (text/turtle)")
    for other in ("turtle", "html", "nquads"):
        assert client.get(path, query_string={"format": other}).status_code == 200


def test_a_term_that_no_document_can_hold_is_the_askers_mistake(client: Client) -> None:
    term = "STRDT('x', <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>)"
    for form in ("turtle", "ntriples", "trig", "nquads"):
        answer = ask(client, construct(P, term), format=form)
        assert answer.status_code == 400
        assert "no document can hold" in problem(answer)["detail"]
