"""A resource is found at other spellings of its path: with a slash at the end, in capitals, percent-encoded."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.test import Client

from medkg.http.routes import SERVER_ROUTES, STATIC, metric_label
from medkg.site.app import create_app
from tests import real
from tests.asking import ASK, BROWSER, ask, problem
from tests.servers import BEARER, Running

QUERY = "?utm_source=letter&utm_term=%E8%82%9D+b%2Fc&utm_content="
PAPER = "/paper/pmc.ncbi.nlm.nih.gov/articles/PMC3041807"

PATHS = (
    "/catalog",
    "/catalog/openmedlab",
    "/catalog/openmedlab/defects",
    "/catalog/openmedlab/differences",
    "/catalog/openmedlab/entries.csv",
    "/catalog/linhandev/record/lits",
    "/challenge/lits-miccai2017",
    "/compare",
    "/complete",
    "/dataset/lits",
    "/dataset/lits/cite.bib",
    "/dataset/lits/lineage",
    "/dataset/lits/lineage.json",
    "/dataset/lits/lineage.svg",
    "/datasets",
    "/anatomy",
    "/anatomy/liver",
    "/feed.atom",
    "/help",
    "/help/api",
    "/help/cite",
    "/help/grades",
    "/leak",
    "/ontology",
    "/paper/arxiv.org/abs/1901.04056",
    PAPER,
    "/query/ancestors-of-a-dataset",
    "/robots.txt",
    "/shapes",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/static/medkg.css",
)


def spellings(path: str) -> Iterator[str]:
    """Other ways to write a path."""
    yield f"{path}/"
    yield f"{path}//"
    yield f"{path}%2F"
    yield path.upper()
    yield f"{path.title()}/"
    yield f"/%{ord(path[1].upper()):02X}{path[2:]}"
    yield f"/%2F{path[1:].replace('/', '//')}/"


def test_every_route_of_the_pages_is_tried_below() -> None:
    app: Flask = real.app()
    asked = {app.url_map.bind("localhost").match(path)[0] for path in PATHS}
    assert asked == {each.endpoint for each in app.url_map.iter_rules()} - {"home.home_page"}


def test_a_page_is_found_at_every_spelling_of_its_path() -> None:
    client = real.client()
    for path in PATHS:
        plain = client.get(path)
        for spelling in spellings(path):
            answer = client.get(spelling + QUERY)
            if answer.status_code == 308:
                assert answer.headers["Location"] == path + QUERY, spelling
            else:  # a file is found with a slash at its end too
                assert (answer.status_code, answer.data) == (200, plain.data), spelling


@pytest.mark.parametrize("path", ["/dataset/LiTS", "/datasets/", "/Catalog/OpenMedLab/Defects/"])
@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "*/*", "image/png"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_any_client_is_led_to_the_page(path: str, accept: str, method: str) -> None:
    answer = real.client().open(path, method=method, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Location"]) == (308, path.lower().rstrip("/"))


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/paper/PMC.ncbi.nlm.nih.gov/articles/pmc3041807", PAPER),
        ("/paper/doi.org/10.1002/MP.12268", "/paper/doi.org/10.1002/mp.12268"),
        ("/paper/doi.org//10.1002/mp.12268/", "/paper/doi.org/10.1002/mp.12268"),
    ],
)
def test_a_paper_is_found_in_any_case(path: str, canonical: str) -> None:
    answer = real.client().get(f"{path}?format=nt")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{canonical}?format=nt")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/Nothing",
        "/dataset/no-such/",
        "/DATASET/No-Such",
        "/dataset/",
        "/dataset/LiTS/Nothing",
        "/paper/doi.org/",
        "/query/No-Such/",
        "/static/NO-SUCH.css",
        "/%2Fexample.org/",
        "/%5Cexample.org/",
        "/%2FEXAMPLE.org",
        "/a%00b/",
        "/%FF/",
        "/%0D%0AX/",
    ],
)
def test_what_is_not_there_is_there_in_no_spelling(client: Client, path: str) -> None:
    for answer in (real.client().get(path), client.get(path)):
        assert answer.status_code == 404
        assert "Location" not in answer.headers


def test_a_page_with_a_slash_has_the_methods_of_the_page(client: Client) -> None:
    for path in ("/datasets/", "/dataset/LiTS", "/Leak"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = client.open(path, method=method)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_path_is_mended_before_its_parameters_are_judged() -> None:
    app = create_app(real.context())

    @app.before_request
    def refuse() -> None:
        if "wrong" in request.args:
            raise BadRequest("No such parameter.")

    for path in ("/datasets/", "/dataset/LiTS", "/CATALOG"):
        answer = app.test_client().get(f"{path}?wrong=1")
        assert (answer.status_code, answer.headers["Location"]) == (308, f"{path.lower().rstrip('/')}?wrong=1")
    for path in ("/datasets", "/nothing/", "/Nothing", "/static/medkg.css/"):
        assert app.test_client().get(f"{path}?wrong=1").status_code == 400


@pytest.mark.parametrize("path", [each.path for each in SERVER_ROUTES if each is not STATIC])
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_what_the_front_answers_it_answers_at_every_spelling(client: Client, path: str, accept: str) -> None:
    plain = client.get(path, headers={"Accept": accept})
    for spelling in (f"{path}/", f"{path}//", f"{path}%2F", path.upper(), f"/%2F{path[1:]}", f"{path.title()}/"):
        answer = client.get(spelling, headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (plain.status_code, plain.mimetype)
        assert answer.data == plain.data or path == "/metrics"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_every_spelling_has_the_same_methods(client: Client, method: str) -> None:
    for each in SERVER_ROUTES[:-1]:
        for spelling in (f"{each.path}/", each.path.upper()):
            answer, plain = client.open(spelling, method=method), client.open(each.path, method=method)
            assert (answer.status_code, answer.headers.get("Allow")) == (plain.status_code, plain.headers.get("Allow"))


@pytest.mark.parametrize("path", ["/sparql/", "/SPARQL", "/Sparql/", "/%2Fsparql", "/%73parql%2F", "/sparql//"])
def test_queries_are_answered_at_every_spelling_in_every_way(client: Client, path: str) -> None:
    answers = [
        client.get(f"{path}?query=ASK%20%7B%20?s%20?p%20?o%20%7D"),
        client.post(path, data={"query": ASK}),
        client.post(path, data=ASK, content_type="application/sparql-query"),
        client.head(path, query_string={"query": ASK}),
    ]
    assert {answer.headers["ETag"] for answer in answers} == {ask(client, ASK).headers["ETag"]}
    assert client.post(path, data=b"CLEAR ALL", content_type="application/sparql-update").status_code == 403
    page = client.get(path, query_string={"query": ASK}, headers={"Accept": BROWSER})
    assert page.text.count('"/sparql?query=') == page.text.count("?query=") > 0  # at the one address of the endpoint


def test_updates_are_made_at_every_spelling_by_those_who_may(writable: Running, url: str) -> None:
    graph, client = url.partition("=")[2], writable.client
    for number, path in enumerate(("/sparql/", "/SPARQL", "/%2FSparql/")):
        text = f"INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> {number} }} }}"
        assert client.post(path, data={"update": text}).status_code == 401
        assert client.post(path, data={"update": text}, headers=BEARER).status_code == 204
    assert client.get(f"{url}&format=nt").text.count("\n") == 3


def test_the_graph_store_is_found_at_every_spelling(writable: Running, url: str) -> None:
    client, query = writable.client, url.partition("?")[2]
    turtle = {"data": b"<x:s> <x:p> 1 .", "content_type": "text/turtle", "headers": BEARER}
    for path, status in (("/graph-store/", 201), ("/GRAPH-STORE", 204), ("/Graph-Store//", 204)):
        assert client.put(f"{path}?{query}", **turtle).status_code == status
        assert client.get(f"{path}?{query}").data == client.get(url).data


def test_a_graph_with_a_slash_or_in_capitals_is_another_graph(writable: Running) -> None:
    client, name = writable.client, uuid4()
    turtle = {"content_type": "text/turtle", "headers": BEARER}
    for number, path in enumerate((f"own/{name}", f"own/{name}/", f"OWN/{name}")):
        assert client.put(f"/graph-store/{path}", data=f"<x:s> <x:p> {number} .".encode(), **turtle).status_code == 201
    for number, path in enumerate(
        (f"/Graph-Store/own/{name}", f"/graph-store/own/{name}/", f"/GRAPH-STORE/OWN/{name}")
    ):
        assert str(number) in client.get(path).text
    nowhere = client.get(f"/graph-store/{name}")
    assert problem(nowhere)["status"] == 404


def test_requests_are_counted_under_one_name_however_spelled() -> None:
    assert [metric_label(path) for path in ("/SPARQL/", "//livez", "/Graph-Store/X/", "/Datasets/")] == [
        "/sparql",
        "/livez",
        "/graph-store",
        "page",
    ]
