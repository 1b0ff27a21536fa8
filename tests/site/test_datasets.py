"""The search page: right without a script, one address a search, filters with counts, and everything as data."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from medkg import search
from tests import real

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def get(address: str, **headers: str) -> TestResponse:
    return real.client().get(address, headers={**HTML, **headers})


def titles(page: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in page.select(".results h2 a")]


def heading(page: BeautifulSoup) -> str:
    (found,) = page.select("h1")
    return found.get_text()


def data(address: str) -> list[str]:
    """The slugs that an address finds, all of them."""
    answer = get(address, Accept="application/json").json
    assert answer
    return [each["dataset"] for each in answer["datasets"]]


def option(page: BeautifulSoup, label: str) -> Tag:
    """The link of a value of a facet."""
    for link in page.select(".facet a"):
        name = link.select_one("span")
        if name and name.get_text().split("\xa0")[0].strip().startswith(label):
            return link
    raise AssertionError(f"no option {label}")


def test_without_a_word_all_datasets_are_there_page_by_page() -> None:
    page = real.page("/datasets")
    assert heading(page) == "495 datasets"
    assert len(titles(page)) == 20
    seen: list[str] = []
    address: str | None = "/datasets"
    while address:
        page = real.page(address)
        seen += [str(each["href"]) for each in page.select(".results h2 a")]
        following = page.select_one(".pager a[rel=next]")
        address = str(following["href"]) if following else None
    assert len(seen) == len(set(seen)) == 495


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("LiTS", "LiTS"),
        ("Totalsegmentor", "TotalSegmentator"),
        ("brast 2021", "BraTS 2021"),
        ("MMWHS心脏", "MM-WHS"),
        ("医学影像分割挑战", "MSD"),
    ],
)
def test_names_are_found_however_they_are_written(query: str, first: str) -> None:
    page = real.page(f"/datasets?q={query}")
    assert titles(page)[0] == first


@pytest.mark.parametrize(("query", "facet", "key"), [("CT", "modality", "ct"), ("肝脏", "anatomy", "liver")])
def test_a_short_word_finds_what_its_concept_has(query: str, facet: str, key: str) -> None:
    assert set(data(f"/datasets?{facet}={key}")) <= set(data(f"/datasets?q={query}"))


def test_two_letters_find_ultrasound() -> None:
    assert set(data("/datasets?modality=ultrasound")) <= set(data("/datasets?q=US"))


def test_a_form_leads_to_the_one_address_of_a_search() -> None:
    for address in (
        "/datasets?modality=ct&q=&anatomy=liver&anatomy=kidney&sort=best&page=1&licence=",
        "/datasets?anatomy=liver&anatomy=Kidneys&modality=CT&modality=ct",
        "/datasets?anatomy=肾脏&anatomy=肝脏&modality=Computed+tomography&utm_source=x",
    ):
        response = get(address)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/datasets?anatomy=kidney&anatomy=liver&modality=ct",
        )
    assert get("/datasets?anatomy=kidney&anatomy=liver&modality=ct").status_code == 200


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/datasets?page=999", "/datasets?page=25"),
        ("/datasets?page=01", "/datasets"),
        ("/datasets?page=&sort=", "/datasets"),
        ("/datasets?q=++LiTS+&page=7", "/datasets?q=LiTS"),
    ],
)
def test_what_goes_without_saying_is_left_out_of_the_address(address: str, location: str) -> None:
    assert get(address).headers["Location"] == location


def test_the_address_of_a_search_is_in_order() -> None:
    page = real.page("/datasets?q=CT&anatomy=liver&year=2015-&sort=name")
    link = page.select_one("link[rel=canonical]")
    assert link
    assert [name for name, _ in parse_qsl(urlsplit(str(link["href"])).query)] == ["q", "anatomy", "year", "sort"]


def test_a_value_of_a_facet_leads_to_as_many_as_it_says() -> None:
    page = real.page("/datasets?q=segmentation&modality=ct")
    assert len(page.select(".facet a:not([aria-current])")) > 30
    for link in page.select(".facet a:not([aria-current])"):
        address = f"/datasets{link['href']}"
        chosen = parse_qs(urlsplit(address).query)
        count = link.select_one(".count")
        assert count
        found = set(data(address))
        if len(chosen.get("modality", [])) == 1:  # what is chosen beside nothing else of its facet
            assert len(found) == int(count.get_text().replace(",", ""))
        else:
            assert found >= set(data("/datasets?q=segmentation&modality=ct"))


def test_what_is_chosen_is_marked_and_can_be_removed() -> None:
    page = real.page("/datasets?q=CT&anatomy=kidney&anatomy=liver&lineage=definite")
    chips = [(each.get_text(" ", strip=True), str(each["href"])) for each in page.select(".chosen a.chip")]
    assert [href for _, href in chips] == [
        "/datasets?anatomy=kidney&anatomy=liver&lineage=definite",
        "/datasets?q=CT&anatomy=liver&lineage=definite",
        "/datasets?q=CT&anatomy=kidney&lineage=definite",
        "/datasets?q=CT&anatomy=kidney&anatomy=liver",
    ]
    assert all(text.startswith("Remove") for text, _ in chips)
    liver = option(page, "Remove liver")
    assert liver["aria-current"] == "true"
    assert liver["href"] == "?q=CT&anatomy=kidney&lineage=definite"
    assert all(each.has_attr("open") for each in liver.find_parents("details", class_=["facet", "narrower"]))


def test_a_new_word_keeps_what_is_chosen() -> None:
    form = real.page("/datasets?q=CT&anatomy=liver&sort=name").select_one("form[role=search]")
    assert form
    assert {(each["name"], each.get("value")) for each in form.select("input")} == {
        ("q", "CT"),
        ("anatomy", "liver"),
        ("sort", "name"),
    }


def test_a_search_can_be_ordered() -> None:
    assert titles(real.page("/datasets?anatomy=liver&sort=name")) == sorted(
        titles(real.page("/datasets?anatomy=liver&sort=name")), key=str.casefold
    )
    page = real.page("/datasets?anatomy=liver&sort=cases")
    cases = [
        each["cases"] or 0 for each in (get("/datasets?anatomy=liver&sort=cases&format=json").json or {})["datasets"]
    ]
    assert cases == sorted(cases, reverse=True)
    current = page.select_one("[aria-label=Order] [aria-current]")
    assert current
    assert current.get_text() == "most cases"


def test_a_hit_tells_what_it_is_and_why_it_is_found() -> None:
    page = real.page("/datasets?q=MR+liver+segmentation")
    (hit,) = (each for each in page.select(".results > li") if each.h2 and each.h2.get_text().startswith("CHAOS"))
    text = hit.get_text(" ", strip=True)
    assert "2019" in text
    assert "40 cases" in text
    assert "in 4 catalogues" in text
    assert "shares images: definite" in " ".join(text.split())
    assert "matched by" in text
    assert {"/datasets?modality=ct", "/datasets?anatomy=liver"} <= {
        str(each["href"]) for each in hit.select(".chips a")
    }


def test_a_search_that_finds_nothing_helps_on() -> None:
    page = real.page("/datasets?q=LiTS&anatomy=brain")
    assert heading(page) == "Nothing found for “LiTS”"
    ways = {str(each["href"]): each.find_parent("li") for each in page.select(".note li a")}
    assert set(ways) == {"/datasets?q=LiTS", "/datasets?anatomy=brain"}
    for address, line in ways.items():
        assert line
        assert f", {len(data(address))} dataset" in line.get_text()
    assert "Did you mean" in real.page("/datasets?q=xxLUNA16xx").get_text()
    assert "browse all datasets" in real.page("/datasets?q=qqqqzzzz").get_text()


def test_an_edition_that_is_missing_is_said_to_be_above_the_others() -> None:
    page = real.page("/datasets?q=KiTS+2020")
    assert {"KiTS", "KiTS19", "KiTS21", "KiTS23"} <= {*titles(page)[:6]}
    assert titles(page)[0] == "KiTS"
    assert [each.get_text(strip=True) for each in page.select(".note")] == ["The graph has no edition '2020' of KiTS."]
    answer = get("/datasets?q=KiTS+2020", Accept="application/json").json
    assert answer
    assert answer["note"] == "the graph has no edition '2020' of KiTS"
    assert "note" not in (get("/datasets?q=KiTS+2019", Accept="application/json").json or {})


def test_an_edition_that_is_missing_completes_to_those_that_there_are() -> None:
    answer = get("/complete?q=KiTS+2020").json
    assert [each["slug"] for each in answer or ()][:2] == ["kits", "kits19"]


def test_near_misses_are_said_to_be_that() -> None:
    assert "No exact match" in real.page("/datasets?q=Totalsegmentor").get_text()
    assert "No exact match" not in real.page("/datasets?q=TotalSegmentator").get_text()


@pytest.mark.parametrize("address", ["/datasets?anatomy=livver", "/datasets?year=soon", "/datasets?format=xls"])
def test_what_nobody_knows_is_told_with_a_way_out(address: str) -> None:
    response = get(address)
    assert response.status_code in (400, 404)
    assert "did you mean" in response.text or "write a number" in response.text or "there is html" in response.text


def test_all_that_is_found_can_be_had_as_a_table() -> None:
    response = get("/datasets?anatomy=liver&sort=name&format=csv")
    assert response.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["dataset"] for row in rows] == data("/datasets?anatomy=liver&sort=name")
    (lits,) = (row for row in rows if row["dataset"] == "lits")
    assert lits["iri"] == "https://w3id.org/medkg/dataset/lits"
    assert (lits["title"], lits["year"], lits["cases"], lits["licence"]) == ("LiTS", "2017", "201", "CC BY-NC-ND 4.0")
    assert lits["catalog"] == "biomedical-imaging-datasets; linhandev; m-aryayi; openmedlab"


def test_all_that_is_found_can_be_had_as_json() -> None:
    answer = get("/datasets?q=LiTS&format=json").json
    assert answer
    assert (answer["total"], answer["parameters"]) == (1, [["q", "LiTS"]])
    assert answer["datasets"][0]["anatomy"] == [{"key": "liver", "label": "liver", "label_zh": "肝脏"}]


def test_all_that_is_found_can_be_had_as_bibtex() -> None:
    response = get("/datasets?anatomy=liver&format=bibtex")
    assert response.content_type == "application/x-bibtex"
    for slug in data("/datasets?anatomy=liver"):
        assert f"@misc{{{slug}," in response.text


def test_a_program_gets_data_by_what_it_accepts() -> None:
    assert get("/datasets?q=LiTS", Accept="text/csv").mimetype == "text/csv"
    assert get("/datasets?q=&q=LiTS", Accept="application/json").mimetype == "application/json"
    assert get("/datasets?q=LiTS", Accept="*/*").mimetype == "text/html"
    assert get("/datasets?q=LiTS", Accept="image/png").status_code == 406


def test_a_search_says_what_it_is_in_sparql() -> None:
    page = real.page("/datasets?anatomy=liver&modality=ct")
    code = page.select_one("details pre code")
    assert code
    expected = search.sparql("", {"anatomy": ("liver",), "modality": ("ct",)}, None, real.context().prefixes)
    assert code.get_text() == expected
    link = code.find_next("a")
    assert isinstance(link, Tag)
    assert parse_qs(urlsplit(str(link["href"])).query) == {"query": [expected]}


def test_a_page_is_small_and_needs_no_script() -> None:
    for address in ("/datasets", "/datasets?page=9", "/datasets?q=segmentation&sort=cases", "/datasets?lineage=any"):
        response = get(address)
        assert len(response.data) < 100_000
        page = BeautifulSoup(response.text, "html.parser")
        assert len(page.select("h1")) == 1
        assert not page.select("main script, main style, [style], [onchange]")


def test_hostile_words_are_shown_and_do_nothing() -> None:
    words = '"><script>alert(1)</script> # } NEAR( "*'
    page = BeautifulSoup(real.client().get("/datasets", query_string={"q": words}).text, "html.parser")
    assert not page.select("main script")
    box = page.select_one("#q")
    assert box
    assert box["value"] == words
    assert get("/datasets?q=%00%ff&anatomy=liver").status_code in (200, 302)


def test_a_client_that_has_an_answer_is_told_so() -> None:
    for address in ("/datasets?q=LiTS", "/datasets?q=LiTS&format=csv", "/complete?q=li"):
        etag = get(address).headers["ETag"]
        assert get(address, **{"If-None-Match": etag}).status_code == 304


def test_completion_offers_things_of_each_kind_with_their_address() -> None:
    def completed(query: str) -> list[dict[str, str]]:
        found = get(f"/complete?q={query}").json
        assert found is not None
        assert len(found) <= 10
        return list(found)

    assert completed("lits")[0] == {
        "slug": "lits",
        "label": "LiTS",
        "label_zh": None,
        "kind": "dataset",
        "url": "/dataset/lits",
    }
    assert completed("肝脏")[0] == {
        "slug": "liver",
        "label": "liver",
        "label_zh": "肝脏",
        "kind": "anatomy",
        "url": "/datasets?anatomy=liver",
    }
    assert {each["kind"] for each in completed("brats")} == {"dataset", "challenge"}
    assert {each["kind"] for each in completed("brats&kind=challenge")} == {"challenge"}
    assert completed("") == completed("xyzzy") == []
    assert all(get(each["url"]).status_code == 200 for each in completed("seg"))
