"""All values of the index in their order: concepts, years, sizes, catalogues, and what is known of lineage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medkg.graph.search.schemes import CONDITION, LINEAGE, SIZES, UNKNOWN, UNKNOWNS, concept_fields
from medkg.model.vocabularies import Concept

if TYPE_CHECKING:
    from medkg.curation.read import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a scheme; `parents` are the next wider ones, `concept` has its other names.

    One that is searched answers the words of a text too.
    """

    scheme: str
    key: str
    label: str
    label_zh: str | None = None
    parents: tuple[str, ...] = ()
    concept: Concept | None = None
    is_searched: bool = False


def values(records: Records, years: Iterable[int]) -> Iterator[Value]:
    """Every value that datasets may bear, given the years in which they came out."""
    schemes = {scheme for _, scheme in concept_fields()}
    for scheme in sorted(schemes & set(records.vocabularies)):
        yield from (_concept(scheme, each, is_searched=True) for each in records.vocabularies[scheme].concepts)
    if CONDITION in records.vocabularies:
        yield from (_concept(CONDITION, each, is_searched=False) for each in records.vocabularies[CONDITION].concepts)
    yield from (Value(scheme="year", key=str(each), label=str(each)) for each in years)
    yield from (Value(scheme="cases", key=each.key, label=each.words(is_grouped=True)) for each in SIZES)
    listing = sorted((key, each) for key, each in records.catalogs.items() if each.entries)
    yield from (Value(scheme="catalog", key=key, label=each.title) for key, each in listing)
    for key, (label, label_zh) in LINEAGE.items():
        yield Value(scheme="lineage", key=key, label=label, label_zh=label_zh)
    for scheme, (label, label_zh) in UNKNOWNS.items():
        yield Value(scheme=scheme, key=UNKNOWN, label=label, label_zh=label_zh)


def _concept(scheme: str, concept: Concept, *, is_searched: bool) -> Value:
    """A concept as a value."""
    return Value(
        scheme=scheme,
        key=concept.key,
        label=concept.label,
        label_zh=concept.label_zh,
        parents=concept.broader,
        concept=concept,
        is_searched=is_searched,
    )
