"""The description of a dataset in schema.org for search engines (https://schema.org/Dataset), less disputed values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from medkg.model.prefixes import Prefixes
from medkg.views import lookup

Json = dict[str, Any]

_TEXTS = {
    "alternateName": ("dcterms:alternative", "skos:altLabel"),
    "version": ("dcat:version",),
    "datePublished": ("dcterms:issued",),
}
_ADDRESSES = {
    "sameAs": ("dcat:landingPage",),
    "citation": ("dcterms:isReferencedBy",),
    "isBasedOn": ("medkg:derivedFrom", "medkg:annotates"),
    "isPartOf": ("dcat:inSeries", "medkg:partOf"),
    "hasPart": ("dcat:seriesMember", "medkg:hasPart"),
}
_CONCEPTS = {
    "measurementTechnique": ("medkg:modality",),
    "keywords": ("medkg:anatomy", "medkg:finding", "medkg:task"),
    "conditionsOfAccess": ("medkg:accessCondition",),
}
_CLASSES = {"citation": "CreativeWork"}


def dataset(store: Store, prefixes: Prefixes, slug: str) -> Json:
    """The description of the dataset with a slug, as JSON-LD; `UnknownName` where there is none."""
    return _SchemaOrgReader(store=store, prefixes=prefixes, node=lookup.dataset(store, slug)).description()


@dataclass(frozen=True, slots=True, kw_only=True)
class _SchemaOrgReader:
    """Reads one dataset from the default graph."""

    store: Store
    prefixes: Prefixes
    node: NamedNode

    def description(self) -> Json:
        titles, descriptions = self._literals(("dcterms:title",)), self._literals(("dcterms:description",))
        texts = {name: [_text(each) for each in self._literals(curies)] for name, curies in _TEXTS.items()}
        linked = {
            name: [{"@type": _CLASSES.get(name, "Dataset"), "@id": each.value} for each in self._nodes(*curies)]
            for name, curies in _ADDRESSES.items()
            if name != "sameAs"
        }
        named = {name: [self._label(each) for each in self._nodes(*curies)] for name, curies in _CONCEPTS.items()}
        found = {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": self.node.value,
            "identifier": self.node.value,
            "url": self.node.value,
            "name": [each.value for each in titles[:1]] or [self.node.value.rpartition("/")[2]],
            "description": [each.value for each in descriptions[:1]],
            **texts,
            "alternateName": [*map(_text, titles[1:]), *texts["alternateName"]],
            **named,
            "sameAs": [each.value for each in self._nodes("dcat:landingPage")],
            "license": self._licences(),
            "distribution": list(map(self._download, self._nodes("dcat:distribution"))),
            "size": list(map(self._count, self._nodes("medkg:count"))),
            "includedInDataCatalog": list(self._catalogs()),
            **linked,
        }
        return {name: _one_or_all(value) for name, value in found.items() if value}

    def _licences(self) -> list[str]:
        """The addresses of the licence: that of SPDX where it has one, else ours, and pages of terms."""
        known = [self._nodes_of(each, "skos:exactMatch") or [each] for each in self._nodes("dcterms:license")]
        return [each.value for group in (*known, self._nodes("medkg:licencePage")) for each in group]

    def _download(self, part: NamedNode) -> Json:
        titles = [_text(each) for each in self._literals(("dcterms:title",), part)]
        addresses = [each.value for each in self._nodes_of(part, "dcat:accessURL")]
        found = {"@type": "DataDownload", "name": titles, "contentUrl": addresses}
        return {name: _one_or_all(value) for name, value in found.items() if value}

    def _count(self, part: NamedNode) -> Json:
        values = [int(each.value) for each in self._literals(("medkg:value",), part)]
        units = [self._label(each) for each in self._nodes_of(part, "medkg:unit")]
        roles = [self._label(each) for each in self._nodes_of(part, "medkg:role")]
        found = {"@type": "QuantitativeValue", "value": values, "unitText": units, "description": roles}
        return {name: _one_or_all(value) for name, value in found.items() if value}

    def _catalogs(self) -> Iterator[Json]:
        """The catalogues that list the dataset."""
        records = self._nodes("foaf:isPrimaryTopicOf")
        found = {each for record in records for each in self._nodes_of(record, "dcterms:isPartOf")}
        for each in sorted(found, key=lambda node: node.value):
            yield {"@type": "DataCatalog", "@id": each.value, "name": self._label(each)}

    def _label(self, node: NamedNode) -> str:
        texts = sorted(self._literals(("skos:prefLabel", "dcterms:title"), node), key=_english_first)
        return texts[0].value if texts else self.prefixes.compact(node.value)

    def _literals(self, curies: Iterable[str], node: NamedNode | None = None) -> list[Literal]:
        found = {each for curie in curies for each in self._objects(node or self.node, curie)}
        return sorted((each for each in found if isinstance(each, Literal)), key=_english_first)

    def _nodes(self, *curies: str) -> list[NamedNode]:
        return self._nodes_of(self.node, *curies)

    def _nodes_of(self, node: NamedNode, *curies: str) -> list[NamedNode]:
        found = {each for curie in curies for each in self._objects(node, curie)}
        return sorted((each for each in found if isinstance(each, NamedNode)), key=lambda each: each.value)

    def _objects(self, node: NamedNode, curie: str) -> Iterator[object]:
        quads = self.store.quads_for_pattern(node, self.prefixes.expand(curie), None, DefaultGraph())
        return (quad.object for quad in quads)


def _english_first(text: Literal) -> tuple[bool, str]:
    return text.language == "zh", text.value


def _text(literal: Literal) -> Any:
    """A text, with its language where that is Chinese."""
    return {"@value": literal.value, "@language": "zh"} if literal.language == "zh" else literal.value


def _one_or_all(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values
