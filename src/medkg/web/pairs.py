"""Pairs of a training set and a test set as a page tells them: what is concluded, by which claims, and what to heed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from medkg.lineage.answers import Pair, Side
from medkg.lineage.breaks import broken
from medkg.lineage.explain import Explanation, conclusion, explain
from medkg.lineage.inference import narrowed
from medkg.lineage.network import Network
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import View
from medkg.lineage.search import told
from medkg.lineage.verdicts import Step, Verdict
from medkg.web.telling import Teller, Told

GRADES = {"definite": "definite", "possible": "possible", "none-known": "none known", "disjoint": "stated disjoint"}
"""What grades are called on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a pair: what it is called, its page, and its name in an address."""

    label: str
    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What is no shared image and a reason for caution all the same, with the claims it rests on."""

    sentence: str
    path: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A pair with all that is to be said of it; `size` is how many images at least, or perhaps, are shared.

    Where nothing is known, `path` may lead through a dataset to which both gave images, which proves nothing.
    """

    train: Party
    test: Party
    grade: str
    conclusion: str
    size: str = ""
    path: tuple[Told, ...] = ()
    against: tuple[Told, ...] = ()
    changes: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def key(self) -> str:
        """What names the pair on its page."""
        return f"{self.train.name}--{self.test.name}".replace(":", "-")

    @property
    def called(self) -> str:
        """The grade in words."""
        return GRADES[self.grade]

    @property
    def is_told(self) -> bool:
        """Whether there is more to say than that nothing is known."""
        return bool(self.grade != "none-known" or self.train.url == self.test.url or self.path or self.cautions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparer:
    """Tells pairs as one layer shows them."""

    view: View
    tells: Teller

    def matrix(self, pairs: Iterable[Pair]) -> list[list[Compared]]:
        """Pairs in rows, one for each training set."""
        return [[self.compared(each) for each in row] for _, row in groupby(pairs, key=lambda each: each.train)]

    def compared(self, pair: Pair) -> Compared:
        """One pair."""
        found = pair.verdict
        network = _of_splits(self.view.images, (pair.train, pair.test))
        said = None if pair.train.dataset == pair.test.dataset else self._explained(pair, network)
        path = found.path or (_through_collider(network, pair) if said and said.reasons else ())
        return Compared(
            train=self.party(pair.train),
            test=self.party(pair.test),
            grade=found.grade,
            conclusion=conclusion(found, self._names(pair)) if said else f"{_capital(pair.note or '')}.",
            size=_size(found),
            path=self.tells.path(path),
            against=self.tells.path(found.exclusion),
            changes=said.changes if said else (),
            cautions=tuple(self._cautions(pair, is_same=said is None)),
        )

    def party(self, side: Side) -> Party:
        """One side of a pair."""
        name = f"{side.dataset}:{side.split}" if side.split else side.dataset
        return Party(label=self._label(side), url=self.tells.url(side.dataset), name=name)

    def _label(self, side: Side) -> str:
        label = self.tells.label(side.dataset)
        return f"{label} ({side.split} split)" if side.split else label

    def _names(self, pair: Pair) -> ChainMap[str, str]:
        """What datasets are called, those of a pair with their splits."""
        own = {side.dataset: self._label(side) for side in (pair.train, pair.test)}
        return ChainMap(own, dict(self.tells.register.labels))

    def _explained(self, pair: Pair, network: Network) -> Explanation:
        """The verdict on a pair as `medkg explain` tells it."""
        register = self.tells.register
        return explain(
            network,
            pair.train.dataset,
            pair.test.dataset,
            guard=self.view.guard,
            names=register.labels,
            lines=register.lines,
        )

    def _cautions(self, pair: Pair, *, is_same: bool) -> Iterator[Caution]:
        if pair.note and not is_same:
            yield Caution(sentence=f"{_capital(pair.note)}.")
        if pair.patients:
            sentence = conclusion(pair.patients, self.tells.register.labels)
            yield Caution(sentence=sentence, path=self.tells.path(pair.patients.path))
        if pair.derivative:
            both = f"{self._label(pair.train)} and {self._label(pair.test)}"
            sentence = f"No image of {both} is shared by it, but images of one were synthesised from the other's."
            yield Caution(sentence=sentence, path=self.tells.path(pair.derivative.path))
        if pair.verdict.grade == "none-known":
            yield from self._open(pair.open)

    def _open(self, slugs: Sequence[str]) -> Iterator[Caution]:
        for slug in slugs:
            openings = open_provenance(self.view.images, slug)
            sentence = f"The provenance of {self.tells.label(slug)} is open: it drew on sources that are not named."
            yield Caution(sentence=sentence, path=tuple(map(self.tells.opening, openings)))


def _of_splits(network: Network, sides: Iterable[Side]) -> Network:
    """The network without the claims about other splits of what a split is named of."""
    for side in sides:
        network = narrowed(network, side.dataset, side.split) if side.split else network
    return network


def _through_collider(network: Network, pair: Pair) -> tuple[Step, ...]:
    """The shortest path between two datasets of which nothing is known: it is blocked where both gave images."""
    first, second = pair.train.dataset, pair.test.dataset
    trail = broken(network, network.of(first), through_colliders=True).get(network.of(second))
    return told(network, trail, first, second) if trail else ()


def _size(found: Verdict) -> str:
    """How much is shared, where that is known or can be expected."""
    if found.least is not None:
        return f"at least {found.least:,} ({found.unit})"
    if found.expected is not None:
        return f"about {found.expected:,.0f} if random ({found.unit})"
    return ""


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
