"""What a text finds: kinds of matches, each looser than the one before, in the order in which people want them.

Exact names come first, then names that hold every word, then datasets that answer some words by a concept. Only where
few of these are found are near misses looked for, and only where there are none, datasets that answer some words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medkg.graph.search import reading, sets
from medkg.graph.search.naming import LABEL
from medkg.graph.search.question import Word, nearly, words
from medkg.graph.search.sets import Members
from medkg.model.names import key

_FEW = 5  # hits below which near misses are looked for as well
_MOST_MENDED = 8  # words of a text that may be mistyped; each takes its time
_AS_WRITTEN, _NEARLY = 0.95, 0.55  # the best scores of hits that hold all words as written, and nearly so
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
        return 1 - 0.02 * max(0, self.names[number][0] - LABEL)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Datasets that answer at least half of the words asked; `levels[n]` has those that answer n of `words` or more."""

    words: tuple[Word, ...]
    levels: tuple[Members, ...]
    asked: int

    @property
    def members(self) -> Members:
        """All of them."""
        least = (self.asked + 1) // 2
        return self.levels[least] if least < len(self.levels) else 0

    def score(self, answered: int) -> float:
        """How well a dataset answers that answers so many words."""
        return STEP * answered / self.asked


Kind = Exact | Worded | Partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """All that a text finds; `is_near` where nothing answers it as it is written."""

    text: str
    kinds: tuple[Kind, ...]
    is_near: bool = False
    members: Members = 0


def match(connection: sqlite3.Connection, text: str) -> Match:
    """What a text finds."""
    asked = words(connection, text)
    if not asked:
        return Match(text=text, kinds=())
    exact = _exact(connection, text)
    kinds: list[Kind] = [exact, _worded(connection, asked, _AS_WRITTEN)]
    as_written = kinds[0].members | kinds[1].members
    if not exact.names and as_written.bit_count() < _FEW:
        wider = tuple(_mended(connection, asked))
        kinds.append(_worded(connection, wider, _NEARLY))
        if not as_written | kinds[2].members:
            kinds.append(_partial(connection, wider))
    found = 0
    for each in kinds:
        found |= each.members
    return Match(text=text, kinds=tuple(kinds), is_near=bool(found) and not as_written, members=found)


def answering(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that answer a word, by a name or a concept."""
    return reading.named(connection, word.named) | _bearing(connection, word)


def _bearing(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that bear a concept which a word names."""
    return reading.bearers(connection, [concept.number for concept in word.concepts])


def _mended(connection: sqlite3.Connection, asked: Sequence[Word]) -> Iterator[Word]:
    """The words of a text, the first of those that may be mistyped open to what they may be meant for."""
    left = _MOST_MENDED
    for word in asked:
        is_mended = bool(left) and _is_rare(connection, word)
        left -= is_mended
        yield nearly(connection, word) if is_mended else word


def _is_rare(connection: sqlite3.Connection, word: Word) -> bool:
    """Whether so few datasets answer a word that it may be mistyped."""
    return answering(connection, word).bit_count() < _FEW


def _exact(connection: sqlite3.Connection, text: str) -> Exact:
    rows = connection.execute(
        "SELECT dataset, min(standing), text FROM name WHERE key = ? GROUP BY dataset ORDER BY 2, 1", [key(text)]
    )
    return Exact(names={number: (standing, name) for number, standing, name in rows})


def _worded(connection: sqlite3.Connection, asked: Sequence[Word], best: float) -> Worded:
    """The datasets that answer every word."""
    held = [reading.named(connection, word.named) for word in asked]
    found = reading.everything(connection)
    for word, named in zip(asked, held, strict=True):
        found &= named | _bearing(connection, word)
    return Worded(words=tuple(asked), levels=tuple(sets.levels(held, found)), best=best)


def _partial(connection: sqlite3.Connection, asked: Sequence[Word]) -> Partial:
    """The datasets that answer at least half of the words, where none answers all."""
    answers = {word: found for word in asked if (found := answering(connection, word))}
    levels = sets.levels([*answers.values()], reading.everything(connection))
    return Partial(words=tuple(answers), levels=tuple(levels), asked=len(asked))
