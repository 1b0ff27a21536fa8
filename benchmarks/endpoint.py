"""How fast the endpoint answers, beside other servers and under attack; writes docs/performance.md.

    python benchmarks/endpoint.py             twenty minutes, 10 GB of memory
    python benchmarks/endpoint.py --quick     one minute, a smoke test; the page goes to the cache
    python benchmarks/endpoint.py --again     only the page, from the last run's results

It needs Linux, pip and, where `wrk` and `virtuoso-t` are not installed, Debian's package sources.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from serving import tools
from serving.costs import costs
from serving.graphs import real, synthetic
from serving.load import Wrk
from serving.measurements import Results
from serving.neighbours import attack
from serving.queries import ASKING, QUERIES
from serving.report import page
from serving.starting import start
from serving.survey import say, survey

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
QUICKLY = (ASKING, "facet counts")
ATTACKED = "overlap"
"""What the decent client asks while others attack."""


def main() -> None:
    """Measure, keep the results, and write the page."""
    options = _options()
    cache = Path(options.cache).expanduser().resolve()
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / ("quick.json" if options.quick else "results.json")
    if not options.again:
        _measure(options, cache).write(kept)
    written = Path(options.output or (cache / "performance.md" if options.quick else PAGE))
    written.write_text(page(Results.read(kept)), encoding="utf-8")
    say(f"written: {written}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cache", default="~/.cache/medkg-bench", help="where peers, their stores and results are kept"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each server has its turn at each query")
    parser.add_argument("--seconds", type=int, default=2, help="how long a turn is")
    parser.add_argument("--quads", type=int, default=3_000_000, help="about how large the synthetic graph is")
    parser.add_argument("--quick", action="store_true", help="two queries, one short round, a small synthetic graph")
    parser.add_argument("--again", action="store_true", help="measure nothing, write the page from the last results")
    parser.add_argument("--output", help="where the page goes")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.quads = 1, 1, 150_000
    return options


def _measure(options: argparse.Namespace, cache: Path) -> Results:
    """A whole run."""
    wrk = Wrk(tools.debian("wrk", ("wrk", "libluajit2-5.1-2"), cache), tools.libraries(cache))
    queries = [query for query in QUERIES if not options.quick or query.name in QUICKLY]
    say("building the graphs")
    ours = real(cache)
    graphs = (ours, synthetic(ours, options.quads, cache))
    rounds, seconds = options.rounds, options.seconds
    asked = next(query for query in QUERIES if query.name == ATTACKED)
    surveys = [survey(each, queries, rounds=rounds, seconds=seconds, cache=cache, wrk=wrk) for each in graphs]
    say("processor time, start, attack")
    return Results(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=_machine(),
        tools=wrk.version(),
        rounds=rounds,
        seconds=seconds,
        surveys=surveys,
        costs=costs(ours, queries, rounds=rounds, seconds=1, cache=cache, wrk=wrk),
        start=start(ours, rounds=1 if options.quick else 5, cache=cache),
        attack=attack(ours, asked, seconds=seconds if options.quick else 5, cache=cache, wrk=wrk),
    )


def _machine() -> str:
    """Processor, memory and system in a line."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB of memory, Linux {platform.release()}"


if __name__ == "__main__":
    main()
