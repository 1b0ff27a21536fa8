"""JSON-LD, compacted node by node under our context, which stands in the document.

The nodes of the default graph stand at the top level of `@graph`, each named graph as an object beside them. This is
the part of the algorithm that flat nodes need (https://www.w3.org/TR/json-ld11-api/#compaction-algorithms): pyld gives
counts as strings and takes ten times as long; tests compare with pyld, rdflib and pyoxigraph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from medkg.evaluation.formats import JSON_LD, refusal
from medkg.export.jsonld_context import Context, ContextTerm
from medkg.export.rdf import order
from medkg.rdf.terms import RDF_TYPE, XSD

Node = NamedNode | BlankNode
Object = Node | Literal

_STRING, _INTEGER, _BOOLEAN = f"{XSD}string", f"{XSD}integer", f"{XSD}boolean"
_EXACT = 2**53  # beyond it a reader of JSON may round: https://www.rfc-editor.org/rfc/rfc8259#section-6


class Compaction:
    """The short forms of IRIs and values under one context."""

    def __init__(self, context: Context) -> None:
        self._names = frozenset((*context.prefixes, *context.terms))
        self._terms = {term.iri: term for term in context.terms.values()}
        self._spaces = sorted(context.prefixes.items(), key=lambda space: len(space[1]), reverse=True)
        self._curies: dict[str, str] = {}

    def node(self, node: Node) -> str:
        """A node as `@id` has it."""
        return self._curie(node.value) if isinstance(node, NamedNode) else str(node)

    def word(self, iri: NamedNode) -> str:
        """A property, class or datatype by its name in the context, else its CURIE or IRI."""
        term = self._terms.get(iri.value)
        return term.name if term else self._curie(iri.value)

    def values(self, property_: NamedNode, objects: Iterable[Object]) -> Any:
        """All values of a property: by language where the context has it so, a list where there are several."""
        term = self._terms.get(property_.value) or ContextTerm(iri=property_.value, name="")
        values = list(objects)
        if term.by_language and all(_is_text(value) for value in values):
            return _by_language(value for value in values if isinstance(value, Literal))
        always_list = term.always_list or term.by_language  # an object alone would be read as a language map
        return one_or_list([self._value(value, term) for value in values], always_list=always_list)

    def _value(self, value: Object, term: ContextTerm) -> Any:
        """One value, in the shortest form that reads back as it is."""
        if isinstance(value, Literal):
            return self._literal(value, term)
        if term.type == "@vocab" and isinstance(value, NamedNode):
            return self._key(value, term.scope) if term.scope else self.word(value)
        return self.node(value) if term.type in ("@id", "@vocab") else {"@id": self.node(value)}

    def _key(self, iri: NamedNode, scope: str) -> str:
        """A concept by its key, unless the context calls something else so."""
        key = iri.value.removeprefix(scope)
        is_key = key not in self._names and ":" not in key and iri.value != key
        return key if is_key else self._curie(iri.value)

    def _literal(self, literal: Literal, term: ContextTerm) -> Any:
        if literal.language:
            direction = {"@direction": literal.direction.value} if literal.direction else {}
            return {"@value": literal.value, "@language": literal.language, **direction}
        datatype = literal.datatype.value
        if datatype == _STRING:
            return literal.value if term.type is None else {"@value": literal.value}
        if term.type in (None, datatype) and (native := _native(literal.value, datatype)) is not None:
            return native
        if term.type == datatype:
            return literal.value
        return {"@value": literal.value, "@type": self.word(literal.datatype)}

    def _curie(self, iri: str) -> str:
        """The IRI with the longest prefix that fits, else whole."""
        if iri not in self._curies:
            fitting = (space for space in self._spaces if iri.startswith(space[1]) and len(iri) > len(space[1]))
            prefix, space = next(fitting, ("", ""))
            local = iri[len(space) :]
            self._curies[iri] = f"{prefix}:{local}" if prefix and not local.startswith("//") else iri
        return self._curies[iri]


def one_or_list(values: list[Any], *, always_list: bool = False) -> Any:
    """The values as a property has them: one as it is, several as a list."""
    return values if always_list or len(values) != 1 else values[0]


def _is_text(value: Object) -> bool:
    if not isinstance(value, Literal) or value.direction:  # for which a language map has no place
        return False
    return bool(value.language) or value.datatype.value == _STRING


def _by_language(texts: Iterable[Literal]) -> Any:
    """A language map, texts of no language under `@none`; where none has one, the texts alone."""
    texts_of: dict[str, list[Any]] = {}
    for text in texts:
        texts_of.setdefault(text.language or "@none", []).append(text.value)
    by_language = {tag: one_or_list(texts_of[tag]) for tag in sorted(texts_of)}
    return by_language["@none"] if [*texts_of] == ["@none"] else by_language


def _native(lexical: str, datatype: str) -> int | bool | None:
    """A canonical number or truth value as JSON has it; None for other literals."""
    if datatype == _BOOLEAN and lexical in ("true", "false"):
        return lexical == "true"
    is_canonical = datatype == _INTEGER and re.fullmatch(r"0|-?[1-9][0-9]*", lexical)
    return int(lexical) if is_canonical and abs(int(lexical)) < _EXACT else None


def document(quads: Collection[Quad], context: Context) -> Iterator[bytes]:
    """The document in parts, an object of the top level each.

    A `FormatError` before the first part where there is a triple within a triple, which JSON-LD 1.1 has no form for.
    """
    if any(isinstance(quad.object, Triple) for quad in quads):
        raise refusal(JSON_LD, "there is a triple within a triple")
    yield b'{\n"@context": ' + _json(context.json()) + b',\n"@graph": ['
    between = b"\n"
    for member in _objects(quads, Compaction(context)):
        yield between + _json(member)
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
    if predicate == RDF_TYPE and all(isinstance(value, NamedNode) for value in objects):
        return "@type", one_or_list([compaction.word(value) for value in objects])
    return compaction.word(predicate), compaction.values(predicate, objects)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
