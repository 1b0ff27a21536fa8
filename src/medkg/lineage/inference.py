"""Verdicts on datasets: the one place that weighs what speaks for sharing images and against it.

What is found around one class of datasets: everything for and against sharing, each with its shortest path.

How much is shared: the least number that a path proves, the number to be expected of two draws from one pool.

The modality guard: what was never taken by one kind of machine cannot be among the images of another kind.

What counts is the modality of the source acquisitions. A set of projections is catalogued as X-rays and yet holds CT,
if it was derived wholly from CT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from medkg.lineage.edges import PERSONS, Edge, counts_at
from medkg.lineage.network import Network, with_splits
from medkg.lineage.paths import (
    DEFINITE_PATH,
    DISJOINT_PATH,
    DOWN,
    HEDGED_PATH,
    UP,
    Trail,
    beginning,
    break_of,
    broken,
    ends,
    mechanism,
    search,
    siblings,
    told,
)
from medkg.lineage.relations import Bond
from medkg.lineage.verdicts import SHARING, Grade, Step, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The classes that share images with one, that may, and that are stated not to.

    A class can be both disjoint and definite or possible; who reads the survey weighs that.
    """

    definite: Mapping[str, Trail]
    possible: Mapping[str, Trail]
    disjoint: Mapping[str, Trail]


def survey(network: Network, node: str) -> Survey:
    """What is found around a class."""
    definite = ends(search(network, [beginning(node)], DEFINITE_PATH))
    possible = broken(network, node)
    for end, trail in ends(search(network, [beginning(node)], HEDGED_PATH), UP).items():
        possible[end] = min(possible.get(end, trail), trail, key=lambda each: each.key)
    for trail in siblings(network, node):
        possible.setdefault(trail.end, trail)
    return Survey(
        definite=definite,
        possible={end: trail for end, trail in possible.items() if end not in definite},
        disjoint=ends(search(network, [beginning(node, UP)], DISJOINT_PATH), DOWN),
    )


_CROSSING = frozenset({Bond.MEETS, Bond.COUNTED})


def least(network: Network, trail: Trail) -> tuple[int, str] | None:
    """The least number shared by the ends of a definite path, with its unit; None where nothing is counted.

    All that the narrowest point of the path holds is shared: the overlap that is crossed or, where there is none,
    the part at the bottom, which the claims on either side of it may count. Of patients no scans are counted.
    """
    crossing = [edge for edge in trail.edges if edge.bond in _CROSSING]
    descending = [edge for edge in trail.edges if edge.bond is Bond.CONTAINS][-1:]
    ascending = [edge for edge in trail.edges if edge.bond is Bond.WITHIN][:1]
    counts = [(edge.shared, edge.unit) for edge in crossing or [*descending, *ascending] if edge.shared is not None]
    return max((each for each in counts if network.level == "acquisition" or each[1] in PERSONS), default=None)


def expected(network: Network, trail: Trail, first: str, last: str) -> tuple[float, str] | None:
    """The number that random draws from the pool a possible path breaks at would share, with its unit.

    It takes a pool of known size and the count of either draw in one unit. One of the two must be a draw: where
    directions are unknown, or a series is meant, nothing is expected.
    """
    found = break_of(trail)
    if found is None or mechanism(*found) not in ("fork", "chain"):
        return None
    middle = trail.edges.index(found[0]) + 1
    there = _drawn(network, trail.edges[:middle], first)
    back = _drawn(network, [edge.back() for edge in reversed(trail.edges[middle:])], last)
    for unit in sorted(there.keys() & back.keys()):
        size = network.pools.sizes.get(found[0].end, {}).get(unit, 0)
        if max(there[unit], back[unit]) <= size and counts_at(unit, network.level):
            return there[unit] * back[unit] / size, unit
    return None


def _drawn(network: Network, edges: Sequence[Edge], dataset: str) -> dict[str, int]:
    """How many things of the class that some edges lead up to a dataset holds, by unit."""
    if any(edge.bond is not Bond.WITHIN for edge in edges[1:]) or edges[0].bond is Bond.CONTAINS:
        return {}
    counts = {edges[0].unit: edges[0].shared} if edges[0].shared is not None else {}
    if edges[0].bond is Bond.WITHIN:
        return {**network.pools.sizes.get(network.of(dataset), {}), **counts}
    return counts


Part = tuple[str, str | None]
"""A dataset, or a split of it."""

Guard = Callable[[str, str], str | None]
"""Why two datasets cannot possibly share images; None where nothing is known against it."""


def no_guard(first: str, second: str) -> str | None:
    """Nothing against any two datasets."""
    return None


def verdict(
    network: Network,
    subject: str,
    other: str,
    *,
    guard: Guard = no_guard,
    subject_split: str | None = None,
    other_split: str | None = None,
) -> Verdict:
    """The verdict on two datasets, or on a split of one or both.

    Two splits of one dataset are disjoint by being splits; their patients need not be. Else see `verdict_on_splits`.
    """
    parts = [(slug, split) for slug, split in ((subject, subject_split), (other, other_split)) if split]
    divided = with_splits(network, parts)
    if subject == other and subject_split and other_split and subject_split != other_split:
        grade: Grade = "disjoint" if network.level == "acquisition" else "none-known"
        reason = f"{subject_split} and {other_split} are splits of one dataset"
        return Verdict(subject=subject, other=other, grade=grade, guard_reason=reason, level=network.level)
    if parts:
        return verdict_on_splits(network, divided, (subject, subject_split), (other, other_split), guard)
    return weigh(network, survey(network, network.of(subject)), subject, other, guard)


def verdict_on_splits(network: Network, divided: Network, subject: Part, other: Part, guard: Guard) -> Verdict:
    """The verdict on two datasets, or splits of them, given the network and the same `with_splits`.

    A claim that names another split says nothing of the one that is asked for. A claim that names none is about the
    whole dataset: definite for the split where it covers the whole, or by counting; else the split may be meant.
    """
    found = weigh(divided, survey(divided, divided.of(*subject)), subject[0], other[0], guard, other[1])
    if found.grade in ("definite", "disjoint"):
        return found
    wholes = narrowed(narrowed(network, *subject), *other)
    whole = weigh(wholes, survey(wholes, wholes.of(subject[0])), subject[0], other[0], guard)
    if whole.grade != "definite":
        return replace(whole, expected=None, unit=None)
    hub = subject[0] if subject[1] else other[0]
    return replace(whole, grade="possible", mechanism="part", hub=hub, least=None, unit=None, exclusion=())


def narrowed(network: Network, slug: str, split: str | None) -> Network:
    """The network without the claims that speak of another split of a dataset, or of a series, than is asked for."""
    slugs = {slug, *network.editions.get(slug, ())}

    def is_kept(step: Step) -> bool:
        named = ((step.source, step.claim.subject_split), (step.target, step.claim.split))
        return all(end not in slugs or part in (None, split) for end, part in named)

    return network.where(is_kept) if split else network


def verdicts(network: Network, subject: str, *, guard: Guard = no_guard) -> list[Verdict]:
    """The verdict on every dataset that shares images with one or may do so, the surest and nearest first."""
    found = survey(network, network.of(subject))
    others = [slug for node in (*found.definite, *found.possible) for slug in network.datasets(node) if slug != subject]
    weighed = (weigh(network, found, subject, other, guard) for other in others)
    return sorted(
        (each for each in weighed if each.grade in SHARING),
        key=lambda each: (each.grade, each.distance, each.other),
    )


def weigh(
    network: Network, found: Survey, subject: str, other: str, guard: Guard, other_split: str | None = None
) -> Verdict:
    """The verdict on two datasets, given what was found around the class of the first, or of a split of it.

    A definite path beats every exclusion; a possible one yields to what its makers state and to the guard.
    """
    end = network.of(other, other_split)
    reason = guard(subject, other) if network.level == "acquisition" else None
    against = told(network, found.disjoint[end], subject, other) if end in found.disjoint else ()
    if end in found.definite:
        return _definite(network, found.definite[end], subject, other, reason, against)
    if against:
        return Verdict(
            subject=subject, other=other, grade="disjoint", path=against, guard_reason=reason, level=network.level
        )
    if end in found.possible and not reason:
        return _possible(network, found.possible[end], subject, other)
    return Verdict(subject=subject, other=other, grade="none-known", guard_reason=reason, level=network.level)


def patients(images: Network, people: Network, subject: str, *, guard: Guard = no_guard) -> list[Verdict]:
    """The verdicts on patients that say more than those on images do, from the networks of the two levels.

    The guard holds for images alone: who had a CT may have had an MR as well.
    """
    around = survey(images, images.of(subject))
    found = verdicts(people, subject)
    return [each for each in found if says_more(each, weigh(images, around, subject, each.other, guard))]


def says_more(people: Verdict, images: Verdict) -> bool:
    """Whether a verdict on patients is a surer one of sharing than the verdict on images of the same two datasets."""
    return people.grade in SHARING and images.grade not in SHARING[: SHARING.index(people.grade) + 1]


def _definite(
    network: Network, trail: Trail, subject: str, other: str, reason: str | None, against: tuple[Step, ...]
) -> Verdict:
    counted = next((edge for edge in trail.edges if edge.bond is Bond.COUNTED), None)
    number, unit = least(network, trail) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="definite",
        path=told(network, trail, subject, other),
        mechanism="count" if counted else None,
        hub=counted.pool if counted else None,
        least=number,
        unit=unit,
        guard_reason=reason,
        exclusion=against,
        level=network.level,
    )


def _possible(network: Network, trail: Trail, subject: str, other: str) -> Verdict:
    found = break_of(trail)
    number, unit = expected(network, trail, subject, other) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="possible",
        path=told(network, trail, subject, other),
        mechanism=mechanism(*found) if found else "hedge",
        hub=found[0].end if found else None,
        expected=number,
        unit=unit,
        level=network.level,
    )


Families = Mapping[str, frozenset[str]]
"""The top families of the modalities believed of each dataset; one of unknown modality is missing or has none."""

_DERIVING = frozenset({"derivedFrom", "annotates"})


def modality_guard(network: Network, believed: Families) -> Guard:
    """A guard that finds two datasets unable to share images where no family of source modalities is common to both."""
    sources = source_families(network, believed)

    def guard(first: str, second: str) -> str | None:
        one, other = sources.get(network.of(first)), sources.get(network.of(second))
        if not one or not other or one & other:
            return None
        return f"the source images are {' and '.join(sorted(one))} here, {' and '.join(sorted(other))} there"

    return guard


def source_families(network: Network, believed: Families) -> dict[str, frozenset[str]]:
    """The families of the source acquisitions of each class, as far as they are known.

    A class derived wholly from another has its families, or those of them that are believed of itself where there
    are any; if a source is unknown, so is what comes from it. Datasets of the same images pool what is believed, and so
    do a series and its editions where all of these are known.
    """
    found: dict[str, frozenset[str]] = {}
    for node in sorted({*network.members, *map(network.of, believed)}):
        _resolve(network, believed, node, found, frozenset())
    return found


def _resolve(
    network: Network, believed: Families, node: str, found: dict[str, frozenset[str]], below: frozenset[str]
) -> frozenset[str]:
    """The source families of one class, kept in `found`; a ring of classes derived from each other stays unknown."""
    if node not in found and node not in below:
        sources = sorted({edge.end for edge in network.edges(node, Bond.WITHIN) if edge.steps[0].relation in _DERIVING})
        editions = sorted({edge.end for edge in network.edges(node, Bond.CONTAINS) if edge.series})
        inherited, parts = (
            [_resolve(network, believed, each, found, below | {node}) for each in nodes]
            for nodes in (sources, editions)
        )
        own = frozenset[str]().union(*(believed.get(slug, frozenset()) for slug in network.datasets(node)))
        found[node] = _narrowed(own.union(*parts) if all(parts) else own, inherited)
    return found.get(node, frozenset())


def _narrowed(own: frozenset[str], inherited: list[frozenset[str]]) -> frozenset[str]:
    if not inherited:
        return own
    if not all(inherited):
        return frozenset()
    sources = frozenset[str]().union(*inherited)
    return own & sources or sources
