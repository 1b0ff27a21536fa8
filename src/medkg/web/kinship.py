"""A family as its pages tell it: the relatives, by the side of the dataset on which they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers import Family
from medkg.web.telling import Teller, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relative of the dataset asked for: how many claims away, whether images are shared with it, by which claims."""

    label: str
    url: str
    depth: int
    grade: str
    path: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The relatives on one side of a dataset, the nearest first."""

    heading: str
    relations: tuple[Relation, ...]

    @property
    def near(self) -> list[Relation]:
        """Those that one claim ties to the dataset."""
        return [each for each in self.relations if each.depth <= 1]


def kin(family: Family, teller: Teller) -> list[Side]:
    """The sides of a family that are not empty, as the tree of `medkg lineage` has them."""
    return [
        Side(heading=heading, relations=tuple(_relation(each, teller) for each in found))
        for heading, found in _sides(family)
        if found
    ]


def _sides(family: Family) -> Iterator[tuple[str, list[Relative]]]:
    both = (*family.ancestors, *family.descendants)
    yield "Same images", _once(each for each in both if not each.depth)
    yield "Images came from", [each for each in family.ancestors if each.depth and each.is_directed]
    yield "Images went into", [each for each in family.descendants if each.depth and each.is_directed]
    yield "Shared, unknown which way", _once(each for each in both if not each.is_directed)


def _once(relatives: Iterable[Relative]) -> list[Relative]:
    return list({each.dataset: each for each in relatives}.values())


def _relation(relative: Relative, teller: Teller) -> Relation:
    return Relation(
        label=teller.label(relative.dataset),
        url=teller.url(relative.dataset),
        depth=relative.depth,
        grade=relative.grade,
        path=teller.path(relative.path),
    )
