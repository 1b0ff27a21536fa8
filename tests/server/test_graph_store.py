"""Graphs are read and written one by one, and nothing that is not exactly one graph is taken for one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import uuid4

import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from werkzeug.test import Client, TestResponse

from tests.asking import RECORD_A, ask, problem
from tests.servers import BEARER, Running

TURTLE = '<https://example.org/s> <https://example.org/p> "o"@en , [ <https://example.org/q> 1 ] .'


@pytest.fixture
def client(writable: Running) -> Client:
    """A client of the server that may be written to."""
    return writable.client


def sent(client: Client, method: str, url: str, content: str, media_type: str = "text/turtle") -> TestResponse:
    return client.open(url, method=method, data=content.encode(), content_type=media_type, headers=BEARER)


@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader uses it
def test_a_graph_is_written_and_read_in_any_format(client: Client, url: str, media_type: str, parser: str) -> None:
    graph = Graph().parse(data=TURTLE, format="turtle")
    written = sent(client, "PUT", url, graph.serialize(format=parser), f"{media_type}; charset=utf-8")
    assert written.status_code == 201, written.text
    answer = client.get(url, headers={"Accept": media_type})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert isomorphic(Graph().parse(data=answer.data, format=parser), graph)
    assert isomorphic(Graph().parse(data=client.get(f"{url}&format=nt").data, format="nt"), graph)


def test_a_graph_is_read_without_a_token(server: Running) -> None:
    answer = server.client.get("/graph-store", query_string={"graph": RECORD_A})
    assert answer.status_code == 200
    assert len(Graph().parse(data=answer.data, format="turtle")) == 1


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/graph-store", 400),
        ("/graph-store?other=x", 400),
        ("/graph-store?graph=https://example.org/a&default", 400),
        ("/graph-store?graph=https://example.org/a&graph=https://example.org/b", 400),
        ("/graph-store?default&default", 400),
        ("/graph-store?graph=relative", 400),
        ("/graph-store?graph=", 400),
        ("/graph-store?graph=https://example.org/a%20b", 400),
        ("/graph-store?graph=%FF", 400),
        ("/graph-store/own?default", 400),
        ("/graph-store/own?graph=https://example.org/a", 400),
        ("/graph-store/%FF", 400),
        ("/graph-store?default&format=docx", 400),
        ("/graph-store?graph=https://example.org/nowhere", 404),
        ("/graph-store/nowhere", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_names_no_graph_of_ours_is_refused(client: Client, url: str, status: int, method: str) -> None:
    answer = client.open(url, method=method)
    assert answer.status_code == status
    if method == "GET":
        assert problem(answer)["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_a_new_graph_needs_no_name(client: Client, method: str) -> None:
    answer = sent(client, method, "/graph-store", "")
    assert answer.status_code == 400
    assert "Name a graph" in problem(answer)["detail"]


@pytest.mark.parametrize("accept", ["image/png", "text/csv", "text/turtle;q=0"])
def test_a_graph_in_another_form_is_406(client: Client, accept: str) -> None:
    assert client.get("/graph-store?default", headers={"Accept": accept}).status_code == 406


@pytest.mark.parametrize("method", ["PATCH", "TRACE"])
def test_other_methods_are_405(client: Client, url: str, method: str) -> None:
    answer = client.open(url, method=method, headers=BEARER)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, PUT, POST, DELETE, OPTIONS"


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/json", "application/xml", "application/sparql-update", "text/html", "turtle"],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_is_no_rdf_is_415(client: Client, url: str, media_type: str, method: str) -> None:
    answer = sent(client, method, url, TURTLE, media_type)
    assert answer.status_code == 415
    assert "text/turtle" in problem(answer)["detail"]
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("charset", ["utf-16", "latin-1"])
def test_another_charset_is_415(client: Client, url: str, charset: str) -> None:
    assert sent(client, "PUT", url, TURTLE, f"text/turtle; charset={charset}").status_code == 415


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("<a> <b> .", "text/turtle"),
        ("<x:s> <x:p> <x:o>", "application/n-triples"),
        ("<rdf:RDF", "application/rdf+xml"),
        ('{"@id": ', "application/ld+json"),
        ('{"@context": "https://example.org/context", "@id": "x:s"}', "application/ld+json"),
        ("<x:g> { <x:s> <x:p> <x:o> }", "application/trig"),
        ("<x:s> <x:p> <x:o> <x:g> .", "application/n-quads"),
        ("\0", "text/turtle"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_is_malformed_is_400_and_changes_nothing(
    client: Client, url: str, content: str, media_type: str, method: str
) -> None:
    assert sent(client, "PUT", url, TURTLE).status_code == 201
    before = client.get(url).headers["ETag"]
    answer = sent(client, method, url, content, media_type)
    assert answer.status_code == 400
    assert problem(answer)["detail"]
    assert client.get(url).headers["ETag"] == before


def test_bytes_that_are_no_utf_8_are_400(client: Client, url: str) -> None:
    answer = client.put(url, data=b'<x:s> <x:p> "\xff" .', content_type="text/turtle", headers=BEARER)
    assert answer.status_code == 400


def test_a_part_of_a_graph_is_not_taken_for_the_whole(client: Client, url: str) -> None:
    headers = {**BEARER, "Content-Range": "bytes 0-9/100"}
    assert client.put(url, data=TURTLE, content_type="text/turtle", headers=headers).status_code == 400


def test_relative_iris_are_resolved_against_the_graph(client: Client) -> None:
    name = f"https://example.org/{uuid4()}/graph"
    assert sent(client, "PUT", f"/graph-store?graph={name}", "<> <x:p> <sibling> .").status_code == 201
    found = Graph().parse(data=client.get(f"/graph-store?graph={name}").data, format="turtle")
    assert set(found) == {(URIRef(name), URIRef("x:p"), URIRef(name.replace("/graph", "/sibling")))}


@pytest.mark.parametrize("tail", ["plain", "a:b@c,d;e=f", "%E8%82%9D", "a%20b", "a/b/c", ""])
def test_a_path_names_the_graph_of_its_address(writable: Running, tail: str) -> None:
    client, direct = writable.client, f"/graph-store/{uuid4()}/{tail}"
    assert sent(client, "PUT", direct, TURTLE).status_code == 201
    indirect = client.get("/graph-store", query_string={"graph": f"{writable.address.rstrip('/')}{direct}"})
    assert (indirect.status_code, indirect.data) == (200, client.get(direct).data)


def test_a_new_graph_gets_an_address_of_its_own(client: Client) -> None:
    locations = {sent(client, "POST", "/graph-store", TURTLE).headers["Location"] for _ in range(2)}
    assert len(locations) == 2
    for location in locations:
        assert client.get(location.partition("/graph-store")[2].join(["/graph-store", ""])).status_code == 200


def test_posting_keeps_what_is_there(client: Client, url: str) -> None:
    assert sent(client, "POST", url, TURTLE).status_code == 201
    assert sent(client, "POST", url, TURTLE).status_code == 204
    # the statement with a label is the same, the one with a blank node another
    assert len(Graph().parse(data=client.get(url).data, format="turtle")) == 5


def test_an_empty_graph_is_a_graph(client: Client, url: str) -> None:
    assert sent(client, "PUT", url, "").status_code == 201
    assert client.get(url).status_code == 200
    assert sent(client, "PUT", url, "").status_code == 204
    assert client.delete(url, headers=BEARER).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("names", [("a", "b"), ("same", "same")], ids=["two names", "one name"])
def test_every_part_of_a_form_goes_in(client: Client, url: str, names: tuple[str, str]) -> None:
    parts = {"n": [f'<x:s> <x:p> "{number}" .' for number in range(2)]}["n"]
    files = [
        (name, (BytesIO(part.encode()), f"{name}.ttl", "text/turtle")) for name, part in zip(names, parts, strict=True)
    ]
    data: dict[str, list[object]] = {}
    for name, file in files:
        data.setdefault(name, []).append(file)
    answer = client.post(url, data=data, headers=BEARER)
    assert answer.status_code == 201, answer.text
    assert len(Graph().parse(data=client.get(url).data, format="turtle")) == 2


@pytest.mark.parametrize(
    ("file", "status"),
    [
        ((BytesIO(b"<x:s> <x:p> ."), "a.ttl", "text/turtle"), 400),
        ((BytesIO(b"<x:s> <x:p> 1 ."), "a.txt", "text/plain"), 415),
        ((BytesIO(b"<x:s> <x:p> 1 ."), "a.ttl", "text/turtle; charset=utf-16"), 415),
        ("<x:s> <x:p> 1 .", 400),
    ],
)
def test_a_form_with_one_bad_part_changes_nothing(client: Client, url: str, file: object, status: int) -> None:
    good = (BytesIO(b"<x:s> <x:p> 0 ."), "good.ttl", "text/turtle")
    answer = client.post(url, data={"good": good, "other": file}, headers=BEARER)
    assert answer.status_code == status
    assert client.get(url).status_code == 404


def test_a_broken_form_is_400(client: Client, url: str) -> None:
    for media_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = client.post(url, data=b"--y\r\nno form", content_type=media_type, headers=BEARER)
        assert answer.status_code == 400


def test_a_graph_has_a_validator_that_a_write_changes(client: Client, url: str) -> None:
    sent(client, "PUT", url, TURTLE)
    etag = client.get(url).headers["ETag"]
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = client.get(url, headers={"If-None-Match": given})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert client.get(f"{url}&format=nt").headers["ETag"] != etag
    assert client.get(url, headers={"Accept-Encoding": "gzip"}).headers["ETag"] != etag
    sent(client, "POST", url, "<x:s> <x:p> 3 .")
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_queries_see_what_was_written_at_once(client: Client, url: str) -> None:
    graph = url.partition("=")[2]
    for number in range(5):
        sent(client, "PUT", url, f"<x:s> <x:p> {number} .")
        answer = ask(client, f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", format="csv")
        assert answer.text.split() == ["o", str(number)]


def test_others_are_answered_while_a_large_change_is_taken_in(writable: Running) -> None:
    document = "".join(f'<x:{number}> <x:p> "{number}" .\n' for number in range(150_000))
    url, slowest = "/graph-store?graph=x:large", 0.0
    with ThreadPoolExecutor(1) as writer:
        sent = writer.submit(
            writable.client.put, url, data=document, content_type="application/n-triples", headers=BEARER
        )
        started = time.monotonic()
        while not sent.done():
            began = time.monotonic()
            assert writable.client.get("/livez").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
        assert sent.result().status_code == 201
        took = time.monotonic() - started
    assert slowest < took / 4  # a twentieth on a machine that does nothing else; on the loop it was two thirds
    assert writable.client.delete(url, headers=BEARER).status_code == 204
