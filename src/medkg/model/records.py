"""What medkg knows: catalogues and their entries, datasets, challenges.

Every class is one form of YAML mapping under `data/`; every field says what it means, which
property states it in RDF and which vocabulary its values come from. Order of fields is the order
of the canonical written form.
"""

from __future__ import annotations

from dataclasses import dataclass

from medkg.model.claims import Claim
from medkg.model.fields import declared

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
BASIS = r"catalog|literature|knowledge"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A web address an entry gives, with the part it plays there."""

    role: str = declared("what the address is for", vocabulary="link-role", example="homepage")
    url: str = declared("the address as the catalogue gives it", pattern=r"https?://\S+")
    label: str | None = declared("the visible text, where it is more than an icon or 'link'", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of things, with what is counted and which share of the dataset it describes."""

    value: int = declared("how many", property="medkg:value", example="131")
    unit: str = declared("what is counted", property="medkg:unit", vocabulary="unit", example="case")
    role: str = declared(
        "which share", property="medkg:role", vocabulary="count-role", default="total", example="train"
    )
    modality: str | None = declared(
        "the modality it is limited to", property="medkg:modality", vocabulary="modality", default=None, example="ct"
    )
    approximate: bool = declared(
        "whether the catalogue rounds (~3500, 112k)", property="medkg:approximate", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A meeting at which a dataset or its challenge was presented."""

    venue: str = declared("the meeting's series", property="medkg:venue", vocabulary="venue", example="miccai")
    year: int | None = declared("the year it was held", property="medkg:year", default=None, example="2022")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The terms of use, as written and, where recognised, as a known licence."""

    text: str = declared("the name of the licence as the catalogue writes it", property="medkg:licenceText")
    key: str | None = declared("the known licence", property="dcterms:license", vocabulary="licence", default=None)
    url: str | None = declared("where the terms are", pattern=r"https?://\S+", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A change the reader made to the shape of an entry before understanding it."""

    code: str = declared("what was mended", pattern=SLUG, example="columns-swapped")
    column: str = declared("the columns concerned, as the header names them", example="Labels / Task(s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """A cell, or the part of one, that was not understood; its text stays in the source file."""

    column: str = declared("the column, as the header names it")
    length: int = declared("its length in characters")
    sha256: str = declared("the first 16 hexadecimal digits of its SHA-256", pattern=r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row, bullet or heading of a catalogue that stands for a dataset or challenge."""

    key: str = declared("slug of the name, with an ordinal where a name recurs", pattern=SLUG, example="kits19")
    line: int = declared("1-based physical line of the row or bullet in the source file", property="medkg:sourceLine")
    section: tuple[str, ...] = declared("headings above it, outermost first", property="medkg:section", default=())
    name: str = declared("name as written, mojibake repaired", property="dcterms:title")
    expansion: str | None = declared("what the acronym stands for", property="dcterms:alternative", default=None)
    modality: tuple[str, ...] = declared(
        "imaging modalities", property="medkg:modality", vocabulary="modality", default=()
    )
    dimensionality: tuple[str, ...] = declared(
        "dimensions of one item", property="medkg:dimensionality", vocabulary="dimensionality", default=()
    )
    task: tuple[str, ...] = declared("what the labels are for", property="medkg:task", vocabulary="task", default=())
    anatomy: tuple[str, ...] = declared(
        "body parts, where imaged and labelled are not told apart",
        property="medkg:anatomy",
        vocabulary="anatomy",
        default=(),
    )
    imaged_region: tuple[str, ...] = declared(
        "body parts that are imaged", property="medkg:imagedRegion", vocabulary="anatomy", default=()
    )
    label_target: tuple[str, ...] = declared(
        "body parts that are labelled", property="medkg:labelTarget", vocabulary="anatomy", default=()
    )
    finding: tuple[str, ...] = declared(
        "diseases and findings shown or labelled", property="medkg:finding", vocabulary="finding", default=()
    )
    counts: tuple[Count, ...] = declared("numbers of things", property="medkg:count", default=())
    label_categories: int | None = declared(
        "number of label categories", property="medkg:labelCategoryCount", default=None
    )
    label_format: tuple[str, ...] = declared(
        "form of the labels", property="medkg:labelFormat", vocabulary="format", default=()
    )
    file_format: tuple[str, ...] = declared(
        "form of the files", property="medkg:fileFormat", vocabulary="format", default=()
    )
    licence: Licence | None = declared("terms of use", default=None)
    released: str | None = declared(
        "year, month or day of release", property="dcterms:issued", pattern=DATE, default=None
    )
    events: tuple[Event, ...] = declared("meetings at which it was presented", property="medkg:event", default=())
    challenge: tuple[str, ...] = declared(
        "challenges it names, as written", property="medkg:challengeName", default=(), example="LUNA16"
    )
    access: tuple[str, ...] = declared(
        "conditions of access", property="medkg:accessCondition", vocabulary="access", default=()
    )
    links: tuple[Link, ...] = declared("every address the entry gives", default=())
    repairs: tuple[Repair, ...] = declared("what the reader mended", default=())
    not_understood: tuple[Residue, ...] = declared("what the reader left", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file a catalogue was read from."""

    file: str = declared("its name")
    sha256: str = declared("SHA-256 of its bytes", pattern=r"[0-9a-f]{64}")
    lines: int = declared("number of physical lines")
    cells: int = declared("non-prose cells with content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A line that looks like an entry and could not be read as one."""

    line: int = declared("its 1-based line in the source file")
    reason: str = declared("why, in our words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A hand-kept list of datasets by somebody else, as we read it."""

    title: str = declared("its title", property="dcterms:title")
    maintainer: str | None = declared("who keeps it", property="dcterms:publisher", default=None)
    repository: str | None = declared(
        "where it is kept", property="foaf:homepage", pattern=r"https://\S+", default=None
    )
    licence: str | None = declared("its own licence", property="dcterms:license", vocabulary="licence", default=None)
    languages: tuple[str, ...] = declared("languages it is written in", property="dcterms:language", default=("en",))
    note: str | None = declared("what else is known of its origin, in our words", property="rdfs:comment", default=None)
    source: Source | None = declared("the file that was read", default=None)
    unread: tuple[Unread, ...] = declared("lines that look like entries and could not be read", default=())
    entries: tuple[Entry, ...] = declared("what it lists", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The decision that an entry stands for a dataset."""

    catalog: str = declared("catalogue id", example="openmedlab")
    key: str = declared("entry key", pattern=SLUG, example="lits")
    basis: str = declared("what the decision rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declared("why, in our words", property="rdfs:comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A defect of a catalogue entry: what it states, and what is right where that is known."""

    catalog: str = declared("catalogue id")
    key: str = declared("entry key", pattern=SLUG)
    defect: str = declared("kind of defect", vocabulary="defect", example="foreign-link")
    field: str = declared("field of the entry", example="links")
    stated: str | None = declared(
        "the value that is wrong, as the entry's field holds it; absent where it is missing", default=None
    )
    instead: str | None = declared("what is right, where known, in the same form", default=None)
    basis: str = declared("what the correction rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declared("why, in our words", property="rdfs:comment")
    source: str | None = declared(
        "paper or page that says so", property="dcterms:source", pattern=r"https?://\S+", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The value we believe where catalogues differ on a field that has only one."""

    field: str = declared("field it settles", pattern=r"counts|released|licence|label_categories", example="counts")
    value: str = declared("the value believed; for counts the number", example="201")
    unit: str | None = declared("unit of the count it settles", vocabulary="unit", default=None)
    role: str | None = declared("share of the count it settles", vocabulary="count-role", default=None)
    modality: str | None = declared("modality of the count it settles", vocabulary="modality", default=None)
    basis: str = declared("what the decision rests on", property="medkg:basis", pattern=BASIS)
    reason: str = declared("why, in our words", property="rdfs:comment")
    source: str | None = declared(
        "paper or page that says so", property="dcterms:source", pattern=r"https?://\S+", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One release as it is cited, or the series or collection that releases belong to."""

    label: str = declared("the name it is known by", property="dcterms:title", example="LiTS")
    title_zh: str | None = declared("its Chinese name", property="dcterms:title", default=None)
    expansion: str | None = declared("what the acronym stands for", property="dcterms:alternative", default=None)
    alternative: tuple[str, ...] = declared("other names and spellings", property="skos:altLabel", default=())
    alternative_zh: tuple[str, ...] = declared("other Chinese names", property="skos:altLabel", default=())
    kind: str = declared("dataset, or series of editions", pattern=r"dataset|series", default="dataset")
    series: str | None = declared(
        "slug of the series it is an edition of", property="dcat:inSeries", pattern=SLUG, default=None
    )
    part_of: str | None = declared(
        "slug of the collection it is a part of", property="dcterms:isPartOf", pattern=SLUG, default=None
    )
    version: str | None = declared("edition or version, as its makers count", property="dcat:version", default=None)
    entries: tuple[Standing, ...] = declared("catalogue entries that stand for it", default=())
    mentions: tuple[Standing, ...] = declared(
        "entries that stand for it and for others too", property="foaf:topic", default=()
    )
    claims: tuple[Claim, ...] = declared("lineage: whose images it shares, and who says so", default=())
    corrections: tuple[Correction, ...] = declared("defects of those entries", default=())
    decisions: tuple[Decision, ...] = declared("what we believe where they differ", default=())
    replaced_by: str | None = declared(
        "slug of the dataset it was merged into", property="dcterms:isReplacedBy", pattern=SLUG, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One edition of a challenge: a call to solve a task on given data."""

    label: str = declared("the name it is known by", property="dcterms:title")
    alternative: tuple[str, ...] = declared("other names", property="skos:altLabel", default=())
    year: int | None = declared("the year it was held", property="medkg:year", default=None)
    venue: tuple[str, ...] = declared(
        "meetings it was held with", property="medkg:venue", vocabulary="venue", default=()
    )
    site: str | None = declared("its site", property="foaf:homepage", pattern=r"https?://\S+", default=None)
    leaderboard: str | None = declared(
        "its results", property="medkg:leaderboard", pattern=r"https?://\S+", default=None
    )
    datasets: tuple[str, ...] = declared("slugs of the datasets it uses", property="medkg:usesDataset", default=())
    claims: tuple[Claim, ...] = declared("lineage: whose images it uses, and who says so", default=())
    entries: tuple[Standing, ...] = declared("catalogue entries that name it", default=())
