"""What somebody trains and tests on, as an address names it: in one form, so that a check has one address.

What the names in a request mean: those of datasets and of their splits, several in a field, and those of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from medkg.http.query_parameters import refuse_many, value
from medkg.lineage.answers import Side, named_split
from medkg.lineage.layers import Layer
from medkg.search.dataset_names import Mistake, meaning
from medkg.site.context import SiteContext

Which = Literal["train", "test"]

SIDES: tuple[Which, ...] = ("train", "test")
EVIDENCE: Mapping[str, Layer] = MappingProxyType({"all": "all", "catalogues": "catalogs", "catalogs": "catalogs"})
"""The layers, by the words an address has for them."""

MOST = 12
"""How many sets a side may have."""

MOST_NAMES = 2 * MOST
"""How many names of a side are looked up, for several may mean one set, and others none."""

_LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The names of the sets that are trained and tested on, and the claims that count."""

    train: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    layer: Layer = "all"

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Splits:
        """What the parameters of an address say; 400 where they name no layer, or too many sets."""
        evidence = value("evidence", arguments.get("evidence") or "all", EVIDENCE)
        train, test = (tuple(_names(arguments.getlist(side))) for side in SIDES)
        for side, names in zip(SIDES, (train, test), strict=True):
            refuse_many(sum(name.count(",") + 1 for name in names), MOST_NAMES, f"names of {side} sets")
        return cls(train=train, test=test, layer=EVIDENCE[evidence])

    def of(self, side: Which) -> tuple[str, ...]:
        """The names on a side."""
        return self.train if side == "train" else self.test

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address, in their order; what goes without saying is left out."""
        named: list[tuple[str, str]] = [(side, name) for side in SIDES for name in self.of(side)]
        return named if self.layer == "all" else [*named, ("evidence", "catalogues")]

    def address(self, root: str = "/", form: str | None = None) -> str:
        """Its address on a site, in a format where one is named.

        >>> Splits(train=("lits:train", "kits19"), test=("肝",)).address()
        '/leak?train=lits:train&train=kits19&test=%E8%82%9D'
        """
        parameters = [*self.parameters, *([("format", form)] if form else [])]
        written = urlencode(parameters, quote_via=quote, safe=":")
        return f"{root}leak{'?' if written else ''}{written}"

    def instead(self, side: Which, name: str, *others: str) -> Splits:
        """The same with other names, or none, in the place of a name on a side."""
        names = dict.fromkeys(new for each in self.of(side) for new in (others if each == name else (each,)))
        return self._with(side, tuple(names))

    def besides(self, side: Which, name: str) -> Splits:
        """The same with one name more on a side."""
        return self._with(side, tuple(dict.fromkeys((*self.of(side), name))))

    def _with(self, side: Which, names: tuple[str, ...]) -> Splits:
        return replace(self, train=names) if side == "train" else replace(self, test=names)


def _names(given: Iterable[str]) -> Iterator[str]:
    """The names in some fields, once each; a field may hold one a line."""
    lines = (line.strip().rstrip(",")[:_LONGEST] for each in given for line in each.splitlines())
    yield from dict.fromkeys(line for line in lines if line)


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


def understood(given: Splits, now: SiteContext) -> Understood:
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


def _parts(name: str, now: SiteContext) -> list[str]:
    """The names in a text, which is one name where a dataset goes by it."""
    if "," not in name or isinstance(_meant(name, now), str):
        return [name]
    return [part for each in name.split(",") if (part := each.strip())]


def _meant(name: str, now: SiteContext) -> str | Mistake:
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
