"""Edges of the network: a claim as it is met on a walk from one class of datasets to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from medkg.lineage.layers import SituatedClaim
from medkg.lineage.relations import STATED, Bond, Flow, meaning, reversed_bond
from medkg.lineage.verdicts import Step

_ITEM, _PERSON = "case", "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A bond from one class of datasets to another, in walking direction.

    `shared` is how many things, counted in `unit`, the two are known to share; `pool` is set where the bond is one
    by count, whose steps lead through the pool.
    """

    start: str
    end: str
    bond: Bond
    flow: Flow
    steps: tuple[Step, ...]
    shared: int | None = None
    unit: str = _ITEM
    pool: str | None = None

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


def edges(claims: Iterable[SituatedClaim], classes: Mapping[str, str]) -> list[Edge]:
    """An edge for each claim between two classes, from its subject's to its object's.

    A claim within one class adds nothing, but for one that denies what the others there say.
    """
    found = [edge for situated in claims for edge in _edge(situated, classes)]
    return list(_directed(found))


def _edge(situated: SituatedClaim, classes: Mapping[str, str]) -> Iterator[Edge]:
    claim = situated.claim
    means = meaning(claim)
    if means is None or means.bond is Bond.SAME or claim.object is None:
        return
    start, end = classes.get(situated.subject, situated.subject), classes.get(claim.object, claim.object)
    if start != end or means.bond is Bond.DISJOINT:
        yield Edge(
            start=start,
            end=end,
            bond=means.bond,
            flow=means.flow,
            steps=(Step(source=situated.subject, claim=claim),),
            shared=claim.cases if means.bond in STATED else None,
            unit=claim.unit or (_PERSON if claim.level == "patient" else _ITEM),
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
