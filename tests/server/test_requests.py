"""Requests are read no further than they may go, and those that could be read in two ways are refused."""

from __future__ import annotations

import gzip
import http.client
import socket
import time
from contextlib import suppress

import pytest
from werkzeug.test import Client

from medkg.errors import Busy
from medkg.server.shares import Shares
from tests.asking import ASK, TITLES, ask, problem
from tests.servers import BEARER, PATIENCE, Running

QUERY = "application/sparql-query"
ASKED = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"


def raw(server: Running, head: bytes, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of the answer to a request as these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n" + body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read()


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [1_048_577, 5_000_000, 20_000_000])
def test_a_query_that_is_too_large_is_413(client: Client, size: int, chunked: bool) -> None:
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    answer = client.post("/sparql", data=ASK.encode().ljust(size), content_type=QUERY, headers=headers)
    assert answer.status_code == 413
    assert "1,048,576 bytes" in problem(answer)["detail"]
    assert ask(client).status_code == 200


def test_a_form_that_is_too_large_is_413(client: Client) -> None:
    assert client.post("/sparql", data={"query": ASK.ljust(1_100_000)}).status_code == 413


def test_a_large_query_is_answered(client: Client) -> None:
    answer = client.post("/sparql", data=ASK.encode().ljust(99_000), content_type=QUERY)
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}], ids=["nothing", "another token"])
def test_who_may_not_write_sends_no_more_where_others_may(writable: Running, headers: dict[str, str]) -> None:
    for url, media_type in (
        ("/sparql", QUERY),
        ("/sparql", "application/sparql-update"),
        ("/graph-store", "text/turtle"),
    ):
        answer = writable.client.post(url, data=b" " * 1_048_577, content_type=media_type, headers=headers)
        assert answer.status_code == 413
        assert "1,048,576 bytes" in problem(answer)["detail"]


def test_a_query_of_one_who_may_write_is_not_larger(writable: Running) -> None:
    answer = writable.client.post("/sparql", data=ASK.encode().ljust(1_048_577), content_type=QUERY, headers=BEARER)
    assert answer.status_code == 413
    graph = "/graph-store?graph=x:larger"
    assert (
        writable.client.put(graph, data=b" " * 1_048_577, content_type="text/turtle", headers=BEARER).status_code == 201
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["query", "update"])
def test_a_text_that_is_longer_than_the_engine_takes_is_413_with_the_limit(
    writable: Running, method: str, name: str
) -> None:
    if (method, name) == ("GET", "query"):
        answer = writable.client.post("/sparql", data=ASK.ljust(100_001), content_type=QUERY)
    else:
        answer = writable.client.post("/sparql", data={name: ASK.ljust(100_001)}, headers=BEARER)
    assert answer.status_code == 413
    assert f"the {name} has 100,001 characters, and 100,000 are the most" in problem(answer)["detail"]


@pytest.mark.parametrize("piece", ["%41", "%41a", "%", "&", "+", "=", "%C3%A4", "%zz", "%C3"])
def test_no_form_keeps_others_waiting(client: Client, piece: str) -> None:
    began = time.monotonic()
    body = ("query=" + piece * (1_048_000 // len(piece))).encode()
    assert client.post("/sparql", data=body, content_type="application/x-www-form-urlencoded").status_code in {400, 413}
    assert time.monotonic() - began < 0.4  # it was half a second, in which nobody was answered


def test_bodies_that_are_coming_in_are_bounded_together() -> None:
    bodies = Shares("requests", capacity=10, per_client=10)
    bodies.acquire("192.0.2.1", 6)
    with pytest.raises(Busy):
        bodies.acquire("192.0.2.2", 5)
    bodies.release("192.0.2.1", 6)
    bodies.acquire("192.0.2.3", 10)


def test_who_asks_before_sending_much_need_not_send_it(server: Running) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\nExpect: 100-continue\r\n"
    status, _ = raw(server, head + f"Content-Type: {QUERY}\r\n".encode())
    assert status == 413


@pytest.mark.parametrize("length", [10_000, 60_000])
def test_a_long_url_is_answered(client: Client, length: int) -> None:
    assert ask(client, ASK.ljust(length)).status_code == 200


@pytest.mark.parametrize("length", [500_000, 2_000_000])
def test_a_url_that_is_too_long_is_refused(client: Client, length: int) -> None:
    with suppress(ConnectionError):  # the connection is closed while the URL is still on its way
        answer = client.get(f"/sparql?query=ASK%7B%7D&pad={'a' * length}")
        assert answer.status_code in {413, 414, 431}
    assert ask(client).status_code == 200


def test_a_body_in_chunks_is_read(client: Client) -> None:
    answer = client.post("/sparql", data=TITLES, content_type=QUERY, headers={"Transfer-Encoding": "chunked"})
    assert answer.data == ask(client, TITLES).data


def test_a_body_in_a_coding_is_415(client: Client) -> None:
    coded = gzip.compress(ASK.encode())
    answer = client.post("/sparql", data=coded, content_type=QUERY, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert "content coding" in problem(answer)["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "example.org", "example.org:80", "127.0.0.1:8077", "[::1]:80", "a_b.org"]
)
def test_any_host_is_answered_for(server: Running, host: str) -> None:
    assert raw(server, b"GET /dataset/lits HTTP/1.1\r\nHost: " + host.encode() + b"\r\n")[0] == 200


@pytest.mark.parametrize(
    "host", [b"a b", b"<x>", b"a/b", b"user@host", b"a:99999", b"a:b", b"[::1", b"", b"\xff", b"a\r\nHost: b"]
)
@pytest.mark.parametrize("path", [b"/", b"/sparql", b"/graph-store/own", b"/dataset/lits", b"/nothing"])
def test_what_is_no_host_is_400(server: Running, host: bytes, path: bytes) -> None:
    status, body = raw(server, b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\n")
    assert status == 400
    assert b"names no host" in body


@pytest.mark.parametrize("hosts", [b"", b"Host: a b\r\n", b"Host: a\r\nHost: a\r\n"], ids=["none", "no name", "two"])
def test_what_names_no_host_is_400_for_a_query_that_has_been_answered_before_too(server: Running, hosts: bytes) -> None:
    assert [raw(server, ASKED + b"Host: a\r\n")[0] for _ in range(3)] == [200] * 3
    assert raw(server, ASKED + hosts)[0] == 400


def test_a_request_without_a_host_is_400_unless_it_is_of_old(server: Running) -> None:
    assert raw(server, b"GET /sparql HTTP/1.1\r\n")[0] == 400
    assert raw(server, b"GET /sparql HTTP/1.0\r\n")[0] == 200


def test_two_lines_of_accept_are_one_list(server: Running) -> None:
    asked = ASKED + b"Host: localhost\r\nAccept: text/csv;q=0.5\r\n"
    for _ in range(2):  # made, and kept
        assert raw(server, asked)[1] == b"true"
    assert raw(server, asked + b"Accept: application/json\r\n")[1].startswith(b"{")
    assert raw(server, asked)[1] == b"true"


@pytest.mark.parametrize(
    "head",
    [
        b"garbage\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n",
    ],
)
def test_what_is_no_http_is_400(server: Running, head: bytes) -> None:
    assert raw(server, head)[0] == 400


def test_a_query_as_raw_utf_8_in_the_url_is_understood(server: Running) -> None:
    query = "ASK{?d+dcterms:title+'肝脏肿瘤分割'@zh}".encode()
    status, body = raw(server, b"GET /sparql?query=" + query + b" HTTP/1.1\r\nHost: localhost\r\n")
    assert (status, body) == (200, b'{"head":{},"boolean":true}')


BROKEN = {
    "by its length": (b"Content-Length: 200\r\n", b"%s"),
    "in the middle of a chunk": (b"Transfer-Encoding: chunked\r\n", b"ff\r\n%s"),
    "between two chunks": (b"Transfer-Encoding: chunked\r\n", b"10\r\n%s\r\n"),
    "by a size that is none": (b"Transfer-Encoding: chunked\r\n", b"10\r\n%s\r\n-1\r\n"),
    "by bytes after a chunk": (b"Transfer-Encoding: chunked\r\n", b"10\r\n%s0\r\n\r\n"),
}


@pytest.mark.parametrize(("length", "body"), BROKEN.values(), ids=BROKEN)
def test_a_graph_that_breaks_off_is_not_taken_for_a_whole_one(writable: Running, length: bytes, body: bytes) -> None:
    url = "/graph-store?graph=x:broken"
    bearer = b"".join(b"%s: %s\r\n" % (name.encode(), value.encode()) for name, value in BEARER.items())
    head = f"PUT {url} HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\n".encode() + bearer + length
    with socket.create_connection(("127.0.0.1", writable.port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"\r\n" + body % b"<x:s> <x:p> 1. \n")
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400
        assert b"broke off" in answer.read()
    assert writable.client.get(url).status_code == 404


def test_a_transfer_coding_that_we_do_not_know_is_400(server: Running) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nTransfer-Encoding: gzip, chunked\r\n"
    status, told = raw(server, head.encode(), b"6\r\nASK {}\r\n0\r\n\r\n")
    assert status == 400
    assert b"transfer coding" in told


def test_headers_that_nobody_has_are_refused(client: Client) -> None:
    assert ask(client, accept=f"text/csv, {'a/b;q=0.1,' * 500}").status_code == 200
    answer = client.post("/sparql", data=ASK, content_type=QUERY, headers={"Accept": "a/b;q=0.1," * 2_000})
    assert answer.status_code == 431


def test_a_connection_holds_little_before_its_request_is_understood(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 150_000)  # and no end of it
        assert connection.recv(12) == b"HTTP/1.1 431"
