"""The three cases of the W3C's suite for descriptions: https://www.w3.org/TR/sparql11-service-description/.

https://github.com/w3c/rdf-tests/tree/main/sparql/sparql11/service-description
"""

from __future__ import annotations

from typing import Any

import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from tests.servers import Running

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
CASES = {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}

# https://www.w3.org/TR/sparql11-service-description/#vocabulary: of which class subject and object are; None where
# the object is an instance that others define
SCHEMA = {
    SD.endpoint: ({SD.Service}, None),
    SD.feature: ({SD.Service}, None),
    SD.defaultEntailmentRegime: ({SD.Service}, None),
    SD.supportedEntailmentProfile: ({SD.Service}, None),
    SD.extensionFunction: ({SD.Service}, None),
    SD.extensionAggregate: ({SD.Service}, None),
    SD.languageExtension: ({SD.Service}, None),
    SD.supportedLanguage: ({SD.Service}, None),
    SD.propertyFeature: ({SD.Service}, None),
    SD.resultFormat: ({SD.Service}, None),
    SD.inputFormat: ({SD.Service}, None),
    SD.defaultDataset: ({SD.Service}, {SD.Dataset}),
    SD.availableGraphs: ({SD.Service}, {SD.GraphCollection, SD.Dataset}),
    SD.defaultGraph: ({SD.Dataset}, {SD.Graph}),
    SD.namedGraph: ({SD.Dataset, SD.GraphCollection}, {SD.NamedGraph}),
    SD.name: ({SD.NamedGraph}, None),
    SD.graph: ({SD.NamedGraph}, {SD.Graph}),
    SD.entailmentRegime: ({SD.NamedGraph}, None),
}
CLASSES = {SD.Service, SD.Dataset, SD.GraphCollection, SD.Graph, SD.NamedGraph}
INSTANCES = {
    SD.supportedLanguage: {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update},
    SD.feature: {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery},
}


@pytest.fixture(params=["reading", "writing"])
def server(request: pytest.FixtureRequest) -> Running:
    """Each of the two servers."""
    server: Running = request.getfixturevalue(request.param)
    return server


def described(server: Running) -> Any:
    """The description of a server, read by rdflib."""
    return Graph().parse(data=server.client.get("/sparql").data, format="turtle")


def test_returns_rdf(server: Running) -> None:
    answer = server.client.get("/sparql")
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert len(Graph().parse(data=answer.data, format="turtle")) > 0


def test_has_endpoint_triple(server: Running) -> None:
    assert set(described(server)[: SD.endpoint]) == {
        (next(described(server).subjects(RDF.type, SD.Service)), URIRef(f"{server.address}sparql"))
    }


def test_conforms_to_schema(server: Running) -> None:
    graph = described(server)
    ours = [triple for triple in graph if str(triple[1]).startswith(str(SD))]
    assert ours
    for subject, predicate, value in ours:
        of, to = SCHEMA[predicate]
        assert set(graph.objects(subject, RDF.type)) & of, f"{subject} {predicate}"
        assert not isinstance(value, Literal | BNode), f"{predicate} {value}"
        if to is not None:
            assert set(graph.objects(value, RDF.type)) & to, f"{predicate} {value}"
        assert value in INSTANCES.get(predicate, {value})
    named = {kind for kind in graph.objects(None, RDF.type) if str(kind).startswith(str(SD))}
    assert named <= CLASSES


def test_every_case_of_the_suite_is_here_once() -> None:
    names = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert len(CASES) == 3
    assert names > CASES
