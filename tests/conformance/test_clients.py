"""Programs that people use ask and write to a running server, each in its own way."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

from tests.conformance.protocol_cases import ONE, SHELF, SHELVES, THREE, TWO
from tests.servers import BEARER, PATIENCE, TOKEN, Running

ALL = f"SELECT ?shelf {{ GRAPH ?shelf {{ ?shelf a <{SHELF}> }} }} ORDER BY ?shelf"
BUILT = f"CONSTRUCT {{ ?shelf a <{SHELF}> }} WHERE {{ GRAPH ?shelf {{ ?shelf a ?any }} }}"
SORTED = sorted(SHELVES)


@pytest.fixture
def graph() -> URIRef:
    """A graph that no other test has."""
    return URIRef(f"https://example.org/clients/{uuid4()}")


def wrapper(server: Running, query: str, form: str, method: str = GET, way: str = URLENCODED) -> Any:
    """A client of SPARQLWrapper's, about to ask."""
    client = Wrapper(f"{server.address}sparql", returnFormat=form)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setTimeout(PATIENCE)
    client.setQuery(query)
    return client


WAYS = pytest.mark.parametrize(
    ("method", "way"),
    [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)],
    ids=["GET", "form", "direct"],
)


@WAYS
def test_sparqlwrapper_reads_solutions_in_every_format(reading: Running, method: str, way: str) -> None:
    def found(form: str) -> Any:
        return wrapper(reading, ALL, form, method, way).queryAndConvert()

    assert [row["shelf"]["value"] for row in found(JSON)["results"]["bindings"]] == SORTED
    assert [node.firstChild.data for node in found(XML).getElementsByTagName("uri")] == SORTED
    assert found(CSV).decode().split() == ["shelf", *SORTED]
    assert found(TSV).decode().split() == ["?shelf", *(f"<{iri}>" for iri in SORTED)]


@WAYS
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper reads JSON-LD and RDF/XML by it
def test_sparqlwrapper_reads_graphs_in_every_format(reading: Running, method: str, way: str, form: str) -> None:
    answer = wrapper(reading, BUILT, form, method, way).queryAndConvert()
    found = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
    assert {str(shelf) for shelf in found.subjects()} == set(SHELVES)


@WAYS
def test_sparqlwrapper_names_the_rdf_dataset(reading: Running, method: str, way: str) -> None:
    client = wrapper(reading, "SELECT ?s { ?s ?p ?o } ORDER BY ?s", CSV, method, way)
    client.addParameter("default-graph-uri", ONE)
    client.addParameter("default-graph-uri", TWO)
    assert client.queryAndConvert().decode().split() == ["s", ONE, TWO]


def test_sparqlwrapper_tells_a_mistake_from_a_failure(reading: Running) -> None:
    with pytest.raises(QueryBadFormed, match="ends too early"):
        wrapper(reading, "SELECT ?s {", JSON).query()
    runaway = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(40)) + " }"
    client = wrapper(reading, runaway, JSON)
    client.addParameter("timeout", "0.3")
    with pytest.raises(HTTPError, match="503") as caught:
        client.query()
    assert int(caught.value.headers["Retry-After"]) > 0
    caught.value.close()


@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_updates_with_a_token(writing: Running, graph: URIRef, way: str) -> None:
    client = wrapper(writing, f"INSERT DATA {{ GRAPH <{graph}> {{ <{ONE}> a <{SHELF}> }} }}", JSON, POST, way)
    with pytest.raises(Unauthorized):
        client.query()
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    assert client.query().response.status == 204
    asked = wrapper(writing, f"ASK {{ GRAPH <{graph}> {{ <{ONE}> a <{SHELF}> }} }}", JSON).queryAndConvert()
    assert asked["boolean"] is True


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_s_store_asks(reading: Running, method: str, form: str) -> None:
    store = SPARQLStore(f"{reading.address}sparql", method=method, returnFormat=form)
    rows: Any = store.query(ALL)
    assert [str(row[0]) for row in rows] == SORTED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rdflib_s_graph_over_the_store_reads_triples(reading: Running, method: str) -> None:
    store = SPARQLStore(f"{reading.address}sparql", method=method, context_aware=True)
    graph = Graph(store, identifier=URIRef(THREE))
    assert [str(subject) for subject, _, _ in graph.triples((None, None, None))] == [THREE]
    assert (URIRef(THREE), None, URIRef(SHELF)) in graph
    assert (URIRef(ONE), None, None) not in graph
    assert len(graph) == 1


@pytest.fixture
def updating(writing: Running) -> Iterator[SPARQLUpdateStore]:
    """rdflib's store with a token."""
    endpoint = f"{writing.address}sparql"
    store = SPARQLUpdateStore(endpoint, endpoint, method="POST", headers=dict(BEARER))
    yield store
    store.close()


def test_rdflib_s_store_writes_with_a_token(updating: SPARQLUpdateStore, graph: URIRef) -> None:
    written = Graph(updating, identifier=graph)
    statement = (URIRef(ONE), URIRef(f"{SHELF}#label"), Literal("first", lang="en"))
    written.add(statement)
    written.add((URIRef(TWO), URIRef(f"{SHELF}#size"), Literal(3)))
    assert len(written) == 2
    assert list(written.triples((URIRef(ONE), None, None))) == [statement]
    written.remove(statement)
    assert {subject for subject, _, _ in written} == {URIRef(TWO)}
    written.update(f"CLEAR GRAPH <{graph}>")
    assert len(written) == 0


def curl(*arguments: str) -> str:
    """What curl writes."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not on this machine")
    command = [program, "--silent", "--show-error", "--max-time", str(PATIENCE), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_curl_asks_in_every_way(reading: Running) -> None:
    endpoint, accept = f"{reading.address}sparql", "Accept: text/csv"
    ways = [
        ("--get", "--data-urlencode", f"query={ALL}"),
        ("--data-urlencode", f"query={ALL}"),
        ("--header", "Content-Type: application/sparql-query", "--data-binary", ALL),
        ("--compressed", "--get", "--data-urlencode", f"query={ALL}"),
    ]
    for way in ways:
        assert curl(endpoint, "--header", accept, *way).split() == ["shelf", *SORTED]


def test_curl_writes_a_graph(writing: Running, graph: URIRef, tmp_path: Path) -> None:
    url = f"{writing.address}graph-store?{urlencode({'graph': graph})}"
    turtle, status = ("--header", "Content-Type: text/turtle"), ("--write-out", "%{http_code}")
    bearer = ("--header", f"Authorization: Bearer {TOKEN}")
    content = f"<{ONE}> a <{SHELF}> ."
    (tmp_path / "a.ttl").write_text(content)
    assert curl(url, "--request", "PUT", *turtle, "--data-binary", content, *status).endswith("401")
    assert curl(url, "--request", "PUT", *turtle, *bearer, "--data-binary", content, *status) == "201"
    assert curl(url, "--form", f"file=@{tmp_path / 'a.ttl'};type=text/turtle", *bearer, *status) == "204"
    assert len(Graph().parse(data=curl(url), format="turtle")) == 1
    assert "HTTP/1.1 200 OK" in curl(url, "--head")
    assert curl(url, "--request", "DELETE", *bearer, *status) == "204"
    assert json.loads(curl(url))["status"] == 404


def test_pandas_reads_a_table_from_an_address(reading: Running) -> None:
    pandas: Any = pytest.importorskip("pandas")
    address = f"{reading.address}sparql?{urlencode({'query': ALL, 'format': 'csv'})}"
    assert list(pandas.read_csv(address)["shelf"]) == SORTED
    accepting = f"{reading.address}sparql?{urlencode({'query': ALL})}"
    tsv = pandas.read_csv(accepting, sep="\t", storage_options={"Accept": "text/tab-separated-values"})
    assert list(tsv["?shelf"]) == [f"<{iri}>" for iri in SORTED]
