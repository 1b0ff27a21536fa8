"""A mixed load on one server for minutes, and whether its memory and descriptors stay as they are.

    python benchmarks/soak.py                ten minutes
    python benchmarks/soak.py --minutes 2    a smoke test

Every second memory and file descriptors of the parent, the front and the keeper are read, and those of an evaluator on
average, for evaluators come and go. The table has the medians of each minute, or of each tenth of a short run. The exit
code is 1 where the medians of the third and the last quarter differ by more than 10 %, or where an answer was none of
those that its client may get. It needs Linux.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from serving import peers
from serving.asking import await_answer
from serving.graphs import real
from serving.mixture import TOKEN, Mixture
from serving.processes import Server, Usage, children, pause
from serving.survey import say

ROLES = ("parent", "front", "keeper", "evaluator")
ROWS = 10
TOLERANCE = 0.10
FLOOR = {"RSS": 2 << 20, "descriptors": 4}
"""What is compared, and how much may come and go in any case: a connection more is no leak.

The resident size, for the proportional share of a process changes with the number of those it shares pages with.
"""

SETTINGS = {"MEDKG_WRITE_TOKEN": TOKEN, "MEDKG_QUERY_TIMEOUT": "2", "MEDKG_CACHE_BYTES": str(4 << 20)}
"""Runaway queries end soon, and the store of answers is full before the second half begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What each role uses at a time, and how many answers there were until then."""

    seconds: float
    answers: int
    usage: Mapping[str, Usage]

    def figure(self, role: str, measure: str) -> int:
        """One number of it."""
        used = self.usage[role]
        return {"PSS": used.memory.pss, "RSS": used.memory.rss, "descriptors": used.descriptors}[measure]


def main() -> int:
    """Load a server, print what it used, and say whether that is flat; the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="medkg-soak-") as directory:
        say("building the graph")
        graph = real(Path(directory))
        server = peers.own(graph, Path(directory), **SETTINGS)
        try:
            await_answer(server)
            mixture = Mixture(server)
            samples = list(_soak(server, mixture, options.minutes * 60, options.every))
        finally:
            server.stop()
    rows = buckets(samples, options.minutes * 60)
    print("\n".join(table(rows)))
    print()
    print("\n".join(f"{name}: {dict(sorted(counts.items()))}" for name, counts in mixture.statuses.items()))
    quarter = len(samples) // 4
    faults = [*unsteady(samples[-2 * quarter : -quarter], samples[-quarter:]), *mixture.surprises]
    print("\n" + ("\n".join(f"NOT survived: {each}" for each in faults) or "the second half is flat within 10 %"))
    return int(bool(faults))


def sample(server: Server, answers: int, seconds: float) -> Sample:
    """What the processes of a server use now."""
    parent = [server.process.pid]
    front = children(parent)
    keeper = children(front)
    groups = (parent, front, keeper, children(keeper))
    usage = {role: Usage.mean(pids) for role, pids in zip(ROLES, groups, strict=True)}
    return Sample(seconds=seconds, answers=answers, usage=usage)


def buckets(samples: Sequence[Sample], seconds: float) -> list[list[Sample]]:
    """The samples of each minute, or of each tenth of a shorter run."""
    width = min(60.0, seconds / ROWS)
    numbers = range(round(seconds / width))
    found = [[each for each in samples if number <= each.seconds / width < number + 1] for number in numbers]
    return [each for each in found if each]


def table(rows: Sequence[Sequence[Sample]]) -> Iterator[str]:
    """The lines of a table in Markdown: PSS (and RSS) in MB and descriptors of each role."""
    titles = [title for role in ROLES for title in (f"{role} MB", "fd")]
    yield f"| until | answers | {' | '.join(titles)} |"
    yield f"| ---: | ---: |{' ---: | ---: |' * len(ROLES)}"
    for row in rows:
        cells = [cell for role in ROLES for cell in (_megabytes(row, role), f"{_median(row, role, 'descriptors'):.0f}")]
        minutes, seconds = divmod(round(row[-1].seconds), 60)
        yield f"| {minutes}:{seconds:02} | {row[-1].answers:,} | {' | '.join(cells)} |"


def unsteady(third: Sequence[Sample], last: Sequence[Sample]) -> Iterator[str]:
    """What differs between two quarters by more than the tolerance."""
    for role in ROLES:
        for measure, floor in FLOOR.items():
            before, after = _median(third, role, measure), _median(last, role, measure)
            if abs(after - before) > max(TOLERANCE * before, floor):
                yield f"{measure} of {role}: {before:,.0f} in the third quarter, {after:,.0f} in the last"


def _soak(server: Server, mixture: Mixture, seconds: float, every: float) -> Iterator[Sample]:
    """Samples of a server while it is under load."""
    began = time.monotonic()
    mixture.start()
    while (passed := time.monotonic() - began) < seconds:
        yield sample(server, mixture.answers, passed)
        pause(every)
    mixture.stop()


def _median(row: Sequence[Sample], role: str, measure: str) -> float:
    return median(each.figure(role, measure) for each in row)


def _megabytes(row: Sequence[Sample], role: str) -> str:
    return f"{_median(row, role, 'PSS') / 1e6:.1f} ({_median(row, role, 'RSS') / 1e6:.1f})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the load lasts")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two samples")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
