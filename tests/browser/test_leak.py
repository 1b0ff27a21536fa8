"""The leakage check: sets are picked, pairs judged, and what is found can be sent to others."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.visits import Visit


def test_the_splits_of_the_example_are_checked_and_shared(visit: Visit, browser: Browser) -> None:
    page = visit.open("/leak")
    for label, text, name in (
        ("Add a training set", "abdomenct", "AbdomenCT-1K"),
        ("Add a training set", "ct-org", "CT-ORG"),
        ("Add a test set", "lits", "LiTS"),
        ("Add a test set", "btcv", "BTCV"),
    ):
        page.get_by_role("combobox", name=label).press_sequentially(text, delay=10)
        page.get_by_role("option", name=name, exact=True).first.click()
        page.get_by_role("button", name="Check", exact=True).click()
    matrix = page.locator("table.matrix")
    expect(matrix.locator("td.definite")).to_have_count(2)
    expect(matrix.locator("td.none-known")).to_have_text(["none known", "none known"])
    expect(matrix.locator("td.definite").first).to_contain_text("definite")
    expect(page.get_by_text("AbdomenCT-1K includes all of LiTS (201 cases)")).to_be_visible()
    expect(page.get_by_role("link", name="wiki.cancerimagingarchive.net")).to_be_visible()
    assert visit.violations() == []
    visit.picture("leak", height=1100)
    with Visit.begun(browser, visit.site, java_script_enabled=False) as other:
        other.page.goto(page.url)
        assert other.page.locator("table.matrix").inner_text() == matrix.inner_text()


def test_a_name_that_nothing_has_is_told(visit: Visit) -> None:
    page = visit.open("/leak?train=lits")
    page.get_by_label("Add a test set").fill("kist19")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("kits19")


def test_a_cell_leads_to_its_reasons(visit: Visit) -> None:
    page = visit.open("/leak?train=ct-org&test=lits")
    page.locator("table.matrix").get_by_role("link", name="definite").click()
    reasons = page.locator(":target")
    expect(reasons).to_be_in_viewport()
    expect(reasons).to_contain_text("CT-ORG is drawn from LiTS (in part, 131 cases)")
