"""The leakage check in the browser: the same answers as on the command line, with the evidence, under one address."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner

from medkg.cli.leak import command as leak_command
from medkg.lineage import verdicts
from medkg.lineage.provenance import open_provenance
from medkg.site.leak_sets import MOST_SETS, TrainTestSets
from tests import real
from tests.lineage.questions import CANDIDATES, EXTERNAL, GRADES
from tests.site.sound import faults

WORDS = {"none-known": "none known", "definite": "definite", "possible": "possible"}

POOL = ("lits", "msd-liver", "3d-ircadb-01", "ct-org", "abdomenct-1k", "sliver07", "chaos")
"""Sets that somebody wants to pool; each pair of them that may share images by what the catalogues say."""

POOLED = {
    "definite": {
        ("lits", "msd-liver"),
        ("lits", "3d-ircadb-01"),
        ("lits", "ct-org"),
        ("lits", "abdomenct-1k"),
        ("msd-liver", "3d-ircadb-01"),
        ("msd-liver", "ct-org"),
        ("msd-liver", "abdomenct-1k"),
    },
    "possible": {("3d-ircadb-01", "ct-org"), ("3d-ircadb-01", "abdomenct-1k"), ("ct-org", "abdomenct-1k")},
}


def address(train: str, test: str, **other: str) -> str:
    """The address of a check; names between spaces."""
    names = [*(("train", each) for each in train.split()), *(("test", each) for each in test.split())]
    return f"/leak?{urlencode([*names, *other.items()], safe=':')}"


def matrix(page: BeautifulSoup) -> dict[tuple[str, str], Tag]:
    """The cells of the matrix, by the labels of their row and column."""
    table = page.select_one("table.matrix")
    assert table is not None
    columns = [each.get_text().removeprefix("tested on ") for each in table.select("thead th")[1:]]
    return {
        (head.get_text(), column): cell
        for row in table.select("tbody tr")
        for head in row.select("th[scope=row]")
        for column, cell in zip(columns, row.select("td"), strict=True)
    }


def grades(train: str, test: str, **other: str) -> dict[tuple[str, str], str]:
    """The grade of each pair, as JSON has it."""
    found = real.client().get(address(train, test, **other, format="json")).get_json()
    return {(each["train"], each["test"]): each["grade"] for each in found["pairs"]}


def test_the_matrix_says_in_words_what_its_colours_say() -> None:
    cells = matrix(real.page(address("abdomenct-1k ct-org", "lits btcv", evidence="catalogues")))
    assert {pair: (cell["class"], cell.get_text(" ").split("\n")[0]) for pair, cell in cells.items()} == {
        ("AbdomenCT-1K", "LiTS"): (["definite"], "definite"),
        ("AbdomenCT-1K", "BTCV"): (["none-known"], "none known"),
        ("CT-ORG", "LiTS"): (["definite"], "definite"),
        ("CT-ORG", "BTCV"): (["none-known"], "none known"),
    }


def test_the_matrix_is_a_table_with_caption_and_headers() -> None:
    page = real.page(address("abdomenct-1k ct-org", "lits btcv"))
    table = page.select_one("table.matrix")
    assert table is not None
    assert table.caption is not None
    assert "no proof" in table.caption.get_text()
    assert {each["scope"] for each in table.select("thead th")} == {"col"}
    assert len(table.select("tbody th[scope=row]")) == 2


@pytest.mark.parametrize(("one", "other", "grade"), GRADES)
def test_a_pair_has_the_grade_it_has_everywhere_else(one: str, other: str, grade: str) -> None:
    page = real.page(address(one, other, evidence="catalogues"))
    ((cell),) = matrix(page).values()
    assert cell.a is not None
    assert cell.a.get_text() == WORDS[grade]
    assert grades(one, other, evidence="catalogues") == {(one, other): grade}


def test_a_pool_of_sets_leaks_where_the_catalogues_say_so() -> None:
    found = grades(" ".join(POOL), " ".join(POOL), evidence="catalogues")
    for one, other in product(POOL, POOL):
        told = next((grade for grade, pairs in POOLED.items() if {(one, other), (other, one)} & pairs), "none-known")
        assert found[one, other] == ("definite" if one == other else told)


@pytest.mark.parametrize("extra", [[], ["--evidence", "catalogs"]])
def test_json_is_what_the_command_line_prints(extra: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_HOME", str(real.snapshot().path.parents[1]))
    monkeypatch.setenv("MEDKG_RESOURCES", str(real.ROOT))
    arguments = ["--train", "lits:train", "ct2us", "--test", "3d-ircadb", "kits19", "--json", *extra]
    printed = CliRunner().invoke(leak_command, arguments).stdout
    other = {"evidence": "catalogues"} if extra else {}
    answer = real.client().get(address("lits:train ct2us", "3d-ircadb kits19", **other), headers=_JSON)
    assert answer.mimetype == "application/json"
    assert answer.get_json() == json.loads(printed)


_JSON = {"Accept": "application/json"}


def test_the_way_a_browser_asks_and_format_decide_between_page_and_json() -> None:
    client, path = real.client(), address("ct-org", "lits")
    assert client.get(path, headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"
    assert client.get(f"{path}&format=json", headers={"Accept": "text/html"}).mimetype == "application/json"
    answer = client.get(path, headers=_JSON)
    assert answer.headers["Vary"] == "Accept"
    assert 'rel="alternate"; type="application/json"' in answer.headers["Link"]
    again = client.get(path, headers={**_JSON, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_each_leak_is_told_with_its_claims_and_links_to_those_who_make_them() -> None:
    page = real.page(address("ct-org", "lits", evidence="catalogues"))
    article = page.find(id="ct-org--lits")
    assert isinstance(article, Tag)
    assert article.h3 is not None
    assert article.h3.get_text(" ", strip=True) == "definite CT-ORG and LiTS"
    assert "CT-ORG and LiTS share images" in article.get_text()
    steps = [each.get_text(" ", strip=True) for each in article.select("ol.steps > li")]
    assert steps[0].startswith("CT-ORG overlaps LiTS")
    links = [str(each["href"]) for each in article.select(".said-by a")]
    assert links
    for each in links:
        assert real.client().get(each).status_code == 200
    cell = page.select_one("td.definite a")
    assert cell is not None
    assert cell["href"] == "#ct-org--lits"


def test_two_that_gave_to_a_third_are_told_why_that_proves_nothing() -> None:
    page = real.page(address("chexpert", "padchest", evidence="catalogues"))
    article = page.find(id="chexpert--padchest")
    assert isinstance(article, Tag)
    text = article.get_text(" ", strip=True)
    assert "No shared images of CheXpert and PadChest are known" in text
    assert "no proof" in text
    assert "brings them no closer" in text
    assert len(article.select("ol.steps > li")) == 2


def test_images_synthesised_from_others_are_warned_of() -> None:
    text = real.page(address("ct2us", "kits19")).get_text(" ", strip=True)
    assert "CT2US and KiTS19 share no image by it, but images of one were synthesised" in text


def test_open_provenance_is_warned_of_where_nothing_is_known() -> None:
    images = real.context().register.view("all").images
    opened = next(slug for slug in sorted(real.context().register.families) if open_provenance(images, slug))
    article = real.page(address(opened, "drive")).find(id=f"{opened}--drive")
    assert isinstance(article, Tag)
    assert "is open: not all of its sources are named" in article.get_text()


def test_a_split_is_asked_for_by_a_colon() -> None:
    page = real.page(address("lits:train", "3d-ircadb lits:test", evidence="catalogues"))
    words = {pair: cell.get_text(" ", strip=True) for pair, cell in matrix(page).items()}
    assert words["LiTS (train split)", "3D-IRCADb"].startswith("definite")
    assert words["LiTS (train split)", "LiTS (test split)"] == "none known"
    assert "two splits of one dataset, taken to be disjoint" in page.get_text().lower()
    assert grades("lits:test", "3d-ircadb", evidence="catalogues") == {("lits", "3d-ircadb"): "none-known"}


def test_the_layer_of_evidence_is_chosen_and_kept_in_the_address() -> None:
    page = real.page(address("lits", "kits19", evidence="catalogues"))
    (chosen,) = page.select("input[name=evidence][checked]")
    assert chosen["value"] == "catalogues"
    caption = page.select_one("table.matrix caption")
    assert caption is not None
    assert "what the catalogues alone claim" in caption.get_text()
    assert "--evidence catalogs" in page.get_text()


@pytest.mark.parametrize(
    "given",
    [
        "train=LiTS&train=&test=BTCV&test=&evidence=all",
        "train=LITS&test=btcv",
        "train=dataset:lits&test=https://w3id.org/medkg/dataset/btcv",
        "train=lits&test=btcv&evidence=&utm_source=mail",
        "train=lits,&test=+btcv+",
        "train=lits&train=LiTS&test=btcv",
    ],
)
def test_a_check_has_one_address(given: str) -> None:
    answer = real.client().get(f"/leak?{given}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/leak?train=lits&test=btcv")


def test_several_names_may_stand_between_commas_and_a_name_may_hold_one() -> None:
    label = real.context().register.labels["liver-navigator-4dmri-part1"]
    assert "," in label
    query = urlencode({"train": label, "test": "LiTS, BTCV, 3D-IRCADb:train"})
    answer = real.client().get(f"/leak?{query}", headers={"Accept": "text/html"})
    assert parse_qsl(urlsplit(answer.headers["Location"]).query) == [
        ("train", "liver-navigator-4dmri-part1"),
        ("test", "lits"),
        ("test", "btcv"),
        ("test", "3d-ircadb:train"),
    ]


def test_a_canonical_address_is_answered_at_once_and_named_in_the_page() -> None:
    path = address("lits:train", "btcv", evidence="catalogues")
    page = real.page(path)
    link = page.find("link", rel="canonical")
    assert isinstance(link, Tag)
    assert str(link["href"]).endswith(path)


def test_a_form_without_script_has_a_field_for_each_name_and_an_empty_one_more() -> None:
    page = real.page(address("abdomenct-1k ct-org", "lits"))
    values = [(each["name"], each["value"]) for each in page.select("form input[data-complete=one]")]
    assert values == [("train", "abdomenct-1k"), ("train", "ct-org"), ("train", ""), ("test", "lits"), ("test", "")]
    labels = {each["for"] for each in page.select("main label")}
    assert {each["id"] for each in page.select("main input")} <= labels
    removed = {each.get_text(): each["href"] for each in page.select("form a") if "Remove" in each.get_text()}
    assert removed["Remove ct-org"] == address("abdomenct-1k", "lits")


def test_what_the_form_sends_leads_back_to_the_same_address() -> None:
    path = address("abdomenct-1k ct-org", "lits", evidence="catalogues")
    page = real.page(path)
    fields = page.select("main form input:not([type=radio]), main form input[checked]")
    sent = urlencode([(str(each["name"]), str(each["value"])) for each in fields])
    answer = real.client().get(f"/leak?{sent}", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == path


def test_a_name_that_nothing_goes_by_is_told_with_what_comes_near() -> None:
    client = real.client()
    answer = client.get("/leak?train=litts:train&train=ct-org&test=lits", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    page = BeautifulSoup(answer.text, "html.parser")
    field = page.find("input", value="litts:train")
    assert isinstance(field, Tag)
    assert field["aria-invalid"] == "true"
    told = page.find(id=str(field["aria-describedby"]))
    assert isinstance(told, Tag)
    assert "No dataset is called 'litts'" in told.get_text()
    ways = {each.get_text(): str(each["href"]) for each in told.select("a")}
    assert ways["LiTS"] == "/leak?train=lits:train&train=ct-org&test=lits"
    assert page.select_one("table.matrix") is None
    assert client.get(ways["LiTS"], headers={"Accept": "text/html"}).status_code == 200


def test_an_edition_that_is_missing_is_offered_those_that_there_are() -> None:
    client = real.client()
    answer = client.get("/leak?train=KiTS+2020&test=LiTS17", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    note = BeautifulSoup(answer.text, "html.parser").select_one("form .note")
    assert note
    assert "The graph has no edition '2020' of KiTS" in note.get_text()
    ways = {each.get_text(): str(each["href"]) for each in note.select("a")}
    assert {"KiTS", "KiTS19", "KiTS21", "KiTS23"} <= ways.keys()
    assert ways["KiTS19"] == "/leak?train=kits19&test=lits"
    problem = client.get("/leak?train=KiTS+2020&test=LiTS17", headers=_JSON)
    assert "no edition '2020' of KiTS; it has kits (KiTS)" in problem.get_json()["detail"]


def test_a_name_that_may_mean_several_is_not_guessed_at() -> None:
    answer = real.client().get("/leak?train=ATLAS&test=lits", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "may be any of" in answer.text
    hrefs = {str(each["href"]) for each in BeautifulSoup(answer.text, "html.parser").select("form .note a")}
    assert hrefs == {"/leak?train=atlas-stroke&test=lits", "/leak?train=atlas-liver-2023&test=lits"}


def test_programs_are_told_all_wrong_names_as_a_problem() -> None:
    answer = real.client().get("/leak?train=nothing-like-it&test=neither-this", headers=_JSON)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    detail = answer.get_json()["detail"]
    assert "nothing-like-it" in detail
    assert "neither-this" in detail


@pytest.mark.parametrize(
    "query",
    ["", "train=lits", "test=lits", "train=lits&test=btcv&evidence=rumours", "train=lits&test=btcv&format=svg"],
)
def test_programs_that_ask_for_what_there_is_not_are_told_400(query: str) -> None:
    assert real.client().get(f"/leak?{query}", headers=_JSON).status_code == 400


def most_related(number: int) -> str:
    """The datasets that share images with most others."""
    view = real.context().register.view("all")
    slugs = sorted(real.context().register.families, key=lambda slug: -len(verdicts(view.images, slug)))
    return " ".join(slugs[:number])


def test_too_many_sets_are_not_compared() -> None:
    path = address(most_related(MOST_SETS + 1), "lits")
    answer = real.client().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert f"at most {MOST_SETS} sets" in answer.text
    assert BeautifulSoup(answer.text, "html.parser").select_one("table.matrix") is None
    assert real.client().get(path, headers=_JSON).status_code == 400


def test_as_many_sets_as_are_compared_make_no_large_page() -> None:
    names = most_related(MOST_SETS)
    answer = real.client().get(address(names, names), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    page = BeautifulSoup(answer.text, "html.parser")
    told = {str(each["id"]) for each in page.select("article.pair")}
    links = [str(each["href"]) for each in page.select("td a")]
    assert {each.removeprefix("#") for each in links if each.startswith("#")} == told
    alone = next(each for each in links if not each.startswith("#"))
    assert real.client().get(alone, headers={"Accept": "text/html"}).status_code == 200


def test_text_in_names_is_text_on_the_page() -> None:
    hostile = '<script>alert(1)</script>" onmouseover="x'
    answer = real.client().get(f"/leak?{urlencode({'train': hostile})}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    page = BeautifulSoup(answer.text, "html.parser")
    assert not [each for each in page.find_all("script") if "alert" in each.get_text()]
    assert not page.find_all(onmouseover=True)
    assert "<script>alert" not in answer.text


def test_the_command_line_stands_beside_it_with_its_exit_status() -> None:
    page = real.page(address("lits:train ct-org", "lits btcv"))
    section = page.find(id="command")
    assert isinstance(section, Tag)
    codes = [each.get_text() for each in section.select("pre code")]
    assert codes[0] == "medkg leak --train lits:train ct-org --test lits btcv"
    assert "format=json" in codes[1]
    assert "for these sets it is 1 today" in section.get_text()
    assert [each.get_text() for each in section.select("tbody th")] == ["0", "1", "2"]


def test_the_exit_status_is_that_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_HOME", str(real.snapshot().path.parents[1]))
    monkeypatch.setenv("MEDKG_RESOURCES", str(real.ROOT))
    for test, status in (("lits", 1), ("drive", 0)):
        page = real.page(address("ct-org", test))
        assert f"for these sets it is {status} today" in page.get_text()
        command = page.select("#command pre code")[0].get_text().split()
        assert command[:2] == ["medkg", "leak"]
        assert CliRunner().invoke(leak_command, command[2:]).exit_code == status


def test_safe_test_sets_are_offered_as_soon_as_a_training_set_is_named() -> None:
    page = real.page("/leak?train=lits&evidence=catalogues")
    offered = {str(each["href"]).rpartition("test=")[2].partition("&")[0] for each in _ways_to_test(page)}
    assert offered
    assert not offered & (set(CANDIDATES.split()) - set(EXTERNAL.split()))
    assert offered & set(EXTERNAL.split())
    assert "medkg safe --test-for lits" in page.get_text()
    assert "no proof" in page.get_text()
    found = grades("lits", " ".join(offered), evidence="catalogues")
    assert set(found.values()) <= {"none-known", "disjoint"}


def _ways_to_test(page: BeautifulSoup) -> list[Any]:
    return [each for each in page.select("main a") if each.get_text().startswith("Test on it")]


def test_without_names_there_is_a_form_and_an_example_worth_a_look() -> None:
    page = real.page("/leak")
    assert [each["name"] for each in page.select("form input[data-complete=one]")] == ["train", "test"]
    assert page.select_one("table.matrix") is None
    example = page.find("a", string="See an example.")
    assert isinstance(example, Tag)
    cells = matrix(real.page(str(example["href"])))
    assert any("definite" in cell.get_text() for cell in cells.values())


def test_it_reads_well_without_styles_and_scripts() -> None:
    page = real.page(address("ct-org", "lits"))
    assert len(page.find_all("h1")) == 1
    assert not page.select("[style], style, [onclick], [onchange]")
    assert not [each for each in page.find_all("script") if each.get_text(strip=True)]


def test_the_largest_check_is_no_heavier_than_a_page_may_be() -> None:
    network = real.context().register.view("all").images
    ties = Counter(end for nodes in network.adjacency.values() for end, edges in nodes.items() for _ in edges)
    datasets = [slug for slug in network.classes if slug not in network.challenges]
    largest = sorted(datasets, key=lambda slug: (-ties[network.class_of(slug)], slug))[: 2 * MOST_SETS]
    address = TrainTestSets(train=tuple(largest[:MOST_SETS]), test=tuple(largest[MOST_SETS:])).address()
    answer = real.client().get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert faults(answer.text) == []


def test_a_series_is_told_by_its_editions_with_who_says_that_they_are() -> None:
    page = real.page(address("brats", "brats2021"))
    (cell,) = matrix(page).values()
    assert cell.a is not None
    assert cell.a.get_text() == "definite"
    pair = page.select("article.pair")[0]
    assert "BraTS 2021 is an edition of BraTS" in pair.text
    assert [link["href"] for link in pair.select("ol.steps a")] == ["/dataset/brats2021"]
    editions = {str(link["href"]): item.text for item in pair.select("ul > li") if (link := item.a)}
    assert "definite" in editions["/leak?train=brats2021&test=brats2021"]
    assert "possible" in editions["/leak?train=brats2016&test=brats2021"]


def test_no_edition_is_offered_as_a_safe_test_set() -> None:
    page = real.page("/leak?train=kits19")
    offered = {str(link["href"]).rpartition("/")[2] for link in page.select("section[aria-labelledby=safe-title] li a")}
    assert offered
    assert not offered & {"kits", "kits21", "kits23"}
