"""One claim as relations of two datasets: what it states, and the plain relation of image extents that it means.

Whatever has an inverse is said in both directions, so that a property path can go either way. A hedged claim
states only that the two may overlap, and means nothing plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from pyoxigraph import NamedNode, Triple

from medkg.lineage.layers import SituatedClaim
from medkg.lineage.relations import Bond, meaning
from medkg.model import prefixes as iris
from medkg.model.claims import SYMMETRIC
from medkg.model.prefixes import Prefixes

_INVERSE = MappingProxyType(
    {"subsetOf": "medkg:includesAllOf", "includesAllOf": "medkg:subsetOf", "partOf": "medkg:hasPart"}
)
_PLAIN = MappingProxyType(
    {
        Bond.SAME: ("medkg:sameExtent", "medkg:sameExtent"),
        Bond.WITHIN: ("medkg:within", "medkg:contains"),
        Bond.CONTAINS: ("medkg:contains", "medkg:within"),
        Bond.MEETS: ("medkg:meets", "medkg:meets"),
    }
)


def relations(situated: SituatedClaim, prefixes: Prefixes) -> Iterator[Triple]:
    """What a claim says of its two ends; nothing where one of them is not named."""
    claim, means = situated.claim, meaning(situated.claim)
    if means is None or claim.object is None:
        return
    hedged = claim.certainty == "hedged"
    if hedged and means.bond is not Bond.PERHAPS:
        return
    relation = "possiblyOverlaps" if hedged else claim.relation
    stated = f"medkg:{relation}"
    inverse = stated if relation in SYMMETRIC else _INVERSE.get(relation)
    if situated.is_challenge:
        inverse = None  # what is stated is stated of datasets; the plain relations lead back to a challenge
    there, back = _PLAIN.get(means.bond, (None, None))
    one, other = subject(situated), iris.dataset(claim.object)
    for start, curie, end in (
        (one, stated, other),
        (other, inverse, one),
        (one, there, other),
        (other, back, one),
    ):
        if curie:
            yield Triple(start, prefixes.expand(curie), end)


def inclusion(part: NamedNode, whole: NamedNode, prefixes: Prefixes) -> Iterator[Triple]:
    """That all images of one dataset are in another, from both ends."""
    within, contains = _PLAIN[Bond.WITHIN]
    yield Triple(part, prefixes.expand(within), whole)
    yield Triple(whole, prefixes.expand(contains), part)


def subject(situated: SituatedClaim) -> NamedNode:
    """The dataset or challenge that makes a claim."""
    return (iris.challenge if situated.is_challenge else iris.dataset)(situated.subject)
