"""Whoever says in which state a graph must be changes it in that state or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client, TestResponse

from tests.asking import problem
from tests.servers import BEARER, Running

ONE, TWO = "<x:s> <x:p> 1 .", "<x:s> <x:p> 2 ."
ABSENT = "there is no such graph"


@pytest.fixture
def client(writable: Running) -> Client:
    """A client of the server that may be written to."""
    return writable.client


def sent(client: Client, method: str, url: str, content: str = "", **conditions: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in conditions.items()}
    return client.open(url, method=method, data=content, content_type="text/turtle", headers={**BEARER, **named})


def content(client: Client, url: str) -> str:
    """The one statement of a graph."""
    answer = client.get(f"{url}&format=nt")
    return ABSENT if answer.status_code == 404 else answer.text.strip()


def test_a_graph_is_made_only_where_there_is_none(client: Client, url: str) -> None:
    assert sent(client, "PUT", url, ONE, If_None_Match="*").status_code == 201
    again = sent(client, "PUT", url, TWO, If_None_Match="*")
    assert again.status_code == 412
    assert "there already" in problem(again)["detail"]
    assert '"1"' in content(client, url)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_is_changed_only_where_there_is_one(client: Client, url: str, method: str) -> None:
    assert sent(client, method, url, ONE, If_Match="*").status_code == 412
    assert content(client, url) == ABSENT
    sent(client, "PUT", url, ONE)
    assert sent(client, method, url, TWO, If_Match="*").status_code == 204


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_graph_that_was_read_is_changed_where_it_is_still_so(
    client: Client, url: str, accept: str, coding: str, method: str
) -> None:
    sent(client, "PUT", url, ONE)
    tag = client.get(url, headers={"Accept": accept, "Accept-Encoding": coding}).headers["ETag"]
    sent(client, "PUT", url, TWO)
    late = sent(client, method, url, ONE, If_Match=tag)
    assert late.status_code == 412
    assert '"2"' in content(client, url)
    tag = client.get(url, headers={"Accept": accept, "Accept-Encoding": coding}).headers["ETag"]
    assert sent(client, method, url, ONE, If_Match=f'"other", {tag}').status_code == 204


def test_what_a_write_answers_serves_for_the_next(client: Client, url: str) -> None:
    revision = sent(client, "PUT", url, ONE).headers["Medkg-Revision"]
    revision = sent(client, "PUT", url, TWO, If_Match=f'"{revision}"').headers["Medkg-Revision"]
    assert sent(client, "PUT", "/graph-store?default", TWO, If_Match='"x"').status_code == 412
    assert sent(client, "DELETE", url, If_Match=f'"{revision}"').status_code == 204


def test_the_tag_of_another_graph_is_none_of_this(client: Client, url: str) -> None:
    sent(client, "PUT", url, ONE)
    sent(client, "PUT", f"{url}-other", ONE)
    tag = client.get(f"{url}-other").headers["ETag"]
    assert sent(client, "PUT", url, TWO, If_Match=tag).status_code == 412


def test_a_weak_tag_matches_where_a_state_is_excluded_and_not_where_it_is_required(client: Client, url: str) -> None:
    sent(client, "PUT", url, ONE)
    tag = client.get(url).headers["ETag"]
    assert sent(client, "PUT", url, TWO, If_Match=f"W/{tag}").status_code == 412
    assert sent(client, "PUT", url, TWO, If_None_Match=f"W/{tag}").status_code == 412
    assert sent(client, "PUT", url, TWO, If_None_Match='"other"').status_code == 204


@pytest.mark.parametrize("given", ["", "x", '"x', '"x" "y"', '* , "x"', 'w/"x"', '"x";"y"', ",,"])
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_a_condition_that_cannot_be_read_is_400_and_not_ignored(
    client: Client, url: str, name: str, given: str
) -> None:
    assert sent(client, "PUT", url, ONE, **{name: given}).status_code == 400
    assert content(client, url) == ABSENT


def test_whoever_may_not_write_learns_nothing_by_conditions(client: Client, url: str) -> None:
    assert client.put(url, data=ONE, content_type="text/turtle", headers={"If-None-Match": "*"}).status_code == 401
    assert sent(client, "DELETE", url, If_Match="*").status_code == 404
    assert sent(client, "PUT", url, "no Turtle", If_Match="*").status_code == 400


def test_of_many_who_make_a_graph_at_once_one_does(writable: Running, url: str) -> None:
    def made(number: int) -> int:
        return sent(writable.client, "PUT", url, f"<x:s> <x:p> {number} .", If_None_Match="*").status_code

    with ThreadPoolExecutor(8) as clients:
        statuses = sorted(clients.map(made, range(8)))
    assert statuses == [201] + [412] * 7


def test_no_increment_is_lost_among_those_who_read_before_they_write(writable: Running, url: str) -> None:
    sent(writable.client, "PUT", url, "<x:s> <x:p> 0 .")

    def increment(_: int) -> None:
        client = writable.client
        while True:
            read = client.get(f"{url}&format=nt")
            number = int(read.text.split('"')[1]) + 1
            written = sent(client, "PUT", url, f"<x:s> <x:p> {number} .", If_Match=read.headers["ETag"])
            if written.status_code == 204:
                return
            assert written.status_code == 412

    with ThreadPoolExecutor(4) as clients:
        list(clients.map(increment, range(12)))
    assert '"12"' in content(writable.client, url)


def updated(client: Client, text: str, **conditions: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in conditions.items()}
    return client.post("/sparql", data={"update": text}, headers={**BEARER, **named})


def test_an_update_is_made_in_the_state_that_it_names(client: Client) -> None:
    one, two = "INSERT DATA { <x:u> <x:p> 1 }", "INSERT DATA { <x:u> <x:p> 2 }"
    revision = client.get("/readyz").get_json()["revision"]
    done = updated(client, one, If_Match=f'"{revision}"')
    assert done.status_code == 204
    late = updated(client, two, If_Match=f'"{revision}"')
    assert late.status_code == 412
    assert client.get("/readyz").get_json()["revision"] == done.headers["Medkg-Revision"] != revision
    assert updated(client, two, If_None_Match=f'"{done.headers["Medkg-Revision"]}"').status_code == 412
    assert updated(client, two, If_None_Match="*").status_code == 412
    assert updated(client, two, If_Match="*").status_code == 204
    assert updated(client, two, If_Match="neither").status_code == 400
