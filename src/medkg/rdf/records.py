"""Catalogues and their records as triples, with the corrections of records and the decisions on datasets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from medkg.model import prefixes as iris
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Entry
from medkg.model.facts import CONCEPTS
from medkg.model.prefixes import Prefixes
from medkg.model.records import Correction, Dataset, Decision, EntryMatch
from medkg.rdf import terms


def catalogs(records: Records, prefixes: Prefixes) -> Iterator[Triple]:
    """Every catalogue with its records; one without entries is left out."""
    for catalog_id, catalog in records.catalogs.items():
        if not catalog.entries:
            continue
        node = iris.catalog(catalog_id)
        yield from _catalog(node, catalog, prefixes)
        yield Triple(node, prefixes.expand("dcterms:identifier"), Literal(catalog_id))
        for entry in catalog.entries:
            yield from _record(node, iris.record(catalog_id, entry.key), entry, prefixes)


def standings(node: NamedNode, dataset: Dataset, prefixes: Prefixes) -> Iterator[Triple]:
    """The records that stand for a dataset with the reasons, the corrections of them, and the decisions."""
    for standing in dataset.entries:
        record = iris.record(standing.catalog, standing.key)
        yield Triple(record, prefixes.expand("foaf:primaryTopic"), node)
        yield Triple(node, prefixes.expand("foaf:isPrimaryTopicOf"), record)
        yield from _reason(record, standing, prefixes)
    for standing in dataset.mentions:
        yield Triple(iris.record(standing.catalog, standing.key), prefixes.expand("foaf:topic"), node)
    for correction in dataset.corrections:
        yield from _correction(correction, prefixes)
    for decision in dataset.decisions:
        yield from _decision(node, decision, prefixes)


def _catalog(node: NamedNode, catalog: Catalog, prefixes: Prefixes) -> Iterator[Triple]:
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("dcat:Catalog"))
    yield Triple(node, prefixes.expand("dcterms:title"), terms.english(catalog.title))
    if catalog.maintainer:
        agent = iris.fragment(node, "maintainer")
        yield Triple(node, prefixes.expand("dcterms:publisher"), agent)
        yield Triple(agent, terms.RDF_TYPE, prefixes.expand("foaf:Agent"))
        yield Triple(agent, prefixes.expand("foaf:name"), Literal(catalog.maintainer))
    if catalog.repository:
        yield Triple(node, prefixes.expand("foaf:homepage"), iris.page(catalog.repository))
    if catalog.licence:
        yield Triple(node, prefixes.expand("dcterms:license"), iris.concept("licence", catalog.licence))
    yield from (Triple(node, prefixes.expand("dcterms:language"), Literal(language)) for language in catalog.languages)
    if catalog.note:
        yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(catalog.note))
    if catalog.source:
        yield Triple(node, prefixes.expand("medkg:sourceDigest"), Literal(catalog.source.sha256))


def _record(catalog: NamedNode, node: NamedNode, entry: Entry, prefixes: Prefixes) -> Iterator[Triple]:
    yield Triple(catalog, prefixes.expand("dcat:record"), node)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("dcat:CatalogRecord"))
    yield Triple(node, prefixes.expand("dcterms:isPartOf"), catalog)
    yield Triple(node, prefixes.expand("rdfs:label"), Literal(entry.name))
    yield Triple(node, prefixes.expand("medkg:sourceLine"), terms.integer(entry.line))
    if entry.section:
        yield Triple(node, prefixes.expand("medkg:section"), Literal(" / ".join(entry.section)))
    for repair in entry.repairs:
        yield Triple(node, prefixes.expand("medkg:repair"), Literal(f"{repair.code}: {repair.column}"))
    if entry.not_understood:
        yield Triple(node, prefixes.expand("medkg:notUnderstoodCount"), terms.integer(len(entry.not_understood)))


def _reason(record: NamedNode, standing: EntryMatch, prefixes: Prefixes) -> Iterator[Triple]:
    yield Triple(record, prefixes.expand("medkg:basis"), Literal(standing.basis))
    yield Triple(record, prefixes.expand("rdfs:comment"), terms.english(standing.reason))


def _correction(correction: Correction, prefixes: Prefixes) -> Iterator[Triple]:
    """A defect as a quality annotation on its record (DQV, https://www.w3.org/TR/vocab-dqv/#dqv:QualityAnnotation)."""
    record = iris.record(correction.catalog, correction.key)
    content = repr((correction.defect, correction.field, correction.stated, correction.instead))
    node = iris.fragment(record, f"defect-{hashlib.sha256(content.encode()).hexdigest()[:8]}")
    yield from (Triple(node, *pair) for pair in terms.classes(prefixes, "dqv:QualityAnnotation", "medkg:Correction"))
    yield Triple(record, prefixes.expand("dqv:hasQualityAnnotation"), node)
    yield Triple(node, prefixes.expand("oa:hasTarget"), record)
    yield Triple(node, prefixes.expand("oa:motivatedBy"), prefixes.expand("dqv:qualityAssessment"))
    yield Triple(node, prefixes.expand("medkg:defect"), iris.concept("defect", correction.defect))
    yield Triple(node, prefixes.expand("medkg:field"), Literal(correction.field))
    if correction.stated is not None:
        yield Triple(node, prefixes.expand("medkg:stated"), Literal(correction.stated))
    if correction.instead is not None:
        yield Triple(node, prefixes.expand("medkg:instead"), Literal(correction.instead))
    yield from _grounds(node, correction, prefixes)


def _decision(dataset: NamedNode, decision: Decision, prefixes: Prefixes) -> Iterator[Triple]:
    parts = (decision.field, decision.unit, decision.role, decision.modality)
    named = (*parts, decision.value) if decision.field in CONCEPTS else parts
    node = iris.fragment(dataset, "-".join(["decision", *(part.replace("_", "-") for part in named if part)]))
    yield Triple(dataset, prefixes.expand("medkg:decision"), node)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("medkg:Decision"))
    yield Triple(node, prefixes.expand("medkg:field"), Literal(" ".join(part for part in parts if part)))
    yield Triple(node, prefixes.expand("medkg:instead"), Literal(decision.value))
    yield from _grounds(node, decision, prefixes)


def _grounds(node: NamedNode, grounded: Correction | Decision, prefixes: Prefixes) -> Iterator[Triple]:
    """The basis, reason and source of a correction or decision."""
    yield Triple(node, prefixes.expand("medkg:basis"), Literal(grounded.basis))
    yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(grounded.reason))
    if grounded.source:
        yield Triple(node, prefixes.expand("dcterms:source"), iris.page(grounded.source))
