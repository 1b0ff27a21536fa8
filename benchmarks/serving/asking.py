"""One question to one server at a time, over one connection, and how much came back."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from serving.processes import Server, pause
from serving.queries import ASKING, QUERIES, RESULTS, Query

LIMIT = 30.0
"""Seconds after which an answer is not waited for any longer."""

_RUN, _NUMBERS = f"{time.time_ns():x}", count()
_PATIENCE = 900.0  # seconds for the slowest peer to load the larger graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: its status (0 for nothing within the limit), its validator, its bytes, and after how long."""

    status: int
    etag: str = ""
    body: bytes = b""
    seconds: float = LIMIT


def target(server: Server, query: Query) -> str:
    """The request target that asks a query by GET; whatever is put behind it lies in a comment of the query."""
    fixed = f"{server.fixed}&" if server.fixed else ""
    return f"{server.path}?{fixed}query={quote(query.text + '#', safe='')}"


def unique() -> str:
    """A mark that nothing asked before begins with, in this run of the benchmark or an earlier one."""
    return f"{_RUN}-{next(_NUMBERS)}-"


def ask(
    server: Server, query: Query, *, source: str = "127.0.0.1", forwarded: str = "", limit: float = LIMIT
) -> Answer:
    """The answer to a query in a text that was never asked before."""
    path = f"{target(server, query)}{unique()}"
    return get(server, path, accept=query.accept, source=source, forwarded=forwarded, limit=limit)


def get(
    server: Server,
    path: str,
    *,
    accept: str = "*/*",
    etag: str = "",
    source: str = "127.0.0.1",
    forwarded: str = "",
    limit: float = LIMIT,
) -> Answer:
    """The answer to a GET of a path, sent from a loopback address of choice, or by a proxy for a client."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=limit, source_address=(source, 0))
    begun = time.perf_counter()
    headers = {"Accept": accept, "If-None-Match": etag, "X-Forwarded-For": forwarded}
    try:
        connection.request("GET", path, headers={name: value for name, value in headers.items() if value})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return Answer(status=0, seconds=time.perf_counter() - begun)
    finally:
        connection.close()
    seconds = time.perf_counter() - begun
    return Answer(status=response.status, etag=response.getheader("ETag", ""), body=body, seconds=seconds)


def size(query: Query, answer: Answer) -> int | None:
    """How many rows or triples an answer has; None for one that is no answer to the query."""
    if answer.status != http.client.OK:
        return None
    if query.accept != RESULTS:
        return sum(1 for line in answer.body.splitlines() if line.strip() and not line.startswith(b"#"))
    try:
        told = json.loads(answer.body)
        return int(told["boolean"]) if "boolean" in told else len(told["results"]["bindings"])
    except (ValueError, KeyError, TypeError):
        return None


def await_answer(server: Server, *, step: float = 0.005) -> None:
    """Return as soon as a server answers the cheapest query with 200; a `TimeoutError` if it never does."""
    query = next(each for each in QUERIES if each.name == ASKING)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if ask(server, query).status == http.client.OK:
            return
        if server.process.poll() is not None:
            raise TimeoutError(f"{server.name} ended with {server.process.returncode} as it started")
        pause(step)
    raise TimeoutError(f"{server.name} does not answer within {_PATIENCE:.0f} s")
