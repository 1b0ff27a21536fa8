"""Lineage claims: a relation of two datasets' images, with its extent, certainty and evidence (`docs/lineage.md`)."""

from __future__ import annotations

from dataclasses import dataclass

from medkg.model.fields import LARGEST_COUNT, WEB_ADDRESS, declare

RELATIONS = (
    "sameImagesAs",
    "subsetOf",
    "includesAllOf",
    "partOf",
    "derivedFrom",
    "annotates",
    "expansionOf",
    "overlaps",
    "possiblyOverlaps",
    "usesImagesOf",
    "successorOf",
    "synthesizedFrom",
    "disjointWith",
)
SYMMETRIC = frozenset({"sameImagesAs", "overlaps", "possiblyOverlaps", "disjointWith"})
"""Relations that hold both ways."""

WITH_EXTENT = frozenset({"derivedFrom", "annotates", "usesImagesOf", "synthesizedFrom"})
"""Relations that need an extent, for they leave it open how much of the subject is meant."""

OPENING = frozenset({"derivedFrom", "annotates", "synthesizedFrom"})
"""Relations whose object may be an unnamed source."""

IN_SERIES = "inSeries"
"""The relation of an edition to its series, which the field `series` states and no claim of a file."""

UNNAMED = "unnamed"
"""The word for the missing object of a claim, where `refines` or `corrects` names the claim."""

SPLITS = ("train", "validation", "test")
"""The splits of a dataset that its makers define."""

RELATION = "|".join(RELATIONS)
STATEMENT = rf"[a-z0-9-]+ ({RELATION}) [a-z0-9-]+"


def statements(subject: str, relation: str, object: str | None) -> frozenset[str]:
    """A claim as `refines` and `corrects` may name it; both ways where its relation is symmetric.

    >>> sorted(statements("lits", "overlaps", "ct-org"))
    ['ct-org overlaps lits', 'lits overlaps ct-org']
    >>> sorted(statements("paxray", "derivedFrom", None))
    ['paxray derivedFrom unnamed']
    """
    ends = (subject, object or UNNAMED)
    turned = [ends[::-1]] if relation in SYMMETRIC else []
    return frozenset(f"{one} {relation} {other}" for one, other in (ends, *turned))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a claim is stated: an entry of a catalogue, or a publication."""

    basis: str = declare("what it is", property="medkg:basis", pattern="catalog|literature")
    catalog: str | None = declare("catalogue id, where an entry states it", default=None)
    key: str | None = declare("entry key, where an entry states it", default=None)
    source: str | None = declare(
        "paper or data page, where one states it", property="dcterms:source", pattern=WEB_ADDRESS, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of lineage about its file's dataset or challenge."""

    relation: str = declare(
        "how subject and object stand", property="rdf:predicate", pattern=RELATION, example="derivedFrom"
    )
    object: str | None = declare(
        "slug of the other dataset; absent where the source is unnamed, which leaves the provenance open",
        property="rdf:object",
        default=None,
    )
    extent: str | None = declare(
        "whether all of the subject's images are meant or a part; absent where the source does not say",
        property="medkg:extent",
        pattern="whole|part",
        default=None,
    )
    certainty: str = declare(
        "how surely it is said", property="medkg:certainty", pattern="stated|hedged", default="stated"
    )
    cases: int | None = declare(
        "how many cases are shared, where the source counts",
        property="medkg:sharedCases",
        minimum=1,
        maximum=LARGEST_COUNT,
        default=None,
    )
    unit: str | None = declare("what those cases are", property="medkg:unit", vocabulary="unit", default=None)
    range: str | None = declare("which cases, as the source numbers them", property="medkg:caseRange", default=None)
    split: str | None = declare(
        "the split of the object that is meant", property="medkg:split", pattern="|".join(SPLITS), default=None
    )
    subject_split: str | None = declare(
        "the split of the subject that is meant",
        property="medkg:subjectSplit",
        pattern="|".join(SPLITS),
        default=None,
    )
    level: str = declare(
        "whether images or only patients are shared",
        property="medkg:level",
        pattern="acquisition|patient",
        default="acquisition",
    )
    refines: tuple[str, ...] = declare(
        "vaguer claims it makes precise, as `subject relation object`, which is `unnamed` where it is absent",
        property="medkg:refines",
        pattern=STATEMENT,
        default=(),
    )
    corrects: tuple[str, ...] = declare(
        "wrong claims it puts right, as `subject relation object`, which is `unnamed` where it is absent",
        property="medkg:corrects",
        pattern=STATEMENT,
        default=(),
    )
    evidence: tuple[Evidence, ...] = declare("who says so", default=())
    note: str | None = declare("what the source says, in our words", property="rdfs:comment", default=None)
