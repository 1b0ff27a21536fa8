"""The description of an endpoint: true of the graph as rdflib counts it, and in words of published vocabularies."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import rdflib
from bs4 import BeautifulSoup
from flask import render_template
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple
from rdflib import DCAT, DCTERMS, OWL, RDF, RDFS, SDO, SH, SKOS, VOID, XSD, URIRef
from rdflib.plugins.sparql import prepareQuery

from medkg.curation import load as load_records
from medkg.evaluation import GRAPHS, RESULTS, Format, evaluate
from medkg.evaluation.changes import Change, apply
from medkg.evaluation.serialization import write_graph
from medkg.model import prefixes
from medkg.model.prefixes import BASE, Prefixes
from medkg.queries import load
from medkg.rdf.quads import rdf_dataset
from medkg.settings import Settings
from medkg.site import create_app
from medkg.site.context import SiteContext
from medkg.snapshots.build import build
from medkg.views.service import MOST_GRAPHS, Service, service, service_description
from tests.export.rdf_datasets import read_by_rdflib

ROOT = Path(__file__).parents[2]
PREFIXES = prefixes.load(ROOT / "ontology")
QUERIES = load(ROOT / "queries", PREFIXES)
ENDPOINT = "http://127.0.0.1:8077/sparql"
SECONDS = 1.0
"""Several times what describing the real graph takes, so that a busy machine fails nobody."""

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")

# https://www.w3.org/TR/sparql11-service-description/#properties: of which class subject and object are, as far as
# the description is what tells so
CLASSES_OF_PROPERTY = {
    SD.endpoint: (SD.Service, None),
    SD.feature: (SD.Service, None),
    SD.defaultEntailmentRegime: (SD.Service, None),
    SD.supportedLanguage: (SD.Service, None),
    SD.resultFormat: (SD.Service, None),
    SD.inputFormat: (SD.Service, None),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.availableGraphs: (SD.Service, SD.Dataset),  # an sd:GraphCollection, of which sd:Dataset is a subclass
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
    VOID.subset: (VOID.Dataset, None),
    VOID.classPartition: (VOID.Dataset, VOID.Dataset),
    VOID.propertyPartition: (VOID.Dataset, VOID.Dataset),
    VOID.linkPredicate: (VOID.Linkset, None),
    VOID.subjectsTarget: (VOID.Linkset, VOID.Dataset),
    VOID.objectsTarget: (VOID.Linkset, VOID.Dataset),
    SH.declare: (OWL.Ontology, SH.PrefixDeclaration),
    SH.prefix: (SH.PrefixDeclaration, None),
    SH.namespace: (SH.PrefixDeclaration, None),
    SH.prefixes: (SH.SPARQLExecutable, OWL.Ontology),
    SH.select: (SH.SPARQLSelectExecutable, None),
    SDO.target: (SH.SPARQLExecutable, None),
}
# https://www.w3.org/TR/sparql11-service-description/#classes and #instances
OTHER_TERMS = {SD.Service, SD.Dataset, SD.Graph, SD.NamedGraph, SD.SPARQL11Query, SD.SPARQL11Update, SD.EmptyGraphs}
VERSION = URIRef(f"{DCAT}version")  # https://www.w3.org/ns/dcat, which rdflib knows as it was before its version 3


@dataclass(frozen=True)
class Bounds:
    """Limits as a server has them."""

    seconds: float = 2.5
    answer: int = 4096
    rows: int = 1000
    request: int = 2048
    write: int = 1024


def context(store: Store) -> Service:
    return service(
        store,
        queries=QUERIES.values(),
        prefixes=PREFIXES,
        endpoint=ENDPOINT,
        graph_store="http://127.0.0.1:8077/graph-store",
        revision="0123abcd.4",
        writable=False,
        limits=Bounds(),
    )


def description(endpoint: Service) -> rdflib.Graph:
    """What rdflib reads in the description as Turtle."""
    document = write_graph(list(service_description(endpoint)), GRAPHS[0], PREFIXES)
    return rdflib.Graph().parse(data=document, format="turtle")


def the(graph: rdflib.Graph, subject: rdflib.term.Node | None, property_: URIRef) -> rdflib.term.Node:
    """The one value of a property."""
    (value,) = graph.objects(subject, property_)
    return value


def number(graph: rdflib.Graph, subject: rdflib.term.Node, property_: URIRef) -> int:
    value = the(graph, subject, property_)
    assert isinstance(value, rdflib.Literal)
    assert value.datatype == XSD.integer
    return int(value)


def entity(class_: URIRef, graph: rdflib.Graph) -> rdflib.term.Node:
    """The one thing of a class."""
    (found,) = graph.subjects(RDF.type, class_)
    return found


def default_graph(graph: rdflib.Graph) -> rdflib.term.Node:
    return the(graph, entity(SD.Dataset, graph), SD.defaultGraph)


@pytest.fixture(scope="module")
def nquads() -> bytes:
    return rdf_dataset(load_records(ROOT / "data"), ROOT / "ontology").nquads


@pytest.fixture(scope="module")
def real(nquads: bytes) -> Store:
    store = Store()
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def endpoint(real: Store) -> Service:
    return context(real)


@pytest.fixture(scope="module")
def described(endpoint: Service) -> rdflib.Graph:
    return description(endpoint)


@pytest.fixture(scope="module")
def witness(nquads: bytes) -> rdflib.Dataset:
    """The graph as rdflib reads it."""
    found = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of calls that it makes itself
        found.parse(data=nquads, format="nquads")
    return found


class TestService:
    def test_there_is_one_service_at_the_endpoint(self, described: rdflib.Graph) -> None:
        assert the(described, entity(SD.Service, described), SD.endpoint) == URIRef(ENDPOINT)
        assert len(list(described.subject_objects(SD.endpoint))) == 1

    def test_answers_are_offered_in_all_our_formats_by_their_w3c_names(self, described: rdflib.Graph) -> None:
        names = {str(each).removeprefix(str(FORMATS)) for each in described.objects(None, SD.resultFormat)}
        # https://www.w3.org/ns/formats/
        solutions = {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"}
        assert names == solutions | {"Turtle", "JSON-LD", "N-Triples", "RDF_XML", "TriG", "N-Quads"}
        assert len(names) == len(RESULTS) + len(GRAPHS)

    def test_updates_and_input_are_offered_only_where_they_are_taken(self, endpoint: Service) -> None:
        reading, writing = (description(replace(endpoint, writable=each)) for each in (False, True))
        languages = [set(each.objects(None, SD.supportedLanguage)) for each in (reading, writing)]
        assert languages == [{SD.SPARQL11Query}, {SD.SPARQL11Query, SD.SPARQL11Update}]
        assert not list(reading.objects(None, SD.inputFormat))
        assert len(list(writing.objects(None, SD.inputFormat))) == len(GRAPHS)

    def test_no_feature_is_claimed_but_empty_graphs(self, described: rdflib.Graph) -> None:
        assert list(described.objects(None, SD.feature)) == [SD.EmptyGraphs]

    def test_a_graph_that_loses_its_last_triple_stays_as_claimed(self) -> None:
        store, line = Store(), b"<http://a/s> <http://a/p> <http://a/o> <http://a/graph> .\n"
        apply(store, Change(added=line))
        apply(store, Change(removed=line))
        graph = description(context(store))
        (named,) = graph.subjects(SD.name, URIRef("http://a/graph"))
        assert number(graph, the(graph, named, SD.graph), VOID.triples) == 0

    def test_default_graph_is_no_union_of_the_others(self) -> None:
        store = Store()
        apply(store, Change(added=b"<http://a/s> <http://a/p> <http://a/o> <http://a/graph> .\n"))
        assert not bool(evaluate(store, "ASK { ?s ?p ?o }"))
        graph = description(context(store))
        assert number(graph, default_graph(graph), VOID.triples) == 0

    def test_limits_are_told(self, described: rdflib.Graph) -> None:
        told = the(described, entity(SD.Service, described), RDFS.comment)
        assert str(told) == "A query is given 2.5 seconds, its answer 1,000 rows and 4,096 bytes."

    def test_parameters_are_told(self, described: rdflib.Graph) -> None:
        told = str(the(described, entity(SD.Service, described), DCTERMS.description))
        assert all(word in told for word in ("timeout", "format", "An empty parameter counts as not given"))

    def test_revision_and_dump_are_those_of_the_default_graph(self, described: rdflib.Graph) -> None:
        assert str(the(described, default_graph(described), VERSION)) == "0123abcd.4"
        dump = the(described, default_graph(described), VOID.dataDump)
        assert dump == URIRef("http://127.0.0.1:8077/graph-store?default")


class TestSchema:
    """The W3C's cases ask that RDF comes back, for the endpoint's own triple, and for this."""

    @pytest.mark.parametrize("property_", CLASSES_OF_PROPERTY, ids=lambda each: each.rpartition("#")[2])
    def test_subject_and_object_are_of_the_classes_the_property_asks(
        self, endpoint: Service, described: rdflib.Graph, property_: URIRef
    ) -> None:
        graph = description(replace(endpoint, writable=True)) if property_ == SD.inputFormat else described
        of_subject, of_object = CLASSES_OF_PROPERTY[property_]
        pairs = list(graph.subject_objects(property_))
        assert pairs
        for subject, value in pairs:
            assert (subject, RDF.type, of_subject) in graph
            assert of_object is None or (value, RDF.type, of_object) in graph

    def test_every_named_graph_has_one_name_and_one_description(self, described: rdflib.Graph) -> None:
        for node in described.subjects(RDF.type, SD.NamedGraph):
            assert isinstance(the(described, node, SD.name), URIRef)
            assert isinstance(the(described, node, SD.graph), URIRef)

    def test_every_word_is_that_of_a_published_vocabulary(self, described: rdflib.Graph) -> None:
        words = {*described.predicates(), *described.objects(None, RDF.type), *described.objects(None, SD.feature)}
        words |= set(described.objects(None, SD.supportedLanguage))
        published: tuple[Any, ...] = (DCTERMS, OWL, RDF, RDFS, SDO, SH, SKOS, VOID)
        unknown = words - CLASSES_OF_PROPERTY.keys() - OTHER_TERMS - {VERSION}
        assert not [word for word in unknown if not any(word in vocabulary for vocabulary in published)]

    def test_there_are_no_blank_nodes(self, endpoint: Service) -> None:
        assert not [triple for triple in service_description(endpoint) if any(isinstance(e, BlankNode) for e in triple)]

    @pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
    def test_rdflib_reads_the_same_in_every_format(self, endpoint: Service, form: Format) -> None:
        said = list(service_description(endpoint))
        document = write_graph(said, form, PREFIXES)
        assert {quad.triple for quad in read_by_rdflib(document, form)} == set(said)

    def test_each_statement_is_made_once_and_in_the_same_order_every_time(self, real: Store, endpoint: Service) -> None:
        said = list(service_description(endpoint))
        assert len(set(said)) == len(said)
        assert list(service_description(context(real))) == said

    def test_what_is_said_of_a_subject_stands_together(self, endpoint: Service) -> None:
        subjects = [triple.subject for triple in service_description(endpoint)]
        changes = sum(1 for one, other in pairwise(subjects) if one != other)
        assert changes + 1 == len(set(subjects))


class TestCounts:
    def test_totals_are_those_that_rdflib_counts(self, described: rdflib.Graph, witness: rdflib.Dataset) -> None:
        node, believed = default_graph(described), witness.default_graph
        assert number(described, node, VOID.triples) == len(believed)
        assert number(described, node, VOID.distinctSubjects) == len(set(believed.subjects()))
        assert number(described, node, VOID.distinctObjects) == len(set(believed.objects()))
        assert number(described, node, VOID.properties) == len(set(believed.predicates()))
        assert number(described, node, VOID.classes) == len(set(believed.objects(None, RDF.type)))
        typed = {each for each in believed.subjects(RDF.type) if isinstance(each, URIRef)}
        assert number(described, node, VOID.entities) == len(typed)

    def test_class_partitions_count_the_things_of_every_class(
        self, described: rdflib.Graph, witness: rdflib.Dataset
    ) -> None:
        found = {
            the(described, part, VOID["class"]): number(described, part, VOID.entities)
            for part in described.objects(default_graph(described), VOID.classPartition)
        }
        assert found == Counter(witness.default_graph.objects(None, RDF.type))

    def test_property_partitions_add_up_to_all_triples(self, described: rdflib.Graph, witness: rdflib.Dataset) -> None:
        node = default_graph(described)
        found = {
            the(described, part, VOID.property): number(described, part, VOID.triples)
            for part in described.objects(node, VOID.propertyPartition)
        }
        assert sum(found.values()) == number(described, node, VOID.triples)
        assert found == Counter(witness.default_graph.predicates())

    def test_every_named_graph_is_listed_with_its_size(self, described: rdflib.Graph, witness: rdflib.Dataset) -> None:
        found = {
            the(described, named, SD.name): number(described, the(described, named, SD.graph), VOID.triples)
            for named in described.objects(entity(SD.Dataset, described), SD.namedGraph)
        }
        sizes = {graph.identifier: len(graph) for graph in witness.graphs()}
        del sizes[witness.default_graph.identifier]
        assert found == sizes
        assert len(found) > 500

    def test_vocabularies_are_those_of_every_class_and_property(
        self, described: rdflib.Graph, witness: rdflib.Dataset
    ) -> None:
        spaces = [str(each) for each in described.objects(default_graph(described), VOID.vocabulary)]
        terms = {*witness.default_graph.predicates(), *witness.default_graph.objects(None, RDF.type)}
        words = {str(term) for term in terms}
        assert all(word.startswith(tuple(spaces)) for word in words)
        assert all(any(word.startswith(space) for word in words) for space in spaces)

    def test_uri_space_is_that_of_things_of_ours_alone(self, described: rdflib.Graph, witness: rdflib.Dataset) -> None:
        (own,) = described.subjects(VOID.uriSpace, rdflib.Literal(BASE))
        assert (default_graph(described), VOID.subset, own) in described
        things = {each for each in witness.default_graph.subjects(RDF.type) if each.startswith(BASE)}
        assert number(described, own, VOID.entities) == len(things)
        assert not list(described.objects(default_graph(described), VOID.uriSpace))

    def test_links_are_counted_by_where_they_lead(self, described: rdflib.Graph, witness: rdflib.Dataset) -> None:
        found = {}
        for links in described.subjects(RDF.type, VOID.Linkset):
            assert the(described, links, VOID.linkPredicate) == SKOS.exactMatch
            space = the(described, the(described, links, VOID.objectsTarget), VOID.uriSpace)
            found[str(space)] = number(described, links, VOID.triples)
        matches = [str(each) for each in witness.default_graph.objects(None, SKOS.exactMatch)]
        assert found == {space: sum(each.startswith(space) for each in matches) for space in found}
        assert sum(found.values()) == len(matches)
        assert PREFIXES["uberon"] in found

    def test_sources_are_the_catalogues_and_examples_are_datasets(
        self, described: rdflib.Graph, witness: rdflib.Dataset
    ) -> None:
        node, believed = default_graph(described), witness.default_graph
        assert set(described.objects(node, DCTERMS.source)) == set(believed.subjects(RDF.type, DCAT.Catalog))
        examples = list(described.objects(node, VOID.exampleResource))
        assert len(examples) == 3
        assert all((each, RDF.type, DCAT.Dataset) in believed for each in examples)

    def test_tiny_graph_is_counted_as_well(self, settings: Settings) -> None:
        snapshot = build(settings)
        graph = description(context(snapshot.store))
        node = default_graph(graph)
        named = sum(number(graph, each, VOID.triples) for each in graph.objects(None, SD.graph))
        assert number(graph, node, VOID.triples) + named == snapshot.manifest.quads
        assert len(list(graph.subjects(RDF.type, SD.NamedGraph))) == snapshot.manifest.graphs


class TestQueries:
    @pytest.fixture
    def selects(self, described: rdflib.Graph) -> dict[str, str]:
        """The text of each query by its name."""
        pairs = described.subject_objects(SH.select)
        return {str(query).removeprefix(f"{BASE}query/"): str(text) for query, text in pairs}

    def test_every_stored_query_is_listed_once_and_aimed_at_the_endpoint(
        self, described: rdflib.Graph, selects: dict[str, str]
    ) -> None:
        assert selects.keys() == QUERIES.keys()
        assert len(list(described.subjects(SH.select))) == len(QUERIES)
        for query in described.subjects(RDF.type, SH.SPARQLExecutable):
            assert the(described, query, SDO.target) == URIRef(ENDPOINT)

    def test_a_second_engine_parses_every_query(self, selects: dict[str, str]) -> None:
        for text in selects.values():
            assert prepareQuery(text).algebra.name == "SelectQuery"

    @pytest.mark.parametrize("name", QUERIES)
    def test_query_keeps_its_promise_as_it_stands(self, real: Store, selects: dict[str, str], name: str) -> None:
        results = evaluate(real, selects[name])
        assert isinstance(results, QuerySolutions)
        assert len(list(results)) >= QUERIES[name].expects.min_rows

    def test_query_whose_values_the_graph_does_not_know_is_left_open(self) -> None:
        (query,) = (each for each in context(Store()).queries if each.name == "datasets-by-anatomy-and-modality")
        assert query == QUERIES["datasets-by-anatomy-and-modality"]

    def test_prefixes_that_need_no_declaration_are_declared(self, described: rdflib.Graph) -> None:
        found = {}
        for declaration in described.objects(entity(OWL.Ontology, described), SH.declare):
            space = the(described, declaration, SH.namespace)
            assert isinstance(space, rdflib.Literal)
            assert space.datatype == XSD.anyURI
            found[str(the(described, declaration, SH.prefix))] = str(space)
        assert found == PREFIXES


class TestOtherGraphs:
    def test_an_empty_graph_is_described_as_such(self) -> None:
        graph = description(context(Store()))
        node = default_graph(graph)
        assert number(graph, node, VOID.triples) == number(graph, node, VOID.classes) == 0
        assert not list(graph.objects(node, VOID.subset))

    def test_more_graphs_than_one_would_read_are_told_by_their_number(self) -> None:
        store, node = Store(), NamedNode("http://a/s")
        store.extend(Quad(node, node, node, NamedNode(f"http://a/{each}")) for each in range(MOST_GRAPHS + 1))
        graph = description(context(store))
        assert not list(graph.subjects(RDF.type, SD.NamedGraph))
        assert not list(graph.objects(None, SD.availableGraphs))
        assert str(the(graph, entity(SD.Dataset, graph), RDFS.comment)).startswith("There are 2,001 named graphs")

    def test_terms_of_any_kind_are_counted_or_passed_over(self) -> None:
        kind, blank, far = NamedNode(str(RDF.type)), BlankNode("b"), NamedNode("urn:far:away")
        store = Store()
        store.add(Quad(blank, kind, Literal("no class"), DefaultGraph()))
        store.add(Quad(far, kind, NamedNode("http://a/肝#x y".replace(" ", "%20")), DefaultGraph()))
        store.add(Quad(blank, NamedNode("http://a"), Triple(far, far, blank), DefaultGraph()))
        store.add(Quad(far, NamedNode(str(SKOS.exactMatch)), NamedNode("http://www.wikidata.org/entity/Q1"), blank))
        store.add(Quad(far, NamedNode(str(SKOS.exactMatch)), NamedNode("http://b/entity/Q1"), DefaultGraph()))
        graph = description(context(store))
        node = default_graph(graph)
        assert number(graph, node, VOID.triples) == 4
        assert number(graph, node, VOID.entities) == number(graph, node, VOID.classes) == 1
        assert [str(each) for each in graph.objects(None, VOID["class"])] == ["http://a/肝#x%20y"]
        assert not list(graph.subjects(RDF.type, SD.NamedGraph))
        (links,) = graph.subjects(RDF.type, VOID.Linkset)
        assert str(the(graph, the(graph, links, VOID.objectsTarget), VOID.uriSpace)) == "http://b/entity/"

    def test_description_is_quick(self, real: Store) -> None:
        start = time.thread_time()
        list(service_description(context(real)))
        assert time.thread_time() - start < SECONDS

    def test_the_same_service_at_another_address_needs_no_counting(self, endpoint: Service) -> None:
        graph = description(replace(endpoint, endpoint="https://example.org/sparql"))
        assert list(graph.objects(None, SD.endpoint)) == [URIRef("https://example.org/sparql")]
        nodes = {*graph.subjects(), *graph.objects()}
        assert not [node for node in nodes if isinstance(node, URIRef) and node.startswith(ENDPOINT)]


class TestPage:
    Shown = Callable[..., BeautifulSoup]

    @pytest.fixture
    def shown(self) -> Shown:
        """Renders the page of a service."""
        nowhere = Path()
        app = create_app(
            SiteContext(store=Store(), revision="", prefixes=Prefixes({}), directory=nowhere, resources=nowhere)
        )

        def rendered(service: Service) -> BeautifulSoup:
            with app.test_request_context("/sparql"):
                return BeautifulSoup(render_template("service.html", service=service), "html.parser")

        return rendered

    def test_page_has_the_numbers_of_the_description(
        self, endpoint: Service, described: rdflib.Graph, shown: Shown
    ) -> None:
        text = shown(endpoint).get_text(" ", strip=True)
        assert f"{number(described, default_graph(described), VOID.triples):,} triples" in text
        for part in described.objects(default_graph(described), VOID.classPartition):
            class_ = PREFIXES.compact(str(the(described, part, VOID["class"])))
            assert f"{class_} {number(described, part, VOID.entities):,} " in text

    def test_every_question_has_a_form_that_asks_it(self, endpoint: Service, shown: Shown) -> None:
        forms = [str(form["action"]) for form in shown(endpoint).select("form[action^='/query/']")]
        assert sorted(forms) == sorted(f"/query/{query.name}" for query in endpoint.queries)

    def test_link_to_the_named_graphs_asks_for_them(self, endpoint: Service, real: Store, shown: Shown) -> None:
        (link,) = (str(a["href"]) for a in shown(endpoint)("a") if "named graphs" in a.get_text())
        results = evaluate(real, parse_qs(urlsplit(link).query)["query"][0])
        assert isinstance(results, QuerySolutions)
        assert len(list(results)) == len(endpoint.contents.graphs)

    def test_page_tells_limits_formats_and_prefixes(self, endpoint: Service, shown: Shown) -> None:
        text = shown(endpoint).get_text(" ", strip=True)
        assert "2.5 seconds" in text
        assert "4.0 KiB, 1,000 rows" in text
        assert all(form.media_type in text for form in (*RESULTS, *GRAPHS))
        assert f"PREFIX dcat: <{PREFIXES['dcat']}>" in text

    def test_only_a_writable_endpoint_tells_how_to_write(self, endpoint: Service, shown: Shown) -> None:
        assert "Bearer" not in shown(endpoint).get_text()
        assert "Bearer" in shown(replace(endpoint, writable=True)).get_text()

    def test_page_needs_nothing_that_a_strict_policy_forbids(self, endpoint: Service, shown: Shown) -> None:
        page = shown(endpoint)
        assert not page("style")
        assert all(str(script["src"]).startswith("/static/") and not script.string for script in page("script"))
        assert not [tag for tag in page(True) if any(name == "style" or name.startswith("on") for name in tag.attrs)]

    def test_words_of_the_data_are_no_markup(self, endpoint: Service, shown: Shown) -> None:
        hostile = "<img src=x onerror=alert(1)>"
        contents = replace(endpoint.contents, classes={"javascript:alert(1)": 1}, links={hostile: 1})
        page = shown(replace(endpoint, contents=contents, revision=hostile))
        assert not page("img")
        assert not [a for a in page("a") if str(a["href"]).startswith("javascript")]

    def test_page_of_an_empty_graph_has_no_empty_tables(self, shown: Shown) -> None:
        page = shown(replace(context(Store()), queries=()))
        assert not page("table")
        assert not page("h3")
