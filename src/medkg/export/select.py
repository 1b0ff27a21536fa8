"""What an export holds: the whole RDF dataset, or all that concerns one dataset."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from medkg.errors import UnknownName
from medkg.model import prefixes as iris

_IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
_PAPER = NamedNode("http://purl.org/dc/terms/isReferencedBy")
_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
_TOPICS = (NamedNode("http://xmlns.com/foaf/0.1/primaryTopic"), NamedNode("http://xmlns.com/foaf/0.1/topic"))


def whole(store: Store) -> list[Quad]:
    """Every quad of the store."""
    return list(store)


def of_dataset(store: Store, slug: str) -> list[Quad]:
    """What the graph holds of one dataset: itself, its papers and records, their parts, and what each record states."""
    node = iris.dataset(slug)
    own = list(_described(store, node))
    if not own:
        raise UnknownName(_unknown(store, slug))
    papers = [quad.object for quad in own if quad.predicate == _PAPER and isinstance(quad.object, NamedNode)]
    records = sorted({record.value for record in _records(store, node)})
    for other in (*papers, *map(NamedNode, records)):
        own.extend(_described(store, other))
    for record in records:
        own.extend(store.quads_for_pattern(None, None, None, NamedNode(record)))
    return list(dict.fromkeys(own))


def vocabulary(store: Store) -> list[Triple]:
    """What the graph says of the ontology's own terms, by which the JSON-LD context names them."""
    defined = store.quads_for_pattern(None, _DEFINED_BY, None, DefaultGraph())
    return [quad.triple for term in defined for quad in _about(store, term.subject)]


def _described(store: Store, node: NamedNode) -> Iterator[Quad]:
    """The statements about a node and about the parts it leads to, which are fragments of its IRI."""
    for quad in _about(store, node):
        yield quad
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(f"{node.value}#"):
            yield from _about(store, quad.object)


def _about(store: Store, subject: object) -> Iterator[Quad]:
    if isinstance(subject, NamedNode):
        yield from store.quads_for_pattern(subject, None, None, DefaultGraph())


def _records(store: Store, dataset: NamedNode) -> Iterator[NamedNode]:
    """The records that stand for a dataset, or for it and others."""
    for topic in _TOPICS:
        for quad in store.quads_for_pattern(None, topic, dataset, DefaultGraph()):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject


def _unknown(store: Store, slug: str) -> str:
    from rapidfuzz import process  # only a mistake needs it

    start = iris.dataset("").value
    identified = store.quads_for_pattern(None, _IDENTIFIER, None, DefaultGraph())
    subjects = [quad.subject.value for quad in identified if isinstance(quad.subject, NamedNode)]
    slugs = [subject.removeprefix(start) for subject in subjects if subject.startswith(start)]
    near = [choice for choice, _, _ in process.extract(slug, slugs, limit=3, score_cutoff=60)]
    return f"no dataset has the slug {slug!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
