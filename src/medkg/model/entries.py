"""Catalogues and their entries, as records under `data/catalogs/`: one class for each form of YAML mapping.

The order of fields is the order of the written form, and that in which a page shows those that have a label.
"""

from __future__ import annotations

from dataclasses import dataclass

from medkg.model.fields import (
    DATE,
    EARLIEST_YEAR,
    LANGUAGE_TAG,
    LARGEST_COUNT,
    LATEST_YEAR,
    SECURE_WEB_ADDRESS,
    SLUG,
    WEB_ADDRESS,
    declare,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A web address an entry gives, with its role there."""

    role: str = declare(
        "what the address is for",
        vocabulary="link-role",
        example="homepage",
        by_value={
            "homepage": ("dcat:landingPage", "homepage"),
            "download": ("dcat:distribution", "download"),
            "mirror": ("medkg:mirror", "mirror"),
            "paper": ("dcterms:isReferencedBy", "papers"),
            "leaderboard": ("medkg:leaderboard", "leaderboard"),
            "code": ("medkg:codeRepository", "code"),
            "datasheet": ("medkg:datasheet", "datasheet"),
            "related-project": ("medkg:relatedProject", "related projects"),
            "licence": ("medkg:licencePage", "licence page"),
        },
    )
    url: str = declare("the address as the catalogue gives it", pattern=WEB_ADDRESS)
    label: str | None = declare("the visible text, where it is more than an icon or 'link'", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of things, with their unit and the share of the dataset that is counted."""

    value: int = declare("how many", property="medkg:value", maximum=LARGEST_COUNT, example="131")
    unit: str = declare("what is counted", property="medkg:unit", vocabulary="unit", example="case")
    role: str = declare("which share", property="medkg:role", vocabulary="count-role", default="total", example="train")
    modality: str | None = declare(
        "the modality it is limited to", property="medkg:modality", vocabulary="modality", default=None, example="ct"
    )
    approximate: bool = declare(
        "whether the catalogue rounds (~3500, 112k)", property="medkg:approximate", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A meeting at which a dataset or its challenge was presented."""

    venue: str = declare("the meeting's series", property="medkg:venue", vocabulary="venue", example="miccai")
    year: int | None = declare(
        "the year it was held",
        property="medkg:year",
        minimum=EARLIEST_YEAR,
        maximum=LATEST_YEAR,
        default=None,
        example="2022",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The terms of use, as written and, where recognised, as a known licence."""

    text: str = declare(
        "the name of the licence as the catalogue writes it", property="medkg:licenceText", label="licence as written"
    )
    key: str | None = declare("the known licence", property="dcterms:license", vocabulary="licence", default=None)
    url: str | None = declare(
        "where the terms are", property="medkg:licencePage", label="licence page", pattern=WEB_ADDRESS, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A change of an entry's shape, or of an address, that the reader made before parsing it."""

    code: str = declare("what was mended", pattern=SLUG, example="columns-swapped")
    column: str = declare(
        "the columns concerned, as the header names them; the address as written, where one was mended",
        example="Labels / Task(s)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnparsedCell:
    """A cell, or a part of one, that could not be parsed, or a link that is no web address.

    Its text stays in the source file.
    """

    column: str = declare("the column, as the header names it; `(link)` where it is an address")
    length: int = declare("its length in characters")
    sha256: str = declare("the first 16 hexadecimal digits of its SHA-256", pattern=r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row, bullet or heading of a catalogue that stands for a dataset or challenge."""

    key: str = declare("slug of the name, with an ordinal where a name recurs", pattern=SLUG, example="kits19")
    line: int = declare(
        "1-based physical line of the row or bullet in the source file", property="medkg:sourceLine", minimum=1
    )
    section: tuple[str, ...] = declare("headings above it, outermost first", property="medkg:section", default=())
    name: str = declare("name as written, mojibake repaired", property="dcterms:title", label="name")
    expansion: str | None = declare(
        "what the acronym stands for", property="dcterms:alternative", label="expansion", default=None
    )
    modality: tuple[str, ...] = declare(
        "imaging modalities", property="medkg:modality", label="modality", vocabulary="modality", default=()
    )
    dimensionality: tuple[str, ...] = declare(
        "dimensions of one item",
        property="medkg:dimensionality",
        label="dimensions",
        vocabulary="dimensionality",
        default=(),
    )
    task: tuple[str, ...] = declare(
        "what the labels are for", property="medkg:task", label="task", vocabulary="task", default=()
    )
    anatomy: tuple[str, ...] = declare(
        "body parts, where imaged and labelled are not told apart",
        property="medkg:anatomy",
        label="anatomy",
        vocabulary="anatomy",
        default=(),
    )
    imaged_region: tuple[str, ...] = declare(
        "body parts that are imaged",
        property="medkg:imagedRegion",
        label="imaged region",
        vocabulary="anatomy",
        default=(),
    )
    label_target: tuple[str, ...] = declare(
        "body parts that are labelled",
        property="medkg:labelTarget",
        label="label target",
        vocabulary="anatomy",
        default=(),
    )
    finding: tuple[str, ...] = declare(
        "diseases and findings shown or labelled",
        property="medkg:finding",
        label="findings",
        vocabulary="finding",
        default=(),
    )
    counts: tuple[Count, ...] = declare("numbers of things", property="medkg:count", label="counts", default=())
    label_categories: int | None = declare(
        "number of label categories",
        property="medkg:labelCategoryCount",
        label="label categories",
        maximum=LARGEST_COUNT,
        default=None,
    )
    label_format: tuple[str, ...] = declare(
        "form of the labels", property="medkg:labelFormat", label="label format", vocabulary="format", default=()
    )
    file_format: tuple[str, ...] = declare(
        "form of the files", property="medkg:fileFormat", label="file format", vocabulary="format", default=()
    )
    licence: Licence | None = declare("terms of use", property="dcterms:license", label="licence", default=None)
    released: str | None = declare(
        "year, month or day of release", property="dcterms:issued", label="released", pattern=DATE, default=None
    )
    events: tuple[Event, ...] = declare(
        "meetings at which it was presented", property="medkg:event", label="presented at", default=()
    )
    challenge: tuple[str, ...] = declare(
        "challenges it names, as written",
        property="medkg:challengeName",
        label="challenges named",
        default=(),
        example="LUNA16",
    )
    access: tuple[str, ...] = declare(
        "conditions of access", property="medkg:accessCondition", label="access", vocabulary="access", default=()
    )
    links: tuple[Link, ...] = declare("every address the entry gives", default=())
    repairs: tuple[Repair, ...] = declare("what the reader mended", default=())
    not_understood: tuple[UnparsedCell, ...] = declare("what the reader left", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The file a catalogue was read from."""

    file: str = declare("its name")
    sha256: str = declare("SHA-256 of its bytes", pattern=r"[0-9a-f]{64}")
    lines: int = declare("number of physical lines")
    cells: int = declare("non-prose cells with content")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnparsedLine:
    """A line that looks like an entry and could not be parsed as one."""

    line: int = declare("its 1-based line in the source file", minimum=1)
    reason: str = declare("why, in our words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A hand-kept list of datasets by other people, as we read it."""

    title: str = declare("its title", property="dcterms:title")
    maintainer: str | None = declare("who keeps it", property="dcterms:publisher", default=None)
    repository: str | None = declare(
        "where it is kept", property="foaf:homepage", pattern=SECURE_WEB_ADDRESS, default=None
    )
    licence: str | None = declare("its own licence", property="dcterms:license", vocabulary="licence", default=None)
    languages: tuple[str, ...] = declare(
        "languages it is written in, as BCP 47 tags",
        property="dcterms:language",
        pattern=LANGUAGE_TAG,
        default=("en",),
        example="zh",
    )
    note: str | None = declare("what else is known of its origin, in our words", property="rdfs:comment", default=None)
    source: SourceFile | None = declare("the file that was read", default=None)
    unread: tuple[UnparsedLine, ...] = declare("lines that look like entries and could not be read", default=())
    entries: tuple[Entry, ...] = declare("what it lists", default=())
