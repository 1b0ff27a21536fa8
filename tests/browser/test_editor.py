"""The endpoint's page: a query is written, completed, run, mended and shared."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.visits import Visit
from tests.servers import PATIENCE

EDITOR = "Query"


def write(page: Page, query: str) -> None:
    """Put a query in place of what stands in the editor, by keyboard."""
    page.get_by_role("textbox", name=EDITOR).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def run(page: Page) -> Locator:
    """Run what stands in the editor; the results."""
    page.get_by_role("button", name="Run").click()
    results = page.locator("#results")
    expect(results.locator("h2")).to_be_visible()
    expect(results).not_to_have_attribute("aria-busy", "true")
    return results


def test_a_query_runs_and_its_terms_lead_to_their_pages(visit: Visit) -> None:
    page = visit.open("/sparql")
    write(page, 'SELECT ?it { ?it a dcat:Dataset ; dcterms:title "LiTS"@en }')
    results = run(page)
    expect(results.get_by_role("heading")).to_contain_text("1 row")
    results.get_by_role("link", name="dataset:lits").click()
    expect(page).to_have_url(f"{visit.site}/dataset/lits")


def test_a_stored_query_takes_values_as_people_say_them(visit: Visit) -> None:
    page = visit.open("/sparql")
    page.get_by_text("Which datasets share images with a dataset?", exact=True).click()
    form = page.locator(".question[open] form")
    form.get_by_role("combobox").fill("LITS")
    page.keyboard.press("Escape")
    form.get_by_role("button", name="Ask").click()
    table = page.locator("#results table")
    expect(table.get_by_role("row", name=re.compile("3D-IRCADb-01.*subsetOf by"))).to_be_visible()
    expect(page.get_by_role("textbox", name=EDITOR)).to_be_attached()
    expect(page).to_have_url(re.compile(r"/sparql\?query="))
    page.evaluate("scrollTo(0, 0)")
    visit.picture("editor", height=1100)


def test_a_value_that_names_nothing_is_told_beside_its_field(visit: Visit) -> None:
    page = visit.open("/sparql")
    page.get_by_text("Which datasets share images with a dataset?", exact=True).click()
    form = page.locator(".question[open] form")
    form.get_by_role("combobox").fill("kist19")
    page.keyboard.press("Escape")
    form.get_by_role("button", name="Ask").click()
    expect(form.get_by_role("alert")).to_contain_text("did you mean kits19")


def test_a_broken_query_is_led_to_its_mistake(visit: Visit) -> None:
    page = visit.open("/sparql")
    write(page, "SELECT * {\n  ?it a dcat:Dataset ;; ; wrong }")
    results = run(page)
    expect(results.get_by_role("alert")).to_contain_text("line 2, column 27: unexpected 'wrong'")
    expect(page.locator(".editor .mistake")).to_have_text("wrong")
    assert visit.violations() == []


def test_the_results_have_an_address_that_anybody_can_open(visit: Visit, browser: Browser) -> None:
    page = visit.open("/sparql")
    write(page, "ASK { dataset:lits a dcat:Dataset }")
    expect(run(page).get_by_role("heading")).to_contain_text("Yes")
    with Visit.begun(browser, visit.site, java_script_enabled=False) as other:
        other.page.goto(page.url)
        expect(other.page.locator("#results h2")).to_contain_text("Yes")
        expect(other.page.get_by_role("textbox", name=EDITOR)).to_have_value("ASK { dataset:lits a dcat:Dataset }")


def test_the_results_can_be_taken_along_in_every_format(visit: Visit) -> None:
    page = visit.open("/sparql")
    write(page, "SELECT ?it { ?it a dcat:Catalog } ORDER BY ?it")
    downloads = run(page).get_by_role("list", name="Download all of it").get_by_role("link")
    expect(downloads).to_have_text(["json", "xml", "csv", "tsv"])
    with page.expect_request("**/sparql?*format=csv"):
        downloads.nth(2).evaluate("link => fetch(link.href)")


def test_classes_and_properties_are_completed_from_the_graph(visit: Visit) -> None:
    page = visit.open("/sparql")
    write(page, "")
    page.keyboard.type("SELECT * { ?it a dcat:Distr")
    expect(page.get_by_role("option", name="dcat:Distribution")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(" ; imaged")
    expect(page.get_by_role("option", name="medkg:imagedRegion")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(" anatomy:live")
    expect(page.get_by_role("option", name="anatomy:liver", exact=True)).to_be_visible()


def test_moving_about_completes_nothing(visit: Visit) -> None:
    page = visit.open("/sparql?" + urlencode({"query": "SELECT * {\n  ?it a dcat:Dataset"}), status=400)
    expect(page.get_by_role("textbox", name=EDITOR)).to_be_focused()
    for key in ("End", "ArrowLeft", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("option")).to_have_count(0)


def test_the_tabulator_leaves_the_editor(visit: Visit) -> None:
    page = visit.open("/sparql")
    page.get_by_role("textbox", name=EDITOR).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_a_query_too_slow_is_told_its_deadline(visit: Visit) -> None:
    page = visit.open("/sparql")
    expect(page.get_by_text(f"A query may take {PATIENCE} seconds")).to_be_visible()
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i && ?c < ?f) }")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"s of {PATIENCE} s")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()


def test_without_scripts_the_form_finds_the_same(browser: Browser, site: str) -> None:
    with Visit.begun(browser, site, java_script_enabled=False) as visit:
        page = visit.open("/sparql")
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#results h2")).to_contain_text("20 rows")
        expect(page.locator("#results tbody tr")).to_have_count(20)
        page.get_by_role("textbox", name=EDITOR).fill("SELECT * { wrong }")
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("alert")).to_contain_text("line 1, column 12")
