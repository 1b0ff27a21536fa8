"""The constraints of `ontology/shapes.ttl` as a table: on which things, on which property, how many values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from medkg.model.prefixes import Prefixes
from medkg.rdf.terms import RDF_TYPE

SHAPES = "https://w3id.org/medkg/shapes"
"""The IRI of the document in which the shapes are."""

Node = NamedNode | BlankNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One shape: its message says what must hold.

    It is `about` the things of a class or those that have a property, or is a part of other shapes; `property_` is the
    one whose values it judges, from the other end where it is `inverse`, and of which there are `least` to `most`.
    """

    name: str
    message: str
    about: tuple[tuple[str, str], ...]
    property_: str | None = None
    is_inverse: bool = False
    least: int | None = None
    most: int | None = None
    field: str | None = None

    @property
    def number(self) -> str:
        """How many values there may be; nothing where any number will do.

        >>> Constraint(name="a", message="", about=(), least=1, most=1).number
        'exactly 1'
        """
        if self.least == self.most:
            return "" if self.least is None else f"exactly {self.least}" if self.least else "none"
        least = f"at least {self.least}" if self.least else ""
        most = "none" if self.most == 0 else f"at most {self.most}" if self.most is not None else ""
        return ", ".join(filter(None, (least, most)))


def constraints(triples: Iterable[Triple], prefixes: Prefixes) -> list[Constraint]:
    """The shapes of a graph of shapes, in its order."""
    return list(_ShapeReader(list(triples), prefixes).read())


class _ShapeReader:
    """Reads a graph of shapes: https://www.w3.org/TR/shacl/."""

    def __init__(self, triples: list[Triple], prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._objects: dict[tuple[object, object], list[object]] = {}
        for subject, predicate, value in triples:
            self._objects.setdefault((subject, predicate), []).append(value)
        self._wholes = {
            part: whole
            for (whole, predicate), parts in self._objects.items()
            if predicate == self._sh("property")
            for part in parts
        }
        self._order = dict.fromkeys(triple.subject for triple in triples)

    def read(self) -> Iterator[Constraint]:
        """Every shape with a name and a message."""
        kinds = {self._sh("NodeShape"), self._sh("PropertyShape")}
        for node in self._order:
            message = self._text(node, "message")
            if isinstance(node, NamedNode) and message and kinds & set(self._of(node, RDF_TYPE)):
                yield self._constraint(node, message)

    def _constraint(self, node: NamedNode, message: str) -> Constraint:
        property_, is_inverse = self._path(node)
        return Constraint(
            name=node.value.partition("#")[2],
            message=message,
            about=tuple(self._about(node) or self._about(self._wholes.get(node))),
            property_=property_,
            is_inverse=is_inverse,
            least=self._number(node, "minCount"),
            most=self._number(node, "maxCount"),
            field=self._text(node, "name"),
        )

    def _about(self, node: object) -> list[tuple[str, str]]:
        """The targets of a shape: how they are found, and by which class or property."""
        ways = {
            "targetClass": "every",
            "targetSubjectsOf": "whatever has",
            "targetObjectsOf": "whatever is the value of",
        }
        targets = ((label, target) for way, label in ways.items() for target in self._of(node, self._sh(way)))
        return [
            (label, self._prefixes.compact(target.value)) for label, target in targets if isinstance(target, NamedNode)
        ]

    def _path(self, node: NamedNode) -> tuple[str | None, bool]:
        """The property that a shape constrains, and whether its path is inverse."""
        for path in self._of(node, self._sh("path")):
            if isinstance(path, NamedNode):
                return self._prefixes.compact(path.value), False
            for inverse in self._of(path, self._sh("inversePath")):
                if isinstance(inverse, NamedNode):
                    return self._prefixes.compact(inverse.value), True
        return None, False

    def _number(self, node: NamedNode, name: str) -> int | None:
        text = self._text(node, name)
        return None if text is None else int(text)

    def _text(self, node: object, name: str) -> str | None:
        return next((value.value for value in self._of(node, self._sh(name)) if isinstance(value, Literal)), None)

    def _of(self, node: object, predicate: NamedNode) -> list[object]:
        return self._objects.get((node, predicate), [])

    def _sh(self, name: str) -> NamedNode:
        return self._prefixes.expand(f"sh:{name}")
