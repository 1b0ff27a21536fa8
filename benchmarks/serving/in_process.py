"""The measure of all servers: pyoxigraph in a plain process, that asks and serializes and does nothing else.

Run with the path of N-Quads; each line of standard input is a task in JSON, each line of output its result.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from pyoxigraph import QueryResultsFormat, RdfFormat, Store


def main(nquads: str) -> None:
    """Do the tasks one after the other."""
    store = Store()
    store.bulk_load(path=nquads, format=RdfFormat.N_QUADS)
    print(json.dumps({"quads": len(store)}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        accept = task["accept"]
        form: Any = QueryResultsFormat.from_media_type(accept) or RdfFormat.from_media_type(accept)
        until, answers, begun = time.perf_counter() + task["seconds"], 0, time.process_time()
        while time.perf_counter() < until:
            store.query(task["text"]).serialize(format=form)
            answers += 1
        print(json.dumps({"answers": answers, "cpu": time.process_time() - begun}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
