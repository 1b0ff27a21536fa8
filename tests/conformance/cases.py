"""A case of a protocol's test suite: requests in their order, and what must hold of the answer to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote, urlencode

from rdflib import Graph
from rdflib.compare import isomorphic
from werkzeug.test import Client, TestResponse

from tests.servers import BEARER

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

LOCATION = "{location}"
"""In a path: the address that an answer before this gave as its Location, percent-encoded."""

Kind = Literal["boolean", "tabular", "rdf"]

_RESULTS = frozenset({"application/sparql-results+json", "application/sparql-results+xml"})
_KINDS: dict[Kind, frozenset[str]] = {
    "boolean": _RESULTS,
    "tabular": _RESULTS | {"text/csv", "text/tab-separated-values"},
    "rdf": frozenset({"text/turtle", "application/rdf+xml", "application/n-triples"}),
}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request, and what must hold of its answer: its status, its kind, what it says."""

    method: str
    path: str = "/sparql"
    fields: Sequence[tuple[str, str]] = ()
    media_type: str | None = None
    body: bytes = b""
    accept: str | None = None
    status: frozenset[int] = field(default_factory=lambda: frozenset({200}))
    kind: Kind | None = None
    truth: bool | None = None
    turtle: str | None = None

    def gives(
        self, *status: int, kind: Kind | None = None, truth: bool | None = None, turtle: str | None = None
    ) -> Exchange:
        """The exchange with what must hold of the answer."""
        return replace(self, status=frozenset(status), kind=kind, truth=truth, turtle=turtle)

    def asks(self) -> Exchange:
        """The exchange whose answer must be `true`."""
        return self.gives(200, kind="boolean", truth=True)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case by the name it has in its suite."""

    name: str
    exchanges: Sequence[Exchange]


def play(client: Client, case: Case) -> None:
    """Carry out a case; an `AssertionError` where something does not hold."""
    location = ""
    for exchange in case.exchanges:
        answer = _sent(client, exchange, location)
        location = answer.headers.get("Location", location)
        _check(exchange, answer)


def _sent(client: Client, exchange: Exchange, location: str) -> TestResponse:
    """The answer to the request of an exchange; whatever is no query bears the token."""
    path = exchange.path.replace(LOCATION, quote(location, safe=""))
    url = f"{path}?{urlencode(exchange.fields)}" if exchange.fields else path
    is_write = exchange.media_type == UPDATE or b"update=" in exchange.body or path.startswith("/graph-store")
    headers = dict(BEARER) if is_write and exchange.method not in {"GET", "HEAD"} else {}
    if exchange.accept:
        headers["Accept"] = exchange.accept
    return client.open(
        url, method=exchange.method, data=exchange.body, content_type=exchange.media_type, headers=headers
    )


def _check(exchange: Exchange, answer: TestResponse) -> None:
    """What must hold of an answer."""
    assert answer.status_code in exchange.status, f"{exchange.method} {exchange.path}: {answer.status} {answer.text}"
    if exchange.method == "HEAD":
        assert answer.data == b""
    if exchange.kind is not None:
        assert answer.mimetype in _KINDS[exchange.kind]
    if exchange.truth is not None:
        assert answer.get_json(force=True)["boolean"] is exchange.truth
    if exchange.turtle is not None:
        assert answer.mimetype == "text/turtle"
        assert isomorphic(Graph().parse(data=answer.data), Graph().parse(data=exchange.turtle)), answer.text
