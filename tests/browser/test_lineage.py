"""The lineage of a dataset as a graph, by mouse and by keyboard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from medkg.lineage import Layer, family, verdict
from tests import real
from tests.browser.visits import PHONE, Visit

LITS = "/dataset/lits/lineage"


def canvas(page: Page) -> Locator:
    """The graph."""
    found = page.get_by_role("application")
    expect(found).to_be_visible()
    return found


def panel(page: Page) -> Locator:
    """What is told beside it."""
    return page.get_by_role("complementary", name="What is claimed")


def place(page: Page, chosen: str) -> dict[str, float]:
    """Where something of the graph is seen, from the corner of the graph."""
    found: dict[str, float] = canvas(page).evaluate(
        """(canvas, id) => {
          const drawn = canvas._cyreg.cy, it = drawn.getElementById(id);
          return it.isEdge() ? drawn.$id(id).renderedMidpoint() : it.renderedPosition();
        }""",
        chosen,
    )
    return found


def grades(page: Page) -> dict[str, str]:
    """The grade that each dataset of the graph is coloured by; empty for the one asked for."""
    found: dict[str, str] = canvas(page).evaluate(
        """canvas => Object.fromEntries(canvas._cyreg.cy.nodes().map(
          each => [each.id(), each.classes().filter(name => !["home", "expanded"].includes(name)).join()]
        ))"""
    )
    return found


def click(page: Page, slug: str) -> None:
    """Bring a dataset into the middle of the graph and click it."""
    # in braces, for what is returned is copied to Python: of center() that is the whole graph, by gigabytes
    canvas(page).evaluate("(canvas, id) => { canvas._cyreg.cy.center(canvas._cyreg.cy.getElementById(id)); }", slug)
    canvas(page).click(position=place(page, slug))  # type: ignore[arg-type]  # an x and a y


def open_relatives(page: Page, slug: str) -> None:
    """Have the graph show the relatives of a dataset that it shows, too."""
    click(page, slug)
    panel(page).get_by_role("button", name="Show its own relatives too").click()
    expect(page.locator(".lineage-said")).to_contain_text("more.")


def test_a_click_tells_of_a_dataset_and_who_claims_its_ties(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page).click(position=place(page, "msd-liver"))  # type: ignore[arg-type]  # an x and a y
    told = panel(page)
    expect(told.get_by_role("heading")).to_contain_text("MSD Liver")
    expect(told).to_contain_text("definite")
    expect(told).to_contain_text("MSD Liver has the same images as LiTS")
    expect(told.get_by_role("link", name="linhandev:147").first).to_have_attribute(
        "href", "/catalog/linhandev/record/lits"
    )
    assert visit.violations() == []
    page.locator("figure").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")
    visit.picture("lineage", height=880)


def test_a_click_tells_of_a_tie(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page).click(position=place(page, "ct-org|lits"))  # type: ignore[arg-type]  # an x and a y
    expect(panel(page)).to_contain_text("CT-ORG is drawn from LiTS (in part, 131 cases)")
    expect(panel(page).get_by_role("link", name="wiki.cancerimagingarchive.net")).to_be_visible()


def test_ancestors_stand_left_and_descendants_right(visit: Visit) -> None:
    page = visit.open(LITS)
    lits, atlas, msd = (place(page, each)["x"] for each in ("lits", "abdomenatlas", "msd-liver"))
    assert msd < lits < atlas


def test_the_keyboard_reaches_every_dataset_and_tie(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    expect(panel(page).get_by_role("heading")).to_have_text("LiTS")
    page.keyboard.press("ArrowRight")
    expect(panel(page).get_by_role("heading")).not_to_have_text("LiTS")
    page.keyboard.press("e")
    expect(panel(page).get_by_role("heading")).to_contain_text(" – ")
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel(page).locator(":focus")).to_have_count(1)


def test_a_relation_can_be_left_out(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page)
    shown = "() => document.querySelector('.lineage-canvas')._cyreg.cy.edges().not('.filtered').length"
    before = page.evaluate(shown)
    page.get_by_role("group", name="Relations").get_by_label("usesImagesOf").uncheck()
    page.wait_for_function(f"before => ({shown})() < before", arg=before)
    after = page.evaluate(shown)
    page.get_by_role("group", name="Resting on").get_by_label("catalog").uncheck()
    page.wait_for_function(f"after => ({shown})() < after", arg=after)
    assert page.evaluate(shown) > 0


def test_a_relative_can_show_its_own_relatives(visit: Visit) -> None:
    page = visit.open("/dataset/3d-ircadb/lineage")
    canvas(page).click(position=place(page, "lits"))  # type: ignore[arg-type]  # an x and a y
    before = page.locator(".lineage-said").inner_text()
    panel(page).get_by_role("button", name="Show its own relatives too").click()
    expect(page.locator(".lineage-said")).to_contain_text("more.")
    expect(page.locator(".lineage-said")).not_to_have_text(before)


@pytest.mark.parametrize(
    ("path", "layer", "opened"),
    [
        (LITS, "all", "msd"),
        (LITS, "all", "abdomenatlas"),
        (f"{LITS}?depth=1", "all", "abdomenct-1k"),
        (f"{LITS}?evidence=catalogues", "catalogs", "msd"),
        ("/dataset/3d-ircadb/lineage", "all", "lits"),
    ],
)
def test_what_another_ones_relatives_bring_is_graded_towards_the_dataset_of_the_page(
    visit: Visit, path: str, layer: Layer, opened: str
) -> None:
    page, asked = visit.open(path), path.split("/")[2]
    before = grades(page)
    open_relatives(page, opened)
    after = grades(page)
    assert after.items() >= before.items()
    assert len(after) > len(before)
    view = real.register().view(layer)
    family_of_it = family(view, asked)
    documentary = {each.dataset for each in (*family_of_it.ancestors, *family_of_it.descendants)}
    expected = {}
    for slug in after.keys() - {asked}:
        grade = verdict(view.images, asked, slug, exclude=view.exclude).grade
        is_shared = grade in ("definite", "possible")
        expected[slug] = grade if is_shared or slug not in documentary else "documentary"
    assert {slug: grade for slug, grade in after.items() if slug != asked} == expected


def test_of_a_dataset_that_is_no_relative_the_panel_says_so(visit: Visit) -> None:
    page = visit.open(LITS)
    open_relatives(page, "msd")
    click(page, "msd-cardiac")
    expect(panel(page).get_by_role("heading")).to_contain_text("MSD Cardiac")
    expect(panel(page)).to_contain_text("none known")
    expect(panel(page)).to_contain_text("neither an ancestor nor a descendant of LiTS")
    expect(panel(page)).not_to_contain_text("definite")
    expect(page.locator("figure")).to_contain_text("○ is not known to share any")
    assert visit.violations() == []


def test_the_graph_says_what_the_data_says(visit: Visit) -> None:
    page = visit.open(LITS)
    drawn: list[str] = canvas(page).evaluate("canvas => canvas._cyreg.cy.edges().map(each => each.id())")
    family: dict[str, Any] = json.loads(page.request.get(f"{visit.site}/dataset/lits/lineage.json").text())
    assert sorted(drawn) == sorted(each["id"] for each in family["edges"])
    dotted = {each["id"] for each in family["edges"] if each["style"] == "dotted"}
    styles = canvas(page).evaluate(
        "canvas => canvas._cyreg.cy.edges().map(each => [each.id(), each.style('line-style')])"
    )
    assert {each for each, style in styles if style == "dotted"} == dotted


def test_the_graph_can_be_taken_along_as_a_picture(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG").click()
    assert download.value.suggested_filename == "lits-lineage.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    for name in ("SVG", "Mermaid", "JSON"):
        address = page.locator("figcaption").get_by_role("link", name=name).get_attribute("href")
        assert page.request.get(f"{visit.site}{address}").ok


def test_without_scripts_there_is_a_picture_and_a_table(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, java_script_enabled=False) as visit:
        page = visit.open(LITS)
        picture = page.get_by_role("figure").get_by_role("img")
        expect(picture).to_be_visible()
        assert "LiTS" in (picture.get_attribute("alt") or "")
        expect(page.locator("#claims").get_by_role("row")).not_to_have_count(0)


def test_the_graph_fits_a_phone(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, viewport=PHONE) as visit:
        page = visit.open(LITS)
        expect(canvas(page)).to_be_in_viewport(ratio=0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_legend_is_told_once(visit: Visit) -> None:
    page = visit.open(LITS)
    canvas(page)
    expect(page.locator("figure").get_by_text("Images went from left to right")).to_have_count(1)
