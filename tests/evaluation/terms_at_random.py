"""RDF terms at random, with what a format may have no form for: odd names, control characters, triples in triples."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Triple

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_NASTY = "\r\n\t\x00\x01\x1f\x7f\x85\u2028\ufffe\uffff\ufffd \"'\\,;<>&]?_:|%"
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(_NASTY), max_size=8)


def _node(iri: str) -> NamedNode | None:
    with suppress(ValueError):
        return NamedNode(iri)
    return None


_SPACES = ("http://x.org/", "http://x.org/p#", "urn:a:", f"{XSD}", "http://www.w3.org/2000/xmlns/")
# letters that the fourth edition of XML knows as such too, by which expat and so rdflib go
_LOCAL = st.text(st.sampled_from("aZ_é肝0123·-.~:/?#,;&='()%\u0301"), max_size=6)
_MADE = st.builds(lambda space, local: _node(space + local), st.sampled_from(_SPACES), _LOCAL)
_WORDS = ("li", "_1", "about", "aboutEach", "Description", "Bag", "type", "value", "version", "RDF")

IRIS = _MADE.filter(lambda node: node is not None) | st.sampled_from([NamedNode(RDF + word) for word in _WORDS])
BLANK_NODES = st.sampled_from(["a", "b1", "1", "é", "a.b"]).map(BlankNode)
LITERALS = st.one_of(
    _TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["en", "zh-hans"])),
    st.builds(lambda text: Literal(text, language="he", direction=BaseDirection.RTL), _TEXTS),
    st.builds(lambda text, datatype: Literal(text, datatype=datatype), _TEXTS, st.just(NamedNode("http://x.org/d,t"))),
    st.sampled_from(["1", "-0.5", "1e3", "true", "2017-01-01"]).map(lambda text: Literal(text)),
    st.builds(lambda number: Literal(number), st.integers(-5, 5) | st.booleans() | st.sampled_from([0.5, 1e9])),
)


def _triples(objects: st.SearchStrategy[object]) -> st.SearchStrategy[Triple]:
    predicates = st.just(NamedNode(f"{RDF}type")) | IRIS
    return st.builds(Triple, IRIS | BLANK_NODES, predicates, objects)


TERMS = st.recursive(IRIS | BLANK_NODES | LITERALS, _triples, max_leaves=3)
TRIPLES = st.lists(_triples(TERMS), max_size=5)
