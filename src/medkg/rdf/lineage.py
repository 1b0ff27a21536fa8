"""Lineage as quads: the claims as nodes, and for each layer of claims the relations of datasets that follow from it.

The layer of all claims is in the default graph, that of the catalogues' claims in a graph of its own. A claim's node is
named by its content, so that the same claim of several sources, or of both ends of a symmetric relation, is one node.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from medkg.lineage.claims import Layer, SituatedClaim, claims_in_layer
from medkg.lineage.pairs import possible_pairs, possible_series_pairs, sharing_pairs
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import Register
from medkg.lineage.relations import Bond, extent_relation
from medkg.model import prefixes as iris
from medkg.model.claims import SYMMETRIC, Claim, Evidence
from medkg.model.prefixes import TERMS, Prefixes
from medkg.rdf import terms

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
    """The relations of its two ends that a claim states and means; none where one end is not named."""
    claim, means = situated.claim, extent_relation(situated.claim)
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


_SUPERSEDING = (("refines", "medkg:refines", "medkg:refinedBy"), ("corrects", "medkg:corrects", "medkg:correctedBy"))

Ends = tuple[NamedNode, NamedNode | None]


def claim_nodes(claims: Collection[SituatedClaim], prefixes: Prefixes) -> Iterator[Triple]:
    """Every claim, with its evidence and the claims it refines or corrects."""
    named: dict[str, list[SituatedClaim]] = defaultdict(list)
    for situated in claims:
        for statement in situated.statements:
            named[statement].append(situated)
    for situated in claims:
        node = claim_iri(situated)
        yield Triple(node, terms.RDF_TYPE, prefixes.expand("medkg:LineageClaim"))
        yield from (Triple(node, *content) for content in _claim_content(situated, prefixes))
        for evidence in situated.claim.evidence:
            yield Triple(node, prefixes.expand("medkg:basis"), Literal(evidence.basis))
            yield Triple(node, prefixes.expand("dcterms:source"), _source(evidence))
        yield from _supersessions(situated, node, named, prefixes)


def claim_iri(situated: SituatedClaim) -> NamedNode:
    """The IRI of a claim, made of the IRIs of its ends and of its relation, extent, certainty and splits."""
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
    digest = hashlib.sha256("\n".join(part or "" for part in content).encode()).hexdigest()
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


def _claim_content(situated: SituatedClaim, prefixes: Prefixes) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """The content of a claim, as properties of its node."""
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


def _supersessions(
    by: SituatedClaim, node: NamedNode, named: Mapping[str, list[SituatedClaim]], prefixes: Prefixes
) -> Iterator[Triple]:
    """The claims that a claim refines or corrects, both ways."""
    for field, curie, inverse in _SUPERSEDING:
        for statement in getattr(by.claim, field):
            for target in named.get(statement, ()):
                other = claim_iri(target)
                if other != node:
                    yield Triple(node, prefixes.expand(curie), other)
                    yield Triple(other, prefixes.expand(inverse), node)


_GRAPHS: Mapping[Layer, NamedNode | DefaultGraph] = MappingProxyType(
    {"all": DefaultGraph(), "catalogs": iris.LINEAGE_BY_CATALOGS}
)


def lineage(register: Register, prefixes: Prefixes) -> Iterator[Quad]:
    """Every quad about lineage: the claims and both layers."""
    yield from _quads(claim_nodes(register.claims, prefixes), DefaultGraph())
    for layer, graph in _GRAPHS.items():
        yield from _quads(_layer(register, layer, prefixes), graph)


def _quads(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def _layer(known: Register, layer: Layer, prefixes: Prefixes) -> Iterator[Triple]:
    """The relations of datasets in one layer."""
    for situated in claims_in_layer(known.claims, layer, "acquisition"):
        yield from relations(situated, prefixes)
    for series, editions in known.editions.items():
        for slug in editions:
            yield from inclusion(iris.dataset(slug), iris.dataset(series), prefixes)
    view = known.view(layer)
    for curie, pairs in (
        ("medkg:sharesImagesWith", sharing_pairs(view.images)),
        ("medkg:mayShareImagesWith", possible_pairs(view.images, exclude=view.exclude)),
        ("medkg:mayShareImagesBySeries", possible_series_pairs(view.images, exclude=view.exclude)),
    ):
        for one, other in pairs:
            yield Triple(iris.dataset(one), prefixes.expand(curie), iris.dataset(other))
            yield Triple(iris.dataset(other), prefixes.expand(curie), iris.dataset(one))
    for slug in sorted(view.images.classes.keys() - view.images.challenges):
        for opening in open_provenance(view.images, slug):
            yield _opening(slug, opening.claim.source, prefixes)


def _opening(slug: str, source: str, prefixes: Prefixes) -> Triple:
    """That a dataset's provenance is open: by a claim on itself, or on one that its images may have come from."""
    node = iris.dataset(slug)
    if slug == source:
        return Triple(node, prefixes.expand("medkg:openProvenance"), terms.boolean(True))
    return Triple(node, prefixes.expand("medkg:inheritsOpenProvenanceFrom"), iris.dataset(source))
