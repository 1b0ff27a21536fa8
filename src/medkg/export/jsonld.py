"""JSON-LD, compacted node by node under our context, which stands in the document: reading needs no network.

The default graph's nodes stand at the top level of `@graph`; each named graph is an object beside them,
`{"@id": record, "@graph": [...]}`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from medkg.evaluation.formats import JSON_LD, refusal
from medkg.export.compaction import Compaction, one_or_list
from medkg.export.context import Context
from medkg.export.rdf import TYPE, order


def document(quads: Collection[Quad], context: Context) -> Iterator[bytes]:
    """The document in parts, an object of the top level each.

    A `FormatError` before the first part where there is a triple within a triple, which JSON-LD 1.1 has no form for.
    """
    if any(isinstance(quad.object, Triple) for quad in quads):
        raise refusal(JSON_LD, "there is a triple within a triple")
    yield b'{\n"@context": ' + _json(context.json()) + b',\n"@graph": ['
    between = b"\n"
    for each in _objects(quads, Compaction(context)):
        yield between + _json(each)
        between = b",\n"
    yield b"\n]\n}\n"


def _objects(quads: Iterable[Quad], compaction: Compaction) -> Iterator[dict[str, Any]]:
    """The nodes of the default graph, then the named graphs."""
    for graph, statements in groupby(sorted(quads, key=order), key=lambda quad: quad.graph_name):
        nodes = _nodes(statements, compaction)
        if isinstance(graph, DefaultGraph):
            yield from nodes
        else:
            yield {"@id": compaction.node(graph), "@graph": list(nodes)}


def _nodes(statements: Iterable[Quad], compaction: Compaction) -> Iterator[dict[str, Any]]:
    for subject, own in groupby(statements, key=lambda quad: quad.subject):
        node = {"@id": compaction.node(subject)}
        for predicate, same in groupby(own, key=lambda quad: quad.predicate):
            objects = [quad.object for quad in same]
            node.update([_member(predicate, objects, compaction)])
        yield node


def _member(predicate: NamedNode, objects: list[Any], compaction: Compaction) -> tuple[str, Any]:
    """A property's name with all its values; the classes a node has go by `@type`."""
    if predicate == TYPE and all(isinstance(each, NamedNode) for each in objects):
        return "@type", one_or_list([compaction.word(each) for each in objects])
    return compaction.word(predicate), compaction.values(predicate, objects)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
