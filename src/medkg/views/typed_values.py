"""Values of a graph read back as the typed facts of the model, each with the text and the link a page shows for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from medkg.model import prefixes as iris
from medkg.model.entries import Count, Event, Link
from medkg.model.fact_properties import ROLE_OF
from medkg.model.facts import Fact
from medkg.model.prefixes import BASE
from medkg.rdf import terms
from medkg.rdf.description import plural
from medkg.views.graph_reader import Graph, GraphReader, Term

_INTEGER = f"{terms.XSD}integer"


def _for_display() -> Any:
    """A field that tells no two values apart, and that JSON leaves out."""
    return field(default=None, compare=False, metadata={"in_json": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedValue:
    """A value as a fact, by which it is compared, and as a page shows it.

    `iri` is what it leads to, `label_zh` its Chinese name, `language` that of a text.
    """

    text: str = field(compare=False)
    fact: Fact = field(metadata={"in_json": False})
    iri: str | None = _for_display()
    label_zh: str | None = _for_display()
    language: str | None = _for_display()


def typed_values(reader: GraphReader, subject: NamedNode, curie: str, graph: Graph | None = None) -> list[TypedValue]:
    """The values of a property, each once, in the order of their texts."""
    values = {typed_value(reader, term, graph, curie) for term in reader.objects(subject, curie, graph)}
    return sorted(values, key=lambda value: value.text)


def typed_value(reader: GraphReader, term: Term, graph: Graph | None = None, curie: str = "") -> TypedValue:
    """A term that a property of this CURIE has in a graph; what is no fact of the model is a text."""
    if isinstance(term, Literal):
        number = _number(term.value) if term.datatype.value == _INTEGER else None
        language = term.language or terms.text_literal(term.value).language
        return TypedValue(text=term.value, fact=term.value if number is None else number, language=language)
    if not isinstance(term, NamedNode):
        return TypedValue(text=str(term), fact=str(term))
    if not term.value.startswith(BASE):
        role = ROLE_OF.get(curie)
        return TypedValue(text=term.value, fact=Link(role=role, url=term.value) if role else term.value, iri=term.value)
    if "#" in term.value:
        return _part(reader, term, graph)
    key = term.value.rpartition("/")[2]
    return TypedValue(text=reader.label(term), fact=key, iri=term.value, label_zh=reader.chinese_label(term))


def count_value(reader: GraphReader, count: Count) -> TypedValue:
    """A count as pages show it: `~1,600,000 images, train`."""
    unit = reader.label(iris.concept("unit", count.unit)) if count.unit else "things"
    limits = [("count-role", count.role if count.role != "total" else None), ("modality", count.modality)]
    labels = [reader.label(iris.concept(vocabulary, key)) for vocabulary, key in limits if key]
    number = f"{'~' if count.approximate else ''}{count.value:,} {plural(unit, count.value)}"
    return TypedValue(text=_without_capitals(", ".join([number, *labels])), fact=count)


def _part(reader: GraphReader, part: NamedNode, graph: Graph | None) -> TypedValue:
    """A part of a dataset: a download, a count or an event."""
    for url in reader.nodes(part, "dcat:accessURL", graph=graph):
        title = reader.literal(part, "dcterms:title", graph)
        text = f"{url.value} ({title})" if title else url.value
        return TypedValue(text=text, fact=Link(role="download", url=url.value, label=title), iri=url.value)
    number = _number(reader.literal(part, "medkg:value", graph))
    if number is not None:
        count = Count(
            value=number,
            unit=_key(reader, part, "medkg:unit", graph) or "",
            role=_key(reader, part, "medkg:role", graph) or "total",
            modality=_key(reader, part, "medkg:modality", graph),
            approximate=reader.literal(part, "medkg:approximate", graph) == "true",
        )
        return count_value(reader, count)
    for venue in reader.nodes(part, "medkg:venue", graph=graph):
        year = _number(reader.literal(part, "medkg:year", graph))
        text = f"{reader.label(venue)} {year}" if year else reader.label(venue)
        return TypedValue(text=text, fact=Event(venue=venue.value.rpartition("/")[2], year=year), iri=venue.value)
    return TypedValue(text=part.value, fact=part.value)


def _key(reader: GraphReader, part: NamedNode, curie: str, graph: Graph | None) -> str | None:
    """The key of the concept that is the value of a property."""
    return next((node.value.rpartition("/")[2] for node in reader.nodes(part, curie, graph=graph)), None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _without_capitals(text: str) -> str:
    """A text with its words in lower case, but for acronyms."""
    return re.sub(r"\b[A-Z](?=[a-z]+\b)", lambda match: match.group().lower(), text)
