"""What a request asks is read strictly: what could be understood in two ways is refused."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest
from werkzeug.test import Client

from medkg.http.sparql_request import parse_form
from tests.asking import ASK, ask, problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("?query=ASK%7B%7D&query=ASK%7B%7D", "Give one query"),
        ("?query=ASK%7B%7D&update=CLEAR%20ALL", "Give one query"),
        ("?query=SELECT", "ends too early"),
        ("?query=", "ends too early"),
        ("?query=ASK%7B%FF%7D", "UTF-8"),
        ("?query=ASK%7B%7D&other=%FF", "UTF-8"),
        ("?query=ASK%7B%7D&default-graph-uri=no%20iri", "absolute IRI"),
        ("?query=ASK%7B%7D&default-graph-uri=relative/iri", "absolute IRI"),
        ("?query=ASK%7B%7D&named-graph-uri=relative", "absolute IRI"),
        ("?query=&update=", "Give one query"),
        ("?update=CLEAR%20ALL", "by POST only"),
        ("?query=ASK%7B%7D&using-graph-uri=http://example.org/", "default-graph-uri"),
        ("?query=ASK%7B%7D&using-named-graph-uri=http://example.org/", "named-graph-uri"),
        ("?query=INSERT%20DATA%20%7B%7D", "SPARQL update"),
        ("?query=ASK%7B%00%7D", "NUL"),
        ("?query=ASK%7B%7D" + "&a=b" * 1001, "parameters"),
        ("?query=ASK%7B%7D&format=docx", "json, xml, csv, tsv"),
    ],
)
def test_a_bad_get_is_400_and_says_why(client: Client, url: str, detail: str) -> None:
    answer = client.get(f"/sparql{url}")
    assert answer.status_code == 400
    assert detail in problem(answer)["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", None, 415),
        (b"query=ASK%20%7B%7D", None, 415),
        (b"query=ASK%20%7B%7D", "text/plain", 415),
        (b"query=ASK%20%7B%7D", "multipart/form-data; boundary=x", 415),
        (b"query=ASK%20%7B%7D", "a/b/c; =;", 415),
        ("ASK {}".encode("utf-16"), f"{QUERY}; charset=utf-16", 415),
        (b"query=ASK%20%7B%7D", f"{FORM}; charset=utf-16", 415),
        (b"ASK { \xff }", QUERY, 400),
        (b"ASK { \0 }", QUERY, 400),
        (b"", QUERY, 400),
        (b"", FORM, 400),
        (b"query=%FF", FORM, 400),
        (b"query=\xff", FORM, 400),
        (b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM, 400),
        (b"query=ASK%20%7B%7D&update=CLEAR%20ALL", FORM, 400),
        (b"query=ASK%20%7B%7D&using-graph-uri=http://example.org/", FORM, 400),
        (b"nothing=here", FORM, 400),
        (b"CLEAR ALL", QUERY, 400),
        (b"CLEAR ALL", UPDATE, 403),
        (b"update=CLEAR%20ALL", FORM, 403),
    ],
)
def test_a_bad_post_is_refused(client: Client, body: bytes, content_type: str | None, status: int) -> None:
    answer = client.post("/sparql", data=body, content_type=content_type)
    assert answer.status_code == status
    assert problem(answer)["detail"]


def test_a_query_in_the_url_and_another_in_the_body_are_two(client: Client) -> None:
    answer = client.post("/sparql", query_string={"query": ASK}, data=ASK, content_type=QUERY)
    assert answer.status_code == 400
    assert "Give one query" in problem(answer)["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_405_and_say_which_there_are(client: Client, method: str) -> None:
    answer = client.open("/sparql", method=method, query_string={"query": ASK})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("default-graph-url", "default-graph-uri"),
        ("default_graph_uri", "default-graph-uri"),
        ("Default-Graph-URI", "default-graph-uri"),
        ("named-graph", "named-graph-uri"),
        ("formats", "format"),
        ("time-out", "timeout"),
    ],
)
def test_a_parameter_that_is_nearly_one_of_ours_is_400_and_says_which(client: Client, name: str, meant: str) -> None:
    for answer in (ask(client, ASK, **{name: "x"}), client.post("/sparql", data={"query": ASK, name: "x"})):
        assert answer.status_code == 400
        assert f"{name!r} is no parameter of this endpoint; did you mean {meant!r}?" in problem(answer)["detail"]


@pytest.mark.parametrize("name", ["querry", "QUERY", "updates"])
def test_a_query_under_a_misspelt_name_is_not_answered_by_what_there_is_to_ask(client: Client, name: str) -> None:
    assert client.get("/sparql", query_string={name: ASK}).status_code == 400


def test_parameters_of_other_endpoints_are_let_be(client: Client) -> None:
    # SPARQLWrapper sends the first three on its own account
    others = {
        "output": "json",
        "results": "json",
        "maxrows": "5",
        "should-sponge": "soft",
        "signal_void": "on",
        "queryId": "7",
    }
    answer = ask(client, ASK, **others)
    assert answer.status_code == 200
    assert answer.data == ask(client, ASK).data


@pytest.mark.parametrize("timeout", ["5", "0.5", "5.", ".5", "005", "86400"])
def test_a_time_limit_is_a_decimal_number_of_seconds(client: Client, timeout: str) -> None:
    assert ask(client, ASK, timeout=timeout).status_code == 200


@pytest.mark.parametrize("timeout", ["-1", "5s", "1e3", "1_0", "nan", "inf", " 5", "٣", "5,0", "0x10", "9" * 400, "."])
def test_any_other_time_limit_is_400(client: Client, timeout: str) -> None:
    answer = ask(client, ASK, timeout=timeout)
    assert answer.status_code == 400
    assert "timeout is a number of seconds" in problem(answer)["detail"]


@given(st.lists(st.sampled_from([*"%=&+;ag4F\n\r", "%41", "%C3%A4", "%3D", "%25", "ä", " "]), max_size=12).map("".join))
def test_a_form_is_read_as_by_the_standard_library(text: str) -> None:
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(BadRequest, match="UTF-8"):
            parse_form(text)
    else:
        assert parse_form(text) == expected


def test_percent_signs_without_an_escape_stand_for_themselves_but_not_by_the_ten_thousand(client: Client) -> None:
    for number, status in ((10_000, 200), (10_001, 400)):
        answer = client.post("/sparql", data=f"query=ASK{{}}%23{'%x' * number}", content_type=FORM)
        assert answer.status_code == status
    assert "write each as %25" in problem(answer)["detail"]
