"""What holds of every page: anybody can use it, on anything, and it asks nobody else."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import PHONE, Visit

WRONG = "/sparql?" + urlencode({"query": "wrong"})
NOWHERE = "/nothing-is-here"

PAGES = (
    "/",
    "/datasets",
    "/datasets?q=liver&modality=ct",
    "/datasets?q=nothing+is+called+that",
    "/dataset/lits",
    "/dataset/abdomenatlas",
    "/dataset/lits/lineage",
    "/leak",
    "/leak?train=abdomenct-1k&train=ct-org&test=lits&test=btcv",
    "/compare",
    "/compare?d=lits&d=kits19&d=btcv",
    "/catalog",
    "/catalog/openmedlab",
    "/catalog/openmedlab/defects",
    "/catalog/openmedlab/differences",
    "/catalog/linhandev/record/lits",
    "/challenge/lits-miccai2017",
    "/paper/arxiv.org/abs/1901.04056",
    "/anatomy",
    "/anatomy/liver",
    "/modality/ct",
    "/task/segmentation",
    "/ontology",
    "/sparql",
    "/sparql?" + urlencode({"query": "SELECT * { ?s a dcat:Catalog ; ?p ?o } LIMIT 30"}),
    "/sparql?" + urlencode({"query": "DESCRIBE dataset:lits"}),
    WRONG,
    "/help",
    "/help/grades",
    "/help/cite",
    "/help/api",
    NOWHERE,
)

STATUS = {WRONG: 400, NOWHERE: 404}

OF_LAYOUT = ("scrollable-region-focusable", "link-name", "button-name", "label")
"""The rules of axe whose outcome the width of a window can change."""


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_by_light_and_by_dark(visit: Visit, path: str) -> None:
    page = visit.open(path, status=STATUS.get(path, 200))
    assert visit.violations() == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)"
    assert visit.violations("color-contrast", "link-in-text-block") == []


def test_axe_finds_the_one_element_of_hundreds_that_can_hardly_be_read(visit: Visit) -> None:
    page = visit.open("/ontology")
    assert page.locator("main dd").count() > 100
    page.locator("main dd").last.evaluate("element => { element.style = 'color: #ccc; background: #fff'; }")
    assert "color-contrast" in " ".join(visit.violations())


def test_a_phone_shows_all_of_every_page_without_scrolling_sideways(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, viewport=PHONE, has_touch=True) as visit:
        for path in PAGES:
            page = visit.open(path, status=STATUS.get(path, 200))
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert visit.violations(*OF_LAYOUT) == [], path


def test_every_page_reads_without_scripts(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, java_script_enabled=False) as visit:
        for path in PAGES:
            page = visit.open(path, status=STATUS.get(path, 200))
            expect(page.get_by_role("heading", level=1), path).to_have_count(1)
            expect(page.get_by_role("navigation", name="Site"), path).to_be_visible()
            assert page.get_by_role("main").inner_text().strip(), path


def test_the_first_tabulator_leads_past_the_header(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_print_leaves_out_what_cannot_be_clicked(visit: Visit) -> None:
    page = visit.open("/dataset/lits")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_phone_shows_the_whole_way_around_the_site(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, viewport=PHONE, has_touch=True) as visit:
        links = visit.open("/").get_by_role("navigation", name="Site").get_by_role("link").all()
        boxes = [each.bounding_box() for each in links]
        assert len(boxes) > 5
        assert all(box and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
