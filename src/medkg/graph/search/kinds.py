"""What a text may find: kinds of matches, each with its datasets and how well they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medkg.graph.search import sets
from medkg.graph.search.naming import LABEL, WRITTEN
from medkg.graph.search.question import Word
from medkg.graph.search.sets import Members

STEP = 0.2
"""What sets one kind of hit below the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Datasets that go by exactly the text: of each the standing of that name, and how it is written."""

    names: Mapping[int, tuple[int, str]]

    @property
    def members(self) -> Members:
        """All of them."""
        return sets.members(self.names)

    def score(self, number: int) -> float:
        """How well one of them answers."""
        return 1 - 0.02 * (min(max(self.names[number][0], LABEL), WRITTEN) - LABEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Datasets that are named by a text or by its beginning, in an order of their own, with why and how well."""

    numbers: tuple[int, ...]
    why: str
    best: float

    @property
    def members(self) -> Members:
        """All of them."""
        return sets.members(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """Datasets that answer words by a name or a concept; `levels[n]` has those whose names hold at least n words.

    `best` is the score of a name that holds all words and is the text itself.
    """

    words: tuple[Word, ...]
    levels: tuple[Members, ...]
    best: float

    @property
    def members(self) -> Members:
        """All of them."""
        return self.levels[0]

    @property
    def named(self) -> Members:
        """Those whose names hold every word."""
        return self.levels[-1]

    def score(self, held: int, likeness: float) -> float:
        """How well a dataset answers whose names hold so many words; one of them is so much like the text."""
        return self.best - STEP * (1 - likeness if held == len(self.words) else 2 - held / len(self.words))


Weights = tuple[int, int]
"""How much a word weighs where a name holds it, and where a concept answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Datasets that answer some of the words asked; `levels[n]` has those that answer words of weight n or more.

    `weights` has the words that anything answers.
    """

    weights: Mapping[Word, Weights]
    levels: tuple[Members, ...]
    members: Members
    asked: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that anything answers."""
        return tuple(self.weights)

    def score(self, answered: Mapping[Word, bool]) -> float:
        """How well a dataset answers that answers some words, each by a name or else by a concept."""
        weight = sum(self.weights[word][not is_named] for word, is_named in answered.items())
        return STEP * weight / sum(map(max, self.weights.values())) * len(self.weights) / self.asked


Kind = Exact | Listed | Worded | Partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """All that a text finds; `is_near` where nothing answers it as it is written.

    `absence` says so where the text asks for an edition that the graph does not have.
    """

    text: str
    kinds: tuple[Kind, ...]
    is_near: bool = False
    absence: str = ""
    members: Members = 0
