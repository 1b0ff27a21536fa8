"""Datasets that a text finds, best first, and why each is found; only those that are looked at are looked into.

What an answer shows of each dataset, out of the index: its names, year, size, and the concepts stated of it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from medkg.model.names import key
from medkg.search import bitsets, index_reader
from medkg.search.bitsets import Members
from medkg.search.matching import Exact, Kind, Listed, Match, Partial, Worded
from medkg.search.names import ALIAS, LABEL, SHARED, SLUG, TITLE, WRITTEN
from medkg.search.search_text import Concept, Word

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
            yield [number for number in kind.names if bitsets.holds(found, number)]
        case Listed():
            yield [number for number in kind.numbers if bitsets.holds(among, number)]
        case Worded():
            yield from _by_likeness(connection, kind.named & among, text)
            for more, level in zip(kind.levels[:0:-1], kind.levels[-2::-1], strict=True):
                yield list(bitsets.numbers(level & ~more & among))
        case Partial():
            found = kind.members & among
            for level in kind.levels[:0:-1]:
                yield list(bitsets.numbers(level & found))
                found &= ~level


def _by_likeness(connection: sqlite3.Connection, found: Members, text: str) -> Iterator[Sequence[int]]:
    """A set's numbers, the first of them in the order in which their names are like the text."""
    numbers = bitsets.numbers(found)
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
    return {concept: index_reader.bearers(connection, [concept.number]) for concept in concepts}


def _hit(match: Match, number: int, row: _Row, bearers: Mapping[Concept, Members]) -> Hit:
    """A dataset as the first kind of hits has it that has it at all."""
    kind = next(each for each in match.kinds if bitsets.holds(each.members, number))
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
    borne = (each for each in word.concepts if bitsets.holds(bearers[each], number))
    return " or ".join(f"{each.label} ({each.scheme})" for each in borne)


_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A value as it is shown: its key in its scheme, and its labels."""

    key: str
    label: str
    label_zh: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One dataset of an answer; `terms` by scheme, each with what is stated of the dataset itself."""

    slug: str
    label: str
    label_zh: str | None
    is_series: bool
    year: int | None
    cases: int | None
    is_rounded: bool
    terms: Mapping[str, tuple[Term, ...]]


def cards(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Card]:
    """The cards of datasets, in the order given."""
    terms = {
        number: (scheme, Term(key=key, label=label, label_zh=zh))
        for number, scheme, key, label, zh in _values(connection)
    }
    for start in range(0, len(numbers), _AT_ONCE):
        yield from _some(connection, numbers[start : start + _AT_ONCE], terms)


def _values(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str | None]]:
    return connection.execute("SELECT id, scheme, key, label, label_zh FROM value")


def _some(
    connection: sqlite3.Connection, numbers: Sequence[int], terms: Mapping[int, tuple[str, Term]]
) -> Iterator[Card]:
    those = f"IN ({','.join(map(str, numbers))})"
    borne: dict[int, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for dataset, value in connection.execute(f"SELECT dataset, value FROM bearing WHERE dataset {those}"):
        scheme, term = terms[value]
        borne[dataset][scheme].append(term)
    rows = connection.execute(
        f"SELECT id, slug, label, label_zh, is_series, year, cases, is_rounded FROM dataset WHERE id {those}"
    )
    found = {
        number: Card(
            slug=slug,
            label=label,
            label_zh=label_zh,
            is_series=bool(is_series),
            year=year,
            cases=cases,
            is_rounded=bool(is_rounded),
            terms={scheme: tuple(several) for scheme, several in borne[number].items()},
        )
        for number, slug, label, label_zh, is_series, year, cases, is_rounded in rows
    }
    return (found[number] for number in numbers)
