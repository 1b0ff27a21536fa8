"""Only who bears the token writes, everybody reads, and what was written outlives the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from tests.asking import ASK, ask, problem
from tests.servers import BEARER, TOKEN, Running, running
from tests.small_graph import small

UPDATE = "application/sparql-update"
GRAPH = "/graph-store?graph=https://example.org/access"
INSERT = "INSERT DATA { <https://example.org/s> <https://example.org/p> 1 }"

WRITES = [
    ("POST", "/sparql", UPDATE, INSERT),
    ("POST", "/sparql", "application/x-www-form-urlencoded", "update=CLEAR+SILENT+GRAPH+%3Cx:y%3E"),
    ("PUT", GRAPH, "text/turtle", "<x:s> <x:p> 1 ."),
    ("POST", GRAPH, "text/turtle", "<x:s> <x:p> 2 ."),
    ("PUT", "/graph-store/access", "text/turtle", "<x:s> <x:p> 1 ."),
    ("POST", "/graph-store", "text/turtle", "<x:s> <x:p> 3 ."),
    ("DELETE", GRAPH, None, ""),
]


def wrote(client: Client, write: tuple[str, str, str | None, str], headers: dict[str, str]) -> TestResponse:
    method, url, media_type, body = write
    return client.open(url, method=method, data=body, content_type=media_type, headers=headers)


def count(client: Client) -> str:
    return ask(client, "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", format="csv").text


@pytest.mark.parametrize("write", WRITES, ids=lambda write: " ".join(write[:2]))
@pytest.mark.parametrize("headers", [{}, BEARER], ids=["without a token", "with one"])
def test_where_there_is_no_token_nobody_writes(
    client: Client, write: tuple[str, str, str | None, str], headers: dict[str, str]
) -> None:
    before = count(client)
    answer = wrote(client, write, headers)
    assert answer.status_code == 403
    assert "only answers queries" in problem(answer)["detail"]
    assert count(client) == before


@pytest.mark.parametrize("write", WRITES, ids=lambda write: " ".join(write[:2]))
@pytest.mark.parametrize(
    "credentials",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
    ],
)
def test_who_does_not_bear_the_token_is_challenged(
    writable: Running, write: tuple[str, str, str | None, str], credentials: str | None
) -> None:
    before = count(writable.client)
    headers = {} if credentials is None else {"Authorization": credentials}
    answer = wrote(writable.client, write, headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="')
    assert TOKEN not in answer.text
    assert count(writable.client) == before


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_bears_the_token_writes(writable: Running, scheme: str) -> None:
    client = writable.client
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    statement = f"<https://example.org/scheme> <https://example.org/is> '{scheme}'"
    answer = client.post("/sparql", data=f"INSERT DATA {{ {statement} }}", content_type=UPDATE, headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert ask(client, f"ASK {{ {statement} }}", format="csv").text == "true"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, BEARER], ids=["none", "wrong", "right"])
def test_reading_needs_no_token(writable: Running, headers: dict[str, str]) -> None:
    for url in ("/sparql?query=ASK%7B%7D", "/graph-store?default", "/dataset/lits", "/sparql", "/"):
        assert writable.client.get(url, headers=headers).status_code == 200
    assert writable.client.post("/sparql", data={"query": ASK}, headers=headers).status_code == 200


def test_a_write_gives_the_graph_a_new_revision(writable: Running) -> None:
    client = writable.client
    before, held = client.get("/readyz").get_json()["revision"], ask(client, ASK).headers["ETag"]
    update = "INSERT DATA { <https://example.org/revision> a <https://example.org/New> }"
    answer = client.post("/sparql", data=update, content_type=UPDATE, headers=BEARER)
    after = client.get("/readyz").get_json()["revision"]
    assert answer.headers["Medkg-Revision"] == after != before
    again = client.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": held})
    assert (again.status_code, again.headers["ETag"] != held) == (200, True)


def test_what_changes_nothing_leaves_the_revision(writable: Running) -> None:
    client = writable.client
    before = client.get("/readyz").get_json()["revision"]
    answer = client.post("/sparql", data="DELETE DATA { <x:a> <x:b> <x:c> }", content_type=UPDATE, headers=BEARER)
    assert (answer.status_code, answer.headers["Medkg-Revision"]) == (204, before)


def test_an_update_that_fails_changes_nothing(writable: Running) -> None:
    client = writable.client
    before = count(client), client.get("/readyz").get_json()["revision"]
    update = "INSERT DATA { <x:half> <x:done> 1 } ; CREATE GRAPH <x:g> ; CREATE GRAPH <x:g>"
    answer = client.post("/sparql", data=update, content_type=UPDATE, headers=BEARER)
    assert answer.status_code == 400
    assert (count(client), client.get("/readyz").get_json()["revision"]) == before


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        ("LOAD <http://127.0.0.1:9/>", "LOAD is not allowed"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("INSERT DATA { <x:a> <x:b> }", "line 1"),
        ("SELECT * { ?s ?p ?o }", "query"),
    ],
)
def test_an_update_that_may_not_be_is_400_and_says_why(writable: Running, update: str, reason: str) -> None:
    answer = writable.client.post("/sparql", data=update, content_type=UPDATE, headers=BEARER)
    assert answer.status_code == 400
    assert reason in problem(answer)["detail"]


def test_updates_outlive_the_server(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_WRITE_TOKEN=TOKEN) as server:
        for number in range(3):
            update = f"INSERT DATA {{ GRAPH <x:g> {{ <x:s> <x:p> {number} }} }}"
            answer = server.client.post("/sparql", data=update, content_type=UPDATE, headers=BEARER)
            assert answer.status_code == 204
        drop = server.client.delete("/graph-store?default", headers=BEARER)
        assert drop.status_code == 204
        revision, total = drop.headers["Medkg-Revision"], count(server.client)
    for token in ("", TOKEN):
        with running(tmp_path, MEDKG_WRITE_TOKEN=token) as server:
            assert server.client.get("/readyz").get_json()["revision"] == revision
            assert count(server.client) == total
            assert ask(server.client, "ASK { GRAPH <x:g> { <x:s> <x:p> 0, 1, 2 } }", format="csv").text == "true"
