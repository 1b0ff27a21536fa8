"""Pages find what they refer to, at the address at which they were asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.asking import BROWSER
from tests.servers import BEARER, TOKEN, Running, running
from tests.small_graph import small

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


def test_pages_say_which_of_them_do_not_know_of_updates(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_WRITE_TOKEN=TOKEN) as server:
        client = server.client

        def said(path: str) -> str | None:
            page = BeautifulSoup(client.get(path, headers={"Accept": BROWSER}).text, "html.parser")
            found = page.find(id="updates")
            return found.text if found else None

        def described() -> str:
            return client.get("/sparql", headers={"Accept": "text/turtle"}).text

        assert [said(path) for path in PAGES] == [None] * len(PAGES)
        assert "since it was built" not in described()
        for number in ("1 update ", "2 updates "):
            client.post("/sparql", data={"update": f"INSERT DATA {{ <x:s> <x:p> '{number}' }}"}, headers=BEARER)
            for path in (*PAGES, "/datasets", "/help"):
                assert number in (said(path) or ""), path
            assert f"It has had {number}since it was built" in described()
