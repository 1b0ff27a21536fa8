"""The keys of a dataset: the values that it bears in every scheme of the index, out of the records.

A scheme is a vocabulary, or one of `condition` (of the licence), `year`, `cases`, `catalog` and `lineage`, whose values
are of the dataset as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from medkg.lineage.pairs import possible_pairs, sharing_pairs
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import Register
from medkg.model.collection import Records
from medkg.model.entries import Event, Licence
from medkg.model.facts import Facts, counts_of_role
from medkg.model.records import Dataset
from medkg.search.schemes import CONDITION, SIZES, UNKNOWN, concept_fields

SchemeKeys = frozenset[tuple[str, str]]
"""Pairs of a scheme and a key in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetKeys:
    """The keys of one dataset: the concepts stated of it, all keys it is chosen by, its years and number of cases.

    `year` is that of its release or, where none is known, the first in which a meeting or challenge had it.
    """

    stated: SchemeKeys
    chosen_by: SchemeKeys
    year: int | None
    years: frozenset[int]
    cases: int | None
    is_rounded: bool


@dataclass(frozen=True, kw_only=True)
class KeyReader:
    """Reads the keys of datasets out of the records and their lineage."""

    records: Records
    register: Register

    def keys(self, slug: str, dataset: Dataset) -> DatasetKeys:
        """The keys of a dataset, by the facts believed of it."""
        facts = self.records.beliefs[slug].facts
        stated = frozenset(_concepts(facts))
        released, met = _release_year(facts), self._event_years(slug, facts)
        year, cases = released or min(met, default=None), counts_of_role(facts.get("counts", ())).get("case")
        number = cases.value if cases else None
        return DatasetKeys(
            stated=stated,
            chosen_by=frozenset(
                (
                    *self._wider(stated),
                    *((CONDITION, key) for key in self._conditions(stated)),
                    ("year", UNKNOWN if year is None else str(year)),
                    ("cases", _size(number)),
                    *(("catalog", standing.catalog) for standing in dataset.entries),
                    *(("lineage", key) for key in self._lineage(slug)),
                )
            ),
            year=year,
            years=frozenset((*met, *filter(None, [released]))),
            cases=number,
            is_rounded=bool(cases and cases.approximate),
        )

    def _wider(self, stated: SchemeKeys) -> Iterator[tuple[str, str]]:
        """Concepts and all wider ones."""
        for scheme, key in stated:
            yield scheme, key
            yield from ((scheme, broader) for broader in self.records.vocabularies[scheme].wider(key))

    def _conditions(self, stated: SchemeKeys) -> Iterable[str]:
        """The conditions of the licences."""
        licences = [key for scheme, key in stated if scheme == "licence"]
        if not licences:
            return (UNKNOWN,)
        return [
            condition for key in licences for condition in self.records.vocabularies["licence"].by_key[key].conditions
        ]

    def _event_years(self, slug: str, facts: Facts) -> list[int]:
        """The years of the meetings and challenges that had the dataset."""
        met = [event.year for event in facts.get("events", ()) if isinstance(event, Event) and event.year]
        return [*met, *self._challenge_years.get(slug, ())]

    @cached_property
    def _challenge_years(self) -> Mapping[str, list[int]]:
        """The years of the challenges that use each dataset."""
        years: dict[str, list[int]] = defaultdict(list)
        for challenge in self.records.challenges.values():
            if challenge.year:
                for slug in challenge.datasets:
                    years[slug].append(challenge.year)
        return years

    def _lineage(self, slug: str) -> Iterator[str]:
        """The kinds of lineage known of a dataset."""
        kinds = [kind for kind, slugs in self._slugs_by_lineage.items() if slug in slugs]
        yield from kinds
        if not {"definite", "possible"} & {*kinds}:
            yield "none-known"

    @cached_property
    def _slugs_by_lineage(self) -> Mapping[str, Collection[str]]:
        """The datasets of each kind of lineage."""
        claims, view = self.register.claims, self.register.view("all")
        objects = {situated.claim.object for situated in claims if situated.claim.object}
        return {
            "any": objects | {situated.subject for situated in claims if not situated.is_challenge},
            "definite": {slug for pair in sharing_pairs(view.images) for slug in pair},
            "possible": {slug for pair in possible_pairs(view.images, exclude=view.exclude) for slug in pair},
            "open": {
                slug
                for slug in view.images.classes.keys() - view.images.challenges
                if open_provenance(view.images, slug)
            },
        }


def _concepts(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each concept that facts name, with its vocabulary."""
    for field, scheme in concept_fields():
        for value in facts.get(field, ()):
            match value:
                case Licence(key=str() as key) | Event(venue=key):
                    yield scheme, key
                case str():
                    yield scheme, value


def _release_year(facts: Facts) -> int | None:
    """The year of release."""
    released = facts.get("released", ())
    return int(str(released[0])[:4]) if released else None


def _size(cases: int | None) -> str:
    """The key of the span of sizes that a number of cases is in."""
    if cases is None:
        return UNKNOWN
    return next((size.key for size in SIZES if size.holds(cases)), UNKNOWN)
