"""Formats are found by name and by Accept header."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from medkg.evaluation import GRAPHS, HTML, RESULTS, Format, find_format, negotiate
from medkg.evaluation.formats import content_type

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def chosen(accept: str, formats: tuple[Format, ...]) -> str | None:
    found = negotiate(parse_accept_header(accept, MIMEAccept), formats)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values"),
        (
            "application/sparql-results+json;q=0.3, application/sparql-results+xml;q=0.7",
            "application/sparql-results+xml",
        ),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("application/sparql-results+xml, */*", "application/sparql-results+xml"),
        ("image/png, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
        (BROWSER, "application/xml"),
        ("image/png", None),
        ("text/csv;q=0", None),
    ],
)
def test_accept_header_chooses_among_result_formats(accept: str, media_type: str | None) -> None:
    assert chosen(accept, RESULTS) == media_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples;q=0.5, application/trig;q=0.6", "application/trig"),
        (BROWSER, "text/html"),
    ],
)
def test_accept_header_chooses_among_graph_formats_and_pages(accept: str, media_type: str | None) -> None:
    assert chosen(accept, (*GRAPHS, HTML)) == media_type


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
