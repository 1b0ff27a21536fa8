"""All pairs of datasets that share images, surely or possibly, and the hubs at which possible paths break."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

from medkg.closures import closure
from medkg.lineage.edges import Edge
from medkg.lineage.inference import neighbourhood
from medkg.lineage.network import Network
from medkg.lineage.paths import LEAVING, is_by_series, is_collider
from medkg.lineage.register import ExclusionRule, no_exclusion
from medkg.lineage.relations import Bond

SlugPair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A class at which paths break, with the edges that leave it: mostly a pool that other datasets drew from."""

    node: str
    arms: tuple[Edge, ...]


def sharing_pairs(network: Network) -> Iterator[SlugPair]:
    """Every two datasets that surely share images, once each, the first by name first."""
    for node in sorted(network.members):
        own = network.datasets(node)
        for end in sorted(end for end in _sharing(network, node) if end >= node):
            yield from _pairs(own, network.datasets(end))


def possible_pairs(network: Network, *, exclude: ExclusionRule = no_exclusion) -> Iterator[SlugPair]:
    """Every two datasets that possibly share images, once each."""
    for node in sorted(network.members):
        yield from _possible(network, node, network.members, exclude)


def possible_series_pairs(network: Network, *, exclude: ExclusionRule = no_exclusion) -> Iterator[SlugPair]:
    """The pairs that possibly share images for no other reason than that both are editions of one series."""
    for node in sorted(network.members):
        possible = neighbourhood(network, node).possible
        yield from _possible(network, node, {end for end, trail in possible.items() if is_by_series(trail)}, exclude)


def hubs(network: Network) -> Iterator[Hub]:
    """Every class at which some path can break and not be blocked, with no pair of it expanded."""
    for node in sorted(network.members):
        arms = tuple(edge for bond, _ in LEAVING for edge in network.edges(node, bond))
        if any(_is_open(*two) for two in permutations(arms, 2)):
            yield Hub(node=node, arms=arms)


def pairs_around(network: Network, hub: Hub, *, exclude: ExclusionRule = no_exclusion) -> Iterator[SlugPair]:
    """The pairs that possibly share images by a break at a hub, once each."""
    reached = [(arm, _behind(network, arm)) for arm in hub.arms]
    partners: dict[str, set[str]] = {}
    for one, nodes in reached:
        for other, ends in reached:
            if _is_open(one, other):
                for node in nodes:
                    partners.setdefault(node, set()).update(ends)
    for node in sorted(partners):
        yield from _possible(network, node, partners[node], exclude)


def _is_open(one: Edge, other: Edge) -> bool:
    """Whether a path may break between two arms of a hub."""
    return one.end != other.end and not is_collider(one.reverse(), other)


def _possible(network: Network, node: str, among: Collection[str], exclude: ExclusionRule) -> Iterator[SlugPair]:
    """The pairs of a class with later ones among some that are possible, not excluded by statement or exclude."""
    near = neighbourhood(network, node)
    for end in sorted(end for end in near.possible.keys() - near.disjoint.keys() if end > node and end in among):
        for pair in _pairs(network.datasets(node), network.datasets(end)):
            if network.level == "patient" or not exclude(*pair):
                yield pair


def _behind(network: Network, arm: Edge) -> set[str]:
    """The classes that surely share images with the class behind an arm, by paths that go on from the arm."""
    return _sharing(network, arm.end) if arm.bond is Bond.CONTAINS else _reachable(network, [arm.end], Bond.WITHIN)


def _pairs(first: tuple[str, ...], second: tuple[str, ...]) -> Iterator[SlugPair]:
    """Every two of two classes, or of one class that is given twice."""
    for one in first:
        for other in second:
            if first != second or one < other:
                yield (one, other) if one < other else (other, one)


def _sharing(network: Network, node: str) -> set[str]:
    """The classes that surely share images with a class: those that a search of paths finds, without the paths."""
    parts = _reachable(network, [node], Bond.CONTAINS)
    across = {edge.end for part in parts for bond in (Bond.MEETS, Bond.COUNTED) for edge in network.edges(part, bond)}
    return _reachable(network, parts | across, Bond.WITHIN)


def _reachable(network: Network, nodes: Iterable[str], bond: Bond) -> set[str]:
    """Some classes and all that one bond leads to from them."""
    return set(closure(nodes, lambda node: (edge.end for edge in network.edges(node, bond))))
