"""Edges of the network: a claim as it is met on a walk from one class of datasets to another.

An edge also leads from a split into its dataset, and from an edition into its series.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from medkg.lineage.layers import SituatedClaim
from medkg.lineage.relations import STATED, Bond, Flow, meaning, reversed_bond
from medkg.lineage.verdicts import Step
from medkg.model.claims import IN_SERIES, Claim

_ITEM, _PERSON = "case", "patient"


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
    unit: str = _ITEM
    pool: str | None = None
    series: str | None = None

    def back(self) -> Edge:
        """The same bond walked the other way."""
        return replace(
            self,
            start=self.end,
            end=self.start,
            bond=reversed_bond(self.bond),
            flow=self.flow.reversed(),
            steps=tuple(step.back() for step in reversed(self.steps)),
        )


def edges(claims: Iterable[SituatedClaim], classes: Mapping[str, str], apart: Collection[str] = ()) -> list[Edge]:
    """An edge for each claim between two classes, from its subject's to its object's.

    A claim within one class adds nothing, but for one that denies what the others there say. Of the datasets `apart`,
    a split that a claim names is a class of its own.
    """
    found = [edge for situated in claims for edge in _edges(situated, classes, apart)]
    return list(_directed(found))


def split_class(slug: str, split: str) -> str:
    """The class of a split, named as it is asked for.

    >>> split_class("lits", "train")
    'lits:train'
    """
    return f"{slug}:{split}"


def splits(claims: Iterable[SituatedClaim], apart: Collection[str]) -> set[tuple[str, str]]:
    """The splits of some datasets that claims name."""
    ends = (end for each in claims for end in _ends(each))
    return {(slug, split) for slug, split in ends if slug in apart and split}


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
    """The subject and the object of a claim, each with the split that is meant."""
    claim = situated.claim
    return (situated.subject, claim.subject_split), (claim.object or "", claim.split)


def _edges(situated: SituatedClaim, classes: Mapping[str, str], apart: Collection[str]) -> Iterator[Edge]:
    """The edge of a claim; two inclusions where it says of a split that it has the same images."""
    claim, (subject, target) = situated.claim, _ends(situated)
    start, end = (_class(*each, classes, apart) for each in (subject, target))
    means = meaning(_of_classes(claim, subject[0] in apart, target[0] in apart))
    if means is None or not target[0] or (start == end and means.bond is not Bond.DISJOINT):
        return
    for bond in (Bond.WITHIN, Bond.CONTAINS) if means.bond is Bond.SAME else (means.bond,):
        yield Edge(
            start=start,
            end=end,
            bond=bond,
            flow=means.flow,
            steps=(Step(source=situated.subject, claim=claim),),
            shared=claim.cases if bond in STATED else None,
            unit=claim.unit or (_PERSON if claim.level == "patient" else _ITEM),
        )


def _class(slug: str, split: str | None, classes: Mapping[str, str], apart: Collection[str]) -> str:
    return split_class(slug, split) if split and slug in apart else classes.get(slug, slug)


def _of_classes(claim: Claim, is_subject_apart: bool, is_object_apart: bool) -> Claim:
    """What a claim is between its two classes: a split that is a class of its own is no part of one."""
    return replace(
        claim,
        subject_split=None if is_subject_apart else claim.subject_split,
        split=None if is_object_apart else claim.split,
    )


def _directed(edges: Iterable[Edge]) -> Iterator[Edge]:
    """The edges, undirected ones with the flow that stated, directed claims on the same pair agree upon."""
    given = list(edges)
    flows: dict[tuple[str, str], set[Flow]] = {}
    for edge in given:
        if edge.bond in STATED and edge.flow is not Flow.UNKNOWN:
            flows.setdefault((edge.start, edge.end), set()).add(edge.flow)
            flows.setdefault((edge.end, edge.start), set()).add(edge.flow.reversed())
    for edge in given:
        lent = flows.get((edge.start, edge.end), set())
        if edge.bond in STATED and edge.flow is Flow.UNKNOWN and len(lent) == 1:
            yield replace(edge, flow=next(iter(lent)))
        else:
            yield edge
