"""Claims and their evidence as English sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from medkg.lineage.verdicts import Step
from medkg.model.claims import IN_SERIES, Claim, Evidence

Names = Mapping[str, str]
"""What datasets are called, by slug; one that is missing goes by its slug."""

NO_NAMES: Names = MappingProxyType({})

Lines = Mapping[tuple[str, str], int]
"""The line of an entry, by catalogue and key; one that is missing goes by its key."""

NO_LINES: Lines = MappingProxyType({})

_VERBS = MappingProxyType(
    {
        "sameImagesAs": "has the same images as",
        "subsetOf": "is contained in",
        "includesAllOf": "includes all of",
        "partOf": "is a part of",
        "derivedFrom": "is drawn from",
        "annotates": "gives new labels to images of",
        "expansionOf": "is a later and larger release of",
        "overlaps": "overlaps",
        "possiblyOverlaps": "might overlap",
        "usesImagesOf": "uses images of",
        "successorOf": "is a later edition than",
        "synthesizedFrom": "was synthesised by a model trained on",
        "disjointWith": "shares nothing with",
        IN_SERIES: "is an edition of",
    }
)
_OF_EXTENT = MappingProxyType({"derivedFrom": ("wholly", "in part"), "annotates": ("alone", "among others")})
_UNCERTAIN = "perhaps, as it is said with reserve"


def called(slug: str | None, names: Names) -> str:
    """What a dataset is called; a source without a name is called that."""
    return names.get(slug, slug) if slug else "a source that is not named"


def sentence(step: Step, names: Names = NO_NAMES, lines: Lines = NO_LINES) -> str:
    """A claim in its own direction, with its details and who says it, as one sentence.

    >>> from medkg.model.claims import Claim, Evidence
    >>> said = Evidence(basis="catalog", catalog="linhandev", key="lits")
    >>> claim = Claim(relation="subsetOf", object="lits", extent="whole", split="train", evidence=(said,))
    >>> sentence(Step(source="3d-ircadb", claim=claim), {"3d-ircadb": "3D-IRCADb", "lits": "LiTS"})
    '3D-IRCADb is contained in LiTS (train split), says linhandev, entry lits.'
    """
    sources = " and ".join(witnesses(step, lines)) or "nobody on record"
    return f"{statement(step, names)}, says {sources}."


def statement(step: Step, names: Names = NO_NAMES) -> str:
    """A claim in its own direction, with its details and without who says it."""
    claim = step.claim
    part = f" ({claim.subject_split} split)" if claim.subject_split else ""
    said = f"{called(step.source, names)}{part} {_VERBS[claim.relation]} {called(claim.object, names)}"
    return f"{said}{_details(claim)}"


def witnesses(step: Step, lines: Lines = NO_LINES) -> tuple[str, ...]:
    """Who states a claim, once each; that a dataset is an edition of a series is a decision of our own."""
    if step.relation == IN_SERIES:
        return ("medkg",)
    return tuple(dict.fromkeys(cited(each, lines) for each in step.evidence))


def cited(evidence: Evidence, lines: Lines = NO_LINES) -> str:
    """Where a claim stands: a catalogue's line or entry, or the address of a publication."""
    if not evidence.catalog:
        return evidence.source or "a source"
    line = lines.get((evidence.catalog, evidence.key or ""))
    return f"{evidence.catalog}:{line}" if line else f"{evidence.catalog}, entry {evidence.key}"


def _details(claim: Claim) -> str:
    """What else a claim tells, in brackets."""
    details = [f"{claim.split} split"] if claim.split else []
    if claim.extent and claim.relation in _OF_EXTENT:
        details.append(_OF_EXTENT[claim.relation][claim.extent != "whole"])
    if claim.cases is not None:
        details.append(f"{claim.cases:,} of unit {claim.unit}" if claim.unit else f"{claim.cases:,} cases")
    if claim.range:
        details.append(f"numbers {claim.range}")
    if claim.level == "patient":
        details.append("of patients")
    if claim.certainty == "hedged":
        details.append(_UNCERTAIN)
    return f" ({', '.join(details)})" if details else ""
