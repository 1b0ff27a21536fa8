"""Which concepts are wider than which: the vocabularies' hierarchies, read out of the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.model.prefixes import Prefixes

Closure = Mapping[str, Set[str]]
"""For each concept all that lie beyond it in one direction, by IRI; one that is missing has none."""


def wider(store: Store, prefixes: Prefixes) -> Closure:
    """All wider concepts of each concept."""
    return _closure(store, prefixes.expand("skos:broader"))


def narrower(store: Store, prefixes: Prefixes) -> Closure:
    """All narrower concepts of each concept."""
    return _closure(store, prefixes.expand("skos:narrower"))


def _closure(store: Store, property_: NamedNode) -> Closure:
    direct: dict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, property_, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            direct[quad.subject.value].append(quad.object.value)
    return {concept: _reached(concept, direct) for concept in direct}


def _reached(concept: str, direct: Mapping[str, list[str]]) -> Set[str]:
    found: dict[str, None] = {concept: None}
    waiting = [concept]
    for each in waiting:
        new = [other for other in direct.get(each, ()) if other not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return found.keys() - {concept}
