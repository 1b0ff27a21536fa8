"""A hierarchy as a grid of its regions: wholes that are met often, each with the parts that are met most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medkg.graph.search.counting import Counted

_LARGE = 0.5  # of the largest whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A whole with those of its parts, however small, that most datasets are of."""

    whole: Counted
    parts: tuple[Counted, ...]


def regions(values: Sequence[Counted], *, parts: int) -> list[Region]:
    """The regions of a hierarchy with so many parts each, those of most datasets first.

    A large whole that has nothing but wholes for parts gives way to them: the trunk to thorax, abdomen and pelvis.
    """
    large = _LARGE * max((each.count for each in values), default=0)
    wholes = {each.key: each for each in _wholes(values, large)}
    found = [Region(whole=each, parts=_most(each, parts)) for each in wholes.values()]
    return sorted(found, key=lambda each: -each.whole.count)


def _wholes(values: Iterable[Counted], large: float) -> Iterator[Counted]:
    for each in values:
        if each.count > large and len(each.narrower) > 1 and all(part.narrower for part in each.narrower):
            yield from _wholes(each.narrower, large)
        else:
            yield each


def _most(whole: Counted, number: int) -> tuple[Counted, ...]:
    """The parts of a whole that most datasets are of."""
    found = {each.key: each for each in _all_parts(whole)}
    return tuple(sorted(found.values(), key=lambda each: -each.count)[:number])


def _all_parts(whole: Counted) -> Iterator[Counted]:
    for each in whole.narrower:
        yield each
        yield from _all_parts(each)
