"""Counting in a pool: two datasets that each took so many of it that they cannot have missed each other.

If A holds a of the N things of a pool and B holds b of them, in one unit, they have at least a + b - N in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from medkg.lineage.edges import Edge
from medkg.lineage.layers import Level
from medkg.lineage.relations import STATED, Bond, Flow
from medkg.lineage.verdicts import Step

PERSONS = frozenset({"patient", "subject"})
"""Units that count people; all others count images or what has images."""

Sizes = Mapping[str, Mapping[str, int]]
"""How many things of each unit a dataset has in all."""

Above = Mapping[str, tuple[Edge, ...]]
"""The edges from a class to each class it lies within."""


def counts_at(unit: str, level: Level) -> bool:
    """Whether what a unit counts is what is shared at a level: a shared person is no shared image.

    Nor does an inclusion of patients say anything of their scans, so that scans are not counted along it.
    """
    return (unit in PERSONS) == (level == "patient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many things of a pool a class of datasets holds, with the edges that lead there."""

    holder: str
    pool: str
    unit: str
    count: int
    edges: tuple[Edge, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the holder to the pool."""
        return tuple(step for edge in self.edges for step in edge.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The shares of every pool whose size is known, the largest first, and the same by holder."""

    sizes: Sizes = field(default_factory=dict)
    shares: Mapping[tuple[str, str], tuple[Share, ...]] = field(default_factory=dict)
    held: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)

    def edges(self, holder: str) -> Iterator[Edge]:
        """An edge to every class with which the holder has something in common by count."""
        for own in self.held.get(holder, ()):
            size = self.sizes[own.pool][own.unit]
            for other in self.shares[own.pool, own.unit]:
                least = own.count + other.count - size
                if least <= 0:
                    break
                if other.holder != holder:
                    yield _counted(own, other, least)

    def where(self, keep: Callable[[Step], bool]) -> Pools:
        """The pools with those shares only all of whose steps are kept."""
        every = (share for shares in self.shares.values() for share in shares)
        return _pools((each for each in every if all(map(keep, each.steps))), self.sizes)


def pools(edges: Iterable[Edge], above: Above, sizes: Sizes, level: Level) -> Pools:
    """The pools that counted claims draw from.

    What is held of a dataset is held of everything it lies within. A number larger than the pool cannot count the
    pool's things and is passed over.
    """
    best: dict[tuple[str, str, str], Share] = {}
    for share in (each for edge in edges for each in _shares(edge, above)):
        if share.count > sizes.get(share.pool, {}).get(share.unit, -1) or not counts_at(share.unit, level):
            continue
        key = (share.pool, share.unit, share.holder)
        if key not in best or (-share.count, len(share.edges)) < (-best[key].count, len(best[key].edges)):
            best[key] = share
    return _pools(best.values(), sizes)


def _pools(shares: Iterable[Share], sizes: Sizes) -> Pools:
    by_pool: dict[tuple[str, str], list[Share]] = {}
    by_holder: dict[str, list[Share]] = {}
    for share in sorted(shares, key=lambda share: (-share.count, share.holder, share.pool, share.unit)):
        by_pool.setdefault((share.pool, share.unit), []).append(share)
        by_holder.setdefault(share.holder, []).append(share)
    return Pools(
        sizes=sizes,
        shares={key: tuple(shares) for key, shares in by_pool.items()},
        held={key: tuple(shares) for key, shares in by_holder.items()},
    )


def _shares(edge: Edge, above: Above) -> Iterator[Share]:
    """What a counted edge says each end holds of the other, and of all that the other lies within."""
    if edge.shared is None or edge.bond not in STATED:
        return
    for drawn in (edge, edge.back()):
        waiting: list[tuple[Edge, ...]] = [(drawn,)]
        seen = {drawn.start, drawn.end}
        for path in waiting:
            yield Share(holder=drawn.start, pool=path[-1].end, unit=drawn.unit, count=edge.shared, edges=path)
            for wider in above.get(path[-1].end, ()):
                if wider.end not in seen:
                    seen.add(wider.end)
                    waiting.append((*path, wider))


def _counted(own: Share, other: Share, least: int) -> Edge:
    return Edge(
        start=own.holder,
        end=other.holder,
        bond=Bond.COUNTED,
        flow=Flow.UNKNOWN,
        steps=(*own.steps, *(step.back() for step in reversed(other.steps))),
        shared=least,
        unit=own.unit,
        pool=own.pool,
    )
