"""All servers on one graph: the same questions to each, first for how much they answer, then for how fast.

Rounds are interleaved, for machines are noisy: a slow minute then falls on all alike.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import OK
from pathlib import Path

from serving import peers
from serving.asking import ask, await_answer, size
from serving.graphs import Graph
from serving.load import Wrk, few, is_slow
from serving.measurements import Cell, Survey
from serving.processes import Server
from serving.queries import ASKING, Query
from serving.tools import Unavailable
from serving.virtuoso import virtuoso

OWN = "medkg"
HELLO = "/livez"
VALIDATED = (ASKING, "10,000 rows")
"""The queries whose 304 is timed: those of the shortest answer and of the longest, for it should not matter."""

_WARM, _WARMING = 20, 1.0
"""How many questions warm a server up, or for how many seconds they are sent."""

_TOO_SLOW = 3.0
"""Seconds from which an answer is timed in the first round only."""

PEERS: dict[str, Callable[[Graph, Path], Server]] = {
    "rdflib-endpoint": peers.rdflib,  # first, for it loads in the background while the others do
    "Virtuoso": virtuoso,
    "Oxigraph": peers.oxigraph,
}


def survey(graph: Graph, queries: Sequence[Query], *, rounds: int, seconds: int, cache: Path, wrk: Wrk) -> Survey:
    """Everything that can be said of the servers on a graph."""
    found = Survey(graph=graph.name, quads=graph.quads)
    with _running(graph, cache, found) as servers:
        for query in queries:
            found.cells += _compared(query, servers)
        for number in range(rounds):
            say(f"{graph.name} graph, round {number + 1} of {rounds}")
            order = servers[number % len(servers) :] + servers[: number % len(servers)]
            for query in queries:
                for server in order:
                    _measure(found, query, server, wrk, seconds, first=number == 0)
            found.hello.append(wrk.path(_own(servers), HELLO, _half(seconds)).rate)
        for server in servers:
            memory = server.memory()
            found.pss[server.name], found.rss[server.name] = memory.pss, memory.rss
    return found


def say(what: str) -> None:
    """Tell whoever waits how far it is."""
    print(what, file=sys.stderr, flush=True)


@contextmanager
def _running(graph: Graph, cache: Path, found: Survey) -> Iterator[list[Server]]:
    """All servers that can be had, ready to answer; the others are noted as missing."""
    with ExitStack() as stack:
        servers = []
        for name, begin in ({OWN: peers.own} | PEERS).items():
            say(f"{graph.name} graph: starting {name}")
            try:
                server = begin(graph, cache)
            except Unavailable as reason:
                found.missing[name] = str(reason)
                say(f"  left out: {reason}")
                continue
            stack.callback(server.stop)
            servers.append(server)
        for server in list(servers):
            try:
                await_answer(server)
            except TimeoutError as reason:
                if server.name == OWN:
                    raise
                found.missing[server.name] = str(reason)
                servers.remove(server)
        found.versions = {server.name: server.version for server in servers}
        yield servers


def _half(seconds: int) -> int:
    """Half a turn: enough for what is answered tens of thousands of times in it, and wrk counts in whole seconds."""
    return max(1, seconds // 2)


def _own(servers: Sequence[Server]) -> Server:
    return next(server for server in servers if server.name == OWN)


def _compared(query: Query, servers: Sequence[Server]) -> Iterator[Cell]:
    """A cell for each server and manner; one whose answer is not of our size fails, for it is another answer."""
    cells = [_first(query, server) for server in servers]
    wanted = next(cell.size for cell in cells if cell.server == OWN)
    for cell in cells:
        if not cell.failure and cell.size != wanted:
            cell.failure = f"not comparable: {cell.size} where {OWN} gives {wanted}"
        yield cell
        if cell.server == OWN:
            for manner in ("cached", "validated") if query.name in VALIDATED else ("cached",):
                yield Cell(query=query.name, server=OWN, manner=manner, size=wanted, octets=cell.octets)


def _first(query: Query, server: Server) -> Cell:
    """The cell of a server after questions enough to warm up all its processes; size and time are the last one's."""
    until = time.monotonic() + _WARMING
    for _ in range(_WARM):
        answer = ask(server, query)
        if time.monotonic() > until:
            break
    cell = Cell(query=query.name, server=server.name, manner="uncached", seconds=answer.seconds)
    cell.size, cell.octets = size(query, answer), len(answer.body)
    if answer.status == 0:
        cell.failure = f"no answer within {answer.seconds:.0f} s"
        await_answer(server, step=1)  # until it has given up or come to an end
    elif answer.status != OK or cell.size is None:
        cell.failure = f"answers {answer.status}: {answer.body[:80].decode(errors='replace')!r}"
    return cell


def _measure(found: Survey, query: Query, server: Server, wrk: Wrk, seconds: int, *, first: bool) -> None:
    """One round of a query on a server, in every manner there is a cell for."""
    for cell in [each for each in found.cells if (each.query, each.server) == (query.name, server.name)]:
        if cell.failure or (cell.seconds > _TOO_SLOW and not first):
            continue
        if cell.manner != "uncached":
            load = wrk.cached(server, query, _half(seconds), validated=cell.manner == "validated")
        elif is_slow(cell.seconds, seconds):
            load = few(server, query, cell.seconds, seconds)
        else:
            load = wrk.uncached(server, query, seconds)
        cell.rates.append(load.rate)
        cell.failure = load.failure
