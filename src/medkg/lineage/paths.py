"""Shortest paths in the network: of a form that an automaton allows, or with one break where images may be the same.

The form of a path is the sequence of its bonds; among paths of one length, the one whose classes come first by name is
taken. A *break* is a pair of neighbouring bonds from which nothing follows. Its meaning depends on where images went:
two draws from one pool (fork) and images handed on in part (chain) may be the same; a class that took images from both
sides (collider) is no evidence; where a direction is unknown they may be the same. A claim on a series may hold of each
edition; two editions of it are joined by `sibling_trails` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from medkg.lineage.answers import Mechanism
from medkg.lineage.claims import Step
from medkg.lineage.edges import Edge
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond, Flow

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
"""Up into wholes, over to classes that are disjoint with them, down into its parts: starts `UP` and ends `DOWN`."""


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
        """The sort key of trails: the number of claims, then the classes."""
        return sum(len(edge.steps) for edge in self.edges), self.nodes

    @property
    def is_simple(self) -> bool:
        """Whether it visits no class twice."""
        return len(set(self.nodes)) == len(self.nodes)

    def then(self, edge: Edge, state: str) -> Trail:
        """The trail, one edge longer."""
        return Trail(nodes=(*self.nodes, edge.end), state=state, edges=(*self.edges, edge))


def initial_trail(node: str, state: str = DOWN) -> Trail:
    """The trail of one class, without edges."""
    return Trail(nodes=(node,), state=state)


def longer_trails(network: Network, trail: Trail, automaton: Automaton) -> Iterator[Trail]:
    """Every trail one edge longer that the automaton allows."""
    for bond, state in automaton.get(trail.state, ()):
        for edge in network.edges(trail.end, bond):
            yield trail.then(edge, state)


def shortest_trails(network: Network, beginnings: Iterable[Trail], automaton: Automaton) -> list[Trail]:
    """The first trail to each class and state that can be reached, shortest first."""
    queue = [(trail.key, index, trail) for index, trail in enumerate(beginnings)]
    heapify(queue)
    count, seen, trails = len(queue), set[tuple[str, str]](), list[Trail]()
    while queue:
        _, _, trail = heappop(queue)
        if (trail.end, trail.state) in seen:
            continue
        seen.add((trail.end, trail.state))
        trails.append(trail)
        for longer in longer_trails(network, trail, automaton):
            if (longer.end, longer.state) not in seen:
                heappush(queue, (longer.key, count := count + 1, longer))
    return trails


def first_trails(trails: Iterable[Trail], *states: str) -> dict[str, Trail]:
    """The first trail to each class, among those that end in one of the states where any are given."""
    by_end: dict[str, Trail] = {}
    for trail in trails:
        if not states or trail.state in states:
            by_end.setdefault(trail.end, trail)
    return by_end


def steps_of(network: Network, trail: Trail, first: str, last: str) -> tuple[Step, ...]:
    """The steps of a trail from one dataset to another, those between datasets of the same images filled in."""
    steps: list[Step] = []
    current = first
    for step in (step for edge in trail.edges for step in edge.steps):
        steps += [*_between(network, current, step.ends[0]), step]
        current = step.ends[1]
    return (*steps, *_between(network, current, last))


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


_ARRIVING = frozenset({Bond.WITHIN, Bond.MEETS})
LEAVING = ((Bond.CONTAINS, DOWN), (Bond.MEETS, UP))
"""The bonds a paths_with_break path goes on by, with the states they lead to."""


def is_collider(first: Edge, second: Edge) -> bool:
    """Whether the classes before and behind a break both gave images to the one between them.

    An edition gives nothing to its series, for it is part of the series. Beside another edition it proves nothing;
    beside any other class it may be the edition that a claim is about.
    """
    if first.series or second.series:
        return first.series == second.series
    return first.flow is Flow.AWAY and second.flow is Flow.HERE


def mechanism(first: Edge, second: Edge) -> Mechanism:
    """The mechanism by which the images of the classes before and behind a break may be the same."""
    if first.series or second.series:
        return "series" if first.series == second.series else "part"
    if Flow.UNKNOWN in (first.flow, second.flow):
        return "unknown-direction"
    return "fork" if first.flow is Flow.HERE and second.flow is Flow.AWAY else "chain"


def find_break(trail: Trail) -> tuple[Edge, Edge] | None:
    """The two edges a trail breaks between; None where it does not."""
    for first, second in zip(trail.edges, trail.edges[1:], strict=False):
        if first.bond in _ARRIVING and second.bond in dict(LEAVING):
            return first, second
    return None


def is_by_series(trail: Trail) -> bool:
    """Whether a trail joins two editions of a series by nothing but that."""
    edges = find_break(trail)
    return edges is not None and mechanism(*edges) == "series"


def sibling_trails(network: Network, start: str) -> Iterator[Trail]:
    """The trail from a class to each other edition of a series that it is an edition of."""
    for up in _ties(network, initial_trail(start), Bond.WITHIN):
        yield from (down for down in _ties(network, up, Bond.CONTAINS) if down.end != start)


def _ties(network: Network, trail: Trail, bond: Bond) -> Iterator[Trail]:
    """The trails one edge longer, by a tie of edition and series."""
    return (trail.then(edge, trail.state) for edge in network.edges(trail.end, bond) if edge.series)


def paths_with_break(network: Network, start: str, *, through_colliders: bool = False) -> dict[str, Trail]:
    """The shortest path with exactly one break to each class that has no path without one.

    A path visits no class twice: one that came back to a collider through a class that holds it would evade it.
    Shortest walks are simple but for those few, which are searched for anew.
    """
    trails = shortest_trails(network, [initial_trail(start)], STATED_PATH)
    shared = {trail.end for trail in trails}
    departures = _departures(network, _arrivals(network, trails), through_colliders)
    paths: dict[str, Trail] = {}
    for node, walk in first_trails(shortest_trails(network, departures, STATED_PATH)).items():
        path = walk if walk.is_simple or node in shared else _simple(network, start, node, through_colliders)
        if path and node not in shared:
            paths[node] = path
    return paths


def _arrivals(network: Network, trails: Iterable[Trail]) -> Iterator[Trail]:
    """The trails to each class that a break may follow: for either flow the best two that come from different classes.

    Two are enough, for the next edge can lead back to one of them only. Those that come from an edition are by_kind
    apart, for the path cannot go on from them to another edition.
    """
    by_kind: dict[tuple[str, bool, str | None], list[Trail]] = {}
    arriving = (
        longer for trail in trails for longer in longer_trails(network, trail, STATED_PATH) if longer.state == UP
    )
    for trail in sorted(arriving, key=lambda trail: trail.key):
        last = trail.edges[-1]
        best = by_kind.setdefault((trail.end, last.flow is Flow.AWAY, last.series), [])
        if len(best) < 2 and trail.nodes[-2] not in [other.nodes[-2] for other in best]:
            best.append(trail)
    for trails_of_kind in by_kind.values():
        yield from trails_of_kind


def _departures(network: Network, arrivals: Iterable[Trail], through_colliders: bool) -> Iterator[Trail]:
    """The trails that leave the class they arrived at by a break."""
    for trail in arrivals:
        for bond, state in LEAVING:
            for edge in network.edges(trail.end, bond):
                is_open = through_colliders or not is_collider(trail.edges[-1], edge)
                if edge.end != trail.nodes[-2] and is_open:
                    yield trail.then(edge, state)


def _simple(network: Network, start: str, end: str, through_colliders: bool) -> Trail | None:
    """The shortest path between two classes that breaks exactly once and visits no class twice, if there is one."""
    arrives = {(trail.end, trail.state) for trail in shortest_trails(network, [initial_trail(end)], STATED_PATH)}
    queue = [(initial_trail(start).key, 0, False, initial_trail(start))]
    count = 0
    while queue:
        _, _, is_broken, trail = heappop(queue)
        if is_broken and trail.end == end:
            return trail
        extensions = [(extension, is_broken) for extension in longer_trails(network, trail, STATED_PATH)]
        if not is_broken and trail.state == UP:
            extensions += [(extension, True) for extension in _departures(network, [trail], through_colliders)]
        for extension, is_past in extensions:
            if extension.is_simple and (not is_past or _leads_on(extension, arrives)):
                heappush(queue, (extension.key, count := count + 1, is_past, extension))
    return None


def _leads_on(trail: Trail, arrives: set[tuple[str, str]]) -> bool:
    """Whether a trail past its break can still arrive, given where the search from the other end arrives."""
    at_bottom = (trail.end, DOWN) in arrives
    return at_bottom or (trail.state == DOWN and (trail.end, UP) in arrives)
