"""Datasets that a text finds, best first, and why each is found; only those that are looked at are looked into."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from medkg.graph.search import reading, sets
from medkg.graph.search.kinds import Exact, Kind, Listed, Match, Partial, Worded
from medkg.graph.search.naming import ALIAS, LABEL, SHARED, SLUG, TITLE, WRITTEN
from medkg.graph.search.question import Concept, Word
from medkg.graph.search.sets import Members
from medkg.model.names import key

_COMPARED = 200  # datasets with all words in their names that are put in the order of likeness

_WHY = {
    SLUG: "its name",
    LABEL: "its name",
    ALIAS: "also {}",
    WRITTEN: "listed as {}",
    TITLE: "used by {}",
    SHARED: "part of what is used by {}",
}
"""Why a dataset is found by a name, by the name's standing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A dataset found, why in a few words, and how well it answers between 0 and 1."""

    slug: str
    label: str
    why: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A dataset of the index: the tokens of its names, and the name nearest to the text with its likeness."""

    slug: str
    label: str
    tokens: frozenset[str]
    name: str
    likeness: float


def ranked(connection: sqlite3.Connection, match: Match, among: Members) -> Iterator[int]:
    """The numbers of the datasets of a set that a text finds, best first."""
    left = among
    for kind in match.kinds:
        for some in _in_order(connection, kind, match.text, left):
            yield from some
        left &= ~kind.members


def hits(connection: sqlite3.Connection, match: Match, numbers: Sequence[int]) -> list[Hit]:
    """Why, and how well, some datasets answer a text, in the order given."""
    rows = _rows(connection, numbers, match.text)
    bearers = _bearers(connection, match)
    return [_hit(match, number, rows[number], bearers) for number in numbers]


def _in_order(connection: sqlite3.Connection, kind: Kind, text: str, among: Members) -> Iterator[Sequence[int]]:
    """The numbers of a kind of hits, run by run."""
    match kind:
        case Exact():
            found = kind.members & among
            yield [number for number in kind.names if sets.holds(found, number)]
        case Listed():
            yield [number for number in kind.numbers if sets.holds(among, number)]
        case Worded():
            yield from _by_likeness(connection, kind.named & among, text)
            for more, level in zip(kind.levels[:0:-1], kind.levels[-2::-1], strict=True):
                yield list(sets.numbers(level & ~more & among))
        case Partial():
            found = kind.members & among
            for level in kind.levels[:0:-1]:
                yield list(sets.numbers(level & found))
                found &= ~level


def _by_likeness(connection: sqlite3.Connection, found: Members, text: str) -> Iterator[Sequence[int]]:
    """A set's numbers, the first of them in the order in which their names are like the text."""
    numbers = sets.numbers(found)
    first = list(islice(numbers, _COMPARED))
    rows = _rows(connection, first, text)
    yield sorted(first, key=lambda number: -rows[number].likeness)
    yield list(numbers)


def _rows(connection: sqlite3.Connection, numbers: Sequence[int], text: str) -> dict[int, _Row]:
    """The rows of datasets, by their numbers."""
    from rapidfuzz import fuzz

    those = f"IN ({','.join(map(str, numbers))})"
    wanted = key(text)
    nearest: dict[int, tuple[float, str]] = {}
    for number, compared, name in connection.execute(f"SELECT dataset, key, text FROM name WHERE dataset {those}"):
        nearest[number] = max(nearest.get(number, (-1.0, "")), (fuzz.ratio(wanted, compared) / 100, name))
    rows = connection.execute(f"SELECT id, slug, label, tokens FROM dataset WHERE id {those}")
    return {
        number: _Row(
            slug=slug,
            label=label,
            tokens=frozenset(tokens.split()),
            name=nearest[number][1],
            likeness=nearest[number][0],
        )
        for number, slug, label, tokens in rows
    }


def _bearers(connection: sqlite3.Connection, match: Match) -> dict[Concept, Members]:
    """The datasets of each concept that is asked for."""
    asked = chain.from_iterable(kind.words if isinstance(kind, Worded | Partial) else () for kind in match.kinds)
    concepts = dict.fromkeys(concept for word in asked for concept in word.concepts)
    return {concept: reading.bearers(connection, [concept.number]) for concept in concepts}


def _hit(match: Match, number: int, row: _Row, bearers: Mapping[Concept, Members]) -> Hit:
    """A dataset as the first kind of hits has it that has it at all."""
    kind = next(each for each in match.kinds if sets.holds(each.members, number))
    if isinstance(kind, Exact):
        standing, name = kind.names[number]
        why = [_WHY[standing].format(name)]
        score = kind.score(number)
    elif isinstance(kind, Listed):
        why, score = [kind.why], kind.best
    else:
        answered = {word: how for word in kind.words if (how := _how(row, number, word, bearers))}
        why = [*answered.values()]
        if isinstance(kind, Partial):
            score = kind.score({word: word.is_held(row.tokens) for word in answered})
        else:
            score = kind.score(sum(word.is_held(row.tokens) for word in kind.words), row.likeness)
    return Hit(slug=row.slug, label=row.label, why="; ".join(dict.fromkeys(why)), score=round(score, 3))


def _how(row: _Row, number: int, word: Word, bearers: Mapping[Concept, Members]) -> str:
    """How a dataset answers a word: by a name, or by the concepts it bears."""
    if word.is_held(row.tokens):
        return row.label if row.name in (row.label, row.slug) else f"{row.label}, also {row.name}"
    borne = (each for each in word.concepts if sets.holds(bearers[each], number))
    return " or ".join(f"{each.label} ({each.scheme})" for each in borne)
