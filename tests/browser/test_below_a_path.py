"""A site below a path: scripts ask and lead there, and nowhere beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser.test_editor import run, write
from tests.browser.visits import Visit
from tests.proxies import free_port
from tests.real import snapshot
from tests.servers import running


@pytest.fixture(scope="module")
def below() -> Iterator[str]:
    """The address of a server's site below a path."""
    port = free_port()
    site = f"http://127.0.0.1:{port}/medkg"
    with running(snapshot().path.parents[1], port=port, MEDKG_PUBLIC_URL=site):
        yield site


@pytest.fixture
def visit(browser: Browser, below: str) -> Iterator[Visit]:
    """A visitor of it, who must ask for nothing beside it."""
    beside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(f"{below}/"):
            beside.append(request.url)

    with Visit.begun(browser, below) as visit:
        visit.page.on("request", note)
        yield visit
    assert not beside


def test_suggestions_lead_to_pages_below_the_path(visit: Visit) -> None:
    page = visit.open("/dataset/kits19")
    box = page.get_by_role("combobox", name="Search datasets")
    box.press_sequentially("lits", delay=20)
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.site}/dataset/lits")


def test_the_editor_asks_and_completes_below_the_path(visit: Visit) -> None:
    page = visit.open("/sparql")
    write(page, "SELECT ?it { ?it a dcat:Dat")
    with page.expect_response(lambda answer: "format=json" in answer.url) as asked:
        page.keyboard.press("Control+Space")
    assert asked.value.ok
    write(page, 'SELECT ?it { ?it a dcat:Dataset ; dcterms:title "LiTS"@en }')
    run(page).get_by_role("link", name="dataset:lits").click()
    expect(page).to_have_url(f"{visit.site}/dataset/lits")


def test_the_lineage_graph_grows_below_the_path(visit: Visit) -> None:
    page = visit.open("/dataset/lits/lineage")
    expect(page.locator("figure.lineage canvas").first).to_be_visible()
