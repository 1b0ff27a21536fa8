"""The description of a dataset in schema.org for search engines (https://schema.org/Dataset), less disputed values."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from medkg.model.prefixes import Prefixes
from medkg.views import graph_reader
from medkg.views.graph_reader import GraphReader

Json = dict[str, Any]

_TEXTS = {
    "alternateName": ("dcterms:alternative", "skos:altLabel"),
    "version": ("dcat:version",),
    "datePublished": ("dcterms:issued",),
}
_LINKS = {
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
    node, reader = graph_reader.dataset(store, slug), GraphReader(store=store, prefixes=prefixes)
    titles = _literals(reader, node, "dcterms:title")
    texts = {name: [_text(value) for value in _literals(reader, node, *curies)] for name, curies in _TEXTS.items()}
    concepts = {name: _labels(reader, node, *curies) for name, curies in _CONCEPTS.items()}
    links = {
        name: [{"@type": _CLASSES.get(name, "Dataset"), "@id": value.value} for value in reader.nodes(node, *curies)]
        for name, curies in _LINKS.items()
    }
    members = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": node.value,
        "identifier": node.value,
        "url": node.value,
        "name": titles[0].value if titles else slug,
        "description": [text.value for text in _literals(reader, node, "dcterms:description")[:1]],
        **texts,
        "alternateName": [*map(_text, titles[1:]), *texts["alternateName"]],
        **concepts,
        "sameAs": [page.value for page in reader.nodes(node, "dcat:landingPage")],
        "license": _licences(reader, node),
        "distribution": [_download(reader, part) for part in reader.nodes(node, "dcat:distribution")],
        "size": [_count(reader, part) for part in reader.nodes(node, "medkg:count")],
        "includedInDataCatalog": _catalogs(reader, node),
        **links,
    }
    return _without_empty(members)


def _licences(reader: GraphReader, node: NamedNode) -> list[str]:
    """The addresses of the licence: that of SPDX where it has one, else ours, and pages of terms."""
    known = [reader.nodes(licence, "skos:exactMatch") or [licence] for licence in reader.nodes(node, "dcterms:license")]
    return [page.value for group in (*known, reader.nodes(node, "medkg:licencePage")) for page in group]


def _download(reader: GraphReader, part: NamedNode) -> Json:
    titles = [_text(title) for title in _literals(reader, part, "dcterms:title")]
    addresses = [page.value for page in reader.nodes(part, "dcat:accessURL")]
    return _without_empty({"@type": "DataDownload", "name": titles, "contentUrl": addresses})


def _count(reader: GraphReader, part: NamedNode) -> Json:
    values = [int(value.value) for value in _literals(reader, part, "medkg:value")]
    units, roles = _labels(reader, part, "medkg:unit"), _labels(reader, part, "medkg:role")
    return _without_empty({"@type": "QuantitativeValue", "value": values, "unitText": units, "description": roles})


def _catalogs(reader: GraphReader, node: NamedNode) -> list[Json]:
    """The catalogues that list the dataset."""
    records = reader.nodes(node, "foaf:isPrimaryTopicOf")
    catalogs = {catalog for record in records for catalog in reader.nodes(record, "dcterms:isPartOf")}
    return [
        {"@type": "DataCatalog", "@id": catalog.value, "name": reader.label(catalog)}
        for catalog in sorted(catalogs, key=lambda iri: iri.value)
    ]


def _labels(reader: GraphReader, node: NamedNode, *curies: str) -> list[str]:
    return [reader.label(concept) for concept in reader.nodes(node, *curies)]


def _literals(reader: GraphReader, node: NamedNode, *curies: str) -> list[Literal]:
    """The literals of some properties, each once, Chinese ones last."""
    return sorted({text for curie in curies for text in reader.literals(node, curie)}, key=_english_first)


def _english_first(text: Literal) -> tuple[bool, str]:
    return text.language == "zh", text.value


def _text(literal: Literal) -> Any:
    """A text, with its language where that is Chinese."""
    return {"@value": literal.value, "@language": "zh"} if literal.language == "zh" else literal.value


def _without_empty(members: Json) -> Json:
    """The members that have a value, a single one without its list."""
    return {name: _one_or_all(value) for name, value in members.items() if value}


def _one_or_all(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
