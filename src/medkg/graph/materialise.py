"""What our terms imply, said outright, so that a client who knows only DCAT and PROV finds its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from medkg.graph.ontology import Supers

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def materialise(quads: Iterable[Quad], supers: Supers) -> Iterator[Quad]:
    """Each quad and, in the same graph, those that follow by the super-terms of its property or class."""
    for quad in quads:
        yield quad
        subject, predicate, object_, graph = quad
        for wider in supers.get(predicate, ()):
            yield Quad(subject, wider, object_, graph)
        if predicate == _TYPE and isinstance(object_, NamedNode):
            for wider in supers.get(object_, ()):
                yield Quad(subject, _TYPE, wider, graph)
