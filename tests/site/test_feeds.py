"""What machines read: the sitemap, the rules for robots, the feed of changes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from lxml import etree
from pyoxigraph import NamedNode

from medkg.evaluation.changes import Change
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.site import feeds
from medkg.snapshots.build import build
from tests import real
from tests.site import tiny
from tests.tiny_resources import relabel

ATOM = {"a": "http://www.w3.org/2005/Atom", "h": "http://www.w3.org/1999/xhtml"}
SITEMAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
DATASET = "https://w3id.org/medkg/dataset/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that nobody has used yet, and resources to be changed at will."""
    return tiny.settings(tmp_path)


def feed(app: Flask) -> etree._Element:
    """The feed of an application, as a strict reader reads it."""
    answer = app.test_client().get("/feed.atom")
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return etree.fromstring(answer.data)


def texts(element: etree._Element, path: str) -> list[str]:
    """The text of every element at a path."""
    return ["".join(map(str, each.itertext())) for each in element.iterfind(path, ATOM)]


def locations(path: str) -> list[str]:
    """The addresses that a sitemap lists."""
    answer = real.client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return [str(each.text) for each in etree.fromstring(answer.data).iterfind(".//s:loc", SITEMAPS)]


def test_a_feed_has_what_atom_asks_for(settings: Settings) -> None:
    found = feed(tiny.application(build(settings)))
    assert found.tag == "{http://www.w3.org/2005/Atom}feed"
    assert texts(found, "a:id") == ["https://w3id.org/medkg/feed.atom"]
    assert len(texts(found, "a:title")) == 1
    assert texts(found, "a:author/a:name") == ["the medkg maintainers"]
    (updated,) = texts(found, "a:updated")
    assert updated == max(texts(found, "a:entry/a:updated"))
    assert [each.get("href") for each in found.iterfind("a:link[@rel='self']", ATOM)] == ["http://localhost/feed.atom"]
    for entry in found.iterfind("a:entry", ATOM):
        assert [len(texts(entry, f"a:{name}")) for name in ("id", "title", "updated", "content")] == [1, 1, 1, 1]
        assert datetime.fromisoformat(texts(entry, "a:updated")[0]).tzinfo is not None
        assert entry.find("a:content/h:div", ATOM) is not None


def test_the_only_dates_are_those_at_which_snapshots_were_built(settings: Settings) -> None:
    snapshot = build(settings)
    found = feed(tiny.application(snapshot))
    assert set(texts(found, ".//a:updated")) == {snapshot.manifest.built}


def test_a_first_graph_is_told_by_its_size(settings: Settings) -> None:
    snapshot = build(settings)
    (title,) = texts(feed(tiny.application(snapshot)), "a:entry/a:title")
    assert title == f"The graph of {snapshot.manifest.built[:10]}, {snapshot.manifest.quads:,} statements"


def test_what_a_new_graph_changes_is_told_thing_by_thing(settings: Settings) -> None:
    first = build(settings)
    relabel(settings.resources, "ACDC of another name")
    (settings.resources / "data" / "datasets" / "novelty.yaml").write_text("label: Novelty\n", encoding="utf-8")
    second = build(settings)
    found = feed(tiny.application(second))
    assert texts(found, "a:entry/a:id") == [
        f"https://w3id.org/medkg/feed.atom#{second.digest}",
        f"https://w3id.org/medkg/feed.atom#{first.digest}",
    ]
    (title, _) = texts(found, "a:entry/a:title")
    assert title.startswith("New graph: 1 dataset new, 1 dataset changed")
    entry = found.find("a:entry", ATOM)
    assert entry is not None
    links = {str(each.text): each.get("href") for each in entry.iterfind(".//h:a", ATOM)}
    assert links["ACDC of another name"] == "http://localhost/dataset/acdc"
    assert links["Novelty"] == "http://localhost/dataset/novelty"


def test_ids_stay_when_the_next_graph_comes(settings: Settings) -> None:
    before = texts(feed(tiny.application(build(settings))), "a:entry/a:id")
    relabel(settings.resources, "ACDC of another name")
    after = texts(feed(tiny.application(build(settings))), "a:entry/a:id")
    assert after[1:] == before


def test_a_graph_that_was_rolled_back_is_not_told_of(settings: Settings) -> None:
    first = build(settings)
    relabel(settings.resources, "A mistake")
    build(settings)
    assert texts(feed(tiny.application(first)), "a:entry/a:id") == [f"https://w3id.org/medkg/feed.atom#{first.digest}"]


def test_updates_are_told_as_what_they_come_to(settings: Settings) -> None:
    snapshot = build(settings)
    title = "<http://purl.org/dc/terms/title>"
    added = f'<{DATASET}acdc> {title} "ACDC for short"@fr .\n<{DATASET}lits> {title} "for a while"@fr .\n'
    snapshot.journal.append(Change(added=added.encode()))
    snapshot.journal.append(Change(removed=added.splitlines(keepends=True)[1].encode()))
    entry, _ = feed(tiny.application(snapshot)).iterfind("a:entry", ATOM)
    assert texts(entry, "a:id") == [f"https://w3id.org/medkg/feed.atom#{snapshot.revision}"]
    assert texts(entry, "a:title") == ["2 updates: 1 dataset changed"]
    written = datetime.fromtimestamp(snapshot.journal.path.stat().st_mtime).astimezone()
    assert datetime.fromisoformat(texts(entry, "a:updated")[0]) == written
    assert [each.get("href") for each in entry.iterfind(".//h:a", ATOM)] == ["http://localhost/dataset/acdc"]


def test_a_feed_that_is_known_is_not_sent_again(settings: Settings) -> None:
    client = tiny.application(build(settings)).test_client()
    etag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 304


def test_every_page_names_the_feed() -> None:
    assert real.page("/help").find("link", type="application/atom+xml")


def test_the_sitemap_lists_the_page_of_everything_that_has_an_iri() -> None:
    found = locations("/sitemap.xml")
    assert len(found) == len(set(found))
    paths = {urlsplit(each).path for each in found}
    assert {"/", "/datasets", "/leak", "/help/grades", "/ontology", "/shapes", "/sparql"} <= paths
    assert {"/dataset/lits", "/catalog/openmedlab", "/anatomy/liver", "/anatomy"} <= paths
    assert not [each for each in paths if each.startswith(("/static", "/complete", "/feed", "/query"))]
    datasets = real.store().quads_for_pattern(None, None, prefixes.load(real.ROOT / "ontology").expand("dcat:Dataset"))
    iris = [quad.subject.value for quad in datasets if isinstance(quad.subject, NamedNode)]
    assert len(iris) > 400
    assert {urlsplit(each).path.removeprefix("/medkg") for each in iris} <= paths


def test_a_listed_page_is_there() -> None:
    for each in locations("/sitemap.xml")[::97]:
        if each.endswith("/sparql"):
            continue  # the front's, which no page is asked
        answer = real.client().get(urlsplit(each).path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), each


def test_a_sitemap_that_grows_too_long_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations("/sitemap.xml")
    monkeypatch.setattr(feeds, "MAX_PAGES_PER_SITEMAP", 500)
    parts = locations("/sitemap.xml")
    assert [urlsplit(each).path for each in parts][:2] == ["/sitemap-1.xml", "/sitemap-2.xml"]
    found = [locations(urlsplit(each).path) for each in parts]
    assert [each for part in found for each in part] == whole
    assert max(map(len, found)) == 500
    assert real.client().get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert real.client().get("/sitemap-0.xml").status_code == 404


def test_robots_may_look_at_things_and_not_ask_without_end() -> None:
    answer = real.client().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == ["http://localhost/sitemap.xml"]
    for path in ("/", "/dataset/lits", "/dataset/lits/lineage", "/sparql", "/datasets", "/help/api"):
        assert rules.can_fetch("anybody", path), path
    patterns = [rule.removeprefix("Disallow: ") for rule in answer.text.splitlines() if rule.startswith("Disallow")]
    for path in ("/sparql?query=ASK{}", "/datasets?q=ct", "/graph-store?default", "/leak?train=lits", "/query/x"):
        assert any(re.match(re.escape(each).replace(r"\*", ".*"), path) for each in patterns), path
