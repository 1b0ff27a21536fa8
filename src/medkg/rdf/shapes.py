"""SHACL validation of the default graph against `ontology/shapes.ttl`, each violation a fault of a record's file.

pySHACL and rdflib do the work, and are imported only for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from medkg.curation.reader import display_path, sorted_faults
from medkg.errors import Fault, SnapshotError
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.model.prefixes import TERMS, Prefixes
from medkg.rdf.ontology import turtle
from medkg.rdf.origins import Origin, fault, origins

if TYPE_CHECKING:
    from rdflib import Graph, Node
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

Term = NamedNode | BlankNode | Literal | Triple

_STRING = NamedNode("http://www.w3.org/2001/XMLSchema#string")


def rdflib_graph(triples: Iterable[Triple]) -> Graph:
    """The triples in rdflib; each term is made once, which takes half the time of rdflib's own parser."""
    from rdflib import Graph

    terms: dict[Term, URIRef | BNode | RdflibLiteral] = {}
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        for term in triple:
            if term not in terms:
                terms[term] = _term(term)
        subject, predicate, object_ = triple
        graph.add((terms[subject], terms[predicate], terms[object_]))
    return graph


def _term(term: Term) -> URIRef | BNode | RdflibLiteral:
    """A term in rdflib; a plain string has no datatype there."""
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

    match term:
        case NamedNode():
            return URIRef(term.value)
        case BlankNode():
            return BNode(term.value)
        case Literal() if term.language or term.datatype == _STRING:
            return RdflibLiteral(term.value, lang=term.language)
        case Literal():
            return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise ValueError(f"rdflib has no triples as terms: {term}")


_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")

CODES = {"shape-violation": "The finished graph must conform to ontology/shapes.ttl."}


def require_conformance(default_graph: Iterable[Triple], ontology: Path, records: Records) -> None:
    """Raise one ExceptionGroup of all violations, where the default graph does not conform to the shapes."""
    faults = violations(default_graph, ontology, records)
    if faults:
        number = "1 violation" if len(faults) == 1 else f"{len(faults)} violations"
        raise ExceptionGroup(f"{number} of {ontology / 'shapes.ttl'}", faults)


def violations(default_graph: Iterable[Triple], ontology: Path, records: Records) -> list[Fault]:
    """Every violation of the shapes, as faults of the files that the violating nodes were made of."""
    import pyshacl

    data, shapes = rdflib_graph(default_graph), _flat(rdflib_graph(turtle(ontology / "shapes.ttl")))
    try:
        conforms, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except Exception as error:  # of whatever kind: pySHACL lets a bad regular expression through as it is
        raise SnapshotError(f"{ontology / 'shapes.ttl'} cannot be applied: {error}") from error
    if isinstance(report, Exception):
        raise SnapshotError(f"{ontology / 'shapes.ttl'} cannot be applied: {text}") from report
    if conforms:
        return []
    reader = _ValidationReport(
        report=report,
        data=data,
        shapes=shapes,
        records=records,
        names=prefixes.load(ontology),
        ontology=display_path(ontology, ontology),
    )
    return sorted_faults({str(fault): fault for fault in reader.faults()}.values())


def _flat(shapes: Graph) -> Graph:
    """The shapes, with the targets of each node shape given to its property shapes too, which then stand alone.

    The results are the same, and pySHACL reads a property shape once instead of once for each focus node. A node shape
    that another one refers to, or that is deactivated, keeps its property shapes.
    """
    for whole, part in list(shapes.subject_objects(_sh("property"))):
        targets = [(_sh(name), value) for name in _TARGETS for value in shapes.objects(whole, _sh(name))]
        is_part = (None, None, whole) in shapes or (whole, _sh("path"), None) in shapes
        if targets and not is_part and (whole, _sh("deactivated"), None) not in shapes:
            shapes.remove((whole, _sh("property"), part))
            for predicate, value in targets:
                shapes.add((part, predicate, value))
    return shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class _ValidationReport:
    """A validation report with its graphs and records."""

    report: Graph
    data: Graph
    shapes: Graph
    records: Records
    names: Prefixes
    ontology: Path

    def faults(self) -> Iterator[Fault]:
        """The faults behind each result; a node of many entries or datasets is a fault of each."""
        for result in self.report.objects(None, _sh("result")):
            focus = self.report.value(result, _sh("focusNode"))
            message = self._message(result, focus)
            places = self._origins(focus, self._field(result))
            yield from (fault(place, message, "shape-violation", self.records) for place in places)
            if not places:
                yield Fault(file=self._file(focus), message=message, code="shape-violation")

    def _origins(self, focus: Node | None, field: str) -> list[Origin]:
        """The origins of a node or, for a page or paper, of the nodes with a link to it."""
        own_origins = origins(str(focus), field, self.records)
        if own_origins or focus is None:
            return own_origins
        beside = sorted(str(subject) for subject in self.data.subjects(None, focus))
        return [origin for iri in beside for origin in origins(iri, field or "links", self.records)]

    def _file(self, focus: Node | None) -> Path:
        """The file of a node that comes from no record."""
        return self.ontology / "medkg.ttl" if str(focus).startswith(TERMS) else self.ontology / "shapes.ttl"

    def _field(self, result: Node) -> str:
        """The field that the violated shape names, or nothing where it names none."""
        shape = self.report.value(result, _sh("sourceShape"))
        return str(self.shapes.value(shape, _sh("name")) or "")

    def _message(self, result: Node, focus: Node | None) -> str:
        """The shape's message, with the node and the value."""
        text, value, shape = (self.report.value(result, _sh(e)) for e in ("resultMessage", "value", "sourceShape"))
        about = self._node_text(focus)
        if value is not None and value != focus:
            about = f"{self._node_text(value)} of {about}"
        return f"{text} ({about}; shape {str(shape).rpartition('#')[2]})"

    def _node_text(self, node: Node | None) -> str:
        """A node as people write it."""
        from rdflib import URIRef

        return self.names.compact(str(node)) if isinstance(node, URIRef) else f"'{node}'"


def _sh(name: str) -> URIRef:
    """A term of SHACL."""
    from rdflib import URIRef

    return URIRef(f"http://www.w3.org/ns/shacl#{name}")
