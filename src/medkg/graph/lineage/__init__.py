"""Lineage in RDF: claims as nodes, and what they say of datasets, stated and inferred, layer by layer."""

from medkg.graph.lineage.claims import claim_iri
from medkg.graph.lineage.layers import lineage

__all__ = ["claim_iri", "lineage"]
