"""The description of one thing: what the graph says with its IRI as subject, and what hangs on it.

Parts of a thing (its counts, annotations, the terms of an ontology) are named by fragments of its
IRI, `<thing#part>`, so that there are no blank nodes and every part has an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from medkg.evaluation.formats import Format

IS_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of one thing: what we believe, and where it names a graph, what that graph states."""

    iri: NamedNode
    believed: tuple[Triple, ...]
    stated: tuple[Triple, ...]

    def written_in(self, form: Format) -> list[Triple] | list[Quad]:
        """What a document in a format holds: what we believe, and the named graph too where the format has graphs."""
        if not isinstance(form.engine, RdfFormat) or not form.engine.supports_datasets:
            return list(self.believed)
        return [_quad(each, DefaultGraph()) for each in self.believed] + [_quad(each, self.iri) for each in self.stated]


def describe(store: Store, iri: NamedNode) -> Description | None:
    """The description of a thing; None where the default graph has no statement about it."""
    own = list(_statements(store, iri))
    if not own:
        return None
    parts = dict.fromkeys(_parts(store, iri, own))
    believed = own + [statement for part in parts for statement in _statements(store, part)]
    stated = (quad.triple for quad in store.quads_for_pattern(None, None, None, iri))
    return Description(iri=iri, believed=tuple(believed), stated=tuple(stated))


def _quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _statements(store: Store, subject: NamedNode) -> Iterator[Triple]:
    """What we believe of a subject."""
    return (quad.triple for quad in store.quads_for_pattern(subject, None, None, DefaultGraph()))


def _parts(store: Store, iri: NamedNode, own: list[Triple]) -> Iterator[NamedNode]:
    """The fragments of an IRI that its statements lead to, or that say they are defined by it."""
    defined = store.quads_for_pattern(None, IS_DEFINED_BY, iri, DefaultGraph())
    for node in (*(triple.object for triple in own), *(quad.subject for quad in defined)):
        if isinstance(node, NamedNode) and node.value.startswith(f"{iri.value}#"):
            yield node
