"""Formats are found by name."""

from __future__ import annotations

import pytest

from medkg.evaluation import GRAPHS, RESULTS, find_format
from medkg.evaluation.formats import content_type


@pytest.mark.parametrize(
    ("name", "form"),
    [("ttl", "turtle"), ("JSON-LD", "jsonld"), ("json", "jsonld"), ("xml", "rdfxml"), ("application/trig", "trig")],
)
def test_short_names_aliases_and_media_types_name_a_format(name: str, form: str) -> None:
    found = find_format(name, GRAPHS)
    assert found is not None
    assert found.name == form


def test_every_name_of_a_format_may_have_a_space_for_its_plus_and_parameters() -> None:
    for each in (*RESULTS, *GRAPHS):
        for media_type in each.media_types:
            for name in (media_type, f"{media_type};charset=UTF-8", f" {media_type.upper()} ; q=1"):
                for written in (name, name.replace("+", " ")):
                    found = find_format(written, RESULTS if each in RESULTS else GRAPHS)
                    assert found is each, written


def test_what_stands_before_the_slash_of_a_media_type_may_be_left_out() -> None:
    names = {"sparql-results+json": "json", "sparql-results xml": "xml", "tab-separated-values": "tsv"}
    assert {name: form.name for name in names if (form := find_format(name, RESULTS))} == names


@pytest.mark.parametrize("name", ["docx", "", " ", "+", "rdf", "rdf  xml", "text/", "/csv", ";", "csv json"])
def test_an_unknown_name_names_no_format(name: str) -> None:
    assert find_format(name, RESULTS) is None


def test_only_text_formats_that_need_it_say_their_charset() -> None:
    assert content_type("text/csv") == "text/csv; charset=utf-8"
    assert content_type("text/turtle") == "text/turtle"
