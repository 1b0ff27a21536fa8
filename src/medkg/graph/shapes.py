"""The SHACL gate: the finished default graph against `ontology/shapes.ttl`, each violation a fault of a file.

pySHACL and rdflib do the work, and are imported only when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Triple

from medkg.curation.read import Records, in_order
from medkg.errors import Fault, SnapshotError
from medkg.graph.ontology import turtle
from medkg.graph.places import fault, origins
from medkg.model import prefixes
from medkg.model.prefixes import BASE, Prefixes

if TYPE_CHECKING:
    from rdflib import Graph, Literal, Node

CODES = {"shape-violation": "The finished graph must conform to ontology/shapes.ttl."}

_SHACL = "http://www.w3.org/ns/shacl#"


def gate(default_graph: Iterable[Triple], ontology: Path, records: Records) -> None:
    """Nothing where the default graph conforms, otherwise one ExceptionGroup of all violations."""
    found = violations(default_graph, ontology, records)
    if found:
        number = "1 violation" if len(found) == 1 else f"{len(found)} violations"
        raise ExceptionGroup(f"{number} of {ontology / 'shapes.ttl'}", found)


def violations(default_graph: Iterable[Triple], ontology: Path, records: Records) -> list[Fault]:
    """Every violation of the shapes, as faults of the files that the violating nodes were made of."""
    import pyshacl

    data, shapes = rdflib_graph(default_graph), rdflib_graph(turtle(ontology / "shapes.ttl"))
    try:
        conforms, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except RuntimeError as error:
        raise SnapshotError(f"{ontology / 'shapes.ttl'} cannot be applied: {error}") from error
    if isinstance(report, Exception):
        raise SnapshotError(f"{ontology / 'shapes.ttl'} cannot be applied: {text}") from report
    if conforms:
        return []
    reader = _Report(report=report, data=data, shapes=shapes, records=records, names=prefixes.load(ontology))
    return in_order({str(each): each for each in reader.faults()}.values())


def rdflib_graph(triples: Iterable[Triple]) -> Graph:
    """The triples as rdflib's own; each term is made once, which is twice as fast as rdflib's parser."""
    from rdflib import BNode, Graph, Literal, URIRef

    made: dict[NamedNode | BlankNode | pyoxigraph.Literal | Triple, Node] = {}

    def term(each: NamedNode | BlankNode | pyoxigraph.Literal | Triple) -> Node:
        if each not in made:
            match each:
                case NamedNode(value=iri):
                    made[each] = URIRef(iri)
                case pyoxigraph.Literal(value=text, language=str(language)):
                    made[each] = Literal(text, lang=language)
                case pyoxigraph.Literal(value=text, datatype=datatype):
                    made[each] = Literal(text, datatype=URIRef(datatype.value), normalize=False)
                case _:
                    made[each] = BNode(str(each))
        return made[each]

    graph = Graph(bind_namespaces="none")
    for subject, predicate, object_ in triples:
        graph.add((term(subject), term(predicate), term(object_)))
    return graph


@dataclass(frozen=True, kw_only=True)
class _Report:
    """A validation report with all that it speaks of."""

    report: Graph
    data: Graph
    shapes: Graph
    records: Records
    names: Prefixes

    def faults(self) -> Iterator[Fault]:
        """The faults behind each result of the report."""
        for result in self.report.objects(None, self._sh["result"]):
            message = self._message(result)
            ...
