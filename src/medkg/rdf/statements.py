"""Triples of facts, of catalogues and of their records, in one form for catalogue statements and for beliefs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from medkg.model import prefixes as iris
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Count, Entry, Event, Licence, Link
from medkg.model.facts import CONCEPTS, FIELDS, LINK_PROPERTIES, Fact, Facts, counts_of_role, totals
from medkg.model.fields import DATE, Declaration
from medkg.model.prefixes import Prefixes
from medkg.model.records import Correction, Dataset, Decision, EntryMatch
from medkg.model.vocabularies import Vocabulary
from medkg.rdf import terms

_ANY_PAGE = "foaf:page"  # for a role that was added to the vocabulary and is not declared


def statements(
    subject: NamedNode, facts: Facts, prefixes: Prefixes, vocabularies: Mapping[str, Vocabulary], scope: NamedNode
) -> Iterator[Triple]:
    """Every fact about `subject`; nodes of their own (counts, events, downloads) get fragments of `scope`.

    A plain total is what is stated or believed as such; where `scope` is a record, also what its shares make up.
    """
    for field, values in facts.items():
        for value in values:
            yield from _fact(subject, field, value, prefixes, scope)
    plain_totals = counts_of_role if scope == subject else totals
    for unit, total in plain_totals(facts.get("counts", ())).items():
        if curie := vocabularies["unit"].by_key[unit].total:
            yield Triple(subject, prefixes.expand(curie), terms.integer(total.value))


def _fact(subject: NamedNode, field: str, value: Fact, prefixes: Prefixes, scope: NamedNode) -> Iterator[Triple]:
    match value:
        case Link():
            yield from _link(subject, value, prefixes, scope)
        case Licence():
            yield from _licence(subject, value, prefixes)
        case Count():
            yield from _count(subject, value, prefixes, scope)
        case Event():
            yield from _event(subject, value, prefixes, scope)
        case _:
            declaration = FIELDS[field]
            assert declaration.property is not None
            yield Triple(subject, prefixes.expand(declaration.property), _object(declaration, value))


def _object(declaration: Declaration, value: str | int) -> NamedNode | Literal:
    """A value as an RDF term; a free text in the language of its writing, those of a list as they are written."""
    if declaration.vocabulary:
        return iris.concept(declaration.vocabulary, str(value))
    if isinstance(value, int):
        return terms.integer(value)
    if declaration.pattern == DATE:
        return terms.date(value)
    return terms.text_literal(value) if declaration.is_free_text and not declaration.is_list else Literal(value)


def _link(subject: NamedNode, link: Link, prefixes: Prefixes, scope: NamedNode) -> Iterator[Triple]:
    if link.role == "paper":
        yield from _paper(subject, link, prefixes)
    elif link.role == "download":
        node = iris.fragment(scope, f"download-{hashlib.sha256(link.url.encode()).hexdigest()[:8]}")
        yield Triple(subject, prefixes.expand("dcat:distribution"), node)
        yield Triple(node, terms.RDF_TYPE, prefixes.expand("dcat:Distribution"))
        yield Triple(node, prefixes.expand("dcat:accessURL"), iris.page(link.url))
        if link.label:
            yield Triple(node, prefixes.expand("dcterms:title"), Literal(link.label))
    else:
        curie = LINK_PROPERTIES.get(link.role, _ANY_PAGE)
        yield Triple(subject, prefixes.expand(curie), iris.page(link.url))


def _paper(subject: NamedNode, link: Link, prefixes: Prefixes) -> Iterator[Triple]:
    paper, page = iris.paper(link.url), iris.page(link.url)
    yield Triple(subject, prefixes.expand("dcterms:isReferencedBy"), paper)
    yield Triple(paper, terms.RDF_TYPE, prefixes.expand("schema:ScholarlyArticle"))
    if link.label:
        yield Triple(paper, prefixes.expand("rdfs:label"), Literal(link.label))
    if paper != page:
        yield Triple(paper, prefixes.expand("foaf:page"), page)


def _licence(subject: NamedNode, licence: Licence, prefixes: Prefixes) -> Iterator[Triple]:
    yield Triple(subject, prefixes.expand("medkg:licenceText"), Literal(licence.text))
    if licence.key:
        yield Triple(subject, prefixes.expand("dcterms:license"), iris.concept("licence", licence.key))
    if licence.url:
        yield Triple(subject, prefixes.expand("medkg:licencePage"), iris.page(licence.url))


def _count(subject: NamedNode, count: Count, prefixes: Prefixes, scope: NamedNode) -> Iterator[Triple]:
    parts = ("count", count.unit, count.role, count.modality, f"{count.value}")
    node = iris.fragment(scope, "-".join(part for part in parts if part))
    yield Triple(subject, prefixes.expand("medkg:count"), node)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("medkg:Count"))
    yield Triple(node, prefixes.expand("medkg:value"), terms.integer(count.value))
    yield Triple(node, prefixes.expand("medkg:unit"), iris.concept("unit", count.unit))
    yield Triple(node, prefixes.expand("medkg:role"), iris.concept("count-role", count.role))
    yield Triple(node, prefixes.expand("medkg:approximate"), terms.boolean(count.approximate))
    if count.modality:
        yield Triple(node, prefixes.expand("medkg:modality"), iris.concept("modality", count.modality))


def _event(subject: NamedNode, event: Event, prefixes: Prefixes, scope: NamedNode) -> Iterator[Triple]:
    node = iris.fragment(scope, "-".join(["event", event.venue, *([str(event.year)] if event.year else [])]))
    yield Triple(subject, prefixes.expand("medkg:event"), node)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("schema:Event"))
    yield Triple(node, prefixes.expand("medkg:venue"), iris.concept("venue", event.venue))
    if event.year:
        yield Triple(node, prefixes.expand("medkg:year"), terms.date(str(event.year)))


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
