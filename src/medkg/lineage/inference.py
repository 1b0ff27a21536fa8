"""Verdicts on two datasets: the one module that weighs the paths for sharing images against denials and exclusions.

The neighbourhood of a class of datasets has every class that shares images with it, may, or is stated not to, each with
its shortest path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medkg.lineage.answers import SHARING, Verdict
from medkg.lineage.claims import Step
from medkg.lineage.edges import PERSONS, Edge, counts_at
from medkg.lineage.network import Network, with_splits
from medkg.lineage.paths import (
    DEFINITE_PATH,
    DISJOINT_PATH,
    DOWN,
    HEDGED_PATH,
    UP,
    Trail,
    find_break,
    first_trails,
    initial_trail,
    mechanism,
    paths_with_break,
    shortest_trails,
    sibling_trails,
    steps_of,
)
from medkg.lineage.register import ExclusionRule, no_exclusion
from medkg.lineage.relations import Bond

_CROSSING_BONDS = frozenset({Bond.MEETS, Bond.COUNTED})

Part = tuple[str, str | None]
"""A dataset, or a split of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The classes that share images with one, that may, and that are stated not to, each with its shortest path.

    A class can be both disjoint and definite or possible; `verdict_from` weighs that.
    """

    definite: Mapping[str, Trail]
    possible: Mapping[str, Trail]
    disjoint: Mapping[str, Trail]


def neighbourhood(network: Network, node: str) -> Neighbourhood:
    """The neighbourhood of a class."""
    definite = first_trails(shortest_trails(network, [initial_trail(node)], DEFINITE_PATH))
    possible = paths_with_break(network, node)
    for end, trail in first_trails(shortest_trails(network, [initial_trail(node)], HEDGED_PATH), UP).items():
        possible[end] = min(possible.get(end, trail), trail, key=lambda candidate: candidate.key)
    for trail in sibling_trails(network, node):
        possible.setdefault(trail.end, trail)
    return Neighbourhood(
        definite=definite,
        possible={end: trail for end, trail in possible.items() if end not in definite},
        disjoint=first_trails(shortest_trails(network, [initial_trail(node, UP)], DISJOINT_PATH), DOWN),
    )


def least(network: Network, trail: Trail) -> tuple[int, str] | None:
    """The least number shared by the ends of a definite path, with its unit; None where nothing is counted.

    All that the narrowest point of the path holds is shared: the overlap that is crossed or, where there is none,
    the part at the bottom, which the claims on either side of it may count. Of patients no scans are counted.
    """
    crossing = [edge for edge in trail.edges if edge.bond in _CROSSING_BONDS]
    descending = [edge for edge in trail.edges if edge.bond is Bond.CONTAINS][-1:]
    ascending = [edge for edge in trail.edges if edge.bond is Bond.WITHIN][:1]
    counts = [(edge.shared, edge.unit) for edge in crossing or [*descending, *ascending] if edge.shared is not None]
    return max((count for count in counts if network.level == "acquisition" or count[1] in PERSONS), default=None)


def expected_overlap(network: Network, trail: Trail, first: str, last: str) -> tuple[float, str] | None:
    """The number that random draws from the pool a possible path breaks at would share, with its unit.

    It needs a pool of known size and the counts of both draws in one unit. Where directions are unknown, or a claim
    is about a series, there is no such number.
    """
    edges = find_break(trail)
    if edges is None or mechanism(*edges) not in ("fork", "chain"):
        return None
    middle = trail.edges.index(edges[0]) + 1
    there = _counts_in_class(network, trail.edges[:middle], first)
    back = _counts_in_class(network, [edge.reverse() for edge in reversed(trail.edges[middle:])], last)
    for unit in sorted(there.keys() & back.keys()):
        size = network.pools.sizes.get(edges[0].end, {}).get(unit, 0)
        if max(there[unit], back[unit]) <= size and counts_at(unit, network.level):
            return there[unit] * back[unit] / size, unit
    return None


def _counts_in_class(network: Network, edges: Sequence[Edge], dataset: str) -> dict[str, int]:
    """The number of things, by unit, that a dataset holds of the class that some edges lead up to."""
    if any(edge.bond is not Bond.WITHIN for edge in edges[1:]) or edges[0].bond is Bond.CONTAINS:
        return {}
    counts = {edges[0].unit: edges[0].shared} if edges[0].shared is not None else {}
    if edges[0].bond is Bond.WITHIN:
        return {**network.pools.sizes.get(network.class_of(dataset), {}), **counts}
    return counts


def verdict(
    network: Network,
    subject: str,
    other: str,
    *,
    exclude: ExclusionRule = no_exclusion,
    subject_split: str | None = None,
    other_split: str | None = None,
) -> Verdict:
    """The verdict on two datasets, or on a split of one or both.

    Two splits of one dataset are disjoint by being splits; their patients need not be. Else see `verdict_on_splits`.
    """
    parts = [(slug, split) for slug, split in ((subject, subject_split), (other, other_split)) if split]
    divided = with_splits(network, parts)
    if subject == other and subject_split and other_split and subject_split != other_split:
        return Verdict(
            subject=subject,
            other=other,
            grade="disjoint" if network.level == "acquisition" else "none-known",
            exclusion_reason=f"{subject_split} and {other_split} are splits of one dataset",
            level=network.level,
        )
    if parts:
        return verdict_on_splits(network, divided, (subject, subject_split), (other, other_split), exclude)
    return verdict_from(network, neighbourhood(network, network.class_of(subject)), subject, other, exclude)


def verdict_on_splits(
    network: Network, divided: Network, subject: Part, other: Part, exclude: ExclusionRule
) -> Verdict:
    """The verdict on two datasets, or splits of them, given the network and the same `with_splits`.

    A claim on another split says nothing of the split in question. A claim without a split is about the whole dataset:
    definite for the split where it covers the whole, or by counting; else possible, for it may be about the split.
    """
    near = neighbourhood(divided, divided.class_of(*subject))
    on_splits = verdict_from(divided, near, subject[0], other[0], exclude, other[1])
    if on_splits.grade in ("definite", "disjoint"):
        return on_splits
    wholes = without_other_splits(without_other_splits(network, *subject), *other)
    whole = verdict_from(wholes, neighbourhood(wholes, wholes.class_of(subject[0])), subject[0], other[0], exclude)
    if whole.grade != "definite":
        return replace(whole, expected=None, unit=None)
    hub = subject[0] if subject[1] else other[0]
    return replace(whole, grade="possible", mechanism="part", hub=hub, least=None, unit=None, denial=())


def without_other_splits(network: Network, slug: str, split: str | None) -> Network:
    """The network without the claims on any other split of a dataset, or of the editions of a series."""
    slugs = {slug, *network.editions.get(slug, ())}

    def is_kept(step: Step) -> bool:
        named = ((step.source, step.claim.subject_split), (step.target, step.claim.split))
        return all(end not in slugs or part in (None, split) for end, part in named)

    return network.where(is_kept) if split else network


def verdicts(network: Network, subject: str, *, exclude: ExclusionRule = no_exclusion) -> list[Verdict]:
    """The verdict on every dataset that shares images with one or may do so, the surest and nearest first."""
    near = neighbourhood(network, network.class_of(subject))
    others = [slug for node in (*near.definite, *near.possible) for slug in network.datasets(node) if slug != subject]
    unsorted = (verdict_from(network, near, subject, other, exclude) for other in others)
    return sorted(
        (verdict for verdict in unsorted if verdict.grade in SHARING),
        key=lambda verdict: (verdict.grade, verdict.distance, verdict.other),
    )


def verdict_from(
    network: Network,
    near: Neighbourhood,
    subject: str,
    other: str,
    exclude: ExclusionRule,
    other_split: str | None = None,
) -> Verdict:
    """The verdict on two datasets, given the neighbourhood of the class of the first, or of a split of it.

    A definite path beats every denial and exclusion; a possible one yields to both.
    """
    end = network.class_of(other, other_split)
    reason = exclude(subject, other) if network.level == "acquisition" else None
    denial = steps_of(network, near.disjoint[end], subject, other) if end in near.disjoint else ()
    if end in near.definite:
        return replace(_definite(network, near.definite[end], subject, other), exclusion_reason=reason, denial=denial)
    if end in near.possible and not denial and not reason:
        return _possible(network, near.possible[end], subject, other)
    return Verdict(
        subject=subject,
        other=other,
        grade="disjoint" if denial else "none-known",
        path=denial,
        exclusion_reason=reason,
        level=network.level,
    )


def patients(images: Network, people: Network, subject: str, *, exclude: ExclusionRule = no_exclusion) -> list[Verdict]:
    """The verdicts on patients that are surer than those on images, from the networks of the two levels.

    The exclusion by modality is of images alone: a patient who had a CT may have had an MR as well.
    """
    near = neighbourhood(images, images.class_of(subject))
    return [
        verdict
        for verdict in verdicts(people, subject)
        if is_surer(verdict, verdict_from(images, near, subject, verdict.other, exclude))
    ]


def is_surer(people: Verdict, images: Verdict) -> bool:
    """Whether a verdict on patients is of a surer grade of sharing than the one on images of the same two datasets."""
    return people.grade in SHARING and images.grade not in SHARING[: SHARING.index(people.grade) + 1]


def _definite(network: Network, trail: Trail, subject: str, other: str) -> Verdict:
    count_edge = next((edge for edge in trail.edges if edge.bond is Bond.COUNTED), None)
    number, unit = least(network, trail) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="definite",
        path=steps_of(network, trail, subject, other),
        mechanism="count" if count_edge else None,
        hub=count_edge.pool if count_edge else None,
        least=number,
        unit=unit,
        level=network.level,
    )


def _possible(network: Network, trail: Trail, subject: str, other: str) -> Verdict:
    edges = find_break(trail)
    number, unit = expected_overlap(network, trail, subject, other) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="possible",
        path=steps_of(network, trail, subject, other),
        mechanism=mechanism(*edges) if edges else "hedge",
        hub=edges[0].end if edges else None,
        expected=number,
        unit=unit,
        level=network.level,
    )
