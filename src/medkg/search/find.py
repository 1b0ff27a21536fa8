"""What is looked for and what is found: a text and choices of facets in, datasets in order and counts out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from medkg.choices import choice
from medkg.graph.search import reading, sets
from medkg.graph.search.cards import Card, cards
from medkg.graph.search.choosing import Chosen, Names, allowed, chosen
from medkg.graph.search.counting import Counts, counts
from medkg.graph.search.kinds import Match
from medkg.graph.search.matching import match
from medkg.graph.search.ranking import Hit, hits, ranked
from medkg.graph.search.reading import Index
from medkg.graph.search.schemes import SORTS
from medkg.graph.search.sets import Members


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
    with reading.connected(index) as connection:
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
        return reading.everything(self.connection)

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
        choice(sort, SORTS, kind="order")
        found = self.members if among is None else among & self.matched
        if sort != "best":
            return reading.sorted_by(self.connection, sort, found)
        return sets.numbers(found) if self.match is None else ranked(self.connection, self.match, found)

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
        those = f"IN ({','.join(map(str, sets.numbers(found)))})"
        return [slug for (slug,) in self.connection.execute(f"SELECT slug FROM dataset WHERE id {those} ORDER BY slug")]

    def counts(self, *, under_all: bool = False) -> list[Counts]:
        """Every facet with how many datasets each value has among those that all else allows.

        A value stands under the first of the wider ones it has, or `under_all` of them.
        """
        return list(counts(self.connection, self.matched, self.chosen, under_all=under_all))
