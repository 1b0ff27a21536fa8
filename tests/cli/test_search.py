"""`medkg search`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Medkg


def test_hits_come_between_tabs_under_a_header(medkg: Medkg) -> None:
    ran = medkg("search", "lits")
    assert ran.status == 0
    assert ran.lines == ["dataset\tlabel\twhy", "lits\tLiTS\tits name"]


def test_words_need_no_quotes_and_facets_narrow(medkg: Medkg) -> None:
    assert medkg("search", "CT", "liver").lines[1].startswith("lits\t")
    assert [line.split("\t")[0] for line in medkg("search", "--anatomy", "abdomen").lines[1:]] == ["lits"]
    assert medkg("search", "atlas", "--modality", "MR").lines[1].startswith("atlas-stroke\t")


def test_hits_come_as_json(medkg: Medkg) -> None:
    (hit,) = json.loads(medkg("search", "--json", "肝脏肿瘤分割").out)
    assert hit == {"slug": "lits", "label": "LiTS", "why": "also 肝脏肿瘤分割"}


def test_nothing_found_is_said_beside_the_answer(medkg: Medkg) -> None:
    ran = medkg("search", "xyzzy")
    assert (ran.status, ran.out, ran.err) == (0, "", "nothing found\n")
    assert json.loads(medkg("search", "xyzzy", "--json").out) == []


def test_a_text_that_finds_nothing_is_answered_with_what_is_like_it(medkg: Medkg) -> None:
    ran = medkg("search", "AD C")
    assert (ran.status, ran.out, ran.err) == (0, "", "nothing found; did you mean ACDC?\n")
    assert medkg("show", "AD C").err == "medkg: no dataset is called 'AD C'; did you mean acdc (ACDC)?\n"


def test_an_edition_that_is_missing_is_said_beside_what_there_is(medkg: Medkg) -> None:
    ran = medkg("search", "LiTS", "2031")
    assert ran.status == 0
    assert ran.lines[1].startswith("lits\tLiTS\t")
    assert ran.err == "the graph has no edition '2031' of LiTS\n"
    assert json.loads(medkg("search", "--json", "LiTS 2031").out)[0]["why"] == "its name, not edition 2031"
    assert medkg("search", "LiTS'17").err == ""


def test_an_unknown_facet_is_a_mistake_with_a_way_out(medkg: Medkg) -> None:
    ran = medkg("search", "--anatomy", "livver")
    assert ran.status == 1
    assert ran.err == "medkg: 'livver' is no anatomy in the graph; did you mean Liver?\n"


def test_an_empty_span_is_a_mistake_and_not_left_out(medkg: Medkg) -> None:
    ran = medkg("search", "lits", "--year", "")
    assert (ran.status, ran.out) == (1, "")
    assert "'' is no year in the graph; write a number" in ran.err


def test_a_search_for_nothing_is_a_usage_error(medkg: Medkg) -> None:
    assert medkg("search").status == 2
    assert medkg("search", "x", "--limit", "0").status == 2


def test_what_is_known_of_the_whole_dataset_narrows_too(medkg: Medkg) -> None:
    whole = {line.split("\t")[0] for line in medkg("search", "--lineage", "none-known").lines[1:]}
    years = {line.split("\t")[0] for line in medkg("search", "--year", "1900-").lines[1:]}
    undated = {line.split("\t")[0] for line in medkg("search", "--year", "unknown").lines[1:]}
    assert "lits" in whole
    assert not years & undated
    assert whole == {each for each in years | undated if each in whole}
    assert medkg("search", "lits", "--cases", "1-1").err == "nothing found\n"
    assert medkg("search", "--catalog", "nobody").err.startswith("medkg: 'nobody' is no catalogue in the graph")
    assert medkg("search", "--lineage", "perhaps").status == 2


@pytest.mark.parametrize(
    "arguments",
    [("li\udcff",), ("--modality", "\udcff"), ("--year", "\udcff"), ("--cases", "\udcff"), ("--catalog", "\udcff")],
)
def test_bytes_that_are_no_text_name_nothing(medkg: Medkg, arguments: tuple[str, ...]) -> None:
    ran = medkg("search", *arguments)
    assert ran.status in {0, 1}
    assert "nothing found" in ran.err or "\\udcff" in ran.err
