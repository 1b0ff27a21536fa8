"""What datasets are chosen by, out of the records: the keys that each bears in every scheme of the index.

A scheme is a vocabulary, or one of `condition` (of the licence), `year`, `cases`, `catalog` and `lineage`, which hold
what is asked about the dataset as a whole. The graph says the same in its own terms; `sparql` asks it for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from medkg.model.collection import Records
from medkg.model.entries import Event, Licence
from medkg.model.facts import Facts, counts_of_role
from medkg.model.records import Dataset
from medkg.search.schemes import CONDITION, SIZES, UNKNOWN, concept_fields

Borne = frozenset[tuple[str, str]]
"""Schemes, each with a key in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """One dataset: the concepts stated of it, all that it is chosen by, its years and its number of cases.

    `year` is that of its release or, where none is known, the first in which a meeting or challenge had it.
    """

    stated: Borne
    chosen_by: Borne
    year: int | None
    years: frozenset[int]
    cases: int | None
    is_rounded: bool


@dataclass(frozen=True, kw_only=True)
class Describer:
    """Tells the traits of datasets."""

    records: Records

    def traits(self, slug: str, dataset: Dataset) -> Traits:
        """The traits of a dataset, by what is believed of it."""
        facts = self.records.beliefs[slug].facts
        stated = frozenset(_concepts(facts))
        released, met = _released(facts), self._met(slug, facts)
        year, cases = released or min(met, default=None), counts_of_role(facts.get("counts", ())).get("case")
        number = cases.value if cases else None
        return Traits(
            stated=stated,
            chosen_by=frozenset(
                (
                    *self._wider(stated),
                    *((CONDITION, key) for key in self._conditions(stated)),
                    ("year", UNKNOWN if year is None else str(year)),
                    ("cases", _size(number)),
                    *(("catalog", each.catalog) for each in dataset.entries),
                    *(("lineage", key) for key in self._lineage(slug)),
                )
            ),
            year=year,
            years=frozenset((*met, *filter(None, [released]))),
            cases=number,
            is_rounded=bool(cases and cases.approximate),
        )

    def _wider(self, stated: Borne) -> Iterator[tuple[str, str]]:
        """Concepts and all wider ones."""
        for scheme, key in stated:
            yield scheme, key
            yield from ((scheme, each) for each in self.records.vocabularies[scheme].wider(key))

    def _conditions(self, stated: Borne) -> Iterable[str]:
        """What the licence allows, asks for and forbids."""
        licences = [key for scheme, key in stated if scheme == "licence"]
        if not licences:
            return (UNKNOWN,)
        return [each for key in licences for each in self.records.vocabularies["licence"].by_key[key].conditions]

    def _met(self, slug: str, facts: Facts) -> list[int]:
        """The years of the meetings and challenges that had the dataset."""
        met = [each.year for each in facts.get("events", ()) if isinstance(each, Event) and each.year]
        return [*met, *self._challenge_years.get(slug, ())]

    @cached_property
    def _challenge_years(self) -> Mapping[str, list[int]]:
        """The years of the challenges that use each dataset."""
        found: dict[str, list[int]] = defaultdict(list)
        for challenge in self.records.challenges.values():
            if challenge.year:
                for slug in challenge.datasets:
                    found[slug].append(challenge.year)
        return found

    def _lineage(self, slug: str) -> Iterator[str]:
        """What is known of the dataset's lineage."""
        known = [key for key, slugs in self._related.items() if slug in slugs]
        yield from known
        if not {"definite", "possible"} & {*known}:
            yield "none-known"

    @cached_property
    def _related(self) -> Mapping[str, Collection[str]]:
        """The datasets of which each thing is known about their lineage."""
        from medkg.lineage.pairs import may_share, shares
        from medkg.lineage.provenance import open_provenance
        from medkg.rdf.lineage_register import register

        known = register(self.records)
        view = known.view("all")
        named = {each.claim.object for each in known.claims if each.claim.object}
        return {
            "any": named | {each.subject for each in known.claims if not each.is_challenge},
            "definite": {slug for pair in shares(view.images) for slug in pair},
            "possible": {slug for pair in may_share(view.images, guard=view.guard) for slug in pair},
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


def _released(facts: Facts) -> int | None:
    """The year of release."""
    released = facts.get("released", ())
    return int(str(released[0])[:4]) if released else None


def _size(cases: int | None) -> str:
    """The key of the span of sizes that a number of cases is in."""
    if cases is None:
        return UNKNOWN
    return next((each.key for each in SIZES if each.holds(cases)), UNKNOWN)
