"""What a text finds: kinds of matches, each looser than the one before, in the order in which people want them.

Exact names come first, or the editions of a name where the text has an edition beside it; then names that hold every
word, then datasets that answer some words by a concept. Only where few of these are found are near misses looked for,
and only where there are none, datasets that answer some words, of which a rare one weighs more.

What a text may find: kinds of matches, each with its datasets and how well they answer.

Datasets that answer some words of a text, where none answers all: the fewer a word finds, the more it weighs.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

from medkg.model.names import folded
from medkg.search import bitsets, index_reader
from medkg.search import bitsets as sets
from medkg.search.bitsets import Members
from medkg.search.name_lookup import Lookup, lookup, lookup_beginning
from medkg.search.names import LABEL, WRITTEN, splits
from medkg.search.search_text import Word, nearly, words

STEP = 0.2
"""What sets one kind of hit below the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Datasets that go by exactly the text: of each the standing of that name, and how it is written."""

    names: Mapping[int, tuple[int, str]]

    @property
    def members(self) -> Members:
        """All of them."""
        return bitsets.members(self.names)

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
        return bitsets.members(self.numbers)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The datasets that answer a word, those of them that do so by a name, and what either weighs."""

    word: Word
    members: Members
    named: Members
    weights: Weights

    @property
    def sets(self) -> list[Members]:
        """Sets of which a dataset is in as many as its answer weighs."""
        named, borne = self.weights
        return [*[self.members] * borne, *[self.named] * (named - borne)]


def partial(connection: sqlite3.Connection, asked: Sequence[Word]) -> Partial:
    """The datasets that answer half of the words by weight, or a name among them; none where most find nothing."""
    everything = index_reader.everything(connection)
    answers = [each for word in asked if (each := _answer(connection, word, everything)).members]
    levels = sets.levels([each for answer in answers for each in answer.sets], everything)
    half = (sum(max(each.weights) for each in answers) + 1) // 2
    names = [each.weights[0] for each in answers if not (each.word.concepts or each.word.text.isdigit())]
    return Partial(
        weights={each.word: each.weights for each in answers},
        levels=tuple(levels),
        members=levels[min(half, max(names, default=half))] & _by_words(asked, answers),
        asked=len(asked),
    )


def _by_words(asked: Sequence[Word], answers: Sequence[_Answer]) -> Members:
    """The datasets that answer more than numbers, where there is more; none where most words find nothing."""
    if 2 * len(answers) < len(asked):
        return 0
    is_numeric = all(word.text.isdigit() for word in asked)
    return reduce(or_, (each.members for each in answers if is_numeric or not each.word.text.isdigit()), 0)


def _answer(connection: sqlite3.Connection, word: Word, everything: Members) -> _Answer:
    """What answers a word."""
    named = index_reader.named(connection, word.named)
    members = named | index_reader.bearers(connection, [concept.number for concept in word.concepts])
    return _Answer(
        word=word, members=members, named=named, weights=(_weight(named, everything), _weight(members, everything))
    )


def _weight(found: Members, everything: Members) -> int:
    """What a word weighs by which a set of all datasets is found: its inverse document frequency in bits, at least one.

    https://en.wikipedia.org/wiki/Tf%E2%80%93idf#Inverse_document_frequency
    """
    return max(1, round(math.log2(everything.bit_count() / found.bit_count()))) if found else 0


_FEW = 5  # hits below which near misses are looked for as well, and answers below which a word may be mistyped then
_MOST_MENDED = 8  # words of a text that may be mistyped; each takes its time
_MOST_RESPELT = 12  # spellings of a text that are looked up
_AS_WRITTEN, _IN_PART, _NEARLY = 0.95, 0.75, 0.55
"""The best scores of what is as written, of another edition or by the text's beginning, and of what is nearly so."""


def match(connection: sqlite3.Connection, text: str) -> Match:
    """What a text finds."""
    asked = words(connection, text)
    if not asked:
        return Match(text=text, kinds=())
    named = lookup(connection, text)
    best = _AS_WRITTEN if not named.absence else _NEARLY
    kinds = [_named(named, _AS_WRITTEN), _worded(connection, asked, best)]
    if not _joined(kinds):
        named = lookup_beginning(connection, text)
        kinds.append(_listed(named, _IN_PART))
    as_written = _joined(kinds)
    if not named and as_written.bit_count() < _FEW:
        wider = tuple(_mended(connection, asked, _FEW if as_written else 1))
        named = _respelt(connection, text, wider)
        kinds += [_listed(named, _NEARLY), _worded(connection, wider, _NEARLY)]
        if not _joined(kinds):
            kinds.append(partial(connection, wider))
    found = _joined(kinds)
    is_near = bool(found) and not as_written
    return Match(text=text, kinds=tuple(kinds), is_near=is_near, absence=named.absence, members=found)


def _named(named: Lookup, best: float) -> Kind:
    """The datasets that a text names."""
    if not named.names:
        return _listed(named, best)
    names: dict[int, tuple[int, str]] = {}
    for each in named.names:
        names.setdefault(each.number, (each.standing, each.text))
    return Exact(names=names)


def _listed(named: Lookup, best: float) -> Listed:
    """The datasets that something looked up names, or all of its name where it is an edition that is missing."""
    numbers = tuple(dict.fromkeys(each.number for each in named.datasets))
    if named.absence and named.editions:
        why = f"its name, not edition {named.editions.edition}"
        return Listed(numbers=numbers, why=why, best=min(best, _IN_PART))
    return Listed(numbers=numbers, why="its name and edition" if named.editions else "its name", best=best)


def _joined(kinds: Iterable[Kind]) -> Members:
    """All that is found by some kinds."""
    return reduce(or_, (each.members for each in kinds), 0)


def _respelt(connection: sqlite3.Connection, text: str, wider: Iterable[Word]) -> Lookup:
    """What a name with an edition means where one of its words is spelt as a word of a name that is like it."""
    plain = folded(text)
    if not any(splits(plain)):
        return Lookup()
    texts = (plain.replace(word.text, similar) for word in wider for similar in word.similar)
    first = islice(texts, _MOST_RESPELT)
    return next((found for each in first if (found := lookup(connection, each)).editions), Lookup())


def answering(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that answer a word, by a name or a concept."""
    return index_reader.named(connection, word.named) | _bearing(connection, word)


def _bearing(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that bear a concept which a word names."""
    return index_reader.bearers(connection, [concept.number for concept in word.concepts])


def _mended(connection: sqlite3.Connection, asked: Sequence[Word], few: int) -> Iterator[Word]:
    """The words of a text, those open to what they may be meant for that fewer datasets answer; the first of them."""
    left = _MOST_MENDED
    for word in asked:
        is_mended = bool(left) and answering(connection, word).bit_count() < few
        left -= is_mended
        yield nearly(connection, word) if is_mended else word


def _worded(connection: sqlite3.Connection, asked: Sequence[Word], best: float) -> Worded:
    """The datasets that answer every word."""
    held = [index_reader.named(connection, word.named) for word in asked]
    found = index_reader.everything(connection)
    for word, named in zip(asked, held, strict=True):
        found &= named | _bearing(connection, word)
    return Worded(words=tuple(asked), levels=tuple(bitsets.levels(held, found)), best=best)
