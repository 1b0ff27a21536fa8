"""The home page: what there is, questions with answers of the moment, and ways in that lead somewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from medkg import search
from medkg.lineage import overlap
from medkg.site.home import EXAMPLE_DATASET, overview
from medkg.views.statistics import graph_totals
from tests import real


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return real.page("/")


def number(tag: Tag | None) -> int:
    assert tag
    return int(tag.get_text().replace(",", ""))


def links(page: BeautifulSoup, selector: str) -> list[str]:
    return [str(each["href"]) for each in page.select(selector)]


def test_it_says_how_much_there_is(page: BeautifulSoup) -> None:
    found = {each.dt.get_text(): number(each.dd) for each in page.select(".stats > div") if each.dt}
    known = graph_totals(real.store(), real.context().prefixes)
    assert found["datasets"] == known.datasets == 495
    assert found["catalogue entries"] == known.entries
    assert found["catalogues"] == known.catalogs == 5
    assert found["lineage claims"] == known.claims
    assert found["statements"] == len(real.store())


def test_it_has_one_box_to_search_in_that_needs_no_script(page: BeautifulSoup) -> None:
    (form,) = page.select("form")
    assert (form["action"], form.get("method", "get")) == ("/datasets", "get")
    (box,) = form.select("input")
    assert (box["name"], box["type"]) == ("q", "search")
    assert page.select_one(f"label[for={box['id']}]")


def test_three_questions_have_answers(page: BeautifulSoup) -> None:
    cards = page.select("section[aria-labelledby=questions] .card")
    questions = [each.h3.get_text() for each in cards if each.h3]
    assert questions == [
        "Which datasets share images with LiTS?",
        "Which datasets show the liver in computed tomography?",
        "Where do catalogues disagree on the size of a dataset?",
    ]
    assert all(each.select("ul a") for each in cards)


def test_the_answers_are_those_of_the_register_the_index_and_the_graph(page: BeautifulSoup) -> None:
    sharing, searched, differing = page.select("section[aria-labelledby=questions] .card")
    view = real.context().register.view("all")
    verdicts = [each for each in overlap(view, EXAMPLE_DATASET).verdicts if each.grade in ("definite", "possible")]
    assert f"{len(verdicts)} datasets" in sharing.get_text()
    assert [each["href"] for each in sharing.select("ul a")][:5] == [f"/dataset/{each.other}" for each in verdicts[:5]]
    with search.find(real.context().index, "", {"anatomy": ("liver",), "modality": ("ct",)}) as answer:
        assert f"{answer.total} datasets" in searched.get_text()
    assert "420 by openmedlab, 421 by linhandev" in differing.get_text()


@pytest.mark.parametrize("section", ["anatomy", "modality", "task", "year"])
def test_each_way_in_leads_to_as_many_datasets_as_it_says(page: BeautifulSoup, section: str) -> None:
    found = page.select(f"section[aria-labelledby={section}] a")
    assert len(found) > 8
    for link in found:
        counted = link.select_one(".count") or link.find_next_sibling(class_="count")
        assert isinstance(counted, Tag)
        with real.client() as client:
            answer = client.get(str(link["href"]), headers={"Accept": "application/json"}).json
        assert answer
        assert answer["total"] == number(counted), link


def test_every_link_of_its_own_leads_somewhere(page: BeautifulSoup) -> None:
    for address in sorted(set(links(page, "main a"))):
        path = urlsplit(address).path
        if path not in ("/sparql", "/leak", "/catalog"):  # the first is the endpoint's, the others have their tests
            assert real.client().get(address).status_code in (200, 303), address


def test_it_is_small_and_holds_neither_script_nor_style(page: BeautifulSoup) -> None:
    assert len(str(page).encode()) < 60_000
    assert not page.select("main script, main style, [style], [onclick]")
    assert len(page.select("h1")) == 1
    assert {each["lang"] for each in page.select("main [lang]")} == {"zh"}


def test_what_it_tells_is_worked_out_once_for_a_graph() -> None:
    assert overview(real.context()) is overview(real.context())


def test_a_client_that_has_it_is_told_so() -> None:
    first = real.client().get("/")
    again = real.client().get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert re.fullmatch(r'"\w+"', first.headers["ETag"])
