"""The properties that state facts about a dataset, by CURIE, derived from the declarations of entries and datasets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from medkg.model.entries import Entry
from medkg.model.facts import FIELDS, LINK_PROPERTIES
from medkg.model.fields import declarations
from medkg.model.records import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class FactProperty:
    """A property: its label on pages, and the field that states it, which is empty where records of others do."""

    label: str
    field: str = ""


def _labelled_properties(record: type[Any], outer: str = "") -> Iterator[tuple[str, FactProperty]]:
    """Each property with a label that a record class declares, parts of its fields included."""
    for field, declaration in declarations(record):
        name = outer or field.name
        if declaration.property and declaration.label:
            yield declaration.property, FactProperty(label=declaration.label, field=name)
        for curie, label in declaration.by_value.values():
            yield curie, FactProperty(label=label, field=name)
        if is_dataclass(declaration.value_type):
            yield from _labelled_properties(declaration.value_type, name)


_OF_OTHERS = {
    "dcat:seriesMember": FactProperty(label="editions"),
    "dcterms:isPartOf": FactProperty(label="part of"),
    "dcterms:hasPart": FactProperty(label="parts"),
}
"""Properties that follow from the files of other datasets and from lineage claims."""

FACTS: Mapping[str, FactProperty] = {
    **dict(_labelled_properties(Dataset)),
    **_OF_OTHERS,
    **dict(_labelled_properties(Entry)),
}
"""The properties by CURIE, in the order of showing."""

ROLE_OF: Mapping[str, str] = {curie: role for role, curie in LINK_PROPERTIES.items()}
"""The role of a link, by the property that states it."""


def _concept_properties() -> Iterator[tuple[str, str, bool]]:
    """Each vocabulary with a property that leads to its concepts, and whether it is one of a part of a dataset."""
    for field in FIELDS.values():
        if field.vocabulary and field.property:
            yield field.vocabulary, field.property, False
        for _, member in declarations(field.value_type) if is_dataclass(field.value_type) else ():
            if member.vocabulary and member.property:
                yield member.vocabulary, member.property, member.property != field.property


def _by_vocabulary(*, of_parts: bool) -> dict[str, tuple[str, ...]]:
    curies: dict[str, list[str]] = defaultdict(list)
    for vocabulary, curie, is_of_part in _concept_properties():
        if is_of_part is of_parts:
            curies[vocabulary].append(curie)
    return {vocabulary: tuple(properties) for vocabulary, properties in curies.items()}


CONCEPT_PROPERTIES: Mapping[str, tuple[str, ...]] = _by_vocabulary(of_parts=False)
"""The properties by which datasets name the concepts of a vocabulary."""

PART_CONCEPT_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    vocabulary: curies
    for vocabulary, curies in _by_vocabulary(of_parts=True).items()
    if vocabulary not in CONCEPT_PROPERTIES
}
"""The properties by which parts of datasets, their counts and events, name the concepts of any other vocabulary."""
