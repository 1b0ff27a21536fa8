"""How long our server takes from its command to its first answer, and what it holds in memory then."""

from __future__ import annotations

import time
from pathlib import Path

from serving import peers
from serving.asking import await_answer
from serving.graphs import Graph
from serving.measurements import Start
from serving.processes import free_port


def start(graph: Graph, *, rounds: int, cache: Path) -> Start:
    """How long a server takes from its command to its first answer, and what it holds in memory then."""
    found = Start()
    for _ in range(rounds):
        port = free_port()
        begun = time.perf_counter()
        server = peers.own(graph, cache, port)
        try:
            await_answer(server)
            found.seconds.append(time.perf_counter() - begun)
            memory = server.memory()
            found.pss.append(memory.pss)
            found.rss.append(memory.rss)
        finally:
            server.stop()
    return found
