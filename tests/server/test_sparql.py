"""The endpoint speaks the query protocol: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

import time

import pytest
from rdflib import Graph
from werkzeug.test import Client

from tests.asking import (
    ASK,
    BROWSER,
    CASES,
    CONSTRUCT,
    RECORD_A,
    RECORD_B,
    RUNAWAY,
    TITLES,
    ask,
    problem,
)
from tests.servers import SLACK


def test_get_answers_a_query(client: Client) -> None:
    answer = ask(client, TITLES)
    assert answer.status_code == 200
    assert answer.content_type == "application/sparql-results+json"
    assert answer.get_json(force=True)["results"]["bindings"][0]["title"]["value"] == "LiTS"


def test_post_answers_a_form(client: Client) -> None:
    answer = client.post("/sparql", data={"query": ASK})
    assert answer.status_code == 200
    assert b"true" in answer.data


def test_a_form_may_leave_the_query_to_the_url(client: Client) -> None:
    answer = client.post("/sparql", query_string={"query": ASK}, data={"format": "csv"})
    assert answer.text == "true"


@pytest.mark.parametrize(
    "parameters", ["", "; charset=utf-8", "; charset=UTF-8", '; Charset="utf-8"', ";charset=US-ASCII"]
)
def test_post_answers_a_query_as_body(client: Client, parameters: str) -> None:
    query = 'ASK { ?d dcterms:title "肝脏肿瘤分割"@zh }'
    answer = client.post("/sparql", data=query.encode(), content_type=f"Application/SPARQL-Query{parameters}")
    assert answer.status_code == 200
    assert b"true" in answer.data


@pytest.mark.parametrize("query", [TITLES, CONSTRUCT, "DESCRIBE dataset:lits", ASK])
def test_all_three_ways_to_ask_give_the_same(client: Client, query: str) -> None:
    answers = [
        ask(client, query),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query, content_type="application/sparql-query"),
    ]
    assert len({answer.data for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_turtle_has_our_prefixes_and_reads_back(client: Client) -> None:
    turtle = ask(client, CONSTRUCT).text
    assert "dataset:lits dcterms:title" in turtle
    assert len(Graph().parse(data=turtle, format="turtle")) == 3


@pytest.mark.parametrize("by_post", [False, True])
def test_the_request_names_the_rdf_dataset(client: Client, by_post: bool) -> None:
    fields = {"query": CASES, "default-graph-uri": RECORD_B, "format": "csv"}
    answer = client.post("/sparql", data=fields) if by_post else client.get("/sparql", query_string=fields)
    assert answer.text == "n\r\n131\r\n"


def test_a_direct_post_names_the_rdf_dataset_in_its_url(client: Client) -> None:
    url = f"/sparql?default-graph-uri={RECORD_B}&format=csv"
    assert client.post(url, data=CASES, content_type="application/sparql-query").text == "n\r\n131\r\n"


def test_several_default_graphs_are_merged(client: Client) -> None:
    fields = {"query": f"{CASES} ORDER BY ?n", "default-graph-uri": [RECORD_A, RECORD_B], "format": "csv"}
    answer = client.get("/sparql", query_string=fields)
    assert answer.text == "n\r\n131\r\n201\r\n"


def test_named_graphs_of_the_request_replace_the_default_graph(client: Client) -> None:
    query = "SELECT ?n { { ?d medkg:caseCount ?n } UNION { GRAPH ?g { ?d medkg:caseCount ?n } } }"
    assert ask(client, query, **{"named-graph-uri": RECORD_B, "format": "csv"}).text == "n\r\n131\r\n"


def test_the_rdf_dataset_of_the_request_wins_over_that_of_the_text(client: Client) -> None:
    # https://www.w3.org/TR/sparql11-protocol/#dataset
    query = f"SELECT ?n FROM <{RECORD_A}> {{ ?d medkg:caseCount ?n }}"
    assert ask(client, query, format="csv").text == "n\r\n201\r\n"
    assert ask(client, query, **{"default-graph-uri": RECORD_B, "format": "csv"}).text == "n\r\n131\r\n"


def test_a_graph_that_is_not_there_is_empty(client: Client) -> None:
    assert ask(client, ASK, **{"default-graph-uri": "https://example.org/nowhere", "format": "csv"}).text == "false"


def test_relative_iris_are_those_of_our_namespace(client: Client) -> None:
    assert ask(client, "ASK { <dataset/lits> a dcat:Dataset }", format="csv").text == "true"


def test_a_browser_s_mistake_is_a_readable_page(client: Client) -> None:
    answer = ask(client, "SELECT * { ?s <b> <i>bold</i> }", BROWSER)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "&lt;i&gt;bold" in answer.text
    assert "<i>bold" not in answer.text


def test_a_query_that_takes_too_long_is_told_so_at_its_deadline(client: Client) -> None:
    started = time.monotonic()
    answer = ask(client, RUNAWAY, timeout="0.5")
    assert time.monotonic() - started < 0.5 + SLACK
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "longer than 0.5 seconds" in problem(answer)["detail"]
    assert "ETag" not in answer.headers
    assert ask(client, ASK).status_code == 200


@pytest.mark.parametrize(
    "beginning", ["SELECT * { " + "{" * 20_000, "SELECT (" + "(" * 20_000, "ASK { FILTER(" + "!" * 90_000]
)
def test_a_query_that_would_bring_the_engine_down_is_the_asker_s_mistake(client: Client, beginning: str) -> None:
    answer = client.post("/sparql", data={"query": beginning})
    assert answer.status_code == 400
    assert problem(answer)["detail"]
    assert ask(client).status_code == 200


def test_nothing_is_asked_of_other_endpoints(client: Client) -> None:
    answer = ask(client, "ASK { SERVICE <http://127.0.0.1:9/> {} }")
    assert answer.status_code == 400
    assert "SERVICE is not allowed" in problem(answer)["detail"]
