"""Shortest walks of a given form: a breadth-first search over classes and the states of a small automaton.

The form of a walk is the sequence of bonds it meets. An automaton tells for a state which bonds may follow and the
state they lead to; among walks of one length the one whose classes come first by name is found.

Possible sharing: paths that break once, at a class where the images may or may not be the same ones.

A break is a pair of neighbouring bonds from which nothing follows. What it means depends on where images went:
two draws from one pool (fork) and images handed on in part (chain) may coincide; two that both poured their images
into a class (collider) are brought no closer by it; where a direction is unknown they may coincide. What is said of a
series may hold of each of its editions; what two editions of it have in common is told by `siblings` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from medkg.lineage.edges import Edge
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.verdicts import Mechanism, Step

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


_ARRIVING = frozenset({Bond.WITHIN, Bond.MEETS})
LEAVING = ((Bond.CONTAINS, DOWN), (Bond.MEETS, UP))
"""The bonds a broken path goes on by, with the states they lead to."""


def is_collider(first: Edge, second: Edge) -> bool:
    """Whether the classes before and behind a break both poured images into the one between them.

    An edition pours nothing into its series: it is the very thing. Beside another edition it proves nothing, beside
    all else it may be what is meant.
    """
    if first.series or second.series:
        return first.series == second.series
    return first.flow is Flow.AWAY and second.flow is Flow.HERE


def mechanism(first: Edge, second: Edge) -> Mechanism:
    """How the images of the classes before and behind a break may have come to be the same."""
    if first.series or second.series:
        return "series" if first.series == second.series else "part"
    if Flow.UNKNOWN in (first.flow, second.flow):
        return "unknown-direction"
    return "fork" if first.flow is Flow.HERE and second.flow is Flow.AWAY else "chain"


def break_of(trail: Trail) -> tuple[Edge, Edge] | None:
    """The two edges a trail breaks between; None where it does not."""
    for first, second in zip(trail.edges, trail.edges[1:], strict=False):
        if first.bond in _ARRIVING and second.bond in dict(LEAVING):
            return first, second
    return None


def is_by_series(trail: Trail) -> bool:
    """Whether a trail joins two editions of a series by nothing but that."""
    found = break_of(trail)
    return found is not None and mechanism(*found) == "series"


def siblings(network: Network, start: str) -> Iterator[Trail]:
    """The trail from a class to each other edition of a series that it is an edition of."""
    for up in _ties(network, beginning(start), Bond.WITHIN):
        yield from (down for down in _ties(network, up, Bond.CONTAINS) if down.end != start)


def _ties(network: Network, trail: Trail, bond: Bond) -> Iterator[Trail]:
    """The trails one edge longer, by a tie of edition and series."""
    return (trail.along(edge, trail.state) for edge in network.edges(trail.end, bond) if edge.series)


def broken(network: Network, start: str, *, through_colliders: bool = False) -> dict[str, Trail]:
    """The shortest path with exactly one break to each class that has one and none without.

    A path visits no class twice: a walk that comes back to a collider by way of what holds it would get around it.
    Shortest walks are simple but for those few, which are searched for anew.
    """
    trails = search(network, [beginning(start)], STATED_PATH)
    shared = {trail.end for trail in trails}
    departures = _departures(network, _arrivals(network, trails), through_colliders)
    found: dict[str, Trail] = {}
    for node, walk in ends(search(network, departures, STATED_PATH)).items():
        path = walk if walk.is_simple or node in shared else _simple(network, start, node, through_colliders)
        if path and node not in shared:
            found[node] = path
    return found


def _arrivals(network: Network, trails: Iterable[Trail]) -> Iterator[Trail]:
    """The trails to each class that a break may follow: for either flow the best two that come from different classes.

    Two are enough, for whatever comes next can lead back to one of them only. Those that come from an edition are kept
    by themselves, for another edition is no way on from them.
    """
    kept: dict[tuple[str, bool, str | None], list[Trail]] = {}
    reached = (longer for trail in trails for longer in followed(network, trail, STATED_PATH) if longer.state == UP)
    for trail in sorted(reached, key=lambda trail: trail.key):
        last = trail.edges[-1]
        best = kept.setdefault((trail.end, last.flow is Flow.AWAY, last.series), [])
        if len(best) < 2 and trail.nodes[-2] not in [other.nodes[-2] for other in best]:
            best.append(trail)
    for several in kept.values():
        yield from several


def _departures(network: Network, arrivals: Iterable[Trail], through_colliders: bool) -> Iterator[Trail]:
    """The trails that leave the class they arrived at by a break."""
    for trail in arrivals:
        for bond, state in LEAVING:
            for edge in network.edges(trail.end, bond):
                is_open = through_colliders or not is_collider(trail.edges[-1], edge)
                if edge.end != trail.nodes[-2] and is_open:
                    yield trail.along(edge, state)


def _simple(network: Network, start: str, end: str, through_colliders: bool) -> Trail | None:
    """The shortest path between two classes that breaks exactly once and visits no class twice, if there is one."""
    arrives = {(trail.end, trail.state) for trail in search(network, [beginning(end)], STATED_PATH)}
    waiting = [(beginning(start).key, 0, False, beginning(start))]
    count = 0
    while waiting:
        _, _, is_broken, trail = heappop(waiting)
        if is_broken and trail.end == end:
            return trail
        longer = [(each, is_broken) for each in followed(network, trail, STATED_PATH)]
        if not is_broken and trail.state == UP:
            longer += [(each, True) for each in _departures(network, [trail], through_colliders)]
        for each, is_past in longer:
            if each.is_simple and (not is_past or _leads_on(each, arrives)):
                heappush(waiting, (each.key, count := count + 1, is_past, each))
    return None


def _leads_on(trail: Trail, arrives: set[tuple[str, str]]) -> bool:
    """Whether a trail past its break can still arrive, given where the search from the other end arrives."""
    at_bottom = (trail.end, DOWN) in arrives
    return at_bottom or (trail.state == DOWN and (trail.end, UP) in arrives)
