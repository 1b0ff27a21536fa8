"""How much is shared: the least number that a path proves, the number to be expected of two draws from one pool."""

from __future__ import annotations

from collections.abc import Sequence

from medkg.lineage.breaks import break_of, mechanism
from medkg.lineage.counting import PERSONS, counts_at
from medkg.lineage.edges import Edge
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond
from medkg.lineage.search import Trail

_CROSSING = frozenset({Bond.MEETS, Bond.COUNTED})


def least(network: Network, trail: Trail) -> tuple[int, str] | None:
    """The least number shared by the ends of a definite path, with its unit; None where nothing is counted.

    All that the narrowest point of the path holds is shared: the overlap that is crossed or, where there is none,
    the part at the bottom, which the claims on either side of it may count. Of patients no scans are counted.
    """
    crossing = [edge for edge in trail.edges if edge.bond in _CROSSING]
    descending = [edge for edge in trail.edges if edge.bond is Bond.CONTAINS][-1:]
    ascending = [edge for edge in trail.edges if edge.bond is Bond.WITHIN][:1]
    counts = [(edge.shared, edge.unit) for edge in crossing or [*descending, *ascending] if edge.shared is not None]
    return max((each for each in counts if network.level == "acquisition" or each[1] in PERSONS), default=None)


def expected(network: Network, trail: Trail, first: str, last: str) -> tuple[float, str] | None:
    """The number that random draws from the pool a possible path breaks at would share, with its unit.

    It takes a pool of known size and the count of either draw in one unit. One of the two must be a draw: where
    directions are unknown, or a series is meant, nothing is expected.
    """
    found = break_of(trail)
    if found is None or mechanism(*found) not in ("fork", "chain"):
        return None
    middle = trail.edges.index(found[0]) + 1
    there = _drawn(network, trail.edges[:middle], first)
    back = _drawn(network, [edge.back() for edge in reversed(trail.edges[middle:])], last)
    for unit in sorted(there.keys() & back.keys()):
        size = network.pools.sizes.get(found[0].end, {}).get(unit, 0)
        if max(there[unit], back[unit]) <= size and counts_at(unit, network.level):
            return there[unit] * back[unit] / size, unit
    return None


def _drawn(network: Network, edges: Sequence[Edge], dataset: str) -> dict[str, int]:
    """How many things of the class that some edges lead up to a dataset holds, by unit."""
    if any(edge.bond is not Bond.WITHIN for edge in edges[1:]) or edges[0].bond is Bond.CONTAINS:
        return {}
    counts = {edges[0].unit: edges[0].shared} if edges[0].shared is not None else {}
    if edges[0].bond is Bond.WITHIN:
        return {**network.pools.sizes.get(network.of(dataset), {}), **counts}
    return counts
