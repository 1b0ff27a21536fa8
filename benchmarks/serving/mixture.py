"""A mixture of clients: decent ones, writers, and those that ask too much, hang up, or send what is no request."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from serving.asking import unique
from serving.processes import Server
from serving.queries import QUERIES

TOKEN: Final = "soak"
_LIMIT_S: Final = 30.0
_RUNAWAY: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f)) }"
_LARGE: Final = "SELECT * { ?s ?p ?o } LIMIT 20000"
_PAGES: Final = (
    "/",
    "/datasets?q=brain",
    "/datasets?modality=ct&page=2",
    "/dataset/lits",
    "/dataset/lits/lineage",
    "/help",
)
_MALFORMED: Final = (
    b"GET /sparql?query=%41%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 4\r\n\r\nASK?",
    b"GET /dataset/" + b"%41" * 2000 + b" HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: a, b, ::1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of client: its act on a server from an address, giving a status, and its pause between two acts.

    `fine` are the statuses that it may get; 0 stands for a connection that was closed without an answer.
    """

    name: str
    act: Callable[[Server, str], int]
    pause_s: float
    fine: frozenset[int] = frozenset({200, 503})


@dataclass(slots=True)
class Mixture:
    """A client of each kind at work on a server until it is stopped, each with a loopback address of its own."""

    server: Server
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: {kind.name: Counter() for kind in KINDS})
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        for number, kind in enumerate(KINDS, start=1):
            thread = threading.Thread(target=self._run, args=(kind, f"127.0.3.{number}"), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End, once each client has its answer."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_LIMIT_S)

    @property
    def answers(self) -> int:
        """How many acts there were."""
        return sum(sum(each.values()) for each in list(self.statuses.values()))

    @property
    def surprises(self) -> list[str]:
        """The statuses that a client should never get."""
        return [
            f"{kind.name}: {status or 'no answer'} ({number:,} times)"
            for kind in KINDS
            for status, number in sorted(self.statuses[kind.name].items())
            if status not in kind.fine
        ]

    def _run(self, kind: Kind, source: str) -> None:
        while not self._stop.is_set():
            self.statuses[kind.name][kind.act(self.server, source)] += 1
            self._stop.wait(kind.pause_s)


def _send(
    server: Server, source: str, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
) -> int:
    """The status of an answer that is read to its end; 0 where none comes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_LIMIT_S, source_address=(source, 0))
    try:
        connection.request(method, path, body.encode() or None, dict(headers or {}))
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return response.status
    finally:
        connection.close()


def _query(server: Server, source: str, text: str, accept: str = "*/*") -> int:
    headers = {"Content-Type": "application/sparql-query", "Accept": accept}
    return _send(server, source, "POST", "/sparql", f"{text}#{unique()}", headers)


def _quick(server: Server, source: str) -> int:
    query = random.choice(QUERIES)
    return _query(server, source, query.text, query.accept)


def _again(server: Server, source: str) -> int:
    return _send(server, source, "GET", f"/sparql?query={quote(random.choice(QUERIES).text)}")


def _page(server: Server, source: str) -> int:
    return _send(server, source, "GET", random.choice(_PAGES), headers={"Accept": "text/html"})


def _leak(server: Server, source: str) -> int:
    names = ["lits", "msd", "kits19", "covidx", "lidc-idri", "luna16"]
    return _send(
        server, source, "GET", f"/leak?{urlencode({'train': random.choice(names), 'test': random.choice(names)})}"
    )


def _update(server: Server, source: str) -> int:
    verb, number = random.choice(("INSERT", "DELETE")), random.randrange(20)
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    return _send(server, source, "POST", "/sparql", f"{verb} DATA {{ <e:{number}> <e:p> {number} }}", headers)


def _large(server: Server, source: str) -> int:
    return _query(server, source, _LARGE, random.choice(("text/csv", "text/html", "application/sparql-results+json")))


def _runaway(server: Server, source: str) -> int:
    return _query(server, source, _RUNAWAY)


def _hang_up(server: Server, source: str) -> int:
    """Ask a runaway or a large query, and be gone before the answer."""
    text = random.choice((_RUNAWAY, _LARGE)).encode()
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    head += f"Content-Length: {len(text)}\r\n\r\n"
    with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), _LIMIT_S, (source, 0)) as connection:
        connection.sendall(head.encode() + text)
        time.sleep(random.uniform(0, 0.2))
    return 0


def _malformed(server: Server, source: str) -> int:
    """The status of the answer to what is no request; 0 for a connection that is closed without one."""
    try:
        with socket.create_connection(("127.0.0.1", server.port), _LIMIT_S, (source, 0)) as connection:
            connection.sendall(random.choice(_MALFORMED))
            line = connection.makefile("rb").readline().split()
    except OSError:
        return 0
    return int(line[1]) if len(line) > 1 else 0


KINDS: Final = (
    Kind(name="quick queries", act=_quick, pause_s=0.02),
    Kind(name="the same queries again", act=_again, pause_s=0.02),
    Kind(name="pages", act=_page, pause_s=0.1),
    Kind(name="leaks", act=_leak, pause_s=0.1),
    Kind(name="updates", act=_update, pause_s=0.5, fine=frozenset({204, 503})),
    Kind(name="large answers", act=_large, pause_s=0.3),
    Kind(name="runaway queries", act=_runaway, pause_s=0.2, fine=frozenset({429, 503})),
    Kind(name="clients that hang up", act=_hang_up, pause_s=0.2, fine=frozenset({0})),
    Kind(name="malformed requests", act=_malformed, pause_s=0.2, fine=frozenset({0, 400, 404, 408, 414, 431, 503})),
)
