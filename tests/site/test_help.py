"""The help: what it says is so, and its examples do what they say, on a server with the real graph."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Tag
from pyoxigraph import RdfFormat, parse

from medkg.evaluation import GRAPHS, RESULTS
from medkg.http import routes
from medkg.settings import SETTINGS
from medkg.site.help import STATUS_BEYOND_LIMIT
from medkg.snapshots.build import build
from tests import real
from tests.servers import Running, running
from tests.site import tiny

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A server on the graph of the repository's data."""
    with running(real.snapshot().path.parents[1]) as found:
        yield found


@pytest.fixture(scope="module")
def api(server: Running) -> BeautifulSoup:
    """The page for programs, as that server has it."""
    return BeautifulSoup(server.client.get("/help/api", headers=BROWSER).text, "html.parser")


def code(page: BeautifulSoup, name: str) -> str:
    """An example of a page, as somebody copies it."""
    found = page.find("code", id=name)
    assert isinstance(found, Tag), name
    return found.get_text()


def shell(command: str) -> str:
    """What a command prints."""
    assert command.startswith("curl ")
    done = subprocess.run(["bash", "-c", command.replace("curl ", "curl -sSf ", 1)], capture_output=True, check=True)
    return done.stdout.decode()


def titles(api: BeautifulSoup) -> list[str]:
    """The titles that the example query finds."""
    rows = list(csv.DictReader(io.StringIO(shell(code(api, "curl-sparql")))))
    assert "LiTS" in {row["title"] for row in rows}
    return [row["title"] for row in rows]


def test_the_help_leads_to_every_page_of_the_help() -> None:
    links = {str(each["href"]) for each in real.page("/help").select("main a")}
    assert {"/help/grades", "/help/cite", "/help/api", "/ontology", "/shapes", "/sparql"} <= links
    for each in links - {"/sparql"}:
        assert real.client().get(each, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("name", ["curl-thing", "curl-thing-jsonld"])
def test_a_thing_is_got_by_curl(api: BeautifulSoup, name: str) -> None:
    form = RdfFormat.TURTLE if name == "curl-thing" else RdfFormat.JSON_LD
    quads = list(parse(shell(code(api, name)).encode(), form))
    assert "https://w3id.org/medkg/dataset/" in str(quads[0].subject)


def test_a_search_is_got_by_curl(api: BeautifulSoup) -> None:
    rows = list(csv.DictReader(io.StringIO(shell(code(api, "curl-search")))))
    assert len(rows) > 10


def test_lineage_and_leaks_are_got_by_curl(api: BeautifulSoup) -> None:
    assert json.loads(shell(code(api, "curl-lineage")))
    pairs = json.loads(shell(code(api, "curl-leak")))["pairs"]
    assert "definite" in {each["grade"] for each in pairs}


def test_a_query_is_asked_by_curl(api: BeautifulSoup) -> None:
    assert len(titles(api)) > 10


def test_a_stored_query_is_asked_by_curl(api: BeautifulSoup) -> None:
    assert len(shell(code(api, "curl-stored")).splitlines()) > 2


def test_a_whole_graph_is_got_by_curl(api: BeautifulSoup) -> None:
    lines = shell(code(api, "curl-graph")).splitlines()
    assert len(lines) > 10_000
    assert all(line.endswith(" .") for line in lines)


def test_a_query_is_asked_by_python(api: BeautifulSoup) -> None:
    done = subprocess.run([sys.executable, "-c", code(api, "python-sparql")], capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()
    found = titles(api)
    assert len(lines) == len(found)
    assert all(line.startswith(title) for line, title in zip(lines, found, strict=True))


def test_a_query_is_asked_by_r(api: BeautifulSoup, server: Running) -> None:
    script = code(api, "r-sparql")
    if rscript := shutil.which("Rscript"):
        done = subprocess.run([rscript, "-e", script], capture_output=True, check=True)
        assert '"LiTS"' in done.stdout.decode()
    # where there is no R, at least what it asks: the address that it puts together
    base, query = re.search(r'paste0\("(.*?)"', script), re.search(r"query <- '(.*?)'", script, re.DOTALL)
    assert base is not None
    assert query is not None
    assert base[1].startswith(server.address)
    rows = list(csv.DictReader(io.StringIO(shell(f"curl '{base[1]}{quote(query[1], safe='')}'"))))
    assert [row["title"] for row in rows] == titles(api)


def test_the_formats_are_those_that_are_declared(api: BeautifulSoup) -> None:
    section = api.find(id="formats")
    assert isinstance(section, Tag)
    assert [each.get_text() for each in section.select("tbody th")] == [each.name for each in (*RESULTS, *GRAPHS)]
    for each in (*RESULTS, *GRAPHS):
        assert set(each.media_types) <= {found.get_text() for found in section.select("td code")}


def test_the_limits_are_those_that_can_be_set(api: BeautifulSoup) -> None:
    section = api.find(id="limits")
    assert isinstance(section, Tag)
    named = {each.get_text() for each in section.select("tbody th")}
    assert named == set(STATUS_BEYOND_LIMIT) <= {each.name for each in SETTINGS}
    defaults = {each.name: each.default for each in SETTINGS}
    for row in section.select("tbody tr"):
        cells = [each.get_text() for each in row.select("th, td")]
        assert cells[2].replace(",", "") == defaults[cells[0]]


def test_every_path_is_told_of_with_a_sentence(api: BeautifulSoup) -> None:
    section = api.find(id="paths")
    assert isinstance(section, Tag)
    told = {row.select("th")[0].get_text(): row.select("td")[1].get_text() for row in section.select("tbody tr")}
    assert {each.rule for each in real.app().url_map.iter_rules()} | {
        each.path for each in routes.SERVER_ROUTES
    } == set(told)
    assert not [path for path, sentence in told.items() if not sentence.endswith(".")]


@pytest.mark.parametrize(
    "route", [route for route in routes.SERVER_ROUTES if route is not routes.STATIC], ids=lambda route: str(route.path)
)
def test_what_the_front_answers_is_there(server: Running, route: routes.Route) -> None:
    query = "?default" if route.path == "/graph-store" else ""
    answer = server.client.get(f"{route.path}{query}", headers={"Accept": "text/turtle, */*;q=0.1"})
    assert answer.status_code == 200
    for method in {"POST", "PUT", "DELETE"} - set(route.methods):
        if route.path not in ("/livez", "/readyz", "/metrics"):  # which answer whatever supervisors send
            assert server.client.open(route.path, method=method).status_code == 405
    for method in {"PUT", "DELETE"} & set(route.methods):
        assert server.client.open(f"{route.path}?graph=urn:x:y", method=method).status_code == 403


def test_each_grade_is_told_with_pictures_and_words() -> None:
    page = real.page("/help/grades")
    badges = [each.get_text() for each in page.select("h2 .badge")]
    assert badges == ["definite", "possible", "none known"]
    pictures = page.select("svg[role=img]")
    assert len(pictures) == 8
    ids = [str(each["id"]) for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for each in pictures:
        title, description = (page.find(id=name) for name in str(each["aria-labelledby"]).split())
        assert isinstance(title, Tag)
        assert isinstance(description, Tag)
        assert len(description.get_text()) > 20
        figure = each.find_parent("figure")
        assert isinstance(figure, Tag)
        assert figure.figcaption is not None
    for reference in re.findall(r"url\(#([^)]+)\)", str(page)):
        assert reference in ids


def test_the_pairs_that_show_a_grade_have_it() -> None:
    page = real.page("/help/grades")
    shown = {
        str(card.strong.get_text()): str(link["href"])
        for card in page.select("li.card")
        if (link := card.select_one("p a")) and card.strong
    }
    grades = {"⊆ ⊆.": "definite", "a + b > N.": "definite", "Fork.": "possible", "Chain.": "possible"}
    grades |= {"Hedged.": "possible", "Collider.": "none-known", "Stated disjoint.": "disjoint"}
    assert set(shown) == set(grades)
    for word, href in shown.items():
        (pair,) = real.client().get(f"{href}&format=json").get_json()["pairs"]
        assert pair["grade"] == grades[word], word
        assert pair["mechanism"] == {
            "a + b > N.": "count",
            "⊆ ⊆.": None,
            "Collider.": None,
            "Stated disjoint.": None,
        }.get(word, word.lower().removesuffix(".").replace("hedged", "hedge"))


def test_the_table_says_of_each_relation_what_the_algebra_takes_it_for() -> None:
    table = real.page("/help/grades").select("#claims-title ~ .scroll table")[0]
    rows = {
        row.th.get_text(): [each.get_text() for each in row.select("td")][:2]
        for row in table.select("tbody tr")
        if row.th
    }
    assert rows["subset of"] == ["A ⊆ B", "unknown"]
    assert rows["derived from"] == ["A ⊆ B if all of A is meant, else A ∩ B", "B → A"]
    assert rows["part of"] == ["A ⊆ B", "A → B"]
    assert rows["same images as"] == ["A = B", ""]
    assert rows["synthesised from"] == ["nothing", ""]
    assert rows["disjoint with"] == ["nothing in common", ""]
    assert len(rows) == 13
    for each in table.select("th a"):
        name = str(each["href"]).removeprefix("/ontology#")
        assert real.page("/ontology").find(id=name)


def test_medkg_is_cited_by_its_revision() -> None:
    page = real.page("/help/cite")
    entry = next(each.get_text() for each in page.select("pre code") if "@misc{medkg," in each.get_text())
    assert f"version = {{{real.snapshot().digest[:12]}}}" in entry
    assert f"year = {{{real.snapshot().manifest.built[:4]}}}" in entry
    assert "the medkg maintainers" in entry
    assert real.snapshot().revision in page.get_text()


def test_each_catalogue_is_cited_with_who_keeps_it() -> None:
    text = real.page("/help/cite").get_text()
    for name in ("openmedlab", "linhandev", "m-aryayi", "neerakara", "biomedical-imaging-datasets"):
        assert f"@misc{{{name}," in text
    assert "organization = {OpenMEDLab}" in text
    assert "医学影像数据集集锦" in text


def test_a_dataset_is_cited_as_its_own_file_does() -> None:
    page = real.page("/help/cite")
    link = next(each for each in page.select("a") if str(each["href"]).endswith("/cite.bib"))
    own = real.client().get(str(link["href"])).text
    assert own.strip() in {each.get_text().strip() for each in page.select("pre code")}


@pytest.mark.parametrize("path", ["/help", "/help/grades", "/help/cite", "/help/api", "/shapes", "/ontology"])
def test_a_page_is_small_and_has_nothing_a_strict_policy_forbids(path: str) -> None:
    answer = real.client().get(path, headers=BROWSER)
    assert len(answer.data) < 100_000
    page = BeautifulSoup(answer.text, "html.parser")
    assert len(page.find_all("h1")) == 1
    assert not page.select("[style], style")
    assert not [each for each in page.find_all("script") if each.get_text(strip=True)]
    again = real.client().get(path, headers={**BROWSER, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/help", "/help/grades", "/help/cite", "/help/api", "/ontology", "/shapes", "/leak"])
def test_a_graph_without_lineage_has_its_help_too(tmp_path: Path, path: str) -> None:
    app = tiny.application(build(tiny.settings(tmp_path)))
    answer = app.test_client().get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert not re.search(r"\bNone\b(?! known|-Match)", BeautifulSoup(answer.text, "html.parser").get_text())
