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


Row = tuple[str, str, str | None, bytes]
"""Key, label in both languages, members."""


def counts(
    connection: sqlite3.Connection, matched: Members, chosen: Chosen, *, under_all: bool = False
) -> Iterator[Counts]:
    """Every facet, counted among the datasets that a text finds and that the other facets allow.

    A value stands under the first of the wider ones it has, or `under_all` of them.
    """
    for facet in FACETS:
        among = allowed(chosen, matched, but=facet.name)
        below = _rows(connection, facet, under_all=under_all)
        choices = {each.key: each for each in chosen.get(facet.name, ())}
        known = {key for several in below.values() for key, *_ in several}
        spans = (_of_span(each, among) for key, each in choices.items() if key not in known)
        yield Counts(facet=facet, values=(*spans, *_under("", below, among, choices, is_ranked=facet.is_ranked)))


def _rows(connection: sqlite3.Connection, facet: Facet, *, under_all: bool) -> Mapping[str, list[Row]]:
    """The values of a facet, by the key of the wider ones they stand under, none where there is none."""
    found: dict[str, list[Row]] = defaultdict(list)
    rows = connection.execute(
        "SELECT key, label, label_zh, members, parents FROM value WHERE scheme = ? ORDER BY id", [facet.scheme]
    )
    for *row, parents in rows:
        several = parents.split() or [""]
        for parent in several if under_all else several[:1]:
            found[parent].append(tuple(row))
    return found


def _under(
    parent: str,
    below: Mapping[str, list[Row]],
    among: Members,
    chosen: Mapping[str, Choice],
    *,
    is_ranked: bool,
) -> tuple[Counted, ...]:
    """The values under a parent that have datasets or are chosen, or have such values under them."""
    found = []
    for key, label, label_zh, members in below.get(parent, ()):
        count = (sets.read(members) & among).bit_count()
        narrower = _under(key, below, among, chosen, is_ranked=is_ranked)
        if count or narrower or key in chosen:
            found.append(
                Counted(
                    key=key, label=label, label_zh=label_zh, count=count, is_chosen=key in chosen, narrower=narrower
                )
            )
    return tuple(sorted(found, key=lambda each: -each.count if is_ranked else 0))


def _of_span(choice: Choice, among: Members) -> Counted:
    """A span that was asked for and is none of those of the index."""
    count = (choice.members & among).bit_count()
    return Counted(key=choice.key, label=choice.label, label_zh=choice.label_zh, count=count, is_chosen=True)
