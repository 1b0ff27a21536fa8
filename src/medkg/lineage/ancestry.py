"""Ancestry: where a dataset's images, or the dataset as an edition, came from, and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from medkg.lineage.inference import Guard, no_guard, survey, weigh
from medkg.lineage.network import Network
from medkg.lineage.paths import Trail, beginning, told
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.verdicts import Step
from medkg.model.claims import IN_SERIES

_TIES = (Bond.CONTAINS, Bond.WITHIN, Bond.MEETS, Bond.PERHAPS, Bond.SYNTHESIS, Bond.SUCCESSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """An ancestor or descendant of a dataset, with the claims that lead there.

    `depth` counts those claims, `sameImagesAs` not among them. `grade` tells whether images are shared with it
    (definite or possible) or the tie is documentary only. Where `is_directed` is false, images are shared by the last
    claim and nobody says which of the two had them first; such a relative is listed either way, and not what
    lies behind it.
    """

    dataset: str
    depth: int
    grade: Literal["definite", "possible", "documentary"]
    path: tuple[Step, ...]
    is_directed: bool = True


def ancestors(network: Network, slug: str, *, depth: int | None = None, guard: Guard = no_guard) -> list[Relative]:
    """What a dataset descends from, the nearest first, as far up as `depth` claims."""
    return _relatives(network, slug, Flow.HERE, depth, guard)


def descendants(network: Network, slug: str, *, depth: int | None = None, guard: Guard = no_guard) -> list[Relative]:
    """What descends from a dataset, the nearest first, as far down as `depth` claims."""
    return _relatives(network, slug, Flow.AWAY, depth, guard)


def _relatives(network: Network, slug: str, flow: Flow, depth: int | None, guard: Guard) -> list[Relative]:
    if depth is not None and depth < 1:
        raise ValueError(f"depth is a number of claims from 1 up, not {depth}")
    around = survey(network, network.of(slug))
    found = []
    for trail in _trails(network, network.of(slug), flow, depth):
        for other in network.members.get(trail.end, ()):
            if other != slug:
                grade = weigh(network, around, slug, other, guard).grade
                found.append(
                    Relative(
                        dataset=other,
                        depth=len(trail.edges),
                        grade=grade if grade in ("definite", "possible") else "documentary",
                        path=told(network, trail, slug, other),
                        is_directed=not trail.edges or trail.edges[-1].flow is not Flow.UNKNOWN,
                    )
                )
    return sorted(found, key=lambda each: (each.depth, each.dataset))


def _trails(network: Network, node: str, flow: Flow, depth: int | None) -> list[Trail]:
    """The shortest directed trail to every class in a direction, then one undirected claim from any of them."""
    found = {node: beginning(node)}
    waiting = [found[node]]
    for trail in waiting:
        for longer in _further(network, trail, flow) if len(trail.edges) != depth else ():
            if longer.end not in found:
                found[longer.end] = longer
                waiting.append(longer)
    for trail in waiting:
        for longer in _further(network, trail, Flow.UNKNOWN) if len(trail.edges) != depth else ():
            found.setdefault(longer.end, longer)
    return list(found.values())


def _further(network: Network, trail: Trail, flow: Flow) -> list[Trail]:
    """The trails one claim longer whose images, or whose edition, went the given way, by the other end.

    That an edition belongs to a series is no claim of descent.
    """
    edges = (edge for bond in _TIES for edge in network.edges(trail.end, bond) if edge.flow is flow)
    longer = [trail.along(edge, "") for edge in edges if edge.steps[0].relation != IN_SERIES]
    return sorted(longer, key=lambda each: each.end)
