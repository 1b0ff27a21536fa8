"""The site in evaluators: it opens no file, says what went wrong to the server's log, and knows every update."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from medkg.evaluation.serialization import UNBOUNDED
from medkg.http.messages import Request
from medkg.pool import PageResult, RequestLimits
from medkg.site import relay
from medkg.site.site import Site
from tests import real
from tests.asking import BROWSER
from tests.faults.asking import update
from tests.servers import Running, running
from tests.small_graph import small

PATHS = (
    "/",
    "/dataset/lits",
    "/dataset/lits?format=jsonld",
    "/dataset/lits?format=rdfxml",
    "/dataset/no-such-dataset",
    "/datasets?q=livr",
    "/datasets?q=liver&format=json",
    "/compare?d=lits&d=kits19",
    "/leak?train=lits&test=no+such+name",
    "/leak?train=lits&test=ct-org&format=json",
    "/complete?q=liv",
    "/catalog",
    "/ontology",
    "/shapes",
    "/sitemap.xml",
    "/feed.atom",
    "/help/cite",
    "/query/papers-of-a-dataset",
    "/sparql",
    "/.well-known/void?format=turtle",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2010",
    "/sparql?query=SELEC",
)
_opened: list[str] | None = None


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    """Note what is opened or imported, while somebody wants to know; such a hook is for good."""
    if _opened is not None and event in {"open", "import"}:
        _opened.append(f"{event} {arguments[0]}")


sys.addaudithook(_audit)


@contextmanager
def opening() -> Iterator[list[str]]:
    """What is opened or imported meanwhile."""
    global _opened
    found: list[str] = []
    _opened = found
    try:
        yield found
    finally:
        _opened = None


def made() -> Site:
    """The site of the repository's data as a keeper makes it."""
    task = {"resources": str(real.ROOT), "issues": None, "limits": asdict(RequestLimits()), "writable": False}
    return Site(real.snapshot(), real.store(), real.context().prefixes, task)


@pytest.fixture(scope="module")
def site() -> Site:
    """One that every test leaves as it was."""
    return made()


def answer(site: Site, address: str, **headers: str) -> PageResult:
    """What an evaluator answers to a request for an address."""
    path, _, query = address.partition("?")
    request = Request(method="GET", path=path, query_string=query, headers={"accept": BROWSER, **headers})
    return site.answer(relay.page_operation(request), UNBOUNDED)


def application(site: Site) -> Flask:
    """The application whose pages a site answers with."""
    return site._app


def test_pages_open_no_file_and_import_nothing_once_the_site_is_made() -> None:
    site = made()  # of which nobody has asked anything yet
    with opening() as found:
        statuses = {path: answer(site, path, **{"accept-encoding": "br"}).status for path in PATHS}
    assert found == []
    assert max(statuses.values()) < 500, statuses


def test_what_is_prepared_opens_no_file_either(site: Site) -> None:
    with opening() as found:
        assert len(list(site.preparation())) > 40
    assert found == []


def test_a_page_that_fails_is_told_to_its_client_and_to_the_log(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise KeyError("a bug")

    (endpoint,) = (each.endpoint for each in application(site).url_map.iter_rules() if each.rule == "/")
    monkeypatch.setitem(application(site).view_functions, endpoint, fail)
    found = answer(site, "/")
    (message,) = found.log
    assert found.status == 500
    assert b"a bug" not in found.body
    assert message.split(": a request failed")[0] in found.body.decode()
    assert "KeyError: 'a bug'" in message


def test_a_lack_of_memory_is_no_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise MemoryError

    (endpoint,) = (each.endpoint for each in application(site).url_map.iter_rules() if each.rule == "/")
    monkeypatch.setitem(application(site).view_functions, endpoint, fail)
    with pytest.raises(MemoryError):
        answer(site, "/")


def test_pages_of_a_server_know_every_update(writable: Running) -> None:
    subject = "https://w3id.org/medkg/made-by-an-update"
    for number in (1, 2):
        assert update(writable, f"INSERT DATA {{ <{subject}> rdfs:label 'number {number}' }}").status == 204
        page = writable.client.get("/made-by-an-update", headers={"Accept": BROWSER})
        assert (page.status_code, f"number {number}" in page.text) == (200, True)
        assert "since it was built" in page.text
    feed = writable.client.get("/feed.atom").text
    assert "updates" in feed
    assert writable.client.get("/feed.atom").status_code == 200


def test_pages_of_a_graph_that_stays_on_disk_are_made_too(tmp_path: Path) -> None:
    on_disk = (
        "import functools, medkg.server.endpoint as e\n"
        "e.KeeperConfig = functools.partial(e.KeeperConfig, max_quads_in_memory=0)\n"
    )
    with running(small(tmp_path), before=on_disk) as server:
        for path in ("/", "/dataset/lits", "/datasets?q=liver", "/sparql"):
            assert server.client.get(path, headers={"Accept": BROWSER}).status_code == 200
        assert "Traceback" not in server.said


def test_a_static_file_is_there_in_every_spelling(client: Client) -> None:
    assert client.get("/static/medkg.css").status_code == 200
    assert client.get("/Static/medkg.css").status_code == 308
    assert client.get("//static//medkg.css").status_code in {200, 308}
    assert client.get("/static/no-such-file").status_code == 404
