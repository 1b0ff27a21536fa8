"""What XML can hold of RDF: IRIs that give an element its name, and characters that a document may contain.

The engine checks neither. It writes an element without a name for a property or class whose IRI ends in none, and
control characters as they are, which no XML parser reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from medkg.evaluation.formats import RDF_XML, Format, refusal

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = NamedNode(f"{_RDF}type")
# The engine makes of a class the name of the node's element, which most have, and of every other property an element.
# So rdf:type goes by the namespace of another name where a class has none; in the document that is RDF's own again.
_ALIAS = "urn:uuid:4c5d7fe0-1a1c-4f0e-9b3c-0d7f6a2b8e51#"
_ALIAS_OF_TYPE = NamedNode(f"{_ALIAS}type")

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
# https://www.w3.org/TR/rdf-syntax-grammar/#section-Namespace: what is no property there, for it is syntax or once was
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


def writable(statements: Iterable[Triple] | Iterable[Quad]) -> Iterator[Triple]:
    """The triples as the engine is to write them in RDF/XML; a `FormatError` at the first that RDF/XML cannot hold.

    What it makes of them is to be `finished`.
    """
    known: set[str] = set()
    for each in statements:
        triple = each.triple if isinstance(each, Quad) else each
        for part in _with_nested(triple):
            _refuse_labels(part)
            if part.predicate.value not in known:
                _refuse_property(part.predicate.value)
                known.add(part.predicate.value)
        yield _with_classes_as_values(triple)


def finished(document: bytes) -> bytes:
    """The document that the engine has made of `writable` triples; a `FormatError` as for `escaped`."""
    return escaped(document.replace(_ALIAS.encode(), _RDF.encode()), RDF_XML)


def escaped(document: bytes, form: Format) -> bytes:
    """A document of the engine's as XML parsers read it; a `FormatError` where it has a character that is none of XML.

    A carriage return as it is would be read as a line feed: https://www.w3.org/TR/xml/#sec-line-ends.
    """
    # to look for them by an expression takes as long as to evaluate the query
    is_clean = len(document.translate(None, _CONTROLS)) == len(document) and b"\xef\xbf" not in document
    if not is_clean and (found := _FORBIDDEN.search(document)):
        raise refusal(form, f"U+{ord(found[0].decode()):04X} is no character of XML")
    return document.replace(b"\r", b"&#xD;")


def _with_nested(triple: Triple) -> Iterator[Triple]:
    """A triple and those within it, each of which is written as a node with a property."""
    yield triple
    if isinstance(triple.object, Triple):
        yield from _with_nested(triple.object)


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
    found = namespace(iri)
    return found is not None and found not in _RESERVED_NAMESPACES and iri not in _SYNTAX


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
