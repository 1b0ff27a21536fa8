"""Documents of the engine as XML that parsers read: names of elements, and characters, neither of which it checks.

It writes an element without a name for a property or class whose IRI ends in none, and control characters as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from medkg.evaluation.formats import RDF_XML, Format, refusal
from medkg.evaluation.lexer import NAME_START

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = NamedNode(f"{_RDF}type")
# The engine makes of a class the name of the node's element, which most have, and of every other property an element.
# So rdf:type goes by the namespace of another name where a class has none; in the document that is RDF's own again.
_ALIAS = "urn:uuid:4c5d7fe0-1a1c-4f0e-9b3c-0d7f6a2b8e51#"
_ALIAS_OF_TYPE = NamedNode(f"{_ALIAS}type")

# https://www.w3.org/TR/xml-names/#NT-NCName
_NAME_CHARACTER = rf"[-.0-9{NAME_START}\u00b7\u0300-\u036f\u203f\u2040]"
_NAME = re.compile(rf"[{NAME_START}]{_NAME_CHARACTER}*+")
_NAME_BACKWARDS = re.compile(rf"{_NAME_CHARACTER}*[{NAME_START}]")

# those of `xmlns` and of `xml`, for which no other prefix may stand: https://www.w3.org/TR/xml-names/#xmlReserved
_RESERVED_NAMESPACES = frozenset({"http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace"})
# https://www.w3.org/TR/rdf-syntax-grammar/#section-Namespace: no properties there, but syntax of today or before
_SYNTAX = frozenset(
    _RDF + name
    for name in (
        *("RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)

# https://www.w3.org/TR/xml/#NT-Char, as UTF-8 that is known to be such: no surrogates
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def namespace(iri: str) -> str | None:
    """The namespace of an IRI whose local name is as long as it can be; None where no local name is left.

    >>> namespace("http://example.org/p/1b"), namespace("http://example.org/123")
    ('http://example.org/p/1', None)
    """
    name = _NAME_BACKWARDS.match(iri[::-1])
    return iri[: len(iri) - name.end()] if name else None


def for_engine(statements: Iterable[Triple] | Iterable[Quad]) -> Iterator[Triple]:
    """The triples as the engine is to write them in RDF/XML; a `FormatError` at the first that RDF/XML cannot hold.

    Its document becomes RDF/XML by `from_engine`.
    """
    checked: set[str] = set()
    for statement in statements:
        triple = statement.triple if isinstance(statement, Quad) else statement
        for part in _with_nested_triples(triple):
            _refuse_labels(part)
            if part.predicate.value not in checked:
                _refuse_property(part.predicate.value)
                checked.add(part.predicate.value)
        yield _with_classes_as_values(triple)


def from_engine(document: bytes) -> bytes:
    """The RDF/XML document for one that the engine made of triples `for_engine`; errors as for `escape_document`."""
    return escape_document(document.replace(_ALIAS.encode(), _RDF.encode()), RDF_XML)


def escape_document(document: bytes, format_: Format) -> bytes:
    """A document of the engine's as XML parsers read it; a `FormatError` where it has a character that is none of XML.

    A carriage return as it is would be read as a line feed: https://www.w3.org/TR/xml/#sec-line-ends.
    """
    # to look for them by an expression takes as long as to evaluate the query
    is_clean = len(document.translate(None, _CONTROLS)) == len(document) and b"\xef\xbf" not in document
    if not is_clean and (match := _FORBIDDEN.search(document)):
        raise refusal(format_, f"U+{ord(match[0].decode()):04X} is no character of XML")
    return document.replace(b"\r", b"&#xD;")


def _with_nested_triples(triple: Triple) -> Iterator[Triple]:
    """A triple and those within it, each of which is written as a node with a property."""
    yield triple
    if isinstance(triple.object, Triple):
        yield from _with_nested_triples(triple.object)


def _with_classes_as_values(triple: Triple) -> Triple:
    """A triple in which classes that can name no element are plain values of a property."""
    predicate, value = triple.predicate, triple.object
    if isinstance(value, Triple):
        return Triple(triple.subject, predicate, _with_classes_as_values(value))
    if predicate == _TYPE and isinstance(value, NamedNode) and not _is_name(value.value):
        return Triple(triple.subject, _ALIAS_OF_TYPE, value)
    return triple


def _is_name(iri: str) -> bool:
    """Whether an IRI can be the name of an element of RDF/XML."""
    iri_namespace = namespace(iri)
    return iri_namespace is not None and iri_namespace not in _RESERVED_NAMESPACES and iri not in _SYNTAX


def _refuse_property(iri: str) -> None:
    """Raise a `FormatError` where an IRI cannot be that of a property."""
    if iri in _SYNTAX:
        raise refusal(RDF_XML, f"<{iri}> is a word of RDF/XML itself, and no property there")
    if not _is_name(iri):
        raise refusal(RDF_XML, f"the property <{iri}> ends in nothing that XML allows as the name of an element")


def _refuse_labels(triple: Triple) -> None:
    """Raise a `FormatError` where a blank node has a label that XML does not allow."""
    for node in (triple.subject, triple.object):
        if isinstance(node, BlankNode) and not _NAME.fullmatch(node.value):
            raise refusal(RDF_XML, f"{node} is no name that XML allows for a blank node")
