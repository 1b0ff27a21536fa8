"""The home page counts and gives examples that work."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from medkg.web.pages import EXAMPLES, Example
from tests.servers import Running


def test_the_home_page_says_how_much_there_is(server: Running) -> None:
    page = server.client.get("/").text
    counts = dict(re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd>", page))
    assert counts == {"datasets": "2", "entries": "2", "catalogues": "2", "triples": "40"}
    assert f"{server.address}sparql" in page


def test_the_home_page_s_examples_are_links_that_answer(client: Client) -> None:
    links = re.findall(r'<h3><a href="([^"]+)">', client.get("/").text)
    assert len(links) == len(EXAMPLES)
    assert all(client.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.question)
def test_every_example_finds_something(client: Client, example: Example) -> None:
    answer = client.get("/sparql", query_string={"query": example.query, "format": "csv"})
    assert "dataset/lits" in answer.text


def test_the_stylesheet_is_where_the_pages_look_for_it(client: Client) -> None:
    path = re.findall(r'<link rel="stylesheet" href="([^"]+)">', client.get("/").text)
    with client.get(path[0]) as stylesheet:
        assert stylesheet.mimetype == "text/css"
