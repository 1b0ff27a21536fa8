"""What others get while two clients send queries that cannot end, each from an address of its own."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Final

from serving import peers
from serving.asking import ask, await_answer
from serving.graphs import Graph
from serving.load import Wrk
from serving.measurements import Attack
from serving.processes import Server, pause
from serving.queries import Query

ADDRESSES: Final = ("127.0.0.2", "127.0.0.3")
MOST: Final = 500
"""The most queries that one of the two sends."""

_RUNAWAY: Final = Query(
    name="runaway",
    what="all threes of triples, of which there are more than anyone can count",
    body="SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f)) }",
)
_PATIENCE: Final = 20.0  # seconds for an answer, the default deadline and as long again
_BREATH: Final = 0.05  # between an answer and the next query, so that refusals are not a flood of their own


class _Client(threading.Thread):
    """A client that sends runaway queries, one after the other, until told to stop."""

    def __init__(self, server: Server, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.server, self.address, self.stop = server, address, stop
        self.statuses: Counter[str] = Counter()
        self.slowest = 0.0

    def run(self) -> None:
        """Send, wait, and send again."""
        for _ in range(MOST):
            answer = ask(self.server, _RUNAWAY, source=self.address, limit=_PATIENCE)
            self.statuses[str(answer.status or "none")] += 1
            self.slowest = max(self.slowest, answer.seconds)
            if self.stop.wait(_BREATH):
                return


def attack(graph: Graph, query: Query, *, seconds: int, cache: Path, wrk: Wrk) -> Attack:
    """The rates of a decent client, who asks a query in eight connections, before, during and after an attack."""
    server = peers.own(graph, cache)
    try:
        await_answer(server)
        wrk.uncached(server, query, 1)
        before = wrk.uncached(server, query, seconds)
        stop = threading.Event()
        clients = [_Client(server, address, stop) for address in ADDRESSES]
        for client in clients:
            client.start()
        pause(0.5)
        during = wrk.uncached(server, query, 5 * seconds)
        stop.set()
        for client in clients:
            client.join(_PATIENCE)
        after = wrk.uncached(server, query, seconds)
    finally:
        server.stop()
    return Attack(
        before=before.answers / before.seconds,
        during=during.answers / during.seconds,
        after=after.answers / after.seconds,
        refusals=dict(sum((client.statuses for client in clients), Counter())),
        slowest=max(client.slowest for client in clients),
        failure="; ".join(filter(None, (before.failure, during.failure, after.failure))),
    )
