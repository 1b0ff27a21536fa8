"""The pages of catalogue entries, to which every witness leads."""

from __future__ import annotations

import pytest

from tests import real
from tests.site.sound import faults

PATHS = [
    "/catalog/openmedlab/record/lits",
    "/catalog/m-aryayi/record/ps-fh-aop-2023",
    "/catalog/linhandev/record/camelyon16-17",
    "/catalog/neerakara/record/acdc",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_page_is_sound(path: str) -> None:
    assert faults(real.client().get(path, headers={"Accept": "text/html"}).text) == []


def test_an_entry_says_where_it_stands_and_for_what() -> None:
    page = real.page("/catalog/openmedlab/record/lits")
    assert "Line 112 of Awesome-Medical-Dataset, under Medical Image Datasets / Abdomen." in " ".join(page.text.split())
    assert page.select_one("main li a[href='/dataset/lits']")


def test_what_it_states_is_told_with_what_we_hold_of_it() -> None:
    page = real.page("/catalog/m-aryayi/record/ps-fh-aop-2023")
    stated = page.select_one("section[aria-labelledby=stated-title] dl.facts")
    assert stated is not None
    assert [item.text for item in stated.select(".is-corrected .value a")][-1] == "https://hc18.grand-challenge.org"
    wrong = page.select_one("section[aria-labelledby=defects-title]")
    assert wrong is not None
    assert "Foreign link" in wrong.text


def test_an_entry_states_only_what_it_states_itself() -> None:
    page = real.page("/catalog/biomedical-imaging-datasets/record/lits")
    stated = page.select_one("section[aria-labelledby=stated-title] dl.facts")
    assert stated is not None
    assert "201 cases" not in stated.text


def test_an_entry_that_mentions_several_names_them() -> None:
    page = real.page("/catalog/linhandev/record/camelyon16-17")
    named = {str(link["href"]) for link in page.select("main > ul a")}
    assert {"/dataset/camelyon16", "/dataset/camelyon17"} <= named


def test_what_it_says_of_lineage_is_told() -> None:
    page = real.page("/catalog/biomedical-imaging-datasets/record/ct-org")
    claims = page.select_one("section[aria-labelledby=claims-title]")
    assert claims is not None
    assert "CT-ORG overlaps LiTS" in claims.text
