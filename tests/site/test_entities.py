"""Every thing answers under its own address, as data and as a page."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse
from rdflib import Graph, URIRef
from werkzeug.test import Client

from tests import real
from tests.site.sound import faults

LITS = URIRef("https://w3id.org/medkg/dataset/lits")
RECORD = "/catalog/a/record/lits"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path",
    ["/dataset/lits", "/catalog/a", RECORD, "/modality/ct", "/anatomy/liver", "/ontology"],
)
def test_things_of_every_kind_answer_in_turtle(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/turtle")
    subjects = set(Graph().parse(data=answer.text, format="turtle").subjects())
    assert URIRef(f"https://w3id.org/medkg{path}") in subjects


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader uses it
def test_a_dataset_is_described_with_its_counts(client: Client, accept: str, parser: str) -> None:
    answer = client.get("/dataset/lits", headers={"Accept": accept})
    assert answer.content_type == accept
    graph = Graph().parse(data=answer.text, format=parser)
    assert len(graph) == 11
    assert set(graph.subjects()) == {LITS, LITS + "#count-1"}


def test_the_ontology_is_described_with_its_terms(client: Client) -> None:
    graph = Graph().parse(data=client.get("/ontology").text, format="turtle")
    assert URIRef("https://w3id.org/medkg/ontology#caseCount") in set(graph.subjects())


def test_a_record_in_trig_holds_what_it_states_in_its_own_graph(client: Client) -> None:
    quads = parse(client.get(f"{RECORD}?format=trig").data, RdfFormat.TRIG)
    stated = [quad for quad in quads if quad.graph_name == NamedNode(f"https://w3id.org/medkg{RECORD}")]
    assert [quad.subject for quad in stated] == [NamedNode(LITS)]


def test_a_record_in_turtle_leaves_out_what_we_may_not_believe(client: Client) -> None:
    graph = Graph().parse(data=client.get(RECORD).text, format="turtle")
    assert LITS not in set(graph.subjects())


def test_a_browser_gets_a_page_with_labels_and_links(client: Client) -> None:
    answer = client.get("/dataset/lits", headers=BROWSER)
    assert answer.content_type == "text/html; charset=utf-8"
    page = BeautifulSoup(answer.text, "html.parser")
    (heading,) = page.find_all("h1")
    assert "LiTS" in heading.text
    links = {link["href"]: link.text for link in page.find_all("a")}
    assert links["/modality/ct"] == "CT"
    assert "/catalog/a/record/lits" in links
    assert "肝脏肿瘤分割" in {span.text for span in page.find_all(lang="zh")}
    alternates = {link["type"]: link["href"] for link in page.find_all("link", rel="alternate")}
    assert client.get(str(alternates["text/turtle"])).mimetype == "text/turtle"


def test_the_page_of_a_record_shows_what_the_entry_states(client: Client) -> None:
    page = client.get(RECORD, headers=BROWSER).text
    assert "Stated facts" in page
    assert '<a href="/dataset/lits">LiTS</a>' in page.partition("Stated facts")[2]
    assert "201" in page


def test_text_of_the_graph_is_text_on_the_page(client: Client) -> None:
    page = client.get("/dataset/hostile", headers=BROWSER).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript:' not in page


def test_other_formats_are_linked_in_the_headers(client: Client) -> None:
    links = client.get("/dataset/lits").headers.getlist("Link")
    assert '</dataset/lits?format=jsonld>; rel="alternate"; type="application/ld+json"' in links


def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    for headers in ({"Accept": "text/turtle"}, BROWSER):
        etag = client.get("/dataset/lits", headers=headers).headers["ETag"]
        again = client.get("/dataset/lits", headers={**headers, "If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/dataset/nothing", "/dataset/", "/dataset/a%20b", "/%ff", "/%3Cscript%3E"])
def test_an_unknown_thing_is_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert json.loads(answer.text)["title"] == "Not Found"


def test_things_are_only_read(client: Client) -> None:
    answer = client.post("/dataset/lits")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def links(path: str, **headers: str) -> dict[str, set[str]]:
    """The addresses that the `Link` headers of an answer of the repository's graph lead to, by relation."""
    found: dict[str, set[str]] = {}
    for value in real.client().get(path, headers=headers).headers.getlist("Link"):
        address, _, parameters = value.partition(">; rel=")
        found.setdefault(parameters.split('"')[1], set()).add(address.removeprefix("<"))
    return found


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_a_dataset_points_to_its_kind_licence_and_downloads(accept: str) -> None:
    found = links("/dataset/lits", Accept=accept)
    assert found["type"] == {"https://schema.org/Dataset"}
    assert found["license"] == {"https://w3id.org/medkg/licence/cc-by-nc-nd-4-0"}
    assert "https://competitions.codalab.org/competitions/17094#participate" in found["item"]
    assert "cite-as" not in found  # it has no DOI of its own


def test_a_page_points_to_what_describes_it() -> None:
    assert "/dataset/lits?format=turtle" in links("/dataset/lits", Accept="text/html")["describedby"]
    assert "describedby" not in links("/dataset/lits", Accept="text/turtle")


def test_a_dataset_that_has_a_doi_is_cited_by_it() -> None:
    context = real.context()
    slugs = sorted(context.register.labels)
    cited = {slug: found for slug in slugs if (found := links(f"/dataset/{slug}").get("cite-as"))}
    assert cited
    assert all(address.startswith("https://doi.org/10.") for found in cited.values() for address in found)


def test_editions_and_series_point_to_each_other() -> None:
    assert links("/dataset/kits19")["collection"] == {"https://w3id.org/medkg/dataset/kits"}
    assert "https://w3id.org/medkg/dataset/kits19" in links("/dataset/kits")["item"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/catalog/openmedlab", "DataCatalog"),
        ("/challenge/lits-miccai2017", "Event"),
        ("/anatomy/liver", "DefinedTerm"),
        ("/anatomy", "DefinedTermSet"),
    ],
)
def test_other_things_point_to_their_kind_too(path: str, kind: str) -> None:
    assert links(path)["type"] == {f"https://schema.org/{kind}"}


def test_headers_of_links_stay_short_enough_for_every_proxy() -> None:
    client = real.client()
    for path in ("/dataset/msd", "/dataset/abdomenatlas", "/catalog/openmedlab", "/anatomy"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        assert sum(len(value) for value in headers.getlist("Link")) < 4_000, path


@pytest.mark.parametrize("path", ["/claim/fe7c0abe5039d254", "/ontology"])
def test_whatever_has_no_page_of_its_kind_is_shown_as_it_is_and_soundly(path: str) -> None:
    assert faults(real.client().get(path, headers={"Accept": "text/html"}).text) == []


CLASS = NamedNode("https://w3id.org/medkg/ontology#Challenge")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def test_every_challenge_has_a_sound_page() -> None:
    client = real.client()
    found = {}
    for quad in real.store().quads_for_pattern(None, TYPE, CLASS, DefaultGraph()):
        assert isinstance(quad.subject, NamedNode)
        path = quad.subject.value.removeprefix("https://w3id.org/medkg")
        found[path] = faults(client.get(path, headers={"Accept": "text/html"}).text)
    assert len(found) == 165
    assert {path: each for path, each in found.items() if each} == {}


def test_an_edition_names_its_data_its_papers_and_those_who_name_it() -> None:
    page = real.page("/challenge/lits-miccai2017")
    links = {str(link["href"]) for link in page.select("main a")}
    assert {
        "/dataset/lits",
        "/venue/miccai",
        "/catalog/openmedlab/record/lits",
        "/paper/arxiv.org/abs/1901.04056",
        "https://competitions.codalab.org/competitions/17094#results",
    } <= links


def test_other_editions_are_named_in_the_order_of_years() -> None:
    page = real.page("/challenge/flare-2022-challenge")
    editions = page.select("section[aria-labelledby=editions-title] li")
    years = [int(found[1]) for each in editions if (found := re.search(r"\((\d{4})\)", each.text))]
    assert years == sorted(years)
    assert {2021, 2023} <= set(years)


@pytest.mark.parametrize("slug", ["lits-isbi2017", "lits-miccai2018"])
def test_whose_images_it_used_is_told_with_who_says_so(slug: str) -> None:
    claims = real.page(f"/challenge/{slug}").select_one("section[aria-labelledby=claims-title]")
    assert claims is not None
    assert "uses images of LiTS openmedlab:112" in " ".join(claims.text.split())
