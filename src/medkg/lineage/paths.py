"""Shortest walks of a given form: a breadth-first search over classes and the states of a small automaton.

The form of a walk is the sequence of bonds it meets. An automaton tells for a state which bonds may follow and the
state they lead to; among walks of one length the one whose classes come first by name is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from medkg.lineage.edges import Edge
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond
from medkg.lineage.verdicts import Step

Automaton = Mapping[str, tuple[tuple[Bond, str], ...]]

DOWN, UP = "down", "up"

_UP = ((Bond.WITHIN, UP),)
STATED_PATH: Automaton = MappingProxyType(
    {DOWN: ((Bond.CONTAINS, DOWN), (Bond.WITHIN, UP), (Bond.MEETS, UP)), UP: _UP},
)
"""Down into parts, across one overlap at most, up into wholes: the walks whose two ends must share images."""

DEFINITE_PATH: Automaton = MappingProxyType({**STATED_PATH, DOWN: (*STATED_PATH[DOWN], (Bond.COUNTED, UP))})
"""The same, where the overlap may be known by counting."""

HEDGED_PATH: Automaton = MappingProxyType({DOWN: ((Bond.CONTAINS, DOWN), (Bond.PERHAPS, UP)), UP: _UP})
"""The same with an overlap that is hedged: ends `UP`."""

DISJOINT_PATH: Automaton = MappingProxyType({UP: (*_UP, (Bond.DISJOINT, DOWN)), DOWN: ((Bond.CONTAINS, DOWN),)})
"""Up into wholes, over to what is disjoint with them, down into its parts: starts `UP` and ends `DOWN`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A walk: the classes it visits, the edges between them, the state it ends in."""

    nodes: tuple[str, ...]
    state: str
    edges: tuple[Edge, ...] = ()

    @property
    def end(self) -> str:
        """The class it ends at."""
        return self.nodes[-1]

    @property
    def key(self) -> tuple[int, tuple[str, ...]]:
        """What trails are ordered by: the number of claims, then the classes."""
        return sum(len(edge.steps) for edge in self.edges), self.nodes

    @property
    def is_simple(self) -> bool:
        """Whether it visits no class twice."""
        return len(set(self.nodes)) == len(self.nodes)

    def along(self, edge: Edge, state: str) -> Trail:
        """The trail, one edge longer."""
        return Trail(nodes=(*self.nodes, edge.end), state=state, edges=(*self.edges, edge))


def beginning(node: str, state: str = DOWN) -> Trail:
    """The trail that has not left its first class."""
    return Trail(nodes=(node,), state=state)


def followed(network: Network, trail: Trail, automaton: Automaton) -> Iterator[Trail]:
    """Every trail one edge longer that the automaton allows."""
    for bond, state in automaton.get(trail.state, ()):
        for edge in network.edges(trail.end, bond):
            yield trail.along(edge, state)


def search(network: Network, beginnings: Iterable[Trail], automaton: Automaton) -> list[Trail]:
    """The first trail to each class and state that can be reached, shortest first."""
    waiting = [(trail.key, index, trail) for index, trail in enumerate(beginnings)]
    heapify(waiting)
    count, seen, found = len(waiting), set[tuple[str, str]](), list[Trail]()
    while waiting:
        _, _, trail = heappop(waiting)
        if (trail.end, trail.state) in seen:
            continue
        seen.add((trail.end, trail.state))
        found.append(trail)
        for longer in followed(network, trail, automaton):
            if (longer.end, longer.state) not in seen:
                heappush(waiting, (longer.key, count := count + 1, longer))
    return found


def ends(trails: Iterable[Trail], *states: str) -> dict[str, Trail]:
    """The first trail to each class, among those that end in one of the states where any are given."""
    found: dict[str, Trail] = {}
    for trail in trails:
        if not states or trail.state in states:
            found.setdefault(trail.end, trail)
    return found


def told(network: Network, trail: Trail, first: str, last: str) -> tuple[Step, ...]:
    """The steps of a trail from one dataset to another, those between datasets of the same images filled in."""
    steps: list[Step] = []
    here = first
    for step in (step for edge in trail.edges for step in edge.steps):
        steps += [*_between(network, here, step.ends[0]), step]
        here = step.ends[1]
    return (*steps, *_between(network, here, last))


def _between(network: Network, first: str, last: str) -> tuple[Step, ...]:
    """The shortest way between two datasets of one class, by `sameImagesAs` alone."""
    ways: dict[str, tuple[Step, ...]] = {first: ()}
    waiting = [first]
    for here in waiting:
        if here == last:
            break
        for step in sorted(network.twins.get(here, ()), key=lambda step: step.ends[1]):
            if step.ends[1] not in ways:
                ways[step.ends[1]] = (*ways[here], step)
                waiting.append(step.ends[1])
    return ways[last]
