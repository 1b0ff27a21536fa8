"""Finding datasets: by words with slips of the finger, in Chinese, by facets, by what is suggested."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.visits import PHONE, Visit


def search(page: Page, text: str) -> None:
    """Type something into the large search box and send it off."""
    page.locator("form.search.large input").fill(text)
    with page.expect_navigation(url="**/datasets?*"):
        page.keyboard.press("Enter")


def found(page: Page) -> list[str]:
    """The names of the datasets found, on the first page."""
    return page.locator(".results > li :is(h2, h3)").all_inner_texts()


def ultrasound(page: Page) -> Locator:
    """The filter for one modality."""
    return page.locator(".filters a", has_text="Ultrasound").first


def test_home_leads_to_a_dataset_in_two_steps(visit: Visit) -> None:
    page = visit.open("/")
    visit.picture("home", height=1000)
    search(page, "CT liver")
    assert "LiTS" in found(page)
    page.get_by_role("link", name="LiTS", exact=True).click()
    expect(page).to_have_url(f"{visit.site}/dataset/lits")
    expect(page.get_by_role("heading", level=1)).to_contain_text("LiTS")


def test_a_slip_of_the_finger_is_forgiven(visit: Visit) -> None:
    page = visit.open("/datasets")
    search(page, "pancraes")
    assert any("Pancreas" in each for each in found(page))


def test_chinese_finds_what_english_finds(visit: Visit) -> None:
    page = visit.open("/datasets")
    search(page, "肝脏")
    chinese = found(page)
    assert "LiTS" in chinese
    search(page, "CT")
    assert found(page)


def test_a_facet_narrows_the_search_and_can_be_taken_away(visit: Visit) -> None:
    page = visit.open("/datasets?q=liver")
    filters = page.get_by_role("complementary", name="Filters")
    before = page.get_by_role("heading", level=1).inner_text()
    filters.get_by_role("link", name="X-ray-based imaging").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    expect(page).to_have_url(re.compile("modality="))
    assert visit.violations() == []
    visit.picture("search")
    page.get_by_role("list", name="Chosen").get_by_role("link", name="X-ray-based imaging").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(before)


def test_suggestions_are_chosen_by_keyboard(visit: Visit) -> None:
    page = visit.open("/dataset/kits19")
    box = page.get_by_role("combobox", name="Search datasets")
    with page.expect_response("**/complete?*q=lit*"):
        box.press_sequentially("lit", delay=20)
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert visit.violations() == []
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("LiTS")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.site}/dataset/lits")


def test_filters_are_folded_on_a_phone_and_open_on_a_wide_screen(browser: Browser, visit: Visit) -> None:
    page = visit.open("/datasets?q=liver")
    expect(ultrasound(page)).to_be_visible()
    with Visit.begun(browser, visit.site, viewport=PHONE) as phone:
        page = phone.open("/datasets?q=liver")
        expect(ultrasound(page)).to_be_hidden()
        page.get_by_text("Filters", exact=True).click()
        expect(ultrasound(page)).to_be_visible()


def test_without_scripts_a_search_finds_the_same(browser: Browser, visit: Visit) -> None:
    page = visit.open("/datasets?q=CT+liver")
    with Visit.begun(browser, visit.site, java_script_enabled=False) as plain:
        other = plain.open("/")
        other.get_by_role("searchbox").fill("CT liver")
        other.get_by_role("button", name="Search").click()
        assert found(other) == found(page)
