"""Facts about one dataset as triples, in one form for those that a catalogue states and those that we believe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from medkg.model import prefixes as iris
from medkg.model.entries import Count, Event, Licence, Link
from medkg.model.facts import FIELDS, LINK_PROPERTIES, Fact, Facts, counts_of_role, totals
from medkg.model.fields import DATE, Declaration
from medkg.model.prefixes import Prefixes
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
