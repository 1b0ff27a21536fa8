"""The facts of one dataset with their sources: which values are believed, and which catalogue's record states which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from pyoxigraph import DefaultGraph, NamedNode

from medkg.model.fact_properties import FACTS
from medkg.model.facts import Fact, slot, text
from medkg.model.papers import paper_iri
from medkg.views.graph_reader import Graph, GraphReader
from medkg.views.typed_values import TypedValue, typed_values

NARROWER = {"medkg:anatomy": ("medkg:imagedRegion", "medkg:labelTarget")}
"""The properties from which another follows, so that its values are not stated for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedValue(TypedValue):
    """A value of a fact: whether we believe it, the records that state it, by place, and those corrected for it.

    A value that is overruled is one beside which a decision chose another.
    """

    is_believed: bool
    is_overruled: bool = False
    stated_by: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedFact:
    """One property of a dataset with all its values, those we believe first."""

    name: str
    property: str
    is_disputed: bool
    values: tuple[SourcedValue, ...]


def is_written(fact: Fact, written: str | None) -> bool:
    """Whether a correction that writes this text means the fact; a paper goes by its canonical IRI."""
    return written is not None and paper_iri(written) == paper_iri(text(fact))


def is_decided(curie: str, fact: Fact, decisions: Collection[str]) -> bool:
    """Whether one of some decisions, by the names of their slots, is on the slot of a fact."""
    place = slot(FACTS[curie].field, fact)
    return place is not None and not place.names.isdisjoint(decisions)


def sourced_facts(
    reader: GraphReader,
    node: NamedNode,
    *,
    records: Mapping[str, NamedNode],
    corrected: Iterable[tuple[str | None, str]],
    decided: Collection[str],
) -> Iterator[SourcedFact]:
    """Every fact of a dataset, in the order of showing.

    `records` are those that stand for it, by place; `corrected` are the values that a correction calls wrong,
    each with the place of its record; `decided` are the slots on which there is a decision, as it names them.
    """
    disputed = {property_.value for property_ in reader.nodes(node, "medkg:disputedProperty")}
    wrong = {(place, paper_iri(written)) for place, written in corrected}
    graphs: dict[str, Graph] = {"": DefaultGraph(), **records}
    for curie, declared in FACTS.items():
        statements = [(place, value) for place, graph in graphs.items() for value in _own(reader, node, curie, graph)]
        if curie in NARROWER:
            stated = {value for place, value in statements if place}
            statements += [("", value) for value in typed_values(reader, node, curie) if value in stated]
        overruled = {value for _, value in statements if is_decided(curie, value.fact, decided)}
        values = tuple(_values(statements, wrong, overruled))
        is_disputed = not disputed.isdisjoint(_properties(reader, curie))
        if values or is_disputed:
            yield SourcedFact(name=declared.label, property=curie, is_disputed=is_disputed, values=values)


def _own(reader: GraphReader, node: NamedNode, curie: str, graph: Graph) -> list[TypedValue]:
    """The values of a property in a graph, less those that follow from a narrower property."""
    narrower = {
        value
        for narrower_curie in NARROWER.get(curie, ())
        for value in typed_values(reader, node, narrower_curie, graph)
    }
    return [value for value in typed_values(reader, node, curie, graph) if value not in narrower]


def _properties(reader: GraphReader, curie: str) -> set[str]:
    """The IRIs of the properties of which a dispute is one on a fact: with its counts, the totals of units."""
    own = {reader.prefixes.expand(curie).value}
    if curie != "medkg:count":
        return own
    quads = reader.store.quads_for_pattern(None, reader.prefixes.expand("medkg:totalProperty"), None, DefaultGraph())
    return own | {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}


def _values(
    statements: Iterable[tuple[str, TypedValue]], wrong: set[tuple[str | None, str]], overruled: set[TypedValue]
) -> list[SourcedValue]:
    """The values that are stated, each once with all places that state it; the empty place is what we believe."""
    places: dict[TypedValue, list[str]] = {}
    for place, value in statements:
        places.setdefault(value, []).append(place)
    values = [
        SourcedValue(
            **{field.name: getattr(value, field.name) for field in fields(value)},
            is_believed="" in by,
            is_overruled="" not in by and value in overruled,
            stated_by=tuple(sorted({place for place in by if place})),
            corrected=tuple(place for place in by if (place, paper_iri(text(value.fact))) in wrong),
        )
        for value, by in places.items()
    ]
    return sorted(values, key=lambda value: (not value.is_believed, -len(value.stated_by)))
