"""Datasets side by side: for each fact the values that we believe, and what is in dispute."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from medkg.choices import choice
from medkg.graph.dossier import Dossier
from medkg.graph.testimony import FACTS, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fact of several datasets, in their order; None for a dataset of which nothing is said on it."""

    name: str
    curie: str
    facts: tuple[Fact | None, ...]

    @property
    def is_the_same(self) -> bool:
        """Whether all are believed to have the same values."""
        return len({frozenset(each.text for each in fact.values if each.is_believed) for fact in self._said}) == 1

    @property
    def _said(self) -> list[Fact]:
        empty = Fact(name=self.name, property=self.curie, is_disputed=False, values=())
        return [fact or empty for fact in self.facts]


def compared(dossiers: Sequence[Dossier], *, without: Collection[str] = ()) -> list[Row]:
    """The facts of which at least one dataset has a value that we believe, or a dispute, in the order of showing.

    `without` are the CURIEs of facts to leave out; `UnknownName` for what is none.
    """
    for curie in without:
        choice(curie, FACTS, kind="fact")
    known = [{fact.property: fact for fact in each.facts if _is_shown(fact)} for each in dossiers]
    return [
        Row(name=name, curie=curie, facts=tuple(facts.get(curie) for facts in known))
        for curie, name in FACTS.items()
        if curie not in without and any(curie in facts for facts in known)
    ]


def _is_shown(fact: Fact) -> bool:
    return fact.is_disputed or any(value.is_believed for value in fact.values)
