"""One pair of datasets for each way in which a verdict comes about, to show by: the first that is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice

from medkg.lineage.inference import verdict, verdicts
from medkg.lineage.network import Network
from medkg.lineage.register import View
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.verdicts import Verdict

KINDS = ("path", "count", "fork", "chain", "unknown-direction", "hedge", "series", "collider", "disjoint")
"""The ways: a path of claims, a count, breaks of three kinds, a hedge, a series, a break without proof, a denial."""

_MOST_LOOKED_AT = 1_000  # datasets
_MOST_PAIRS = 200  # of one dataset's neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A pair with its verdict; `hub` is the dataset at which the way between them turns."""

    kind: str
    verdict: Verdict
    hub: str | None


def samples(view: View, slugs: Iterable[str]) -> Mapping[str, Sample]:
    """A pair for each kind, as far as the first of some datasets have one."""
    found: dict[str, Sample] = {}
    for slug in islice(slugs, _MOST_LOOKED_AT):
        for each in _around(view, slug):
            found.setdefault(each.kind, each)
        if len(found) == len(KINDS):
            break
    return found


def _around(view: View, slug: str) -> Iterator[Sample]:
    """The samples that a dataset is part of, or the hub of."""
    for each in verdicts(view.images, slug, guard=view.guard):
        kind = each.mechanism or ("path" if each.distance > 1 else None)
        if kind:
            yield Sample(kind=kind, verdict=each, hub=each.hub)
    givers = _others(view.images, slug, Bond.MEETS, Flow.HERE)
    for one, other in islice(combinations(givers, 2), _MOST_PAIRS):
        found = verdict(view.images, one, other, guard=view.guard)
        if found.grade == "none-known" and not found.guard_reason:
            yield Sample(kind="collider", verdict=found, hub=slug)
    for other in _others(view.images, slug, Bond.DISJOINT, Flow.UNKNOWN):
        yield Sample(kind="disjoint", verdict=verdict(view.images, slug, other, guard=view.guard), hub=None)


def _others(network: Network, slug: str, bond: Bond, flow: Flow) -> list[str]:
    """A dataset of each class to which an edge of a kind leads."""
    nodes: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges(network.of(slug), bond):
        if edge.flow is flow:
            nodes[edge.end] += network.datasets(edge.end)
    return [found[0] for found in nodes.values() if found]
