"""Edges of the network of lineage: claims in walking direction, and overlaps that follow by counting in a pool.

Two datasets that hold a and b of the N things of a pool, in one unit, have at least a + b - N of them in common. Edges
also lead from a split into its dataset, and from an edition into its series.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from medkg.lineage.claims import Level, SituatedClaim, Step
from medkg.lineage.relations import STATED, Bond, Flow, extent_relation, reversed_bond
from medkg.model.claims import IN_SERIES, Claim

_DEFAULT_UNIT, _DEFAULT_PERSON_UNIT = "case", "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A bond from one class of datasets to another, in walking direction.

    `shared` is how many things, counted in `unit`, the two are known to share; `pool` is set where the bond is one
    by count, whose steps lead through the pool. `series` is there where the bond says that one end is an edition of
    the other.
    """

    start: str
    end: str
    bond: Bond
    flow: Flow
    steps: tuple[Step, ...]
    shared: int | None = None
    unit: str = _DEFAULT_UNIT
    pool: str | None = None
    series: str | None = None

    def reverse(self) -> Edge:
        """The same bond walked the other way."""
        return replace(
            self,
            start=self.end,
            end=self.start,
            bond=reversed_bond(self.bond),
            flow=self.flow.reverse(),
            steps=tuple(step.reverse() for step in reversed(self.steps)),
        )


def edges(
    claims: Iterable[SituatedClaim], classes: Mapping[str, str], split_datasets: Collection[str] = ()
) -> list[Edge]:
    """An edge for each claim between two classes, from its subject's to its object's.

    A claim within one class adds nothing, but for one that denies the others there. Of `split_datasets`, each
    split that a claim names is a class of its own.
    """
    undirected = [edge for situated in claims for edge in _edges(situated, classes, split_datasets)]
    return list(_with_flows(undirected))


def split_class(slug: str, split: str) -> str:
    """The class of a split, named as a split is written.

    >>> split_class("lits", "train")
    'lits:train'
    """
    return f"{slug}:{split}"


def splits(claims: Iterable[SituatedClaim], split_datasets: Collection[str]) -> set[tuple[str, str]]:
    """The splits of some datasets that claims name."""
    ends = (end for claim in claims for end in _ends(claim))
    return {(slug, split) for slug, split in ends if slug in split_datasets and split}


def split_edges(slug: str, split: str, classes: Mapping[str, str], size: Mapping[str, int]) -> Iterator[Edge]:
    """The edges from a split into its dataset: one for each unit in which the split is counted, or one without."""
    edge = Edge(
        start=split_class(slug, split),
        end=classes.get(slug, slug),
        bond=Bond.WITHIN,
        flow=Flow.AWAY,
        steps=(),
    )
    if not size:
        yield edge
    for unit, number in size.items():
        yield replace(edge, shared=number, unit=unit)


def edition_edges(series: str, editions: Iterable[str], classes: Mapping[str, str]) -> Iterator[Edge]:
    """The edges from editions into their series."""
    for slug in editions:
        if classes.get(slug, slug) != classes.get(series, series):
            yield Edge(
                start=classes.get(slug, slug),
                end=classes.get(series, series),
                bond=Bond.WITHIN,
                flow=Flow.AWAY,
                steps=(Step(source=slug, claim=Claim(relation=IN_SERIES, object=series)),),
                series=series,
            )


def _ends(situated: SituatedClaim) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
    """The subject and the object of a claim, each with its split."""
    claim = situated.claim
    return (situated.subject, claim.subject_split), (claim.object or "", claim.split)


def _edges(situated: SituatedClaim, classes: Mapping[str, str], split_datasets: Collection[str]) -> Iterator[Edge]:
    """The edge of a claim; two inclusions where it states that a split has the same images."""
    claim, (subject, target) = situated.claim, _ends(situated)
    start, end = (_class(*pair, classes, split_datasets) for pair in (subject, target))
    relation = extent_relation(_between_classes(claim, subject[0] in split_datasets, target[0] in split_datasets))
    if relation is None or not target[0] or (start == end and relation.bond is not Bond.DISJOINT):
        return
    for bond in (Bond.WITHIN, Bond.CONTAINS) if relation.bond is Bond.SAME else (relation.bond,):
        yield Edge(
            start=start,
            end=end,
            bond=bond,
            flow=relation.flow,
            steps=(situated.step,),
            shared=claim.cases if bond in STATED else None,
            unit=claim.unit or (_DEFAULT_PERSON_UNIT if claim.level == "patient" else _DEFAULT_UNIT),
        )


def _class(slug: str, split: str | None, classes: Mapping[str, str], split_datasets: Collection[str]) -> str:
    return split_class(slug, split) if split and slug in split_datasets else classes.get(slug, slug)


def _between_classes(claim: Claim, is_subject_apart: bool, is_object_apart: bool) -> Claim:
    """The claim between its two classes: a split that is a class of its own is no part of one."""
    return replace(
        claim,
        subject_split=None if is_subject_apart else claim.subject_split,
        split=None if is_object_apart else claim.split,
    )


def _with_flows(edges: Iterable[Edge]) -> Iterator[Edge]:
    """The edges, undirected ones with the flow that stated, directed claims on the same pair agree upon."""
    given = list(edges)
    flows: dict[tuple[str, str], set[Flow]] = {}
    for edge in given:
        if edge.bond in STATED and edge.flow is not Flow.UNKNOWN:
            flows.setdefault((edge.start, edge.end), set()).add(edge.flow)
            flows.setdefault((edge.end, edge.start), set()).add(edge.flow.reverse())
    for edge in given:
        lent = flows.get((edge.start, edge.end), set())
        if edge.bond in STATED and edge.flow is Flow.UNKNOWN and len(lent) == 1:
            yield replace(edge, flow=next(iter(lent)))
        else:
            yield edge


PERSONS = frozenset({"patient", "subject"})
"""Units that count people; all others count images or things that have images."""

Sizes = Mapping[str, Mapping[str, int]]
"""The number of things of each unit that a dataset has in all."""

Containers = Mapping[str, tuple[Edge, ...]]
"""The edges from a class to each class it lies within."""


def counts_at(unit: str, level: Level) -> bool:
    """Whether a unit counts things that are shared at a level: people for patients, all others for images.

    An inclusion of patients states nothing of their scans, so that scans are not counted along it.
    """
    return (unit in PERSONS) == (level == "patient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The number of things of a pool that a class of datasets holds, with the edges that lead there."""

    holder: str
    pool: str
    unit: str
    count: int
    edges: tuple[Edge, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the holder to the pool."""
        return tuple(step for edge in self.edges for step in edge.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The shares of every pool whose size is known, the largest first, and the same by holder."""

    sizes: Sizes = field(default_factory=dict)
    shares: Mapping[tuple[str, str], tuple[Share, ...]] = field(default_factory=dict)
    held: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)

    def edges(self, holder: str) -> Iterator[Edge]:
        """An edge to every class with which the holder has something in common by count."""
        for own in self.held.get(holder, ()):
            size = self.sizes[own.pool][own.unit]
            for other in self.shares[own.pool, own.unit]:
                least = own.count + other.count - size
                if least <= 0:
                    break
                if other.holder != holder:
                    yield _count_edge(own, other, least)

    def where(self, keep: Callable[[Step], bool]) -> Pools:
        """The pools with only those shares whose steps all meet a condition."""
        every = (share for shares in self.shares.values() for share in shares)
        return _pools((edge for edge in every if all(map(keep, edge.steps))), self.sizes)


def pools(edges: Iterable[Edge], containers: Containers, sizes: Sizes, level: Level) -> Pools:
    """The pools that counted claims draw from.

    A share of a dataset is a share of each dataset that it lies within. A count larger than the pool cannot be of the
    pool's things and is ignored.
    """
    best: dict[tuple[str, str, str], Share] = {}
    for share in (share for edge in edges for share in _shares(edge, containers)):
        if share.count > sizes.get(share.pool, {}).get(share.unit, -1) or not counts_at(share.unit, level):
            continue
        key = (share.pool, share.unit, share.holder)
        if key not in best or (-share.count, len(share.edges)) < (-best[key].count, len(best[key].edges)):
            best[key] = share
    return _pools(best.values(), sizes)


def _pools(shares: Iterable[Share], sizes: Sizes) -> Pools:
    by_pool: dict[tuple[str, str], list[Share]] = {}
    by_holder: dict[str, list[Share]] = {}
    for share in sorted(shares, key=lambda share: (-share.count, share.holder, share.pool, share.unit)):
        by_pool.setdefault((share.pool, share.unit), []).append(share)
        by_holder.setdefault(share.holder, []).append(share)
    return Pools(
        sizes=sizes,
        shares={key: tuple(shares) for key, shares in by_pool.items()},
        held={key: tuple(shares) for key, shares in by_holder.items()},
    )


def _shares(edge: Edge, containers: Containers) -> Iterator[Share]:
    """The shares that a counted edge states: of each end in the other, and in each class that the other lies within."""
    if edge.shared is None or edge.bond not in STATED:
        return
    for drawn in (edge, edge.reverse()):
        waiting: list[tuple[Edge, ...]] = [(drawn,)]
        seen = {drawn.start, drawn.end}
        for path in waiting:
            yield Share(holder=drawn.start, pool=path[-1].end, unit=drawn.unit, count=edge.shared, edges=path)
            for wider in containers.get(path[-1].end, ()):
                if wider.end not in seen:
                    seen.add(wider.end)
                    waiting.append((*path, wider))


def _count_edge(own: Share, other: Share, least: int) -> Edge:
    return Edge(
        start=own.holder,
        end=other.holder,
        bond=Bond.COUNTED,
        flow=Flow.UNKNOWN,
        steps=(*own.steps, *(step.reverse() for step in reversed(other.steps))),
        shared=least,
        unit=own.unit,
        pool=own.pool,
    )
