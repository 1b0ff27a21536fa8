"""The names of datasets, concepts and challenges in the records, each with its standing, for the index writer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from medkg.model.beliefs import entries_of
from medkg.model.collection import Records
from medkg.model.names import fold_accents, key
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Concept
from medkg.search.name_forms import (
    ALIAS,
    HIDDEN,
    LABEL,
    PROPER,
    SHARED,
    SLUG,
    TITLE,
    WRITTEN,
    core,
    edition,
    forms,
    splits,
)

NameStanding = tuple[str, int]
"""A name and its standing."""

EditionRow = tuple[str, str, int]
"""The key of a name, an edition of it, and the name's standing."""

_MEETING = re.compile(r"\s+(?:at\s.+|\(.+\))$")


def dataset_names(slug: str, dataset: Dataset, records: Records) -> set[NameStanding]:
    """Every name of a dataset."""
    return {*_names(slug, dataset), *_catalog_names(dataset, records)}


def retired_names(records: Records) -> dict[str, list[NameStanding]]:
    """The names of replaced datasets, by the slug of the dataset that took their place in the end."""
    by_slug: dict[str, list[NameStanding]] = {}
    for slug, dataset in records.datasets.items():
        target, passed = dataset.replaced_by, {slug}
        while target and target not in passed and (after := records.datasets[target].replaced_by):
            passed.add(target)
            target = after
        if target:
            names = ((text, max(standing, ALIAS)) for text, standing in _names(slug, dataset))
            by_slug.setdefault(target, []).extend(names)
    return by_slug


def title_names(records: Records) -> Mapping[str, list[NameStanding]]:
    """The titles of the challenges that use each dataset."""
    by_slug: dict[str, list[NameStanding]] = defaultdict(list)
    for challenge in records.challenges.values():
        for slug in filter(records.datasets.__contains__, challenge.datasets):
            standing = SHARED if _is_part(records.datasets[slug], challenge.datasets) else TITLE
            by_slug[slug] += [(title, standing) for title in _titles(challenge)]
    return by_slug


def editions(
    dataset: Dataset, names: Collection[NameStanding], years: Collection[int], records: Records
) -> Iterator[EditionRow]:
    """The editions that a dataset is, of each of its names and of the series it is in; a series is edition `""`.

    Its years are those in its names, else those in which it came out or a challenge used it.
    """
    if dataset.kind == "series":
        yield from ((key(core(text)), "", standing) for text, standing in names if standing < TITLE)
        return
    apart = [(split, standing) for text, standing in names for form in forms(text) for split in splits(form)]
    own = {split.edition for split, standing in apart if standing < TITLE and split.is_year}
    labelled = {split.edition for split, standing in apart if standing == LABEL}
    stated = (dataset.version or "", *map(str, () if own else years))
    known = own | labelled | {*filter(None, map(edition, stated))}
    series = _names(dataset.series, records.datasets[dataset.series]) if dataset.series else ()
    bare = [(text, max(standing, LABEL)) for text, standing in (*names, *series)]
    for split, standing in apart:
        bare.append((split.base, standing))
        if standing < TITLE or not split.is_year:
            yield key(split.base), split.edition, standing
    yield from ((key(text), edition, standing) for text, standing in bare if standing < TITLE for edition in known)


def concept_names(concept: Concept) -> dict[str, int]:
    """The folded names of a concept, each with its standing."""
    hidden = {fold_accents(name): HIDDEN for name in concept.hidden}
    proper = (concept.key, concept.label, concept.label_zh or "", *concept.synonyms, *concept.synonyms_zh)
    return {
        text: standing for text, standing in (hidden | {fold_accents(name): PROPER for name in proper}).items() if text
    }


def challenge_names(slug: str, challenge: Challenge) -> tuple[str, ...]:
    """The names of a challenge edition."""
    return slug, challenge.label, *challenge.alternative


def _titles(challenge: Challenge) -> Iterator[str]:
    """The titles of a challenge edition, in full, without its meeting, and without words that name nothing."""
    for title in (challenge.label, *challenge.alternative):
        short = _MEETING.sub("", title)
        yield from (title, short, core(short))


def _is_part(dataset: Dataset, wholes: Collection[str]) -> bool:
    """Whether a dataset is part of one of some others."""
    return any(claim.relation == "partOf" and claim.object in wholes for claim in dataset.claims)


def _names(slug: str, dataset: Dataset) -> Iterator[NameStanding]:
    """The names a dataset's own file gives it."""
    yield slug, SLUG
    yield dataset.label, LABEL
    others = (dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
    yield from ((name, ALIAS) for name in others if name)


def _catalog_names(dataset: Dataset, records: Records) -> Iterator[NameStanding]:
    """The names under which catalogues list a dataset, less those that a correction calls wrong."""
    for entry, corrections in entries_of(dataset, records.entries):
        wrong = {correction.field for correction in corrections if correction.field in ("name", "expansion")}
        if "name" not in wrong:
            yield entry.name, WRITTEN
        if entry.expansion and "expansion" not in wrong:
            yield entry.expansion, WRITTEN
