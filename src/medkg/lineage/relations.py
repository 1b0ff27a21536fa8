"""What a claim says of the image extents of two datasets, and what two such statements say together.

The *extent* of a dataset is the set of its source acquisitions. `meaning` is the table from a claim's relation,
extent and certainty to a bond of the two extents and the way images went; `compose` is the table by which bonds
follow from bonds. `docs/lineage.md` tells both in words, the tests derive the second one by enumeration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType

from medkg.model.claims import IN_SERIES, Claim


class Bond(StrEnum):
    """How two datasets are bound: a set relation of their extents, or a tie that says nothing of extents."""

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

    def reversed(self) -> Flow:
        """The same flow seen from the other end."""
        return Flow(-self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a claim says of its subject and object, seen from the subject.

    Of a synthesis or a succession the flow tells which of the two came first; no image went with it.
    """

    bond: Bond
    flow: Flow = Flow.UNKNOWN


STATED = frozenset({Bond.SAME, Bond.WITHIN, Bond.CONTAINS, Bond.MEETS})
"""Bonds under which two datasets that have images share some."""

_REVERSED = {Bond.WITHIN: Bond.CONTAINS, Bond.CONTAINS: Bond.WITHIN}

_MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "sameImagesAs": Meaning(bond=Bond.SAME),
        "subsetOf": Meaning(bond=Bond.WITHIN),
        "includesAllOf": Meaning(bond=Bond.CONTAINS),
        "partOf": Meaning(bond=Bond.WITHIN, flow=Flow.AWAY),
        "derivedFrom": Meaning(bond=Bond.MEETS, flow=Flow.HERE),
        "annotates": Meaning(bond=Bond.MEETS, flow=Flow.HERE),
        "expansionOf": Meaning(bond=Bond.CONTAINS, flow=Flow.HERE),
        "overlaps": Meaning(bond=Bond.MEETS),
        "possiblyOverlaps": Meaning(bond=Bond.PERHAPS),
        "usesImagesOf": Meaning(bond=Bond.MEETS, flow=Flow.HERE),
        "successorOf": Meaning(bond=Bond.SUCCESSION, flow=Flow.HERE),
        "synthesizedFrom": Meaning(bond=Bond.SYNTHESIS, flow=Flow.HERE),
        "disjointWith": Meaning(bond=Bond.DISJOINT),
        IN_SERIES: Meaning(bond=Bond.WITHIN, flow=Flow.AWAY),
    }
)
_WHOLE_IS_WITHIN = frozenset({"derivedFrom", "annotates"})
_PART_ONLY_MEETS = frozenset({"sameImagesAs", "subsetOf", "partOf"})


def meaning(claim: Claim) -> Meaning | None:
    """What a claim says of subject and object as wholes; None where it says nothing, as a hedged `disjointWith` does.

    `extent` speaks of the subject's images: it makes `derivedFrom` and `annotates` an inclusion where all are
    meant, and leaves of `sameImagesAs`, `subsetOf` and `partOf` a mere overlap where only a part is. A claim that
    names a split holds of the split, and of the whole dataset what follows from that.
    """
    found = _meaning_of_parts(claim)
    if found is None or not (claim.split or claim.subject_split) or found.bond not in STATED | {Bond.DISJOINT}:
        return found
    down, up = (Bond.CONTAINS,) if claim.subject_split else (), (Bond.WITHIN,) if claim.split else ()
    bond = compose(*down, found.bond, *up)
    return replace(found, bond=bond) if bond else None


def _meaning_of_parts(claim: Claim) -> Meaning | None:
    """What a claim says of the very splits that it names, or of the wholes where it names none."""
    found = _MEANINGS[claim.relation]
    if claim.relation in _WHOLE_IS_WITHIN and claim.extent == "whole":
        found = Meaning(bond=Bond.WITHIN, flow=found.flow)
    if claim.relation in _PART_ONLY_MEETS and claim.extent == "part":
        found = Meaning(bond=Bond.MEETS, flow=found.flow)
    if claim.certainty != "hedged":
        return found
    if found.bond is Bond.DISJOINT:
        return None
    return Meaning(bond=Bond.PERHAPS, flow=found.flow) if found.bond in STATED else found


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
"""What A r B and B s C entail of A and C where no extent is empty; a pair that is missing entails nothing."""


def compose(*bonds: Bond) -> Bond | None:
    """The bond of the two ends of a path; None where nothing follows.

    >>> compose(Bond.CONTAINS, Bond.MEETS, Bond.WITHIN).value
    '∩'
    >>> compose(Bond.WITHIN, Bond.CONTAINS) is None
    True
    """
    found: Bond | None = Bond.SAME
    for bond in bonds:
        found = COMPOSITION.get((found, bond)) if found else None
    return found
