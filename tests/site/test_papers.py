"""The pages of papers, whose IRIs are not ours."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode
from rdflib import Graph, URIRef

from medkg.site.pages import Addresses
from tests import real
from tests.site.sound import faults

CLASS = NamedNode("https://schema.org/ScholarlyArticle")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
BRATS = "/paper/doi.org/10.1038/sdata.2017.117"


def test_every_paper_has_a_sound_page_of_its_own() -> None:
    client, found = real.client(), {}
    for quad in real.store().quads_for_pattern(None, TYPE, CLASS, DefaultGraph()):
        assert isinstance(quad.subject, NamedNode)
        response = client.get(Addresses(root="/").paper(quad.subject.value), headers={"Accept": "text/html"})
        assert quad.subject.value.replace("&", "&amp;") in response.text, quad.subject
        found[quad.subject.value] = faults(response.text)
    assert len(found) > 160
    assert {iri: each for iri, each in found.items() if each} == {}


def test_a_paper_names_its_datasets_and_who_gives_it_for_them() -> None:
    page = real.page(BRATS)
    described = page.select_one("section[aria-labelledby=datasets-title]")
    assert described is not None
    assert [" ".join(each.text.split()) for each in described.select("li")] == [
        "BraTS-TCGA-GBM openmedlab:47",
        "BraTS-TCGA-LGG openmedlab:46",
    ]


def test_a_paper_names_the_claims_that_rest_on_it() -> None:
    claims = real.page(BRATS).select_one("section[aria-labelledby=claims-title]")
    assert claims is not None
    assert "BraTS-TCGA-GBM is drawn from TCGA-GBM (wholly, 135 of unit patient)" in claims.text


def test_a_paper_can_be_cited_by_its_number_and_nothing_is_made_up() -> None:
    text = real.page(BRATS).text
    assert "doi = {10.1038/sdata.2017.117}" in text
    assert "author" not in text.partition("@misc")[2].partition("}\n")[0]


def test_a_paper_is_data_to_programs() -> None:
    answer = real.client().get(BRATS)
    assert answer.content_type == "text/turtle"
    assert URIRef("https://doi.org/10.1038/sdata.2017.117") in set(Graph().parse(data=answer.text).subjects())
    assert f'<{BRATS}?format=jsonld>; rel="alternate"; type="application/ld+json"' in answer.headers.getlist("Link")


@pytest.mark.parametrize(
    "path",
    [
        "/paper/www.diagnijmegen.nl/publications/hoge12/%3Fbibkey=Hoge12",
        "/paper/openaccess.thecvf.com/content_cvpr_2017/papers/Wang_ChestX-ray8_Hospital-Scale_Chest_CVPR_2017_paper.pdf",
    ],
)
def test_an_address_may_have_a_query_or_be_of_the_old_scheme(path: str) -> None:
    assert real.client().get(path, headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/paper/nothing", "/paper/", "/paper/a//b", "/paper/w3id.org/medkg/dataset/lits", "/paper/%3Cb%3E"]
)
def test_what_is_no_paper_is_404(path: str) -> None:
    assert real.client().get(path).status_code == 404
