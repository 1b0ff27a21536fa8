"""What one client with quick queries gets while many addresses send queries that never end by themselves.

    python benchmarks/fairness.py                        0, 4, 12, 50 IPv4 addresses, and 50 networks of an IPv6 /48
    python benchmarks/fairness.py --addresses 12         one number of addresses
    python benchmarks/fairness.py --source /56           the addresses' /64 networks are of one IPv6 /56

The server has its default settings. Each address has one query under way and sends the next once it is answered; the
quick client asks one query at a time, so many a second. IPv4 addresses are of the loopback network, and IPv6 ones are
told by a trusted proxy. The table gives, of the quick client, the median, the 99th percentile and the slowest answer
and the share of refusals; of the others, what became of their queries and the seconds until they were told, the median
and the most.
"""

from __future__ import annotations

import argparse
import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import OK
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from serving import peers
from serving.asking import Answer, ask, await_answer
from serving.graphs import real
from serving.processes import Server, pause
from serving.queries import QUERIES, Query

SOURCES: Final[dict[str, Callable[[int], str]]] = {
    "IPv4": lambda n: f"127.0.1.{n + 1}",
    "/64": lambda n: f"2001:db8::{n + 1:x}",
    "/56": lambda n: f"2001:db8:0:{n % 256:x}::{n + 1:x}",
    "/48": lambda n: f"2001:db8:0:{n * 256 % 65_521:x}::1",
}
"""The address of a client by its number, all of one network of so many bits."""

_QUICK: Final = next(query for query in QUERIES if query.name == "overlap")
_RUNAWAY: Final = Query(
    name="runaway",
    what="all threes of triples, of which there are more than anyone can count",
    body="SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f)) }",
)
_QUICK_SOURCE: Final = "127.0.2.1"
_OUTCOMES: Final = {
    "took longer than": "had all their time",
    "because others wait": "were cut short",
    "busy for too long": "had no turn",
    "waiting already": "were refused",
}
_LIMIT: Final = 40.0  # seconds for an answer
_BREATH: Final = 0.05  # seconds between an answer and the next query, so that refusals are no flood of their own


@dataclass(slots=True)
class Crowd:
    """Addresses that each send runaway queries until told to stop, and what they were answered."""

    server: Server
    sources: Iterator[str]
    stop: threading.Event = field(default_factory=threading.Event)
    answers: list[Answer] = field(default_factory=list)

    def start(self, number: int, *, rotate: bool) -> list[threading.Thread]:
        """The threads of so many clients; with `rotate`, each query comes from an address of its own."""
        threads = [threading.Thread(target=self._run, args=(rotate,), daemon=True) for _ in range(number)]
        for each in threads:
            each.start()
        return threads

    def _run(self, rotate: bool) -> None:
        source = next(self.sources)
        while not self.stop.is_set():
            self.answers.append(_ask(self.server, _RUNAWAY, source))
            source = next(self.sources) if rotate else source
            self.stop.wait(_BREATH)


def _ask(server: Server, query: Query, source: str) -> Answer:
    """The answer to a query of a client: from its address, or told by a proxy where that is of IPv6."""
    if ":" in source:
        return ask(server, query, forwarded=source, limit=_LIMIT)
    return ask(server, query, source=source, limit=_LIMIT)


def _paced(server: Server, rate: float, seconds: float) -> list[Answer]:
    """The answers to a client that asks so many quick queries a second, or as many as it gets answered."""
    answers, end = [], time.monotonic() + seconds
    while (begun := time.monotonic()) < end:
        answers.append(_ask(server, _QUICK, _QUICK_SOURCE))
        pause(max(0.0, begun + 1 / rate - time.monotonic()))
    return answers


def _outcome(answer: Answer) -> str:
    """What became of a runaway query, in two words."""
    text = answer.body.decode(errors="replace")
    return next((outcome for words, outcome in _OUTCOMES.items() if words in text), str(answer.status))


def _row(quick: list[Answer], others: list[Answer]) -> str:
    """One row of the table."""
    times = [each.seconds * 1e3 for each in quick]
    refused = sum(each.status != OK for each in quick) / len(quick)
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in Counter(map(_outcome, others)).most_common())
    got = [each.seconds for each in others]
    waited = f"{median(got):.1f} to {max(got):.1f}" if got else "-"
    return (
        f"{len(times):>8}{median(times):>10.1f}{quantiles(times, n=100)[98]:>10.1f}{max(times):>10.1f}"
        f"{refused:>9.1%}   {outcomes or '-'}; {waited} s"
    )


def measure(source: str, number: int, options: argparse.Namespace) -> str:
    """The row of so many addresses of one kind, beside a server of their own."""
    cache = Path(options.cache).expanduser().resolve()
    server = peers.own(real(cache), cache, MEDKG_PROXIES="1")
    try:
        await_answer(server)
        _paced(server, options.rate, 1.0)
        crowd = Crowd(server, map(SOURCES[source], itertools.count()))
        crowd.start(number, rotate=options.rotate)
        quick = _paced(server, options.rate, options.seconds)
        crowd.stop.set()
        return _row(quick, list(crowd.answers))
    finally:
        server.stop()


def main() -> None:
    """Print the table."""
    options = _options()
    cases = itertools.product([options.source or "IPv4"], options.addresses or (0, 4, 12, 50))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.rate:g} queries a second")
    print(f"{'addresses':<18}{'asked':>8}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}{'refused':>9}   the others")
    for source, number in [*cases, *([] if options.source or options.addresses else [("/48", 50)])]:
        print(f"{number:>4} of {source:<10}", measure(source, number, options), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, nargs="+", help="how many send runaway queries")
    parser.add_argument("--source", choices=SOURCES, help="what the addresses have in common")
    parser.add_argument("--rotate", action="store_true", help="each runaway query comes from an address of its own")
    parser.add_argument("--seconds", type=float, default=20, help="how long the quick client asks")
    parser.add_argument("--rate", type=float, default=10, help="quick queries a second")
    parser.add_argument("--cache", default="~/.cache/medkg-bench", help="where the graph is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
