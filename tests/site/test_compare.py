"""Datasets side by side."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from medkg.lineage.explanation import explain
from tests import real
from tests.site.sound import faults

THREE = "/compare?d=lits&d=ct-org&d=flare22"


def asked(path: str) -> tuple[int, BeautifulSoup]:
    response = real.client().get(path, headers={"Accept": "text/html"})
    assert faults(response.text) == []
    return response.status_code, BeautifulSoup(response.text, "html.parser")


def cells(page: BeautifulSoup, name: str) -> list[str]:
    """What is said of each dataset on a fact."""
    for row in page.select("table.compared tbody tr"):
        heading = row.find("th")
        if heading and heading.text.split("the same")[0].strip() == name:
            return [" ".join(cell.text.split()) for cell in row.find_all("td")]
    raise AssertionError(name)


def test_facts_stand_side_by_side_with_those_who_state_them() -> None:
    status, page = asked(THREE)
    assert status == 200
    assert [heading.text for heading in page.select("table.compared thead th")] == [
        "Fact",
        "LiTS",
        "CT-ORG",
        "FLARE 2022",
    ]
    counts = cells(page, "counts")
    assert "201 cases openmedlab:112" in counts[0]
    assert "140 cases openmedlab:33" in counts[1]
    assert cells(page, "edition of")[:2] == ["not stated", "not stated"]


def test_what_is_the_same_of_all_is_marked() -> None:
    _, page = asked(THREE)
    marked = {row.find("th").text for row in page.select("tbody tr") if row.select_one("th .badge")}  # type: ignore[union-attr]
    assert any(each.startswith("modality") for each in marked)
    assert not any(each.startswith("counts") for each in marked)


def test_licences_say_what_they_allow() -> None:
    _, page = asked("/compare?d=lits&d=segrap2023")
    assert cells(page, "what the licence allows") == [
        "Redistribution allowed, Attribution, No commercial use, No derivatives",
        "no known licence",
    ]


def test_every_two_are_told_as_they_are_explained() -> None:
    _, page = asked(THREE)
    told = page.select("section[aria-labelledby=images-title] details")
    assert len(told) == 3
    register = real.context().register
    view = register.view("all")
    for item, (one, other) in zip(told, [("lits", "ct-org"), ("lits", "flare22"), ("ct-org", "flare22")], strict=True):
        said = explain(view.images, one, other, exclude=view.exclude, texts=register.texts)
        assert said.conclusion in item.text
        assert len(item.select("ol.steps > li")) == len(said.verdict.path)


def test_two_of_which_nothing_is_known_are_not_promised_to_be_apart() -> None:
    _, page = asked("/compare?d=vessel12&d=kits19")
    assert "none known" in page.text
    assert "no proof" in page.text
    assert "no overlap" not in page.text.lower()


def test_any_name_will_do_and_several_between_commas() -> None:
    _, page = asked("/compare?d=LiTS,+CT-ORG")
    assert [field["value"] for field in page.select("input[name=d][value]")] == ["lits", "ct-org"]


def test_a_dataset_is_compared_once() -> None:
    _, page = asked("/compare?d=lits&d=LiTS&d=ct-org")
    assert len(page.select("table.compared thead th")) == 1 + 2


def test_without_names_there_is_a_form() -> None:
    status, page = asked("/compare")
    assert status == 200
    assert len(page.select("input[name=d]")) == 2
    assert page.select_one("table.compared") is None


def test_one_name_waits_for_another() -> None:
    status, page = asked("/compare?d=lits")
    assert status == 200
    assert "One more is needed" in page.text


def test_each_can_be_taken_away() -> None:
    _, page = asked(THREE)
    assert [link["href"] for link in page.select("form a") if "Remove" in link.text] == [
        "/compare?d=ct-org&d=flare22",
        "/compare?d=lits&d=flare22",
        "/compare?d=lits&d=ct-org",
    ]


def test_a_wrong_name_is_404_and_offers_the_right_one_in_its_place() -> None:
    status, page = asked("/compare?d=lits&d=ct-orgg")
    assert status == 404
    assert "No dataset is called 'ct-orgg'" in page.text
    assert page.find("a", href="/compare?d=lits&d=ct-org")
    assert page.find("a", href="/datasets?q=ct-orgg")


def test_a_name_of_several_is_404_and_offers_each() -> None:
    status, page = asked("/compare?d=kits19&d=atlas")
    assert status == 404
    assert page.select_one("[role=alert] a[href^='/compare?d=kits19&d=']")


def test_more_than_six_are_400_and_the_first_six_are_shown() -> None:
    status, page = asked("/compare?d=lits,ct-org,msd,flare22,kits19,word,amos")
    assert status == 400
    assert "At most 6" in page.text
    assert len(page.select("table.compared thead th")) == 1 + 6


@pytest.mark.parametrize("name", ["<script>", "%00", "a" * 5_000, "肝脏", "'; drop"])
def test_any_text_may_be_asked(name: str) -> None:
    status, page = asked(f"/compare?d=lits&d={name}")
    assert status == 404
    assert page.find("script", string=True) is None


def test_what_the_client_has_is_not_sent_again() -> None:
    etag = real.client().get(THREE).headers["ETag"]
    assert real.client().get(THREE, headers={"If-None-Match": etag}).status_code == 304


def test_who_names_nothing_is_shown_an_example() -> None:
    link = real.page("/compare").find("a", string="See an example.")
    assert isinstance(link, Tag)
    assert "side by side" in real.page(str(link["href"])).get_text()
    assert real.page(THREE).find("a", string="See an example.") is None
