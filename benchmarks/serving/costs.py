"""What an answer costs: processor time through the server against the same in a plain process, one answer at a time.

One at a time, for several at once slow each other down in the processor's caches, which would be
counted against the server and not against the process it is compared with.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from serving import peers
from serving.asking import ask, await_answer
from serving.graphs import Graph
from serving.load import Wrk
from serving.measurements import Cost
from serving.processes import Server
from serving.queries import Query


class Inside(Protocol):
    """Asks a query inside a plain process for some seconds: processor time for one answer."""

    def __call__(self, query: Query, seconds: int) -> float:
        """Seconds."""


def costs(graph: Graph, queries: Sequence[Query], *, rounds: int, seconds: int, cache: Path, wrk: Wrk) -> list[Cost]:
    """The cost of each query, in interleaved rounds."""
    found = [Cost(query=query.name) for query in queries]
    server = peers.own(graph, cache)
    try:
        await_answer(server)
        with _inside(graph) as inside:
            for _ in range(rounds):
                for query, cost in zip(queries, found, strict=True):
                    ask(server, query)
                    cost.inside.append(inside(query, seconds))
                    cost.served.append(_served(server, query, seconds, wrk))
    finally:
        server.stop()
    return found


def _served(server: Server, query: Query, seconds: int, wrk: Wrk) -> float:
    """Processor time of the whole server for one answer."""
    before = server.cpu()
    load = wrk.uncached(server, query, seconds, connections=1)
    return (server.cpu() - before) / load.answers if not load.failure else float("inf")


@contextmanager
def _inside(graph: Graph) -> Iterator[Inside]:
    """A plain process that has loaded a graph."""
    command = [sys.executable, str(Path(__file__).with_name("in_process.py")), str(graph.nquads)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()

        def inside(query: Query, seconds: int) -> float:
            told = _exchange(process, {"text": query.text, "accept": query.accept, "seconds": seconds})
            return float(told["cpu"] / told["answers"])

        yield inside
        process.stdin.close()


def _exchange(process: subprocess.Popen[str], task: dict[str, object]) -> dict[str, Any]:
    """What a process answers to a task."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told
