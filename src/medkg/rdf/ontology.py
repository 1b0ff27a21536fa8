"""The files of the ontology as triples, and the materialisation of what sub-properties and sub-classes entail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple

from medkg.closures import closure
from medkg.curation.reader import display_path
from medkg.errors import Fault, UnreadableFile
from medkg.model.prefixes import TERMS
from medkg.rdf.terms import RDF_TYPE

CODES = {
    "turtle-syntax": "A file of the ontology must be Turtle.",
    "blank-node": "A term of the ontology must have an IRI, so that two builds give the same bytes.",
}

FILES = ("medkg.ttl", "alignments.ttl", "shapes.ttl", "prefixes.yaml")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_WIDER = (NamedNode(f"{_RDFS}subPropertyOf"), NamedNode(f"{_RDFS}subClassOf"))

Supers = Mapping[NamedNode, tuple[NamedNode, ...]]


def require_files(ontology: Path) -> None:
    """Refuse with an `UnreadableFile` an ontology of which a file is missing."""
    missing = [name for name in FILES if not (ontology / name).is_file()]
    if missing:
        raise UnreadableFile(f"{ontology} lacks {', '.join(missing)}; see MEDKG_RESOURCES")


def triples(ontology: Path) -> list[Triple]:
    """The triples of `medkg.ttl` and `alignments.ttl`, which are part of the graph."""
    files = (ontology / "medkg.ttl", ontology / "alignments.ttl")
    return [triple for file in files for triple in _without_blank_nodes(turtle(file), file)]


def turtle(path: Path) -> list[Triple]:
    """The triples of a Turtle file of the ontology."""
    try:
        return [quad.triple for quad in pyoxigraph.parse(path=path, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise Fault(
            file=display_path(path, path.parent),
            line=error.lineno,
            code="turtle-syntax",
            message=f"is not Turtle: {error.msg}",
        ) from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}; see MEDKG_RESOURCES") from error


def supers(ontology: Iterable[Triple]) -> Supers:
    """Of each of our terms, every property it is a sub-property of or class it is a sub-class of, however far."""
    wider: dict[NamedNode, list[NamedNode]] = {}
    for subject, predicate, object_ in ontology:
        if predicate in _WIDER and isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
            wider.setdefault(subject, []).append(object_)
    return {
        term: closure([term], lambda node: wider.get(node, ()))[1:] for term in wider if term.value.startswith(TERMS)
    }


def _without_blank_nodes(parsed: list[Triple], path: Path) -> list[Triple]:
    """The triples as they are; a `Fault` for a blank node, whose name differs from one reading to the next."""
    for triple in parsed:
        if any(isinstance(term, BlankNode) for term in triple):
            message = f"a blank node beside {triple.predicate.value}; give it an IRI"
            raise Fault(file=display_path(path, path.parent), code="blank-node", message=message)
    return parsed


def materialise(quads: Iterable[Quad], supers: Supers) -> Iterator[Quad]:
    """Each quad and, in the same graph, those that follow by the super-terms of its property or class."""
    for quad in quads:
        yield quad
        subject, predicate, object_, graph = quad
        for wider in supers.get(predicate, ()):
            yield Quad(subject, wider, object_, graph)
        if predicate == RDF_TYPE and isinstance(object_, NamedNode):
            for wider in supers.get(object_, ()):
                yield Quad(subject, RDF_TYPE, wider, graph)
