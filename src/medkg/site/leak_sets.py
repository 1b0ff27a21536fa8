"""Training and test sets in a request: their names in one canonical form, so that a check has one address.

A field may hold several names between commas or on lines, each with a split behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from medkg.http.query_parameters import limit_number, require_choice
from medkg.lineage.answers import Side
from medkg.lineage.claims import Layer
from medkg.lineage.leakage import split_of_name
from medkg.search.resolver import NameProblem, resolve_strictly
from medkg.site.context import SiteContext, cached_per_revision

SideName = Literal["train", "test"]

SIDES: tuple[SideName, ...] = ("train", "test")
EVIDENCE: Mapping[str, Layer] = MappingProxyType({"all": "all", "catalogues": "catalogs", "catalogs": "catalogs"})
"""The layers, by their names in an address."""

MOST_SETS = 12  # on a side

MOST_NAMES = 2 * MOST_SETS
"""The number of names of a side that are looked up, for several may mean one set, and others none."""

_LONGEST_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTestSets:
    """The names of training and test sets, and the layer of claims that counts."""

    train: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    layer: Layer = "all"

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> TrainTestSets:
        """The sets in the parameters of an address; 400 where they name no layer, or too many sets."""
        evidence = require_choice("evidence", arguments.get("evidence") or "all", EVIDENCE)
        train, test = (tuple(_names(arguments.getlist(side))) for side in SIDES)
        for side, names in zip(SIDES, (train, test), strict=True):
            limit_number(sum(name.count(",") + 1 for name in names), MOST_NAMES, f"names of {side} sets")
        return cls(train=train, test=test, layer=EVIDENCE[evidence])

    def of(self, side: SideName) -> tuple[str, ...]:
        """The names on a side."""
        return self.train if side == "train" else self.test

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address, in their order, without those of default value."""
        named: list[tuple[str, str]] = [(side, name) for side in SIDES for name in self.of(side)]
        return named if self.layer == "all" else [*named, ("evidence", "catalogues")]

    def address(self, root: str = "/", form: str | None = None) -> str:
        """Its address on a site, in a format where one is named.

        >>> TrainTestSets(train=("lits:train", "kits19"), test=("肝",)).address()
        '/leak?train=lits:train&train=kits19&test=%E8%82%9D'
        """
        parameters = [*self.parameters, *([("format", form)] if form else [])]
        written = urlencode(parameters, quote_via=quote, safe=":")
        return f"{root}leak{'?' if written else ''}{written}"

    def instead(self, side: SideName, name: str, *others: str) -> TrainTestSets:
        """The same with other names, or none, in the place of a name on a side."""
        names = dict.fromkeys(new for member in self.of(side) for new in (others if member == name else (member,)))
        return self._with(side, tuple(names))

    def besides(self, side: SideName, name: str) -> TrainTestSets:
        """The same with one name more on a side."""
        return self._with(side, tuple(dict.fromkeys((*self.of(side), name))))

    def _with(self, side: SideName, names: tuple[str, ...]) -> TrainTestSets:
        return replace(self, train=names) if side == "train" else replace(self, test=names)


def _names(given: Iterable[str]) -> Iterator[str]:
    """The names in some fields, once each; a field may hold one a line."""
    lines = (line.strip().rstrip(",")[:_LONGEST_NAME_CHARACTERS] for text in given for line in text.splitlines())
    yield from dict.fromkeys(line for line in lines if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSets:
    """The sets of a request, with canonical names where they are known, and the problems of the others."""

    sets: TrainTestSets
    problems: Mapping[SideName, Sequence[NameProblem]]

    @property
    def has_problems(self) -> bool:
        """Whether a name means no dataset or several, so that nothing can be compared."""
        return any(self.problems.values())

    @property
    def is_too_large(self) -> bool:
        """Whether there are more sets than a page compares."""
        return any(len(self.sets.of(side)) > MOST_SETS for side in SIDES)

    def sides(self, side: SideName) -> list[Side]:
        """The datasets of a side, with their splits."""
        return list(map(side_of, self.sets.of(side)))

    def problem(self, side: SideName, name: str) -> NameProblem | None:
        """The problem of a name on a side."""
        return next((problem for problem in self.problems[side] if problem.name == name), None)


def resolve_sets(given: TrainTestSets, context: SiteContext) -> ResolvedSets:
    """The sets of a request by canonical names; a field may hold several between commas, each with its split."""
    problems: dict[SideName, list[NameProblem]] = {side: [] for side in SIDES}
    sets = given
    for side in SIDES:
        for name in given.of(side):
            resolved = [_resolve(part, context) for part in _parts(name, context)]
            problems[side] += [result for result in resolved if isinstance(result, NameProblem)]
            names = (result.name if isinstance(result, NameProblem) else result for result in resolved)
            sets = sets.instead(side, name, *names)
    return ResolvedSets(sets=sets, problems=problems)


def _parts(name: str, context: SiteContext) -> list[str]:
    """The names in a text, which is one name where a dataset has it."""
    if "," not in name or isinstance(_resolve(name, context), str):
        return [name]
    return [part for text in name.split(",") if (part := text.strip())]


def _resolve(name: str, context: SiteContext) -> str | NameProblem:
    """The canonical form of a name with the split behind it, or the problem of the name."""
    dataset_name, split = split_of_name(name)
    resolved = resolve_strictly(context.index, context.register, dataset_name)
    suffix = f":{split}" if split else ""
    if isinstance(resolved, str):
        return resolved + suffix
    candidates = tuple((slug + suffix, label) for slug, label in resolved.candidates)
    return replace(resolved, name=name, candidates=candidates)


def side_of(name: str) -> Side:
    """The side of a pair that has a canonical name."""
    slug, split = split_of_name(name)
    return Side(dataset=slug, split=split)


@cached_per_revision
def example(context: SiteContext) -> TrainTestSets:
    """An example of a check: the dataset that most others drew on as the test set, two of those as training sets."""
    drawn = [claim for claim in context.register.claims if claim.claim.relation == "derivedFrom" and claim.claim.object]
    for source, _ in Counter(claim.claim.object for claim in drawn).most_common(1):
        takers = sorted({claim.subject for claim in drawn if claim.claim.object == source and not claim.is_challenge})
        return TrainTestSets(train=tuple(takers[:2]), test=(str(source),))
    return TrainTestSets()
