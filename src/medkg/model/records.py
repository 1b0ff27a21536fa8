"""Datasets and challenges, as records under `data/`, with the decisions that relate them to catalogue entries.

The order of fields is the order of the written form.
"""

from __future__ import annotations

from dataclasses import dataclass

from medkg.model.claims import Claim
from medkg.model.facts import SETTLED_BY_DECISION
from medkg.model.fields import BASIS, EARLIEST_YEAR, LATEST_YEAR, SLUG, WEB_ADDRESS, declare


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMatch:
    """The decision that an entry stands for a dataset."""

    catalog: str = declare("catalogue id", example="openmedlab")
    key: str = declare("entry key", pattern=SLUG, example="lits")
    basis: str = declare("what the decision rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declare("why, in our words", property="rdfs:comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A defect of a catalogue entry: the wrong value, and the right one where it is known."""

    catalog: str = declare("catalogue id")
    key: str = declare("entry key", pattern=SLUG)
    defect: str = declare("kind of defect", vocabulary="defect", example="foreign-link")
    field: str = declare("field of the entry", example="links")
    stated: str | None = declare(
        "the value that is wrong, as the entry's field holds it; absent where it is missing", default=None
    )
    instead: str | None = declare("what is right, where known, in the same form", default=None)
    basis: str = declare("what the correction rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declare("why, in our words", property="rdfs:comment")
    source: str | None = declare(
        "paper or page that says so", property="dcterms:source", pattern=WEB_ADDRESS, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A value we believe: where catalogues differ on a field that has only one, or where no entry states a concept."""

    field: str = declare("field it settles", pattern="|".join(SETTLED_BY_DECISION), example="counts")
    value: str = declare("the value believed; for counts the number, for a concept its key", example="201")
    unit: str | None = declare("unit of the count it settles", vocabulary="unit", default=None)
    role: str | None = declare("share of the count it settles", vocabulary="count-role", default=None)
    modality: str | None = declare("modality of the count it settles", vocabulary="modality", default=None)
    basis: str = declare("what the decision rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declare("why, in our words", property="rdfs:comment")
    source: str | None = declare(
        "paper or page that says so", property="dcterms:source", pattern=WEB_ADDRESS, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One release as it is cited, or the series or collection that releases belong to."""

    label: str = declare("the name it is known by", property="dcterms:title", label="name", example="LiTS")
    title_zh: str | None = declare("its Chinese name", property="dcterms:title", default=None)
    expansion: str | None = declare(
        "what the acronym stands for", property="dcterms:alternative", label="expansion", default=None
    )
    alternative: tuple[str, ...] = declare(
        "other names and spellings", property="skos:altLabel", label="other names", default=()
    )
    alternative_zh: tuple[str, ...] = declare("other Chinese names", property="skos:altLabel", default=())
    kind: str = declare("dataset, or series of editions", pattern=r"dataset|series", default="dataset")
    series: str | None = declare(
        "slug of the series it is an edition of",
        property="dcat:inSeries",
        label="edition of",
        pattern=SLUG,
        default=None,
    )
    version: str | None = declare(
        "edition or version, as its makers count", property="dcat:version", label="version", default=None
    )
    entries: tuple[EntryMatch, ...] = declare("catalogue entries that stand for it", default=())
    mentions: tuple[EntryMatch, ...] = declare(
        "entries that stand for it and for others too", property="foaf:topic", default=()
    )
    claims: tuple[Claim, ...] = declare("lineage: whose images it shares, and who says so", default=())
    corrections: tuple[Correction, ...] = declare("defects of those entries", default=())
    decisions: tuple[Decision, ...] = declare("what we believe where they differ", default=())
    replaced_by: str | None = declare(
        "slug of the dataset it was merged into",
        property="dcterms:isReplacedBy",
        label="replaced by",
        pattern=SLUG,
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One edition of a challenge: a call to solve a task on given data."""

    label: str = declare("the name it is known by", property="dcterms:title")
    alternative: tuple[str, ...] = declare("other names", property="skos:altLabel", default=())
    year: int | None = declare(
        "the year it was held", property="medkg:year", minimum=EARLIEST_YEAR, maximum=LATEST_YEAR, default=None
    )
    venue: tuple[str, ...] = declare(
        "meetings it was held with", property="medkg:venue", vocabulary="venue", default=()
    )
    site: str | None = declare("its site", property="foaf:homepage", pattern=WEB_ADDRESS, default=None)
    leaderboard: str | None = declare("its results", property="medkg:leaderboard", pattern=WEB_ADDRESS, default=None)
    datasets: tuple[str, ...] = declare("slugs of the datasets it uses", property="medkg:usesDataset", default=())
    claims: tuple[Claim, ...] = declare("lineage: whose images it uses, and who says so", default=())
    entries: tuple[EntryMatch, ...] = declare("catalogue entries that name it", default=())
