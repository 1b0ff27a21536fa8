"""Claims as nodes: one for each thing that is claimed, with everybody who states it.

The node is named by its content, so that the same claim of several sources, or of both ends of a symmetric
relation, is the same node. Refined and corrected claims keep theirs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from medkg.graph import terms
from medkg.graph.lineage.relations import subject
from medkg.graph.ontology import TERMS
from medkg.lineage.layers import SituatedClaim
from medkg.model import prefixes as iris
from medkg.model.claims import SYMMETRIC, Claim, Evidence
from medkg.model.prefixes import Prefixes

_SUPERSEDING = (("refines", "medkg:refines", "medkg:refinedBy"), ("corrects", "medkg:corrects", "medkg:correctedBy"))

Ends = tuple[NamedNode, NamedNode | None]


def claim_nodes(claims: Collection[SituatedClaim], prefixes: Prefixes) -> Iterator[Triple]:
    """Every claim, with its evidence and the claims it refines or corrects."""
    named: dict[str, list[SituatedClaim]] = defaultdict(list)
    for each in claims:
        for statement in each.statements:
            named[statement].append(each)
    for each in claims:
        node = claim_iri(each)
        yield Triple(node, terms.RDF_TYPE, prefixes.expand("medkg:LineageClaim"))
        yield from (Triple(node, *said) for said in _said(each, prefixes))
        for evidence in each.claim.evidence:
            yield Triple(node, prefixes.expand("medkg:basis"), Literal(evidence.basis))
            yield Triple(node, prefixes.expand("dcterms:source"), _source(evidence))
        yield from _superseded(each, node, named, prefixes)


def claim_iri(situated: SituatedClaim) -> NamedNode:
    """The IRI of a claim, which is made of the IRIs of what it joins and of its extent, certainty and splits."""
    claim, (start, end) = situated.claim, _ends(situated)
    content = (
        start.value,
        TERMS + claim.relation,
        end.value if end else "",
        claim.extent,
        claim.certainty,
        claim.split,
        *((claim.subject_split,) if claim.subject_split else ()),  # without one an IRI stays what it was
    )
    digest = hashlib.sha256("\n".join(each or "" for each in content).encode()).hexdigest()
    return iris.claim(digest[:16])


def _ends(situated: SituatedClaim) -> Ends:
    """Subject and object; those of a symmetric relation by their IRIs, unless a split is that of one of them."""
    one, claim = subject(situated), situated.claim
    if claim.object is None:
        return one, None
    other = iris.dataset(claim.object)
    has_split = claim.split or claim.subject_split
    if claim.relation in SYMMETRIC and not has_split and other.value < one.value:
        return other, one
    return one, other


def _said(situated: SituatedClaim, prefixes: Prefixes) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """What is claimed, as properties of the claim."""
    claim, (start, end) = situated.claim, _ends(situated)
    yield prefixes.expand("rdf:subject"), start
    yield prefixes.expand("rdf:predicate"), NamedNode(TERMS + claim.relation)
    if end:
        yield prefixes.expand("rdf:object"), end
    for curie, text in _texts(claim):
        if text:
            yield prefixes.expand(curie), Literal(text)
    if claim.cases is not None:
        yield prefixes.expand("medkg:sharedCases"), terms.integer(claim.cases)
        yield prefixes.expand("medkg:unit"), iris.concept("unit", claim.unit or "case")
    if claim.note:
        yield prefixes.expand("rdfs:comment"), terms.english(claim.note)


def _texts(claim: Claim) -> tuple[tuple[str, str | None], ...]:
    return (
        ("medkg:extent", claim.extent),
        ("medkg:certainty", claim.certainty),
        ("medkg:caseRange", claim.range),
        ("medkg:split", claim.split),
        ("medkg:subjectSplit", claim.subject_split),
        ("medkg:level", claim.level),
    )


def _source(evidence: Evidence) -> NamedNode:
    """The catalogue's record or the paper's canonical IRI."""
    if evidence.basis == "catalog":
        return iris.record(evidence.catalog or "", evidence.key or "")
    return iris.paper(evidence.source or "")


def _superseded(
    by: SituatedClaim, node: NamedNode, named: Mapping[str, list[SituatedClaim]], prefixes: Prefixes
) -> Iterator[Triple]:
    """The claims that a claim refines or corrects, which know it too."""
    for field, curie, inverse in _SUPERSEDING:
        for statement in getattr(by.claim, field):
            for each in named.get(statement, ()):
                other = claim_iri(each)
                if other != node:
                    yield Triple(node, prefixes.expand(curie), other)
                    yield Triple(other, prefixes.expand(inverse), node)
