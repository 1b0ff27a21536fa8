"""One pair of datasets for each kind of verdict, as an example for the help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice

from medkg.lineage.answers import Verdict
from medkg.lineage.inference import verdict, verdicts
from medkg.lineage.network import Network
from medkg.lineage.register import View
from medkg.lineage.relations import Bond, Flow

KINDS = ("path", "count", "fork", "chain", "unknown-direction", "hedge", "series", "collider", "disjoint")
"""The kinds of examples: a path of claims, a count, three kinds of breaks, a hedge, a series, a collider, a denial."""

_MOST_DATASETS = 1_000
_MOST_PAIRS = 200  # of one dataset's neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A pair with its verdict; `hub` is the dataset at which the path between them breaks."""

    kind: str
    verdict: Verdict
    hub: str | None


def examples(view: View, slugs: Iterable[str]) -> Mapping[str, Example]:
    """An example for each kind, as far as the first of some datasets have one."""
    by_kind: dict[str, Example] = {}
    for slug in islice(slugs, _MOST_DATASETS):
        for example in _around(view, slug):
            by_kind.setdefault(example.kind, example)
        if len(by_kind) == len(KINDS):
            break
    return by_kind


def _around(view: View, slug: str) -> Iterator[Example]:
    """The examples that a dataset is part of, or the hub of."""
    for own_verdict in verdicts(view.images, slug, exclude=view.exclude):
        kind = own_verdict.mechanism or ("path" if own_verdict.distance > 1 else None)
        if kind:
            yield Example(kind=kind, verdict=own_verdict, hub=own_verdict.hub)
    givers = _others(view.images, slug, Bond.MEETS, Flow.HERE)
    for one, other in islice(combinations(givers, 2), _MOST_PAIRS):
        pair_verdict = verdict(view.images, one, other, exclude=view.exclude)
        if pair_verdict.grade == "none-known" and not pair_verdict.exclusion_reason:
            yield Example(kind="collider", verdict=pair_verdict, hub=slug)
    for other in _others(view.images, slug, Bond.DISJOINT, Flow.UNKNOWN):
        yield Example(kind="disjoint", verdict=verdict(view.images, slug, other, exclude=view.exclude), hub=None)


def _others(network: Network, slug: str, bond: Bond, flow: Flow) -> list[str]:
    """A dataset of each class to which an edge of a kind leads."""
    nodes: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges(network.class_of(slug), bond):
        if edge.flow is flow:
            nodes[edge.end] += network.datasets(edge.end)
    return [slugs[0] for slugs in nodes.values() if slugs]
