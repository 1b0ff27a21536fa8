"""The recipes for nginx and Apache, run as they are written: below the path that they give everything is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from tests.asking import BROWSER
from tests.crawling import links
from tests.proxies import apache, nginx, recipe
from tests.real import snapshot
from tests.servers import BEARER, TOKEN, Running, running

HOST = "http://example.org/"
SITE = f"{HOST}medkg/"
OURS = {"example.org", "127.0.0.1", "localhost"}
"""The hosts of the site, and those that nobody else can reach."""

Proxy = Callable[[Path, str, int], AbstractContextManager[Client]]
PROXIES: Mapping[str, tuple[Proxy, str]] = {"nginx": (nginx, "nginx.conf"), "Apache": (apache, "apache.conf")}

OTHERWISE = {
    "nginx": ("8077;\n        proxy_http_version", "8077/;\n        proxy_http_version"),
    "Apache": ('8077/" nocanon', '8077/medkg/" nocanon'),
}
"""What a recipe does with the path before all paths, and the other way: taken away by nginx, left by Apache."""

FOLLOWED = ("dataset/lits", "dataset/lits/lineage", "sparql?query=SELECT+*+%7B+?s+a+dcat:Catalog+%7D")
"""Pages of which every link is followed."""

LOOKED_AT = (
    "",
    "datasets?q=liver",
    "leak?train=lits&test=msd-liver",
    "compare?d=lits&d=btcv",
    "catalog",
    "ontology",
    "help/api",
    "feed.atom",
    "sitemap.xml",
)
"""Pages and lists of which every link is looked at."""

GRAPH = "<urn:x:s> <urn:x:p> 1 ."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the graph of the repository's data, which may be changed."""
    return Path(shutil.copytree(snapshot().path.parents[1], tmp_path_factory.mktemp("proxies") / "home"))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Running]:
    """A server that takes one proxy's word."""
    with running(home, MEDKG_PROXIES="1", MEDKG_WRITE_TOKEN=TOKEN) as server:
        yield server
        assert "Traceback" not in server.said


@pytest.fixture(scope="module")
def public(home: Path) -> Iterator[Running]:
    """A server that knows its address."""
    with running(home, MEDKG_PROXIES="1", MEDKG_PUBLIC_URL="https://example.org/medkg/") as server:
        yield server


@pytest.fixture(scope="module", params=PROXIES)
def proxied(
    request: pytest.FixtureRequest, server: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of a proxy that is set up by its recipe."""
    start, name = PROXIES[request.param]
    with start(tmp_path_factory.mktemp("proxy"), recipe(name), server.port) as client:
        yield client


def shown(client: Client, address: str) -> TestResponse:
    """What a browser is shown at an address of the host."""
    return client.get(address.removeprefix(HOST.rstrip("/")), base_url=HOST, headers={"Accept": BROWSER})


def own_links(client: Client, address: str) -> set[str]:
    """The addresses of ours that what is shown leads to."""
    answer = shown(client, address)
    assert answer.status_code == 200, (address, answer.text)
    return {each for each in links(answer, address) if urlsplit(each).hostname in OURS}


def test_every_link_of_some_pages_leads_somewhere(proxied: Client) -> None:
    found = set().union(*(own_links(proxied, SITE + path) for path in FOLLOWED))
    assert not {each for each in found if not each.startswith(SITE)}
    with ThreadPoolExecutor(4) as threads:
        answers = dict(zip(found, threads.map(lambda each: shown(proxied, each), found), strict=True))
    assert not {each: answer.status_code for each, answer in answers.items() if answer.status_code >= 400}
    kinds = {(answer.mimetype or "").partition("/")[2] for answer in answers.values()}
    assert kinds >= {"html", "css", "svg+xml", "json", "turtle", "atom+xml"}
    pictures = [each for each in found if urlsplit(each).path.endswith("/lineage.svg")]
    assert {answers[each].mimetype for each in pictures} == {"image/svg+xml"}


def test_no_link_leads_beside_the_site(proxied: Client) -> None:
    for path in LOOKED_AT:
        found = own_links(proxied, SITE + path)
        assert found, path
        assert not {each for each in found if not each.startswith(SITE)}, path
    robots = shown(proxied, f"{HOST}robots.txt").text
    assert f"Sitemap: {SITE}sitemap.xml" in robots
    assert "Disallow: /medkg/complete" in robots


def test_the_path_without_its_slash_leads_to_the_home_page(proxied: Client) -> None:
    answer = shown(proxied, SITE.removesuffix("/"))
    assert answer.status_code == 308
    assert answer.headers["Location"] in {"/medkg/", SITE}


def test_queries_and_updates_go_through(proxied: Client) -> None:
    asked = proxied.post("/medkg/sparql", data={"query": "ASK { dataset:lits a dcat:Dataset }"}, base_url=HOST)
    assert asked.get_json(force=True)["boolean"] is True
    described = proxied.get("/medkg/sparql", headers={"Accept": "text/turtle"}, base_url=HOST).text
    assert f"<{SITE}sparql>" in described
    large = {"data": GRAPH.ljust(2_000_000), "content_type": "text/turtle", "headers": BEARER}
    made = proxied.post("/medkg/graph-store", base_url=HOST, **large)
    assert made.status_code == 201, made.text
    name = made.headers["Location"]
    assert name.startswith(f"{SITE}graph-store/")
    assert "urn:x:s" in shown(proxied, f"{name}?format=turtle").text
    assert proxied.delete(urlsplit(name).path, base_url=HOST, headers=BEARER).status_code == 204


def test_an_escaped_slash_is_handed_on(proxied: Client) -> None:
    name = "/medkg/graph-store/a%2Fb%20c"
    sent = {"data": GRAPH, "content_type": "text/turtle", "headers": BEARER}
    assert proxied.put(name, base_url=HOST, **sent).status_code == 201
    assert proxied.delete(name, base_url=HOST, headers=BEARER).status_code == 204


def test_clients_cannot_speak_for_the_proxy(proxied: Client) -> None:
    spoof = {
        "Forwarded": "host=evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Proto": "https",
    }
    said = proxied.get("/medkg/help/api", base_url=HOST, headers=spoof).text
    assert f"{SITE}sparql" in said
    assert "evil" not in said


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize("is_otherwise", [False, True], ids=["as the recipe does", "the other way"])
def test_a_server_that_knows_its_address_keeps_it_however_the_path_is_handled(
    name: str, is_otherwise: bool, tmp_path: Path, public: Running
) -> None:
    start, file = PROXIES[name]
    assert recipe(file).count(OTHERWISE[name][0]) == 1
    text = recipe(file).replace(*OTHERWISE[name]) if is_otherwise else recipe(file)
    with start(tmp_path, text, public.port) as client:
        for path in ("", "dataset/lits", "help/api", "sparql", "feed.atom"):
            found = own_links(client, SITE + path)
            assert all(urlsplit(each).path.startswith("/medkg/") for each in found), path
        assert "https://example.org/medkg/sparql" in shown(client, f"{SITE}help/api").text


@pytest.mark.parametrize("name", PROXIES)
def test_a_recipe_says_how_the_server_is_started(name: str) -> None:
    assert "MEDKG_PUBLIC_URL=https://example.org/medkg/ MEDKG_PROXIES=1 medkg serve" in recipe(PROXIES[name][1])
