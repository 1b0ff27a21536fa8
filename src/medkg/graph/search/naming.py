"""The names by which the index finds things, out of the records, and whose word each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medkg.model.names import folded
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Concept

if TYPE_CHECKING:
    from medkg.curation.read import Records

SLUG, LABEL, ALIAS, WRITTEN = range(4)
"""Whose word a name is: the address, the label, another name we know, a catalogue's spelling."""

PROPER, HIDDEN = range(2)
"""Whether a concept's name is one to show or a catalogue's spelling."""

Named = tuple[str, int]
"""A name and its standing."""


def dataset_names(slug: str, dataset: Dataset, records: Records) -> set[Named]:
    """Every name of a dataset."""
    return {*_names(slug, dataset), *_written(dataset, records)}


def retired_names(records: Records) -> dict[str, list[Named]]:
    """The names of replaced datasets, by the slug of the dataset that took their place in the end."""
    found: dict[str, list[Named]] = {}
    for slug, dataset in records.datasets.items():
        target, passed = dataset.replaced_by, {slug}
        while target and target not in passed and (after := records.datasets[target].replaced_by):
            passed.add(target)
            target = after
        if target:
            names = ((text, max(standing, ALIAS)) for text, standing in _names(slug, dataset))
            found.setdefault(target, []).extend(names)
    return found


def concept_names(concept: Concept) -> dict[str, int]:
    """The folded names of a concept, each with its standing."""
    hidden = {folded(each): HIDDEN for each in concept.hidden}
    proper = (concept.key, concept.label, concept.label_zh or "", *concept.synonyms, *concept.synonyms_zh)
    return {text: each for text, each in (hidden | {folded(name): PROPER for name in proper}).items() if text}


def challenge_names(slug: str, challenge: Challenge) -> tuple[str, ...]:
    """The names of a challenge edition."""
    return slug, challenge.label, *challenge.alternative


def _names(slug: str, dataset: Dataset) -> Iterator[Named]:
    """The names a dataset's own file gives it."""
    yield slug, SLUG
    yield dataset.label, LABEL
    others = (dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
    yield from ((name, ALIAS) for name in others if name)


def _written(dataset: Dataset, records: Records) -> Iterator[Named]:
    """The names under which catalogues list a dataset, less those that a correction calls wrong."""
    from medkg.graph.beliefs import entries  # reads curated records, which searching does not

    for entry, corrections in entries(dataset, records):
        wrong = {each.field for each in corrections if each.field in ("name", "expansion")}
        if "name" not in wrong:
            yield entry.name, WRITTEN
        if entry.expansion and "expansion" not in wrong:
            yield entry.expansion, WRITTEN
