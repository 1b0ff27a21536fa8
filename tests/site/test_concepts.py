"""The pages of concepts and vocabularies."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from medkg import search
from tests import real
from tests.site.sound import faults

SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMES = (
    "access", "anatomy", "condition", "count-role", "defect", "dimensionality", "finding", "format", "licence",
    "link-role", "modality", "task", "unit", "venue",
)  # fmt: skip


def html(path: str) -> str:
    response = real.client().get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_of_a_vocabulary_is_sound_and_has_every_concept(scheme: str) -> None:
    assert faults(html(f"/{scheme}")) == []
    node = NamedNode(f"https://w3id.org/medkg/{scheme}")
    quads = real.store().quads_for_pattern(None, NamedNode(f"{SKOS}inScheme"), node, DefaultGraph())
    concepts = {quad.subject.value.removeprefix("https://w3id.org/medkg") for quad in quads}  # type: ignore[union-attr]
    assert {str(link["href"]) for link in real.page(f"/{scheme}").select("main li a")} >= concepts


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_of_concepts_are_sound(scheme: str) -> None:
    links = [str(link["href"]) for link in real.page(f"/{scheme}").select("main li a[href^='/']")]
    found = {link: faults(html(link)) for link in links[::5] if not link.startswith("/dataset")}
    assert {link: each for link, each in found.items() if each} == {}


def test_a_concept_has_its_names_and_neighbours() -> None:
    page = real.page("/anatomy/liver")
    heading = page.select_one("h1 [lang=zh]")
    assert heading is not None
    assert heading.text == "肝脏"
    links = {str(link["href"]): link.text for link in page.select("main a")}
    assert links["/anatomy/abdomen"] == "abdomen 腹部"
    assert links["/anatomy/hepatic-vessel"] == "hepatic vessel 肝脏血管"
    assert "http://purl.obolibrary.org/obo/UBERON_0002107" in links
    assert "/datasets?anatomy=liver" in links


@pytest.mark.parametrize(
    ("scheme", "key"), [("anatomy", "liver"), ("anatomy", "abdomen"), ("modality", "mr"), ("task", "segmentation")]
)
def test_its_datasets_are_those_that_the_search_finds(scheme: str, key: str) -> None:
    hits = search.search(real.context().index, "", limit=1_000, **{scheme: [key]})
    client, found, number = real.client(), set[str](), 1
    while True:
        page = client.get(f"/{scheme}/{key}?page={number}", headers={"Accept": "text/html"})
        if page.status_code == 400:
            break
        found |= set(re.findall(r'<a href="/dataset/([^"]+)">', page.text))
        number += 1
    assert found == {hit.slug for hit in hits}
    assert f"{len(found)} datasets" in html(f"/{scheme}/{key}")


def test_a_dataset_of_a_narrower_concept_says_so() -> None:
    (item,) = (each for each in real.page("/anatomy/liver").select("#datasets li") if "MSD Hepatic" in each.text)
    assert "hepatic vessel" in item.text


def test_a_licence_says_what_it_allows_and_who_gives_data_out_under_it() -> None:
    page = real.page("/licence/cc-by-nc-nd-4-0")
    assert "No commercial use" in page.text
    assert page.find("a", href="/dataset/lits")
    assert page.find("a", href="http://spdx.org/licenses/CC-BY-NC-ND-4.0")


def test_a_condition_names_the_licences_that_have_it() -> None:
    page = real.page("/condition/non-commercial")
    others = page.select_one("#others")
    assert others is not None
    assert others.find("a", href="/licence/cc-by-nc-nd-4-0")


def test_a_venue_names_its_challenges_and_datasets() -> None:
    page = real.page("/venue/isbi")
    assert page.find("a", href="/challenge/lits-isbi2017")
    assert page.find("a", href="/dataset/lits")


def test_a_defect_names_the_entries_that_have_it() -> None:
    assert real.page("/defect/foreign-link").find("a", href="/catalog/m-aryayi/record/ps-fh-aop-2023")


def test_the_numbers_of_a_tree_count_narrower_concepts_too() -> None:
    items = real.page("/anatomy").select("main li")
    item = next(each for each in items if each.a and each.a["href"] == "/anatomy/liver")
    number = item.select_one("span.muted")
    assert number is not None
    assert f"{number.text} datasets" in html("/anatomy/liver")


@pytest.mark.parametrize("path", ["/anatomy/nothing", "/nothing", "/anatomy/liver/more"])
def test_an_unknown_concept_is_404(path: str) -> None:
    assert real.client().get(path).status_code == 404
