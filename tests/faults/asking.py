"""Clients of a real server, over sockets of their own, and what they get."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from tests import tally
from tests.pool.asking import COUNT, CRASHES, MEMORY_BOMB, RUNAWAY
from tests.servers import BEARER, PATIENCE, Running

__all__ = ["COUNT", "CRASHES", "MEMORY_BOMB", "RUNAWAY", "Reply", "ask", "count", "get", "metric", "send", "update"]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a server answered, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    @property
    def problem(self) -> dict[str, Any]:
        """The problem it tells, which it must, without a word on our files: RFC 9457."""
        assert self.headers["content-type"] == "application/problem+json", self
        told: dict[str, Any] = self.json
        assert told["status"] == self.status
        assert "Traceback" not in told["detail"]
        assert "/" not in told["detail"].replace("N/A", "")
        return told


def send(
    server: Running, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
) -> Reply:
    """The answer to a request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    began = time.monotonic()
    with tally.request(is_write=headers.get("Content-Type") == "application/sparql-update") as outcome:
        try:
            connection.request(method, target, body or None, {"Connection": "close", **headers})
            response = connection.getresponse()
            content = response.read()
            outcome.end(response.status, content)
        finally:
            connection.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    return Reply(status=response.status, headers=found, body=content, seconds=time.monotonic() - began)


def get(server: Running, target: str) -> Reply:
    """The answer to a GET."""
    return send(server, "GET", target)


def ask(server: Running, query: str, **parameters: str) -> Reply:
    """The answer to a query."""
    target = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
    return send(server, "POST", target, query.encode(), {"Content-Type": "application/sparql-query"})


def count(server: Running) -> int:
    """The number of quads in the default graph, as the server says it."""
    reply = ask(server, COUNT)
    assert reply.status == 200, reply
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


def update(server: Running, text: str, **parameters: str) -> Reply:
    """The answer to an update by somebody who may write."""
    target = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
    return send(server, "POST", target, text.encode(), {"Content-Type": "application/sparql-update", **BEARER})


def metric(server: Running, name: str) -> float:
    """A number that the server tells Prometheus."""
    lines = get(server, "/metrics").body.decode().splitlines()
    (found,) = (line for line in lines if line.startswith(f"{name} "))
    return float(found.split()[1])
