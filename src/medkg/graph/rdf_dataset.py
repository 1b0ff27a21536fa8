"""The whole graph of some records: sorted N-Quads, the digest that names it, and the default graph's triples."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple

from medkg.curation import Records
from medkg.graph.curies import refuse_unknown_prefixes
from medkg.graph.materialise import materialise
from medkg.graph.ontology import supers, triples
from medkg.graph.quads import quads
from medkg.model import prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class RdfDataset:
    """An RDF dataset in its one canonical form, and its default graph once more as triples."""

    nquads: bytes
    default_graph: tuple[Triple, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the N-Quads."""
        return hashlib.sha256(self.nquads).hexdigest()


def rdf_dataset(records: Records, ontology: Path) -> RdfDataset:
    """The RDF dataset that records make, with what follows from it, and the ontology.

    Raises one ExceptionGroup of the records' CURIEs whose prefix the ontology's prefix map lacks.
    """
    names = prefixes.load(ontology)
    refuse_unknown_prefixes(records, names)
    ours = triples(ontology)
    found = [*materialise(quads(records, names), supers(ours)), *(Quad(*each) for each in ours)]
    default = dict.fromkeys(quad.triple for quad in found if isinstance(quad.graph_name, DefaultGraph))
    return RdfDataset(nquads=canonical(found), default_graph=tuple(default))


def canonical(found: list[Quad]) -> bytes:
    """The quads as N-Quads, each once, sorted by bytes; to be the same twice they need to be free of blank nodes."""
    lines = (pyoxigraph.serialize(found, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(set(lines)))
