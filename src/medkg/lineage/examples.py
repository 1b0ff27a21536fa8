"""Two datasets told in full: the explained verdict, and all beside it that somebody who asks should know.

One pair of datasets for each way in which a verdict comes about, to show by: the first that is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice

from medkg.lineage.answers.leak import Pair, Side, leaks
from medkg.lineage.explain import Explanation, explain
from medkg.lineage.inference import patients, verdict, verdicts
from medkg.lineage.layers import Layer
from medkg.lineage.network import Network
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import Register, View
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.verdicts import Derivative, Opening, Verdict

OTHER: Mapping[Layer, Layer] = {"all": "catalogs", "catalogs": "all"}
"""The layer that an answer is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The verdict on two datasets, explained, by the claims of one layer.

    `elsewhere` is the verdict by those of the other layer. `patients` is there where the verdict on patients says
    more, `derivative` where images were synthesised, `openings` for each dataset with sources nobody names. Where one
    of the two is a series, `editions` has the verdict on each of its editions, the surest first.
    """

    evidence: Layer
    explanation: Explanation
    elsewhere: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict, hash=False)
    editions: tuple[Verdict, ...] = ()


def account(register: Register, subject: str, other: str, *, layer: Layer = "all", all_paths: bool = False) -> Account:
    """All that is known of two datasets sharing images, with all independent paths on request."""
    view, compared = register.view(layer), register.view(OTHER[layer])
    explanation = explain(
        view.images,
        subject,
        other,
        guard=view.guard,
        names=register.labels,
        lines=register.lines,
        all_paths=all_paths,
    )
    people = patients(view.images, view.people, subject, guard=view.guard)
    openings = {slug: open_provenance(view.images, slug) for slug in (subject, other)}
    return Account(
        evidence=layer,
        explanation=explanation,
        elsewhere=verdict(compared.images, subject, other, guard=compared.guard),
        patients=next((each for each in people if each.other == other), None),
        derivative=next((each for each in derivatives(view.images, subject) if each.other == other), None),
        openings={slug: found for slug, found in openings.items() if found},
        editions=tuple(each.verdict for each in _of_editions(view, subject, other)),
    )


def _of_editions(view: View, subject: str, other: str) -> tuple[Pair, ...]:
    """The pairs of editions, where one of two datasets is a series."""
    (pair,) = leaks(view, [Side(dataset=subject)], [Side(dataset=other)])
    return pair.editions


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
