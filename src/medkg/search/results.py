"""The results of a search: a text and choices of facets in; hits in order with their reasons, cards and counts out.

Reasons are computed for the hits that are shown only. Where a search finds nothing, parts of it to drop and labels
like its text are suggested.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TypeVar

from medkg.choices import require_choice
from medkg.model.names import key
from medkg.search.cards import Card, cards
from medkg.search.facets import (
    FacetChoice,
    FacetChoices,
    FacetCounts,
    FacetNames,
    facet_choices,
    facet_counts,
    filter_by_facets,
)
from medkg.search.index import BitSet, Index, all_datasets, connect, contains, datasets_bearing, in_order, numbers_in
from medkg.search.matching import LookupMatch, MatchKind, NameMatch, PartialMatch, TextMatch, WordMatch, match_text
from medkg.search.name_forms import ALIAS, LABEL, SHARED, SLUG, TITLE, WRITTEN
from medkg.search.name_lookup import lookup
from medkg.search.schemes import SORTS
from medkg.search.search_text import ConceptMatch, Word

_MOST_SORTED_BY_LIKENESS = 200
"""Datasets with all words in their names that are put in the order of likeness."""

_MOST_SIMILAR = 5
_LEAST_SIMILARITY_PERCENT = 60
_MOST_COMPARED_LABELS = 5000
"""Datasets, those in most catalogues, whose labels are compared with a text that finds nothing."""

_REASONS = {
    SLUG: "its name",
    LABEL: "its name",
    ALIAS: "also {}",
    WRITTEN: "listed as {}",
    TITLE: "used by {}",
    SHARED: "part of what is used by {}",
}
"""The reason that a name gives, by the name's standing."""

_Option = TypeVar("_Option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A dataset found, and why in a few words."""

    slug: str
    label: str
    why: str


def search(index: Index, text: str, *, limit: int = 20, **names: Sequence[str]) -> list[Hit]:
    """The datasets that answer a text and bear every value that is named of any facet, best first.

    A value is named by a concept's key, label or synonym and includes narrower ones. An empty text finds all that the
    facets allow, those in most catalogues first. `UnknownName` for a facet that does not exist, or for a name that no
    value of it has.
    """
    with find(index, text, names) as results:
        return results.hits(limit)


@contextmanager
def find(index: Index, text: str = "", names: FacetNames | None = None) -> Iterator[SearchResults]:
    """The datasets that a text finds among those chosen by facets; to be read as long as the context lasts.

    `UnknownName` for a name that no value has.
    """
    with connect(index) as connection:
        match = match_text(connection, text) if text.strip() else None
        yield SearchResults(connection=connection, match=match, choices=facet_choices(connection, names or {}))


@dataclass(frozen=True, kw_only=True)
class SearchResults:
    """The datasets that a text finds, if there is one, and that bear one of the values chosen of every facet."""

    connection: sqlite3.Connection
    match: TextMatch | None
    choices: FacetChoices

    @cached_property
    def everything(self) -> BitSet:
        """All datasets."""
        return all_datasets(self.connection)

    @cached_property
    def matches(self) -> BitSet:
        """The datasets that the text alone finds."""
        return self.everything if self.match is None else self.match.members

    @property
    def absence(self) -> str:
        """A sentence that the graph lacks the edition that the text names, where that is so."""
        return self.match.absence if self.match else ""

    @cached_property
    def members(self) -> BitSet:
        """All datasets that are found."""
        return filter_by_facets(self.matches, self.choices)

    @property
    def total(self) -> int:
        """The number of datasets that are found."""
        return self.members.bit_count()

    def numbers(self, sort: str = "best", among: BitSet | None = None) -> Iterator[int]:
        """The numbers of the datasets found, or of those in a set that the text finds, in an order of `SORTS`."""
        require_choice(sort, SORTS, kind="order")
        members = self.members if among is None else among & self.matches
        if sort != "best":
            return in_order(self.connection, sort, members)
        return numbers_in(members) if self.match is None else _ranking(self.connection, self.match, members)

    def cards(self, sort: str = "best", first: int = 0, most: int | None = None) -> list[tuple[Card, str]]:
        """Some of the datasets found as cards, each with why the text finds it."""
        numbers = list(islice(self.numbers(sort), first, None if most is None else first + most))
        reasons = (
            [hit.why for hit in _hits(self.connection, self.match, numbers)] if self.match else [""] * len(numbers)
        )
        return list(zip(cards(self.connection, numbers), reasons, strict=True))

    def hits(self, limit: int) -> list[Hit]:
        """The first datasets that the text finds and that bear every value chosen of any facet, each with why."""
        chosen = list(chain.from_iterable(self.choices.values()))
        members = self.everything
        for value in chosen:
            members &= value.members
        numbers = list(islice(self.numbers(among=members), limit))
        if self.match:
            return _hits(self.connection, self.match, numbers)
        why = ", ".join(value.label for value in chosen)
        return [Hit(slug=card.slug, label=card.label, why=why) for card in cards(self.connection, numbers)]

    def slugs(self, members: BitSet) -> list[str]:
        """The slugs of the datasets in a set."""
        condition = f"id IN ({','.join(map(str, numbers_in(members)))})"
        return [
            slug for (slug,) in self.connection.execute(f"SELECT slug FROM dataset WHERE {condition} ORDER BY slug")
        ]

    def counts(self, *, under_all: bool = False) -> list[FacetCounts]:
        """Every facet with the number of datasets of each value among those that the rest of the search allows.

        A value stands under the first of the wider ones it has, or `under_all` of them.
        """
        return list(facet_counts(self.connection, self.matches, self.choices, under_all=under_all))


def _ranking(connection: sqlite3.Connection, match: TextMatch, among: BitSet) -> Iterator[int]:
    """The numbers of the datasets of a set that a text finds, best first."""
    left = among
    for kind in match.kinds:
        for numbers in _ranked_by_kind(connection, kind, match.text, left):
            yield from numbers
        left &= ~kind.members


def _ranked_by_kind(
    connection: sqlite3.Connection, kind: MatchKind, text: str, among: BitSet
) -> Iterator[Sequence[int]]:
    """The numbers of the datasets of one kind of match, in runs of equal rank or of a better before a worse."""
    match kind:
        case NameMatch():
            members = kind.members & among
            yield [number for number in kind.names if contains(members, number)]
        case LookupMatch():
            yield [number for number in kind.numbers if contains(among, number)]
        case WordMatch():
            yield from _by_likeness(connection, kind.by_name & among, text)
            for more, level in zip(kind.levels[:0:-1], kind.levels[-2::-1], strict=True):
                yield list(numbers_in(level & ~more & among))
        case PartialMatch():
            members = kind.members & among
            for level in kind.levels[:0:-1]:
                yield list(numbers_in(level & members))
                members &= ~level


def _by_likeness(connection: sqlite3.Connection, members: BitSet, text: str) -> Iterator[Sequence[int]]:
    """The numbers in a set, the first of them in the order of how much their names are like the text."""
    numbers = numbers_in(members)
    first = list(islice(numbers, _MOST_SORTED_BY_LIKENESS))
    rows = _rows(connection, first, text)
    yield sorted(first, key=lambda number: -rows[number].likeness)
    yield list(numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A dataset of the index: the tokens of its names, and the name most like the text with its likeness."""

    slug: str
    label: str
    tokens: frozenset[str]
    name: str
    likeness: float


def _rows(connection: sqlite3.Connection, numbers: Sequence[int], text: str) -> dict[int, _Row]:
    """The rows of datasets, by their numbers."""
    from rapidfuzz import fuzz

    numbers_sql, text_key = ",".join(map(str, numbers)), key(text)
    likest: dict[int, tuple[float, str]] = {}
    names = connection.execute(f"SELECT dataset, key, text FROM name WHERE dataset IN ({numbers_sql})")
    for number, name_key, name in names:
        likest[number] = max(likest.get(number, (-1.0, "")), (fuzz.ratio(text_key, name_key) / 100, name))
    rows = connection.execute(f"SELECT id, slug, label, tokens FROM dataset WHERE id IN ({numbers_sql})")
    return {
        number: _Row(
            slug=slug,
            label=label,
            tokens=frozenset(tokens.split()),
            name=likest[number][1],
            likeness=likest[number][0],
        )
        for number, slug, label, tokens in rows
    }


def _hits(connection: sqlite3.Connection, match: TextMatch, numbers: Sequence[int]) -> list[Hit]:
    """Some datasets that a text finds, in the order given, each with why."""
    rows, bearers = _rows(connection, numbers, match.text), _bearers(connection, match)
    return [
        Hit(slug=rows[number].slug, label=rows[number].label, why=_reason(match, number, rows[number], bearers))
        for number in numbers
    ]


def _bearers(connection: sqlite3.Connection, match: TextMatch) -> dict[ConceptMatch, BitSet]:
    """The datasets of each concept that the text names."""
    words = chain.from_iterable(kind.words for kind in match.kinds if isinstance(kind, WordMatch | PartialMatch))
    concepts = dict.fromkeys(concept for word in words for concept in word.concepts)
    return {concept: datasets_bearing(connection, [concept.number]) for concept in concepts}


def _reason(match: TextMatch, number: int, row: _Row, bearers: Mapping[ConceptMatch, BitSet]) -> str:
    """The reason why a text finds a dataset, by the first kind of match that has it."""
    kind = next(kind for kind in match.kinds if contains(kind.members, number))
    match kind:
        case NameMatch():
            standing, name = kind.names[number]
            return _REASONS[standing].format(name)
        case LookupMatch():
            return kind.reason
        case _:
            reasons = (_word_reason(row, number, word, bearers) for word in kind.words)
            return "; ".join(dict.fromkeys(filter(None, reasons)))


def _word_reason(row: _Row, number: int, word: Word, bearers: Mapping[ConceptMatch, BitSet]) -> str:
    """The name or concepts by which a dataset answers a word; empty where it does not."""
    if word.is_in(row.tokens):
        return row.label if row.name in (row.label, row.slug) else f"{row.label}, also {row.name}"
    borne = (concept for concept in word.concepts if contains(bearers[concept], number))
    return " or ".join(f"{concept.label} ({concept.scheme})" for concept in borne)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A part of a search to drop, all choices of a facet or else the text, and how many datasets are found without."""

    facet: str | None
    choices: tuple[FacetChoice, ...]
    count: int


def relaxations(results: SearchResults) -> list[Relaxation]:
    """The parts of a search without which, one at a time, it finds something; the one that finds most first."""
    options = [
        Relaxation(
            facet=facet,
            choices=choices,
            count=filter_by_facets(results.matches, results.choices, ignored_facet=facet).bit_count(),
        )
        for facet, choices in results.choices.items()
    ]
    if results.match and results.choices:
        count = filter_by_facets(results.everything, results.choices).bit_count()
        options.append(Relaxation(facet=None, choices=(), count=count))
    return sorted((option for option in options if option.count), key=lambda option: -option.count)


def similar_labels(results: SearchResults) -> list[str]:
    """The labels of datasets and concepts that are like the text of a search, the likest first."""
    if results.match is None:
        return []
    rows = results.connection.execute(
        "SELECT label FROM value WHERE is_searched AND length(members)"
        " UNION ALL SELECT label FROM dataset WHERE id < ?",
        [_MOST_COMPARED_LABELS],
    )
    return _similar(results.match.text, {label.casefold(): label for (label,) in rows}, _MOST_SIMILAR)


def similar_datasets(index: Index, name: str, *, limit: int) -> list[tuple[str, str]]:
    """The slugs and labels of datasets that a name comes near to: the hits of a search, else datasets of like labels.

    Of a name whose edition is missing, all datasets of the name.
    """
    with find(index, name) as results:
        if (named := lookup(results.connection, name)).absence:
            return [(row.slug, row.label) for row in named.datasets]
        if hits := results.hits(limit) if key(name) else []:
            return [(hit.slug, hit.label) for hit in hits]
        rows = results.connection.execute("SELECT slug, label FROM dataset WHERE id < ?", [_MOST_COMPARED_LABELS])
        return _similar(name, {label.casefold(): (slug, label) for slug, label in rows}, limit)


def _similar(text: str, options: Mapping[str, _Option], limit: int) -> list[_Option]:
    """The options whose folded labels are like a text, the likest first."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    near = process.extract(
        text.casefold(), list(options), scorer=fuzz.ratio, limit=limit, score_cutoff=_LEAST_SIMILARITY_PERCENT
    )
    return [options[label] for label, _, _ in near]
