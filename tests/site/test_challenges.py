"""The pages of challenge editions."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from tests import real
from tests.site.sound import faults

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
