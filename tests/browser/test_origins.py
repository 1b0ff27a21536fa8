"""Pages of another origin, in a real browser: they read and query with any header, and cannot write."""

from __future__ import annotations

import http.server
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.servers import BEARER, TOKEN, Running, running
from tests.small_graph import small

QUERY = "SELECT ?d { ?d a dcat:Dataset } ORDER BY ?d LIMIT 1"
EXPECTED = '{"head":{"vars":["d"]},"results":{"bindings":[{"d":{"type":"uri","value":"https://w3id.org/medkg/dataset/'
UNUSUAL = {
    "queryId": "7",
    "X-Requested-With": "XMLHttpRequest",
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "If-None-Match": '"other"',
}
FETCH = """async ([url, init]) => {
  try {
    const answer = await fetch(url, init);
    const headers = Object.fromEntries(answer.headers);
    return {status: answer.status, url: answer.url, body: await answer.text(), headers};
  } catch (error) {
    return {refused: String(error)};
  }
}"""


class _Empty(http.server.BaseHTTPRequestHandler):
    """A site with one page, which is empty."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of another site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as site:
        thread = Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that whoever has the token may write to."""
    with running(small(tmp_path_factory.mktemp("origins")), MEDKG_WRITE_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def page(browser: Browser, elsewhere: str) -> Iterator[Page]:
    """The page of the other site."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(elsewhere)
    yield page
    context.close()


def fetched(page: Page, server: Running, path: str, **init: Any) -> dict[str, Any]:
    """What a script on a page gets from a server, or why the browser lets it have nothing."""
    answer: dict[str, Any] = page.evaluate(FETCH, [server.address.rstrip("/") + path, init])
    return answer


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/SPARQL"])
def test_a_query_is_answered_with_any_header(page: Page, endpoint: Running, path: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    direct = {"Content-Type": "application/sparql-query"}
    ways: list[dict[str, Any]] = [
        {"headers": UNUSUAL},
        {"method": "POST", "headers": UNUSUAL | form, "body": f"query={QUERY}"},
        {"method": "POST", "headers": UNUSUAL | direct, "body": QUERY},
    ]
    for way in ways:
        asked = f"{path}?query={QUERY}" if "method" not in way else path
        answer = fetched(page, endpoint, asked, **way)
        assert (answer["status"], answer["body"].startswith(EXPECTED)) == (200, True), answer


@pytest.mark.parametrize("header", UNUSUAL)
def test_each_header_is_let_through_by_itself(page: Page, endpoint: Running, header: str) -> None:
    for path in ("/sparql?query=ASK{}", "/graph-store?default", "/dataset/lits", "/datasets?format=csv", "/livez"):
        assert fetched(page, endpoint, path, headers={header: UNUSUAL[header]})["status"] == 200


def test_a_page_is_found_at_another_spelling_from_elsewhere(page: Page, endpoint: Running) -> None:
    answer = fetched(page, endpoint, "/dataset/LiTS/?format=nt", headers=UNUSUAL)
    assert (answer["status"], answer["url"]) == (200, f"{endpoint.address}dataset/lits?format=nt")


def test_what_a_program_needs_to_know_is_shown(page: Page, endpoint: Running) -> None:
    headers = fetched(page, endpoint, "/dataset/lits", headers=UNUSUAL)["headers"]
    assert {"etag", "link", "content-type", "cache-control"} <= set(headers)
    assert "content-disposition" in fetched(page, endpoint, "/datasets?format=csv")["headers"]
    refused = fetched(page, endpoint, "/sparql?query=wrong", headers=UNUSUAL)
    assert (refused["status"], '"detail"' in refused["body"]) == (400, True)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/graph-store?graph=x:stolen", "/Graph-Store/?graph=x:stolen"])
@pytest.mark.parametrize("header", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_token_is_not_let_through(page: Page, endpoint: Running, path: str, header: str) -> None:
    bearer = {header: BEARER["Authorization"]}
    before = endpoint.client.get("/graph-store?default").headers["ETag"]
    ways: list[dict[str, Any]] = [
        {"method": "POST", "headers": bearer | {"Content-Type": "application/sparql-update"}, "body": "CLEAR ALL"},
        {"method": "POST", "headers": bearer | UNUSUAL, "body": "update=CLEAR%20ALL"},
        {"method": "PUT", "headers": bearer | {"Content-Type": "text/turtle"}, "body": "<x:s> <x:p> 1 ."},
        {"method": "DELETE", "headers": bearer},
        {"headers": bearer},
    ]
    for way in ways:
        assert "Failed to fetch" in fetched(page, endpoint, path, **way)["refused"]
    assert endpoint.client.get("/graph-store?default").headers["ETag"] == before


def test_nothing_is_written_without_a_token(page: Page, endpoint: Running) -> None:
    before = endpoint.client.get("/graph-store?default").headers["ETag"]
    update = {"Content-Type": "application/sparql-update"}
    answer = fetched(page, endpoint, "/sparql", method="POST", headers=update, body="CLEAR ALL")
    assert answer["status"] == 401
    for method in ("PUT", "DELETE", "PATCH"):
        refused = fetched(page, endpoint, "/graph-store?graph=x:stolen", method=method, headers=UNUSUAL)
        assert "Failed to fetch" in refused["refused"]
    assert (
        fetched(page, endpoint, "/graph-store?graph=x:stolen", method="POST", body="<x:s> <x:p> 1 .")["status"] == 401
    )
    assert endpoint.client.get("/graph-store?default").headers["ETag"] == before
