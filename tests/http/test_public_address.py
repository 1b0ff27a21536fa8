"""The address that clients see: set, or told by trusted proxies, with a path before all paths that all links keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from pyoxigraph import RdfFormat, parse
from werkzeug.exceptions import BadRequest
from werkzeug.test import Client, TestResponse

from medkg.errors import MedkgError
from medkg.http.public_address import PublicAddress
from medkg.server.config import configuration
from medkg.server.requests import TrustedProxies
from medkg.settings import Settings
from tests.asking import BROWSER, TITLES, ask
from tests.crawling import links
from tests.servers import BEARER, TOKEN, Running, running
from tests.small_graph import small

SITE = "https://data.example.org/medkg/"
PATHS = (
    "/",
    "/datasets",
    "/datasets?q=nothing+is+called+that",
    "/dataset/lits",
    "/dataset/lits/",
    "/dataset/LiTS",
    "/datasets/",
    "/sparql/",
    "/dataset/lits?format=turtle",
    "/dataset/lits/lineage",
    "/dataset/lits/lineage.svg",
    "/dataset/lits/lineage.json",
    "/dataset/no-such",
    "/leak?train=lits&test=hostile",
    "/compare?d=lits&d=hostile",
    "/catalog",
    "/catalog/a",
    "/catalog/a/record/lits",
    "/modality/ct",
    "/ontology",
    "/help/api",
    "/help/cite",
    "/complete?q=li",
    "/sparql",
    "/sparql?query=SELECT+*+%7B+?s+?p+?o+%7D&format=html",
    "/sparql?query=SELEC&format=html",
    "/feed.atom",
    "/sitemap.xml",
    "/robots.txt",
)
"""Pages and documents of every kind."""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server for the public, at an address of its own below a path."""
    home = small(tmp_path_factory.mktemp("public"))
    with running(home, MEDKG_PUBLIC_URL=SITE, MEDKG_WRITE_TOKEN=TOKEN) as server:
        yield server
        assert "Traceback" not in server.said


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server behind one proxy, whose word it takes."""
    with running(small(tmp_path_factory.mktemp("behind")), MEDKG_PROXIES="1") as server:
        yield server


def shown(client: Client, path: str, headers: Mapping[str, str] = {}) -> TestResponse:
    """What a browser is shown at a path."""
    return client.get(path, headers={"Accept": BROWSER, **headers})


def strays(answer: TestResponse, path: str) -> set[str]:
    """The addresses that an answer leads to on the host of the site, or that of the server, but not below its path."""
    hosts = {urlsplit(SITE).hostname, "127.0.0.1", "localhost"}
    found = links(answer, SITE + path.removeprefix("/"))
    return {each for each in found if urlsplit(each).hostname in hosts and not each.startswith(SITE)}


# ---- Set by the operator


@pytest.mark.parametrize("prefix", ["", "/medkg"], ids=["taken away by the proxy", "left in the request"])
def test_every_address_is_the_public_one(public: Running, prefix: str) -> None:
    wrong = {}
    for path in PATHS:
        answer = shown(public.client, prefix + path)
        assert answer.status_code in {200, 308, 400, 404}, (path, answer.text)
        if strays(answer, path) or f":{public.port}" in answer.text or "Set-Cookie" in answer.headers:
            wrong[path] = strays(answer, path)
    assert not wrong


def test_a_path_is_the_same_with_and_without_what_is_before_it(public: Running) -> None:
    for path in PATHS:
        bare, prefixed = (shown(public.client, before + path) for before in ("", "/medkg"))
        assert bare.status_code == prefixed.status_code, path
        if "results" not in path and "query" not in path:  # which tell how long they took
            assert bare.data == prefixed.data, path
    assert shown(public.client, "/medkg").data == shown(public.client, "/medkg/").data


def test_supervisors_are_answered_at_the_server_itself(public: Running) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        assert public.client.get(path).status_code == public.client.get(f"/medkg{path}").status_code == 200


def test_requests_below_the_path_are_counted_by_their_route(public: Running) -> None:
    ask(public.client, TITLES)
    public.client.get("/medkg/sparql", query_string={"query": TITLES})
    counts = public.client.get("/metrics").text
    assert 'route="/medkg' not in counts
    assert 'route="/livez"' in counts


def test_kept_answers_are_given_below_the_path_too(public: Running) -> None:
    first = ask(public.client, TITLES, "text/csv")
    again = public.client.get("/medkg/sparql", query_string={"query": TITLES}, headers={"Accept": "text/csv"})
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_the_service_description_is_of_the_public_endpoint(public: Running) -> None:
    answer = public.client.get("/medkg/.well-known/void", headers={"Accept": "text/turtle"})
    triples = list(parse(answer.data, RdfFormat.TURTLE))
    (endpoint,) = {str(each.object) for each in triples if each.predicate.value.endswith("#endpoint")}
    assert endpoint == f"<{SITE}sparql>"
    assert "127.0.0.1" not in answer.text


def test_lists_for_robots_lie_below_the_path(public: Running) -> None:
    robots = public.client.get("/robots.txt").text
    assert f"Sitemap: {SITE}sitemap.xml" in robots
    assert all(line.startswith("Disallow: /medkg/") for line in robots.splitlines() if line.startswith("Disallow"))
    assert f"<loc>{SITE}dataset/lits</loc>" in public.client.get("/sitemap.xml").text
    assert f'rel="self" type="application/atom+xml" href="{SITE}feed.atom"' in public.client.get("/feed.atom").text


def test_redirects_lead_below_the_path(public: Running) -> None:
    answer = shown(public.client, "/datasets?q=lits&page=1")
    assert answer.status_code in range(300, 400)
    assert answer.headers["Location"].startswith("/medkg/datasets")


def test_a_new_graph_has_a_public_name(public: Running) -> None:
    sent = {"data": "<urn:x:s> <urn:x:p> 1 .", "content_type": "text/turtle", "headers": BEARER}
    name = public.client.post("/medkg/graph-store", **sent).headers["Location"]
    assert name.startswith(f"{SITE}graph-store/")
    path = name.removeprefix(SITE.removesuffix("/medkg/"))
    for each in (path, path.removeprefix("/medkg")):
        assert "urn:x:s" in public.client.get(each).text


def test_forwarded_addresses_give_way_to_the_one_that_is_set(public: Running) -> None:
    told = {"X-Forwarded-Host": "other.example.org", "X-Forwarded-Prefix": "/other"}
    assert SITE in shown(public.client, "/help/api", told).text
    assert "other" not in public.client.get("/robots.txt", headers=told).text


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org/",
        "https://",
        "https://user@example.org/",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "https://example.org/a b/",
        "https://example.org//a",
        "https://example.org/a/../b",
        "https://example.org:99999/",
        "https://[::1/",
        'https://example.org/"onload="',
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(MedkgError, match=r"MEDKG_PUBLIC_URL is the address of the site, such as https://example.org"):
        configuration(Settings(environment={"MEDKG_HOME": "/nowhere", "MEDKG_PUBLIC_URL": url}))


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org:443/", "https://example.org/"),
        ("HTTP://example.org:8080/a/b//", "http://example.org:8080/a/b/"),
        ("https://[2001:db8::1]:8443/~x", "https://[2001:db8::1]:8443/~x/"),
    ],
)
def test_an_address_is_written_one_way(url: str, root: str) -> None:
    assert PublicAddress.parse(url).root == root


# ---- Told by proxies

FORWARDED: Mapping[str, Mapping[str, str]] = {
    "X-Forwarded-*": {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "data.example.org",
        "X-Forwarded-Prefix": "/medkg",
    },
    "Forwarded": {
        "Forwarded": 'for=192.0.2.1;host="data.example.org";proto=https',
        "X-Forwarded-Prefix": "/medkg/",
    },
}


@pytest.mark.parametrize("kind", FORWARDED)
@pytest.mark.parametrize("prefix", ["", "/medkg"], ids=["taken away by the proxy", "left in the request"])
def test_what_a_trusted_proxy_says_is_the_address(behind: Running, kind: str, prefix: str) -> None:
    for path in PATHS:
        answer = shown(behind.client, prefix + path, FORWARDED[kind])
        assert answer.status_code in {200, 308, 400, 404}, path
        assert not strays(answer, path), path
    assert SITE + "sparql" in shown(behind.client, f"{prefix}/help/api", FORWARDED[kind]).text


@pytest.mark.parametrize("kind", FORWARDED)
def test_what_anybody_else_says_is_not(server: Running, kind: str) -> None:
    for path in ("/help/api", "/robots.txt", "/sparql"):
        answer = shown(server.client, path, FORWARDED[kind])
        assert "example.org/medkg" not in answer.text
        assert not any(each.startswith(SITE) for each in links(answer, server.address))
    assert shown(server.client, "/medkg/datasets", FORWARDED[kind]).status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {"X-Forwarded-Host": "a b"},
        {"X-Forwarded-Host": "evil.example/path"},
        {"X-Forwarded-Prefix": "//evil.example"},
        {"X-Forwarded-Prefix": "javascript:alert(1)"},
        {"X-Forwarded-Prefix": '/"><script>'},
        {"Forwarded": 'host="evil.example/path"'},
    ],
    ids=str,
)
def test_an_address_that_is_none_is_the_proxys_mistake(behind: Running, told: Mapping[str, str]) -> None:
    answer = shown(behind.client, "/datasets", told)
    assert answer.status_code == 400
    assert "evil.example" not in {urlsplit(each).hostname for each in links(answer, behind.address)}
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("proxies", "headers", "client", "root"),
    [
        (0, {"x-forwarded-for": "192.0.2.1", "x-forwarded-host": "a.example"}, "peer", "http://host.example/"),
        (1, {"x-forwarded-for": "192.0.2.1"}, "192.0.2.1", "http://host.example/"),
        (1, {"x-forwarded-for": "spoof, 192.0.2.1"}, "192.0.2.1", "http://host.example/"),
        (2, {"x-forwarded-for": "spoof, 192.0.2.1, 10.0.0.1"}, "192.0.2.1", "http://host.example/"),
        (2, {"x-forwarded-for": "192.0.2.1"}, "peer", "http://host.example/"),
        (1, {"x-forwarded-host": "spoof.example, a.example:8443"}, "peer", "http://a.example:8443/"),
        (2, {"x-forwarded-host": "a.example, inner"}, "peer", "http://a.example/"),
        (2, {"x-forwarded-host": "a.example"}, "peer", "http://a.example/"),
        (1, {"x-forwarded-proto": "https", "x-forwarded-host": "a.example:443"}, "peer", "https://a.example/"),
        (1, {"x-forwarded-proto": "HTTPS"}, "peer", "https://host.example/"),
        (1, {"x-forwarded-proto": "gopher"}, "peer", "http://host.example/"),
        (1, {"x-forwarded-prefix": "/a/b/"}, "peer", "http://host.example/a/b/"),
        (1, {"x-forwarded-prefix": "/"}, "peer", "http://host.example/"),
        (1, {"forwarded": "for=192.0.2.1;proto=https;host=a.example"}, "192.0.2.1", "https://a.example/"),
        (1, {"forwarded": "For=192.0.2.1; Host=a.example:8443"}, "192.0.2.1", "http://a.example:8443/"),
        (
            1,
            {"forwarded": 'for=spoof, for="[2001:db8::1]:47";host="a.example"'},
            "[2001:db8::1]:47",
            "http://a.example/",
        ),
        (1, {"forwarded": 'for="a, b";host=spoof.example, for=192.0.2.1'}, "192.0.2.1", "http://host.example/"),
        (2, {"forwarded": "for=192.0.2.1;host=a.example, for=10.0.0.1;host=inner"}, "192.0.2.1", "http://a.example/"),
        (0, {"forwarded": "for=192.0.2.1;host=a.example"}, "peer", "http://host.example/"),
        (1, {"forwarded": ";;=,garbage"}, "peer", "http://host.example/"),
        (1, {"forwarded": 'for=spoof;by="x, for=192.0.2.1;host=a.example'}, "192.0.2.1", "http://a.example/"),
        (1, {"forwarded": 'for=spoof;by="x, for="[2001:db8::1]"'}, "[2001:db8::1]", "http://host.example/"),
        (2, {"forwarded": 'for="spoof, for=192.0.2.1 , , for=10.0.0.1,'}, "192.0.2.1", "http://host.example/"),
        (1, {"forwarded": "for=spoof, 192.0.2.1"}, "peer", "http://host.example/"),
        (1, {"forwarded": "for=spoof," * 9_000 + "for=192.0.2.1"}, "192.0.2.1", "http://host.example/"),
        (1, {"x-forwarded-for": "x" * 5_000}, "x" * 100, "http://host.example/"),
        # what cannot be read
        (1, {"x-forwarded-for": "", "forwarded": "for=spoof"}, "peer", "http://host.example/"),
        (1, {"x-forwarded-host": "", "forwarded": "host=spoof.example"}, "peer", "http://host.example/"),
        (
            1,
            {
                "x-forwarded-for": "192.0.2.1",
                "x-forwarded-host": "a.example",
                "forwarded": "for=spoof;host=spoof.example",
            },
            "192.0.2.1",
            "http://a.example/",
        ),
    ],
)
def test_the_word_of_the_outermost_trusted_proxy_counts(
    proxies: int, headers: Mapping[str, str], client: str, root: str
) -> None:
    trusted = TrustedProxies(number=proxies)
    assert trusted.client(headers.get, "peer") == client
    assert trusted.address(headers.get, "http", "host.example").root == root


def test_a_host_that_is_none_is_refused() -> None:
    with pytest.raises(BadRequest):
        TrustedProxies(number=1).address({"x-forwarded-host": "a/b"}.get, "http", "host.example")


@pytest.mark.parametrize("host", ["a..b", ".example.org", f"{'x' * 64}.org", f"{'x' * 64}:8077"])
def test_a_host_whose_labels_have_no_length_that_names_have_is_none(host: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a host"):
        PublicAddress.of("http", host)
