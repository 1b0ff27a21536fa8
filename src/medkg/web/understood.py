"""What the names in a request mean: those of datasets and of their splits, several in a field, and those of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medkg.graph.meaning import Mistake, meaning
from medkg.lineage.answers import Side, named_split
from medkg.web.served import Served
from medkg.web.splits import MOST, SIDES, Splits, Which


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a request asks for, its names made canonical where they are understood; what is wrong with the others."""

    splits: Splits
    mistakes: Mapping[Which, Sequence[Mistake]]

    @property
    def is_wrong(self) -> bool:
        """Whether a name is not understood, so that nothing can be compared."""
        return any(self.mistakes.values())

    @property
    def is_too_much(self) -> bool:
        """Whether there are more sets than a page compares."""
        return any(len(self.splits.of(side)) > MOST for side in SIDES)

    def sides(self, side: Which) -> list[Side]:
        """The datasets of a side, with their splits."""
        return list(map(side_of, self.splits.of(side)))

    def mistake(self, side: Which, name: str) -> Mistake | None:
        """What is wrong with a name on a side."""
        return next((each for each in self.mistakes[side] if each.name == name), None)


def understood(given: Splits, now: Served) -> Understood:
    """The datasets that names mean: a name may stand with others between commas, and with a split behind it."""
    mistakes: dict[Which, list[Mistake]] = {side: [] for side in SIDES}
    found = given
    for side in SIDES:
        for name in given.of(side):
            meant = [_meant(each, now) for each in _parts(name, now)]
            mistakes[side] += [each for each in meant if isinstance(each, Mistake)]
            names = (each.name if isinstance(each, Mistake) else each for each in meant)
            found = found.instead(side, name, *names)
    return Understood(splits=found, mistakes=mistakes)


def _parts(name: str, now: Served) -> list[str]:
    """The names in a text, which is one name where a dataset goes by it."""
    if "," not in name or isinstance(_meant(name, now), str):
        return [name]
    return [part for each in name.split(",") if (part := each.strip())]


def _meant(name: str, now: Served) -> str | Mistake:
    """The canonical form of a name with the split behind it, or what is wrong with it."""
    plain, split = named_split(name)
    found = meaning(now.index, now.register, plain)
    behind = f":{split}" if split else ""
    if isinstance(found, str):
        return found + behind
    near = tuple((slug + behind, label) for slug, label in found.near)
    return replace(found, name=name, near=near)


def side_of(name: str) -> Side:
    """The side of a pair that has a canonical name."""
    slug, split = named_split(name)
    return Side(dataset=slug, split=split)
