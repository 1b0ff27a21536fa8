"""The goals of the endpoint, each held against what was measured; nothing is rounded in our favour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import geometric_mean, median
from typing import Final

from serving.measurements import Results, Survey
from serving.survey import OWN, VALIDATED

UNCACHED: Final[Mapping[str, tuple[float, float]]] = {
    "Oxigraph": (1.3, 0.5),
    "rdflib-endpoint": (20, 3),
    "Virtuoso": (4, 1),
}
"""How many times as fast as a peer: in the geometric mean, and in the worst query."""

CACHED: Final = (30, 1.5)
"""The same with our cache, against Oxigraph's server."""

HELLO: Final = 0.6
"""The part of the rate of our cheapest page that a cached answer and a 304 reach."""

SMALL: Final = 16_000
"""Bytes up to which an answer from the cache is compared with a page of a few bytes."""

LONG, LONG_COST, SHORT, SHORT_COST = 2e-3, 1.3, 1e-4, 4.0
"""Processor time, in seconds, of a long query and of a short one, and how much more an answer may take with us."""

DURING, AFTER = 0.3, 1.0
NOISE: Final = 0.05
"""How far two rates of an undisturbed server may be apart; what is as fast as before within it counts as recovered."""

SECONDS, BYTES = 1.0, 250e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal: what is measured, what is wanted, what was found, and whether that is enough (None: not measured)."""

    what: str
    wanted: str
    measured: str
    is_met: bool | None

    @property
    def verdict(self) -> str:
        """The judgement in a word."""
        return {True: "yes", False: "**no**", None: "not measured"}[self.is_met]


def goals(results: Results) -> Iterator[Goal]:
    """Every goal, in the order they were set."""
    for peer, (mean, floor) in UNCACHED.items():
        for survey in results.surveys:
            yield from _against(survey, peer, "uncached", mean, floor)
    for survey in results.surveys:
        yield from _against(survey, "Oxigraph", "cached", *CACHED)
    for survey in results.surveys:
        yield from _hello(survey)
    yield from _cost(results)
    attack = results.attack
    yield _at_least(DURING, "rate for others while two clients run away", attack.during / attack.before)
    yield _at_least(AFTER, "rate for others afterwards", attack.after / attack.before, slack=NOISE)
    yield _at_most(SECONDS, "start to first answer, median", median(results.start.seconds), "{:.2f} s")
    memory = max(results.surveys[0].pss[OWN], *results.start.pss)
    yield _at_most(BYTES, "memory of the whole server (PSS), after all the load", memory, "{:.0f} MB", unit=1e6)


def _against(survey: Survey, peer: str, manner: str, mean: float, floor: float) -> Iterator[Goal]:
    """The mean and the floor of one comparison on one graph."""
    what = f"{manner}, against {peer}, {survey.graph} graph"
    found = dict(_ratios(survey, peer, manner))
    failed = [cell.query for cell in survey.cells if (cell.server, cell.manner) == (OWN, manner) and not cell.rate]
    if not found:
        reason = survey.missing.get(peer, "nothing to compare")
        yield Goal(what=what, wanted=f"≥ {mean}×", measured=reason, is_met=None)
        return
    average, worst = geometric_mean(found.values()), min(found, key=found.__getitem__)
    of = f"of {len(found)} queries" + (f"; we fail in {', '.join(failed)}" if failed else "")
    measured = f"{average:.2f}×, geometric mean {of}"
    yield Goal(what=what, wanted=f"≥ {mean}×", measured=measured, is_met=average >= mean and not failed)
    measured = f"{found[worst]:.2f}×, {worst}"
    yield Goal(what=f"{what}: worst query", wanted=f"≥ {floor}×", measured=measured, is_met=found[worst] >= floor)


def _ratios(survey: Survey, peer: str, manner: str) -> Iterator[tuple[str, float]]:
    """How many times as fast as a peer, by query, where both have a rate."""
    for other in survey.cells:
        own = survey.cell(other.query, OWN, manner)
        if other.server == peer and other.rate and own and own.rate:
            yield other.query, own.rate / other.rate


def _hello(survey: Survey) -> Iterator[Goal]:
    """Cached answers and 304s against the cheapest page."""
    cheapest = median(survey.hello)
    for manner, largest, what in (
        ("cached", SMALL, f"cached answers up to {SMALL // 1000} kB"),
        ("validated", None, f"304 ({', '.join(VALIDATED)})"),
    ):
        cells = [each for each in survey.cells if each.manner == manner and (not largest or each.octets <= largest)]
        found = [cell.rate or 0.0 for cell in cells]
        average = geometric_mean(found) / cheapest if found and all(found) and cheapest else 0.0
        yield _at_least(HELLO, f"{what} against `/livez`, {survey.graph} graph", average, of=f"{cheapest:,.0f}/s")


def _cost(results: Results) -> Iterator[Goal]:
    """Processor time for long queries, and for the one that is nearest to the short one of the goal."""
    long = {cost.query: cost.ratio for cost in results.costs if cost.inside_ms >= LONG * 1e3}
    if long:
        worst = max(long, key=long.__getitem__)
        yield _at_most(LONG_COST, f"processor time, queries of 2 ms and more; worst: {worst}", long[worst], "{:.2f}×")
    short = min(results.costs, key=lambda cost: abs(cost.inside_ms - SHORT * 1e3))
    what = f"processor time, {short.query} ({short.inside_ms:.2f} ms in a process)"
    yield _at_most(SHORT_COST, what, short.ratio, "{:.2f}×")


def _at_least(wanted: float, what: str, found: float, *, slack: float = 0.0, of: str = "") -> Goal:
    measured = f"{found:.0%}" + (f" of {of}" if of else "")
    within = f", within {slack:.0%}" if slack else ""
    return Goal(what=what, wanted=f"≥ {wanted:.0%}{within}", measured=measured, is_met=found >= wanted - slack)


def _at_most(wanted: float, what: str, found: float, form: str, *, unit: float = 1.0) -> Goal:
    shown = form.format(found / unit)
    return Goal(what=what, wanted=f"≤ {form.format(wanted / unit)}", measured=shown, is_met=found <= wanted)
