"""All pairs of datasets that share images: sure ones at once, possible ones around a hub as they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import permutations

from medkg.lineage.edges import Edge
from medkg.lineage.inference import Guard, no_guard, survey
from medkg.lineage.network import Network
from medkg.lineage.paths import LEAVING, is_by_series, is_collider
from medkg.lineage.relations import Bond

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A class at which paths break, with the edges that leave it: mostly a pool that others drew from."""

    node: str
    arms: tuple[Edge, ...]


def shares(network: Network) -> Iterator[Pair]:
    """Every two datasets that share images for sure, once each, the first by name first."""
    for node in sorted(network.members):
        own = network.datasets(node)
        for end in sorted(end for end in _sharing(network, node) if end >= node):
            yield from _pairs(own, network.datasets(end))


def may_share(network: Network, *, guard: Guard = no_guard) -> Iterator[Pair]:
    """Every two datasets that possibly share images, once each, found as they are asked for."""
    for node in sorted(network.members):
        yield from _possible(network, node, network.members, guard)


def may_share_by_series(network: Network, *, guard: Guard = no_guard) -> Iterator[Pair]:
    """The pairs that possibly share images for no other reason than that both are editions of one series."""
    for node in sorted(network.members):
        found = survey(network, node).possible
        yield from _possible(network, node, {end for end, trail in found.items() if is_by_series(trail)}, guard)


def hubs(network: Network) -> Iterator[Hub]:
    """Every class at which some path can break and not be blocked, with no pair of it expanded."""
    for node in sorted(network.members):
        arms = tuple(edge for bond, _ in LEAVING for edge in network.edges(node, bond))
        if any(_is_open(*two) for two in permutations(arms, 2)):
            yield Hub(node=node, arms=arms)


def around(network: Network, hub: Hub, *, guard: Guard = no_guard) -> Iterator[Pair]:
    """The pairs that possibly share images by a break at a hub, once each."""
    reached = [(arm, _behind(network, arm)) for arm in hub.arms]
    partners: dict[str, set[str]] = {}
    for one, nodes in reached:
        for other, ends in reached:
            if _is_open(one, other):
                for node in nodes:
                    partners.setdefault(node, set()).update(ends)
    for node in sorted(partners):
        yield from _possible(network, node, partners[node], guard)


def _is_open(one: Edge, other: Edge) -> bool:
    """Whether a path may break between two arms of a hub."""
    return one.end != other.end and not is_collider(one.back(), other)


def _possible(network: Network, node: str, among: Collection[str], guard: Guard) -> Iterator[Pair]:
    """The pairs of a class with later ones among some that are possible, not excluded by statement or guard."""
    found = survey(network, node)
    for end in sorted(end for end in found.possible.keys() - found.disjoint.keys() if end > node and end in among):
        for pair in _pairs(network.datasets(node), network.datasets(end)):
            if network.level == "patient" or not guard(*pair):
                yield pair


def _behind(network: Network, arm: Edge) -> set[str]:
    """The classes that share images for sure with what an arm leads to, by paths that go on from the arm."""
    return _sharing(network, arm.end) if arm.bond is Bond.CONTAINS else _closed(network, {arm.end}, Bond.WITHIN)


def _pairs(first: tuple[str, ...], second: tuple[str, ...]) -> Iterator[Pair]:
    """Every two of two classes, or of one class that is given twice."""
    for one in first:
        for other in second:
            if first != second or one < other:
                yield (one, other) if one < other else (other, one)


def _sharing(network: Network, node: str) -> set[str]:
    """The classes that share images with a class for sure: what a search finds, without the paths."""
    found = _closed(network, {node}, Bond.CONTAINS)
    across = {edge.end for each in found for bond in (Bond.MEETS, Bond.COUNTED) for edge in network.edges(each, bond)}
    return _closed(network, found | across, Bond.WITHIN)


def _closed(network: Network, nodes: set[str], bond: Bond) -> set[str]:
    """The classes and all that one bond leads to from them."""
    found, waiting = set(nodes), list(nodes)
    while waiting:
        for edge in network.edges(waiting.pop(), bond):
            if edge.end not in found:
                found.add(edge.end)
                waiting.append(edge.end)
    return found
