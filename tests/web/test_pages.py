"""Pages find what they refer to, at the address at which they were asked for."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.servers import Running
from tests.web.asking import BROWSER

PAGES = ["/", "/sparql", "/dataset/lits", "/modality/ct", "/catalog/a/record/lits", "/dataset/nothing"]


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_is_made_of_is_where_it_says(server: Running, path: str) -> None:
    page = BeautifulSoup(server.client.get(path, headers={"Accept": BROWSER}).text, "html.parser")
    styles = [str(link["href"]) for link in page.find_all("link", rel=["stylesheet", "icon"])]
    scripts = [str(script["src"]) for script in page.find_all("script", src=True)]
    assert styles
    for address in (*styles, *scripts):
        answer = server.client.get(address)
        assert (answer.status_code, bool(answer.data)) == (200, True), address
        assert answer.mimetype in {"text/css", "image/svg+xml", "text/javascript", "application/javascript"}


def test_the_home_page_tells_the_address_of_the_endpoint(server: Running) -> None:
    page = BeautifulSoup(server.client.get("/", headers={"Accept": BROWSER}).text, "html.parser")
    assert "/sparql" in {link["href"] for link in page.find_all("a", href=True)}
