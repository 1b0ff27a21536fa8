"""The page of a dataset: what is known of it, and who says so."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, expect

from tests.browser.visits import Visit


def test_each_fact_names_the_line_that_states_it(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    visit.picture("dataset", height=1250)
    facts = page.locator("#facts")
    expect(facts).to_contain_text("201 cases")
    facts.get_by_role("link", name="openmedlab:112").first.click()
    expect(page).to_have_url(f"{visit.site}/catalog/openmedlab/record/lits")


def test_datasets_that_share_images_are_told_with_the_way_they_do(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    shared = page.locator("#shared")
    shared.locator("summary", has_text="3D-IRCADb-01").click()
    expect(shared).to_contain_text("3D-IRCADb-01 is contained in LiTS (train split, 20 cases")
    assert visit.violations() == []


def test_what_catalogues_differ_on_stands_side_by_side(visit: Visit) -> None:
    page = visit.open("/dataset/msd-pancreas")
    values = page.locator("ul.versus").first.locator("> li")
    assert values.count() >= 2
    expect(values.locator(".said-by")).to_have_count(values.count())
    tops = {round(box["y"]) for each in values.all() if (box := each.bounding_box())}
    assert len(tops) == 1


def test_texts_in_both_languages_name_their_language(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    assert page.locator("main [lang=zh]").count() > 3
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_its_citation_is_copied(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.open("/dataset/lits")
        page.get_by_role("button", name="Copy BibTeX").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith("@")


def test_search_engines_read_it_as_a_dataset(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    described = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert described["@type"] == "Dataset"
    assert described["name"] == "LiTS"
