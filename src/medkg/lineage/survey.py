"""What is found around one class of datasets: everything for and against sharing, each with its shortest path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medkg.lineage.breaks import broken, siblings
from medkg.lineage.network import Network
from medkg.lineage.search import DEFINITE_PATH, DISJOINT_PATH, DOWN, HEDGED_PATH, UP, Trail, beginning, ends, search


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
