"""The datasets that a text matches: kinds of matches, each looser than the one before, in the order of hits.

Exact names come first, or the editions of a name where the text has an edition beside it; then names that hold every
word, then datasets that answer some words by a concept. Misspellings are looked for only where few datasets are found,
and datasets that answer some of the words only where none is found; there a word that finds fewer weighs more.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

from medkg.model.names import fold_accents
from medkg.search import index
from medkg.search.index import BitSet, all_datasets, datasets_bearing, name_matches
from medkg.search.name_forms import splits
from medkg.search.name_lookup import Lookup, lookup, lookup_beginning
from medkg.search.search_text import Word, with_misspellings, words

_FEW_HITS = 5
"""Hits below which misspellings are looked for, and answers to a word below which it may be misspelt then."""

_MOST_MISSPELT_WORDS = 8  # of a text; each takes its time
_MOST_SPELLINGS = 12  # of a text that are looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """Datasets whose name is exactly the text: for each the standing of that name, and its spelling."""

    names: Mapping[int, tuple[int, str]]

    @property
    def members(self) -> BitSet:
        """All of them."""
        return index.bit_set(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupMatch:
    """Datasets that are named by a text or by its beginning, in an order of their own, with the reason."""

    numbers: tuple[int, ...]
    reason: str

    @property
    def members(self) -> BitSet:
        """All of them."""
        return index.bit_set(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMatch:
    """Datasets that answer every word by a name or concept; `levels[n]` has those whose names hold at least n words."""

    words: tuple[Word, ...]
    levels: tuple[BitSet, ...]

    @property
    def members(self) -> BitSet:
        """All of them."""
        return self.levels[0]

    @property
    def by_name(self) -> BitSet:
        """Those whose names hold every word."""
        return self.levels[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialMatch:
    """Datasets that answer some of the words; `levels[n]` has those that answer words of weight n or more.

    `words` are those that any dataset answers.
    """

    words: tuple[Word, ...]
    levels: tuple[BitSet, ...]
    members: BitSet


MatchKind = NameMatch | LookupMatch | WordMatch | PartialMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatch:
    """All datasets that a text finds, by kind of match; `is_respelt` where nothing answers it as it is spelt.

    `absence` says so where the text names an edition that the graph does not have.
    """

    text: str
    kinds: tuple[MatchKind, ...]
    is_respelt: bool = False
    absence: str = ""
    members: BitSet = 0


def match_text(connection: sqlite3.Connection, text: str) -> TextMatch:
    """The datasets that a text finds."""
    asked_words = words(connection, text)
    if not asked_words:
        return TextMatch(text=text, kinds=())
    named = lookup(connection, text)
    kinds = [_name_match(named), _word_match(connection, asked_words)]
    if not _union(kinds):
        named = lookup_beginning(connection, text)
        kinds.append(_lookup_match(named))
    as_spelt = _union(kinds)
    if not named and as_spelt.bit_count() < _FEW_HITS:
        wider = tuple(_misspelt(connection, asked_words, _FEW_HITS if as_spelt else 1))
        named = _respelt_lookup(connection, text, wider)
        kinds += [_lookup_match(named), _word_match(connection, wider)]
        if not _union(kinds):
            kinds.append(partial_match(connection, wider))
    members = _union(kinds)
    is_respelt = bool(members) and not as_spelt
    return TextMatch(text=text, kinds=tuple(kinds), is_respelt=is_respelt, absence=named.absence, members=members)


def _name_match(named: Lookup) -> MatchKind:
    """The datasets that a text names."""
    if not named.names:
        return _lookup_match(named)
    names: dict[int, tuple[int, str]] = {}
    for dataset in named.names:
        names.setdefault(dataset.number, (dataset.standing, dataset.text))
    return NameMatch(names=names)


def _lookup_match(named: Lookup) -> LookupMatch:
    """The datasets that a lookup gives, or all of the name where the edition is missing."""
    numbers = tuple(dict.fromkeys(dataset.number for dataset in named.datasets))
    if named.absence and named.editions:
        return LookupMatch(numbers=numbers, reason=f"its name, not edition {named.editions.edition}")
    return LookupMatch(numbers=numbers, reason="its name and edition" if named.editions else "its name")


def _word_match(connection: sqlite3.Connection, asked_words: Sequence[Word]) -> WordMatch:
    """The datasets that answer every word."""
    by_name = [name_matches(connection, word.expression) for word in asked_words]
    members = all_datasets(connection)
    for word, named in zip(asked_words, by_name, strict=True):
        members &= named | _bearing(connection, word)
    return WordMatch(words=tuple(asked_words), levels=tuple(index.levels(by_name, members)))


def _union(kinds: Iterable[MatchKind]) -> BitSet:
    """All datasets of some kinds of matches."""
    return reduce(or_, (kind.members for kind in kinds), 0)


def _respelt_lookup(connection: sqlite3.Connection, text: str, wider: Iterable[Word]) -> Lookup:
    """The lookup of a name with an edition, one of its words spelt as a similar word of a name."""
    plain = fold_accents(text)
    if not any(splits(plain)):
        return Lookup()
    spellings = islice((plain.replace(word.text, other) for word in wider for other in word.similar), _MOST_SPELLINGS)
    lookups = (lookup(connection, spelling) for spelling in spellings)
    return next((named for named in lookups if named.editions), Lookup())


def _bearing(connection: sqlite3.Connection, word: Word) -> BitSet:
    """The datasets that bear a concept which a word names."""
    return datasets_bearing(connection, [concept.number for concept in word.concepts])


def _misspelt(connection: sqlite3.Connection, asked_words: Sequence[Word], few: int) -> Iterator[Word]:
    """The words of a text, the first of those that fewer datasets answer with the words they may be misspellings of."""
    left = _MOST_MISSPELT_WORDS
    for word in asked_words:
        answers = name_matches(connection, word.expression) | _bearing(connection, word) if left else 0
        is_misspelt = bool(left) and answers.bit_count() < few
        left -= is_misspelt
        yield with_misspellings(connection, word) if is_misspelt else word


@dataclass(frozen=True, slots=True, kw_only=True)
class _WordAnswer:
    """The datasets that answer a word, those of them that do so by a name, and the weights of both."""

    word: Word
    members: BitSet
    by_name: BitSet
    name_weight: int
    weight: int

    @property
    def sets(self) -> list[BitSet]:
        """Sets of which a dataset is in as many as its answer weighs."""
        return [*[self.members] * self.weight, *[self.by_name] * (self.name_weight - self.weight)]


def partial_match(connection: sqlite3.Connection, asked_words: Sequence[Word]) -> PartialMatch:
    """The datasets that answer half of the words by weight, or a name among them; none where most find nothing."""
    everything = all_datasets(connection)
    answers = [word_answer for word in asked_words if (word_answer := _answer(connection, word, everything)).members]
    levels = index.levels([members for answer in answers for members in answer.sets], everything)
    half = (sum(max(answer.name_weight, answer.weight) for answer in answers) + 1) // 2
    names = [answer.name_weight for answer in answers if not (answer.word.concepts or answer.word.text.isdigit())]
    return PartialMatch(
        words=tuple(answer.word for answer in answers),
        levels=tuple(levels),
        members=levels[min(half, max(names, default=half))] & _by_words(asked_words, answers),
    )


def _by_words(asked_words: Sequence[Word], answers: Sequence[_WordAnswer]) -> BitSet:
    """The datasets that answer more than numbers, where the text has more; none where most words find nothing."""
    if 2 * len(answers) < len(asked_words):
        return 0
    is_numeric = all(word.text.isdigit() for word in asked_words)
    return reduce(or_, (answer.members for answer in answers if is_numeric or not answer.word.text.isdigit()), 0)


def _answer(connection: sqlite3.Connection, word: Word, everything: BitSet) -> _WordAnswer:
    """The datasets that answer a word."""
    by_name = name_matches(connection, word.expression)
    members = by_name | _bearing(connection, word)
    return _WordAnswer(
        word=word,
        members=members,
        by_name=by_name,
        name_weight=_weight(by_name, everything),
        weight=_weight(members, everything),
    )


def _weight(members: BitSet, everything: BitSet) -> int:
    """The weight of a word by which a set of all datasets is found: its inverse document frequency in bits, at least 1.

    https://en.wikipedia.org/wiki/Tf%E2%80%93idf#Inverse_document_frequency
    """
    return max(1, round(math.log2(everything.bit_count() / members.bit_count()))) if members else 0
