"""What XML can hold of RDF: IRIs that give an element its name, and characters that a document may contain.

The engine checks neither. It writes an element without a name for a predicate that has none, and control characters
as they are, which no XML parser reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from medkg.evaluation.formats import RDF_XML, Format, refusal

Statement = TypeVar("Statement", Triple, Quad)

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = f"{_RDF}type"

# https://www.w3.org/TR/xml/#NT-NameStartChar and https://www.w3.org/TR/xml-names/#NT-NCName
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_CHARACTER = rf"[-.0-9{_START}\u00b7\u0300-\u036f\u203f\u2040]"
_NAME = re.compile(rf"[{_START}]{_NAME_CHARACTER}*+")
_NAME_BACKWARDS = re.compile(rf"{_NAME_CHARACTER}*[{_START}]")

# those of `xmlns` and of `xml`, for which no other prefix may stand: https://www.w3.org/TR/xml-names/#xmlReserved
_RESERVED_NAMESPACES = frozenset({"http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace"})
# https://www.w3.org/TR/rdf-syntax-grammar/#section-Namespace: words of the syntax, and those of former versions. The
# engine writes a class of the first as the value of rdf:type, and every other class as the name of the node's element.
_SYNTAX = frozenset(
    _RDF + name for name in ("RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li")
)
_FORMER_SYNTAX = frozenset(_RDF + name for name in ("aboutEach", "aboutEachPrefix", "bagID"))

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


def nameable(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, which RDF/XML can all hold; a `FormatError` at the first that it cannot."""
    known: set[str] = set()
    for statement in statements:
        for each in _with_nested(statement):
            for iri in {*_element_names(each)} - known:
                _refuse_name(iri)
                known.add(iri)
            for node in (each.subject, each.object):
                if isinstance(node, BlankNode) and not _NAME.fullmatch(node.value):
                    raise refusal(RDF_XML, f"{node} is no name that XML allows for a blank node")
        yield statement


def escaped(document: bytes, form: Format) -> bytes:
    """A document of the engine's as XML parsers read it; a `FormatError` where it has a character that is none of XML.

    A carriage return as it is would be read as a line feed: https://www.w3.org/TR/xml/#sec-line-ends.
    """
    # to look for them by an expression takes as long as to evaluate the query
    is_clean = len(document.translate(None, _CONTROLS)) == len(document) and b"\xef\xbf" not in document
    if not is_clean and (found := _FORBIDDEN.search(document)):
        raise refusal(form, f"U+{ord(found[0].decode()):04X} is no character of XML")
    return document.replace(b"\r", b"&#xD;")


def _with_nested(statement: Triple | Quad) -> Iterator[Triple | Quad]:
    """A statement and the triples within it, each of which is written as a node with a property."""
    yield statement
    if isinstance(statement.object, Triple):
        yield from _with_nested(statement.object)


def _element_names(statement: Triple | Quad) -> Iterator[str]:
    """The IRIs that become names of elements: that of the property, and that of a class, which names the node's."""
    property_, value = statement.predicate.value, statement.object
    yield property_
    if property_ == _TYPE and isinstance(value, NamedNode) and value.value not in _SYNTAX:
        yield value.value


def _refuse_name(iri: str) -> None:
    """Raise a `FormatError` where an IRI cannot be the name of an element."""
    if iri in _SYNTAX or iri in _FORMER_SYNTAX:
        raise refusal(RDF_XML, f"<{iri}> is a word of RDF/XML itself")
    found = namespace(iri)
    if found is None or found in _RESERVED_NAMESPACES:
        raise refusal(RDF_XML, f"<{iri}> ends in nothing that XML allows as the name of an element")
