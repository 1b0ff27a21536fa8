"""Results as the page `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from serving.goals import Goal, goals
from serving.measurements import Cell, Results, Survey
from serving.queries import QUERIES
from serving.survey import OWN, PEERS

_PREAMBLE = """\
# Performance

<!-- Written by `python benchmarks/endpoint.py`; what is changed here is lost with the next run. -->

How fast `medkg serve` answers, beside three other servers on the same machine over the same quads; how much
processor time and memory that takes; and what is left for others while somebody abuses it. `python
benchmarks/endpoint.py` measures all of it anew and writes this page, in about twenty minutes; `--quick` shows in
one that it works.
"""

_METHOD = """\
## How it is measured

- **Servers.** Ours runs as anyone starts it, `medkg serve` with default settings: the deadline, the limits and the
  sandbox are on. The others have no deadline that holds. The benchmark fetches them into its own cache, starts all
  of them, and has each load the same file of N-Quads. One that cannot be had is named with the reason.
- **Graphs.** Ours, and one of copies of it: each copy has datasets, challenges, claims and catalogue records under
  names of its own, and all share vocabularies and ontology. The same files come out every time.
- **Same question, same answer.** Before anything is timed, every server's rows or triples are counted. Where a
  server gives another number than ours, the two are not compared. Virtuoso's default graph is the union of all
  graphs, so it keeps our default graph under a name that every request gives as `default-graph-uri`.
- **Load.** wrk with one thread and eight connections from 127.0.0.1, on the same machine as the servers, which
  leaves them less of it. Rounds are interleaved, each server having its turn at each query, and the median counts.
  Only answers with status 200 do: a round with any other fails. Where an answer takes so long that a round would hold
  few of them, the time for a fixed number of requests is taken instead, eight at once, or two at once from a second
  up, and what takes three seconds is timed once.
- **Uncached** means that no two requests have the same text: each ends in a comment with a number that counts up,
  on all servers alike. **Cached** is one text again and again. Oxigraph keeps no answers, so that its one
  rate serves for both comparisons.
- **Processor time** of a server is that of all its processes, by `/proc`, divided by its answers, at one request at
  a time. It is compared with pyoxigraph in a plain process that asks the same query of the same quads in memory and
  serializes the result, in turns with the server.
- **Memory** is summed over all processes. PSS divides pages that several share among them, so its sum is what the
  server really takes; RSS counts them again for each.
"""


def page(results: Results) -> str:
    """The whole page."""
    parts = [
        _PREAMBLE,
        _goals(goals(results)),
        *(_survey(survey) for survey in results.surveys),
        _costs(results),
        _attack(results),
        _start(results),
        _METHOD,
        _machine(results),
    ]
    return "\n".join(parts)


def _goals(found: Iterable[Goal]) -> str:
    rows = [(goal.what, goal.wanted, goal.measured, goal.verdict) for goal in found]
    return "## Goals\n\n" + table(("goal", "wanted", "measured", "met"), rows)


def _survey(survey: Survey) -> str:
    """A table of rates, with what else is to be said of the comparison."""
    names = [OWN, *(name for name in sorted(PEERS) if name in survey.versions)]
    heads = ["query", "answer", f"{OWN}, uncached", f"{OWN}, cached", f"{OWN}, 304", *names[1:]]
    rows = [_rates(survey, query.name, names) for query in QUERIES if survey.cell(query.name, OWN)]
    lines = [
        f"## The {survey.graph} graph: {survey.quads:,} quads\n",
        "Answers a second, and in brackets how many times as fast medkg is without its cache. `/livez` "
        f"is answered {median(survey.hello):,.0f} times a second.\n",
        table(heads, rows, right=range(1, len(heads))),
        f"Memory after that: {_memory(survey)}.",
        *(f"- {name} is left out: {reason}." for name, reason in survey.missing.items()),
        *(f"- {cell.server}, {cell.query}, {cell.manner}: {cell.failure}." for cell in survey.cells if cell.failure),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _memory(survey: Survey) -> str:
    """What each server held after the load."""
    return ", ".join(f"{name} {held / 1e6:,.0f} MB" for name, held in survey.pss.items())


def _rates(survey: Survey, query: str, names: Sequence[str]) -> Iterator[str]:
    """The row of a query."""
    own = survey.cell(query, OWN)
    yield query
    yield _size(own)
    yield _rate(own)
    yield _rate(survey.cell(query, OWN, "cached"))
    yield _rate(survey.cell(query, OWN, "validated"))
    for name in names[1:]:
        other = survey.cell(query, name)
        ratio = own.rate / other.rate if own and own.rate and other and other.rate else None
        yield _rate(other) + (f" ({ratio:.2f}×)" if ratio else "")


def _rate(cell: Cell | None) -> str:
    if cell is None or cell.rate is None:
        return "–"
    return f"{cell.rate:,.0f}" if cell.rate >= 100 else f"{cell.rate:.2g}"


def _size(cell: Cell | None) -> str:
    if cell is None or cell.size is None:
        return "–"
    size = cell.octets / 1000
    return f"{cell.size:,} in {size:,.0f} kB" if size >= 1 else f"{cell.size:,} in {cell.octets} B"


def _costs(results: Results) -> str:
    rows = [
        (cost.query, f"{cost.inside_ms:.3f}", f"{cost.served_ms:.3f}", f"{cost.ratio:.2f}×") for cost in results.costs
    ]
    heads = ("query", "pyoxigraph in a process, ms", f"{OWN} serve, ms", "ratio")
    besides = median(cost.served_ms - cost.inside_ms for cost in results.costs)
    told = (
        f"Besides its query an answer costs {besides:.2f} ms, the median of these: to read the request, to choose the "
        "representation, and to hand the query to a process that can be killed and take its answer back. A query that "
        "takes less than that is answered less often than by Oxigraph's server, which evaluates it in the thread that "
        "read the request, without a deadline that holds.\n\n"
    )
    return "## Processor time for an answer, uncached, real graph\n\n" + told + table(heads, rows, right=range(1, 4))


def _attack(results: Results) -> str:
    """What an attack did to others."""
    found = results.attack
    told = ", ".join(f"{number} × {status}" for status, number in sorted(found.refusals.items()))
    rows = [(f"{found.before:,.0f}", f"{found.during:,.0f}", f"{found.after:,.0f}")]
    text = (
        "## While two clients send queries that cannot end\n\n"
        "Answers a second to a third client with eight connections, uncached. The two send the next query as soon as "
        f"they are told no; that was {told}, after {found.slowest:.2f} s at the longest.\n\n"
        + table(("before", "during", "after"), rows, right=range(3))
    )
    return text + (f"\nNot all was well for the third: {found.failure}.\n" if found.failure else "")


def _start(results: Results) -> str:
    found, real = results.start, results.surveys[0]
    rows = [
        ("from the command to the first answer", f"{min(found.seconds):.2f} to {max(found.seconds):.2f} s"),
        ("memory then, PSS (RSS)", f"{max(found.pss) / 1e6:.0f} MB ({max(found.rss) / 1e6:.0f} MB)"),
        ("memory after all the load above, PSS (RSS)", f"{real.pss[OWN] / 1e6:.0f} MB ({real.rss[OWN] / 1e6:.0f} MB)"),
    ]
    return "## Start and memory, real graph\n\n" + table(("what", "measured"), rows)


def _machine(results: Results) -> str:
    """When, where and with what."""
    versions = dict(item for survey in results.surveys for item in survey.versions.items())
    lines = [
        "## This run",
        "",
        f"- {results.date}, {results.rounds} round{'' if results.rounds == 1 else 's'} of {results.seconds} s.",
        f"- {results.machine}.",
        f"- {results.tools}.",
        *(f"- {version}." for version in versions.values()),
    ]
    return "\n".join(lines) + "\n"


def table(heads: Sequence[str], rows: Iterable[Iterable[str]], *, right: Iterable[int] = ()) -> str:
    """A Markdown table; columns in `right` are aligned to the right."""
    aligned = set(right)
    rule = ["---:" if index in aligned else "---" for index in range(len(heads))]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, rule, *rows))
