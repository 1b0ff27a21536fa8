"""What each layer of claims says of datasets: the default graph by all claims, a graph of its own by the catalogues.

A layer holds what its claims state, the plain relations of image extents that are meant, what the algebra infers
from them, and which datasets have an open provenance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from medkg.curation.read import Records
from medkg.graph import terms
from medkg.graph.lineage.claims import claim_nodes
from medkg.graph.lineage.relations import inclusion, relations
from medkg.graph.relatives import register
from medkg.lineage.layers import Layer, selected
from medkg.lineage.pairs import may_share, may_share_by_series, shares
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import Register
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes

_GRAPHS: Mapping[Layer, NamedNode | DefaultGraph] = MappingProxyType(
    {"all": DefaultGraph(), "catalogs": iris.LINEAGE_BY_CATALOGS}
)


def lineage(records: Records, prefixes: Prefixes) -> Iterator[Quad]:
    """Everything about lineage: the claims and both layers."""
    known = register(records)
    yield from _quads(claim_nodes(known.claims, prefixes), DefaultGraph())
    for layer, graph in _GRAPHS.items():
        yield from _quads(_layer(known, layer, prefixes), graph)


def _quads(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    return (Quad(each.subject, each.predicate, each.object, graph) for each in triples)


def _layer(known: Register, layer: Layer, prefixes: Prefixes) -> Iterator[Triple]:
    """What one layer says of datasets."""
    for each in selected(known.claims, layer, "acquisition"):
        yield from relations(each, prefixes)
    for series, editions in known.editions.items():
        for slug in editions:
            yield from inclusion(iris.dataset(slug), iris.dataset(series), prefixes)
    view = known.view(layer)
    for curie, pairs in (
        ("medkg:sharesImagesWith", shares(view.images)),
        ("medkg:mayShareImagesWith", may_share(view.images, guard=view.guard)),
        ("medkg:mayShareImagesBySeries", may_share_by_series(view.images, guard=view.guard)),
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
