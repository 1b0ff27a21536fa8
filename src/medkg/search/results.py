"""What is looked for and what is found: a text and choices of facets in, datasets in order and counts out.

The ways out of a search that finds nothing: what to drop, and what else its text may have meant.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar

from medkg.choices import require_known
from medkg.model.names import key
from medkg.search import bitsets, index_reader
from medkg.search.bitsets import Members
from medkg.search.facets import Choice, Chosen, Counts, Names, allowed, chosen, counts
from medkg.search.hits import Card, Hit, cards, hits, ranked
from medkg.search.index_reader import Index
from medkg.search.matching import Match, match
from medkg.search.name_lookup import lookup
from medkg.search.schemes import SORTS


def search(index: Index, text: str, *, limit: int = 20, **names: Sequence[str]) -> list[Hit]:
    """The datasets that answer a text and bear every value that is named of any facet, best first.

    A facet is asked for by a concept's key, label or synonym and includes narrower ones. An empty text finds all
    that the facets allow, those in most catalogues first. `UnknownName` for a facet that does not exist, or for a name
    that no value of it goes by.
    """
    with asked(index, text, names) as answer:
        return answer.hits(limit)


@contextmanager
def asked(index: Index, text: str = "", names: Names | None = None) -> Iterator[Answer]:
    """What a text finds of what is chosen of each facet; to be looked at as long as the context lasts.

    `UnknownName` for a name that no value goes by.
    """
    with index_reader.connected(index) as connection:
        found = match(connection, text) if text.strip() else None
        yield Answer(connection=connection, match=found, chosen=chosen(connection, names or {}))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The datasets that a text finds, if there is one, and that bear something of what is chosen of every facet."""

    connection: sqlite3.Connection
    match: Match | None
    chosen: Chosen

    @cached_property
    def everything(self) -> Members:
        """All datasets."""
        return index_reader.everything(self.connection)

    @cached_property
    def matched(self) -> Members:
        """What the text alone finds."""
        return self.everything if self.match is None else self.match.members

    @property
    def absence(self) -> str:
        """That the graph has no such edition as the text asks for, where that is so."""
        return self.match.absence if self.match else ""

    @cached_property
    def members(self) -> Members:
        """All that is found."""
        return allowed(self.chosen, self.matched)

    @property
    def total(self) -> int:
        """How many are found."""
        return self.members.bit_count()

    def numbers(self, sort: str = "best", among: Members | None = None) -> Iterator[int]:
        """The numbers of what is found, or of what a set has of what the text finds, in an order of `SORTS`."""
        require_known(sort, SORTS, kind="order")
        found = self.members if among is None else among & self.matched
        if sort != "best":
            return index_reader.sorted_by(self.connection, sort, found)
        return bitsets.numbers(found) if self.match is None else ranked(self.connection, self.match, found)

    def cards(self, sort: str = "best", first: int = 0, most: int | None = None) -> list[tuple[Card, str]]:
        """Some of what is found, each with why the text finds it."""
        numbers = list(islice(self.numbers(sort), first, None if most is None else first + most))
        shown = cards(self.connection, numbers)
        if self.match is None:
            return [(each, "") for each in shown]
        return [(each, hit.why) for each, hit in zip(shown, hits(self.connection, self.match, numbers), strict=True)]

    def hits(self, limit: int) -> list[Hit]:
        """The first of what the text finds that bears every value chosen of any facet, each with why and how well."""
        every = self.everything
        for several in self.chosen.values():
            for each in several:
                every &= each.members
        found = list(islice(self.numbers(among=every), limit))
        if self.match:
            return hits(self.connection, self.match, found)
        labels = ", ".join(each.label for several in self.chosen.values() for each in several)
        shown = cards(self.connection, found)
        return [Hit(slug=each.slug, label=each.label, why=labels, score=1.0) for each in shown]

    def slugs(self, found: Members) -> list[str]:
        """The slugs of the datasets in a set."""
        those = f"IN ({','.join(map(str, bitsets.numbers(found)))})"
        return [slug for (slug,) in self.connection.execute(f"SELECT slug FROM dataset WHERE id {those} ORDER BY slug")]

    def counts(self, *, under_all: bool = False) -> list[Counts]:
        """Every facet with how many datasets each value has among those that all else allows.

        A value stands under the first of the wider ones it has, or `under_all` of them.
        """
        return list(counts(self.connection, self.matched, self.chosen, under_all=under_all))


_Choice = TypeVar("_Choice")

_MOST = 5
_LIKE = 60  # percent of likeness from which a name may have been meant
_COMPARED = 5000  # datasets, those in most catalogues, whose labels are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A part of a search that can be dropped, all that is chosen of a facet or else the text, and what that finds."""

    facet: str | None
    choices: tuple[Choice, ...]
    count: int


def drops(answer: Answer) -> list[Drop]:
    """The parts of a search without which, one at a time, it finds something; what finds the most first."""
    found = [
        Drop(facet=facet, choices=choices, count=allowed(answer.chosen, answer.matched, but=facet).bit_count())
        for facet, choices in answer.chosen.items()
    ]
    if answer.match and answer.chosen:
        found.append(Drop(facet=None, choices=(), count=allowed(answer.chosen, answer.everything).bit_count()))
    return sorted((each for each in found if each.count), key=lambda each: -each.count)


def meant(answer: Answer) -> list[str]:
    """The labels of datasets and concepts that the text of a search comes near to, nearest first."""
    if answer.match is None:
        return []
    rows = answer.connection.execute(
        "SELECT label FROM value WHERE is_searched AND length(members)"
        " UNION ALL SELECT label FROM dataset WHERE id < ?",
        [_COMPARED],
    )
    return _like(answer.match.text, {label.casefold(): label for (label,) in rows}, _MOST)


def nearest(index: Index, name: str, *, limit: int) -> list[tuple[str, str]]:
    """The slugs and labels of datasets that come near to a name: what a search finds, else labels that are like it.

    Of a name whose edition is missing that is all of the name.
    """
    with asked(index, name) as answer:
        if (named := lookup(answer.connection, name)).absence:
            return [(each.slug, each.label) for each in named.datasets]
        if found := [(hit.slug, hit.label) for hit in answer.hits(limit)] if key(name) else []:
            return found
        rows = answer.connection.execute("SELECT slug, label FROM dataset WHERE id < ?", [_COMPARED])
        return _like(name, {label.casefold(): (slug, label) for slug, label in rows}, limit)


def _like(text: str, choices: Mapping[str, _Choice], limit: int) -> list[_Choice]:
    """What is meant by those folded texts that are like a text, the likest first."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    near = process.extract(text.casefold(), list(choices), scorer=fuzz.ratio, limit=limit, score_cutoff=_LIKE)
    return [choices[each] for each, _, _ in near]
