"""The relation of two image extents that a claim states, and the composition of such relations.

The *extent* of a dataset is the set of its source acquisitions. `docs/lineage.md` explains both tables; the tests
derive the table of composition by enumeration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType

from medkg.model.claims import IN_SERIES, Claim


class Bond(StrEnum):
    """The bond of two datasets: a set relation of their extents, or a tie that says nothing of extents."""

    SAME = "="
    WITHIN = "⊆"
    CONTAINS = "⊇"
    MEETS = "∩"
    DISJOINT = "disjoint"
    PERHAPS = "perhaps ∩"
    COUNTED = "∩ by count"
    SYNTHESIS = "synthesis"
    SUCCESSION = "succession"


class Flow(IntEnum):
    """Which way images went, seen from one end of a bond."""

    AWAY = 1
    UNKNOWN = 0
    HERE = -1

    def reverse(self) -> Flow:
        """The same flow seen from the other end."""
        return Flow(-self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtentRelation:
    """The relation of the extents of subject and object, seen from the subject.

    Of a synthesis or a succession the flow says which of the two came first; no image went with it.
    """

    bond: Bond
    flow: Flow = Flow.UNKNOWN


STATED = frozenset({Bond.SAME, Bond.WITHIN, Bond.CONTAINS, Bond.MEETS})
"""Bonds under which two datasets that have images share some."""

_REVERSED = {Bond.WITHIN: Bond.CONTAINS, Bond.CONTAINS: Bond.WITHIN}

_RELATIONS: Mapping[str, ExtentRelation] = MappingProxyType(
    {
        "sameImagesAs": ExtentRelation(bond=Bond.SAME),
        "subsetOf": ExtentRelation(bond=Bond.WITHIN),
        "includesAllOf": ExtentRelation(bond=Bond.CONTAINS),
        "partOf": ExtentRelation(bond=Bond.WITHIN, flow=Flow.AWAY),
        "derivedFrom": ExtentRelation(bond=Bond.MEETS, flow=Flow.HERE),
        "annotates": ExtentRelation(bond=Bond.MEETS, flow=Flow.HERE),
        "expansionOf": ExtentRelation(bond=Bond.CONTAINS, flow=Flow.HERE),
        "overlaps": ExtentRelation(bond=Bond.MEETS),
        "possiblyOverlaps": ExtentRelation(bond=Bond.PERHAPS),
        "usesImagesOf": ExtentRelation(bond=Bond.MEETS, flow=Flow.HERE),
        "successorOf": ExtentRelation(bond=Bond.SUCCESSION, flow=Flow.HERE),
        "synthesizedFrom": ExtentRelation(bond=Bond.SYNTHESIS, flow=Flow.HERE),
        "disjointWith": ExtentRelation(bond=Bond.DISJOINT),
        IN_SERIES: ExtentRelation(bond=Bond.WITHIN, flow=Flow.AWAY),
    }
)
_WHOLE_IS_WITHIN = frozenset({"derivedFrom", "annotates"})
_PART_ONLY_MEETS = frozenset({"sameImagesAs", "subsetOf", "partOf"})


def extent_relation(claim: Claim) -> ExtentRelation | None:
    """The relation that a claim states of subject and object as wholes; None where it states none.

    A hedged `disjointWith` states none.

    `extent` is about the subject's images: it makes `derivedFrom` and `annotates` an inclusion where all are
    meant, and leaves of `sameImagesAs`, `subsetOf` and `partOf` a mere overlap where only a part is. A claim that
    names a split holds of the split, and of the whole dataset what follows from that.
    """
    relation = _relation_of_splits(claim)
    if relation is None or not (claim.split or claim.subject_split) or relation.bond not in STATED | {Bond.DISJOINT}:
        return relation
    down, up = (Bond.CONTAINS,) if claim.subject_split else (), (Bond.WITHIN,) if claim.split else ()
    bond = compose(*down, relation.bond, *up)
    return replace(relation, bond=bond) if bond else None


def _relation_of_splits(claim: Claim) -> ExtentRelation | None:
    """The relation that a claim states of the splits that it names, or of the wholes where it names none."""
    relation = _RELATIONS[claim.relation]
    if claim.relation in _WHOLE_IS_WITHIN and claim.extent == "whole":
        relation = replace(relation, bond=Bond.WITHIN)
    if claim.relation in _PART_ONLY_MEETS and claim.extent == "part":
        relation = replace(relation, bond=Bond.MEETS)
    if claim.certainty != "hedged":
        return relation
    if relation.bond is Bond.DISJOINT:
        return None
    return replace(relation, bond=Bond.PERHAPS) if relation.bond in STATED else relation


def reversed_bond(bond: Bond) -> Bond:
    """The bond seen from the other end.

    >>> reversed_bond(Bond.WITHIN).value
    '⊇'
    """
    return _REVERSED.get(bond, bond)


COMPOSITION: Mapping[tuple[Bond, Bond], Bond] = MappingProxyType(
    {
        **{(Bond.SAME, bond): bond for bond in (*STATED, Bond.DISJOINT)},
        **{(bond, Bond.SAME): bond for bond in (*STATED, Bond.DISJOINT)},
        (Bond.WITHIN, Bond.WITHIN): Bond.WITHIN,
        (Bond.WITHIN, Bond.DISJOINT): Bond.DISJOINT,
        (Bond.CONTAINS, Bond.WITHIN): Bond.MEETS,
        (Bond.CONTAINS, Bond.CONTAINS): Bond.CONTAINS,
        (Bond.CONTAINS, Bond.MEETS): Bond.MEETS,
        (Bond.MEETS, Bond.WITHIN): Bond.MEETS,
        (Bond.DISJOINT, Bond.CONTAINS): Bond.DISJOINT,
    }
)
"""The bond of A and C that A r B and B s C entail where no extent is empty; a missing pair entails none."""


def compose(*bonds: Bond) -> Bond | None:
    """The bond of the two ends of a path; None where nothing follows.

    >>> compose(Bond.CONTAINS, Bond.MEETS, Bond.WITHIN).value
    '∩'
    >>> compose(Bond.WITHIN, Bond.CONTAINS) is None
    True
    """
    composed: Bond | None = Bond.SAME
    for bond in bonds:
        composed = COMPOSITION.get((composed, bond)) if composed else None
    return composed
