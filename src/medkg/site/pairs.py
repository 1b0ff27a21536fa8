"""Pairs of a training set and a test set as a page tells them: what is concluded, by which claims, and what to heed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from medkg.lineage.answers import Pair, Side
from medkg.lineage.explain import changes, conclusion
from medkg.lineage.paths import Trail, break_of, broken, told
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import View
from medkg.lineage.verdicts import Verdict
from medkg.site.claims import Teller, Told

GRADES = {"definite": "definite", "possible": "possible", "none-known": "none known", "disjoint": "stated disjoint"}
"""What grades are called on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a pair: what it is called, its page, and its name in an address."""

    label: str
    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A pair in the matrix; `size` is how many images at least, or perhaps, are shared.

    It is told where there is more to say of it than that nothing is known.
    """

    pair: Pair
    train: Party
    test: Party
    size: str
    is_told: bool
    is_warned: bool

    @property
    def grade(self) -> str:
        """How surely images are shared."""
        return self.pair.verdict.grade

    @property
    def called(self) -> str:
        """The grade in words."""
        return GRADES[self.grade]

    @property
    def key(self) -> str:
        """What names the pair on its page."""
        return f"{self.train.name}--{self.test.name}".replace(":", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What is no shared image and a reason for caution all the same, with the claims it rests on."""

    sentence: str
    path: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is to be said of a pair, as `medkg explain` tells it.

    Where nothing is known, `path` may lead through a dataset to which both gave images, which proves nothing. Where one
    of the two is a series, `editions` has the pairs of its editions.
    """

    cell: Cell
    conclusion: str
    path: tuple[Told, ...] = ()
    against: tuple[Told, ...] = ()
    changes: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    editions: tuple[Cell, ...] = ()


class Comparer:
    """Tells pairs as one layer shows them."""

    def __init__(self, view: View, tells: Teller) -> None:
        self._view, self._tells = view, tells
        self._blocked = cache(self._broken)

    def matrix(self, pairs: Iterable[Pair]) -> list[list[Cell]]:
        """Pairs in rows, one for each training set."""
        return [[self._cell(each) for each in row] for _, row in groupby(pairs, key=lambda each: each.train)]

    def account(self, cell: Cell) -> Account:
        """One pair in full."""
        pair, labels = cell.pair, self._tells.register.labels
        if pair.train.dataset == pair.test.dataset:
            return Account(cell=cell, conclusion=f"{_capital(pair.note or '')}.")
        blocked = None if pair.verdict.path else self._collider(pair)
        ends = pair.train.dataset, pair.test.dataset
        path = told(self._view.images, blocked, *ends) if blocked else pair.verdict.path
        turn = break_of(blocked) if blocked else None
        own = {side.dataset: self._label(side) for side in (pair.train, pair.test)}
        return Account(
            cell=cell,
            conclusion=conclusion(pair.verdict, ChainMap(own, dict(labels))),
            path=self._tells.path(path),
            against=self._tells.path(pair.verdict.exclusion),
            changes=tuple(changes(pair.verdict, turn[0].end if turn else None, labels)),
            cautions=tuple(self._cautions(pair)),
            editions=tuple(map(self._cell, pair.editions)),
        )

    def party(self, side: Side) -> Party:
        """One side of a pair."""
        name = f"{side.dataset}:{side.split}" if side.split else side.dataset
        return Party(label=self._label(side), url=self._tells.url(side.dataset), name=name)

    def _cell(self, pair: Pair) -> Cell:
        found = pair.verdict
        is_open = bool(pair.open) and found.grade == "none-known"
        is_warned = bool(pair.patients or pair.derivative or is_open or (pair.note and found.path))
        is_one = pair.train.dataset == pair.test.dataset
        return Cell(
            pair=pair,
            train=self.party(pair.train),
            test=self.party(pair.test),
            size=_size(found),
            is_told=is_warned or is_one or found.grade != "none-known" or self._collider(pair) is not None,
            is_warned=is_warned,
        )

    def _label(self, side: Side) -> str:
        label = self._tells.label(side.dataset)
        label += " (series)" if side.dataset in self._view.editions else ""
        return f"{label} ({side.split} split)" if side.split else label

    def _collider(self, pair: Pair) -> Trail | None:
        """The way between two datasets of which nothing is known, if it is blocked where both gave images."""
        if pair.verdict.guard_reason or pair.verdict.grade != "none-known":
            return None
        if pair.train.split or pair.test.split:
            return None
        return self._blocked(pair.train.dataset).get(self._view.images.of(pair.test.dataset))

    def _broken(self, train: str) -> Mapping[str, Trail]:
        """The ways with one break from a training set, those that prove nothing among them."""
        return broken(self._view.images, self._view.images.of(train), through_colliders=True)

    def _cautions(self, pair: Pair) -> Iterator[Caution]:
        if pair.note:
            yield Caution(sentence=f"{_capital(pair.note)}.")
        if pair.patients:
            sentence = conclusion(pair.patients, self._tells.register.labels)
            yield Caution(sentence=sentence, path=self._tells.path(pair.patients.path))
        if pair.derivative:
            both = f"{self._label(pair.train)} and {self._label(pair.test)}"
            sentence = f"No image of {both} is shared by it, but images of one were synthesised from the other's."
            yield Caution(sentence=sentence, path=self._tells.path(pair.derivative.path))
        if pair.verdict.grade == "none-known":
            yield from self._open(pair.open)

    def _open(self, slugs: Sequence[str]) -> Iterator[Caution]:
        for slug in slugs:
            openings = open_provenance(self._view.images, slug)
            sentence = f"The provenance of {self._tells.label(slug)} is open: it drew on sources that are not named."
            yield Caution(sentence=sentence, path=tuple(map(self._tells.opening, openings)))


def _size(found: Verdict) -> str:
    """How much is shared, where that is known or can be expected."""
    if found.least is not None:
        return f"at least {found.least:,} ({found.unit})"
    if found.expected is not None:
        return f"about {found.expected:,.0f} if random ({found.unit})"
    return ""


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
