"""The facets of an answer: how many datasets each value has among those that everything else chosen allows."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medkg.graph.search import sets
from medkg.graph.search.choosing import Choice, Chosen, allowed
from medkg.graph.search.schemes import FACETS, Facet
from medkg.graph.search.sets import Members


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One value of a facet: how many datasets bear it or a narrower one, and the narrower ones, each once."""

    key: str
    label: str
    label_zh: str | None
    count: int
    is_chosen: bool
    narrower: tuple[Counted, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something narrower is chosen."""
        return any(each.is_chosen or each.is_open for each in self.narrower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One facet with those of its values that have datasets or are chosen."""

    facet: Facet
    values: tuple[Counted, ...]


Row = tuple[str, str, str | None, str | None, bytes]
"""Key, label in both languages, key of the parent, members."""


def counts(connection: sqlite3.Connection, matched: Members, chosen: Chosen) -> Iterator[Counts]:
    """Every facet, counted among the datasets that a text finds and that the other facets allow."""
    for facet in FACETS:
        among = allowed(chosen, matched, but=facet.name)
        rows = connection.execute(
            "SELECT key, label, label_zh, parent, members FROM value WHERE scheme = ? ORDER BY id", [facet.scheme]
        )
        below: dict[str | None, list[Row]] = defaultdict(list)
        for row in rows:
            below[row[3]].append(row)
        choices = {each.key: each for each in chosen.get(facet.name, ())}
        spans = (
            (each for key, each in choices.items() if key not in {row[0] for row in below[None]})
            if facet.is_span
            else ()
        )
        found = (*(_of_span(each, among) for each in spans), *_counted(None, below, among, choices))
        yield Counts(facet=facet, values=found)


def _counted(
    parent: str | None, below: Mapping[str | None, list[Row]], among: Members, chosen: Mapping[str, Choice]
) -> Iterator[Counted]:
    """The values under a parent that have datasets or are chosen, or have such values under them."""
    for key, label, label_zh, _, members in below.get(parent, ()):
        count = (sets.read(members) & among).bit_count()
        narrower = tuple(_counted(key, below, among, chosen))
        if count or narrower or key in chosen:
            yield Counted(
                key=key, label=label, label_zh=label_zh, count=count, is_chosen=key in chosen, narrower=narrower
            )


def _of_span(choice: Choice, among: Members) -> Counted:
    """A span that was asked for and is none of those of the index."""
    count = (choice.members & among).bit_count()
    return Counted(key=choice.key, label=choice.label, label_zh=choice.label_zh, count=count, is_chosen=True)
