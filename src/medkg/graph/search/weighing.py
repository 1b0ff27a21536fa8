"""Datasets that answer some words of a text, where none answers all: the fewer a word finds, the more it weighs."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from medkg.graph.search import reading, sets
from medkg.graph.search.kinds import Partial, Weights
from medkg.graph.search.question import Word
from medkg.graph.search.sets import Members


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
    everything = reading.everything(connection)
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
    named = reading.named(connection, word.named)
    members = named | reading.bearers(connection, [concept.number for concept in word.concepts])
    return _Answer(
        word=word, members=members, named=named, weights=(_weight(named, everything), _weight(members, everything))
    )


def _weight(found: Members, everything: Members) -> int:
    """What a word weighs by which a set of all datasets is found: its inverse document frequency in bits, at least one.

    https://en.wikipedia.org/wiki/Tf%E2%80%93idf#Inverse_document_frequency
    """
    return max(1, round(math.log2(everything.bit_count() / found.bit_count()))) if found else 0
