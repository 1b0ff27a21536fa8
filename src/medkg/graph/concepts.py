"""Vocabularies as SKOS: a concept scheme each, concepts with labels in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from medkg.graph import terms
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.model.vocabularies import Concept, Vocabulary


def concepts(vocabularies: Mapping[str, Vocabulary], prefixes: Prefixes) -> Iterator[Triple]:
    """Every vocabulary with its concepts."""
    for name, vocabulary in vocabularies.items():
        scheme = iris.scheme(name)
        yield Triple(scheme, terms.RDF_TYPE, prefixes.expand("skos:ConceptScheme"))
        yield Triple(scheme, prefixes.expand("dcterms:title"), terms.english(vocabulary.title))
        if vocabulary.title_zh:
            yield Triple(scheme, prefixes.expand("dcterms:title"), terms.chinese(vocabulary.title_zh))
        yield Triple(scheme, prefixes.expand("dcterms:description"), terms.english(vocabulary.definition))
        for concept in vocabulary.concepts:
            yield from _concept(name, concept, scheme, prefixes)


def _concept(name: str, concept: Concept, scheme: NamedNode, prefixes: Prefixes) -> Iterator[Triple]:
    node = iris.concept(name, concept.key)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("skos:Concept"))
    yield Triple(node, prefixes.expand("skos:inScheme"), scheme)
    yield Triple(node, prefixes.expand("skos:notation"), Literal(concept.key))
    for property_name, label in _labels(concept):
        yield Triple(node, prefixes.expand(property_name), label)
    if concept.definition:
        yield Triple(node, prefixes.expand("skos:definition"), terms.english(concept.definition))
    for key in concept.broader:
        yield Triple(node, prefixes.expand("skos:broader"), iris.concept(name, key))
        yield Triple(iris.concept(name, key), prefixes.expand("skos:narrower"), node)
    if not concept.broader:
        yield Triple(node, prefixes.expand("skos:topConceptOf"), scheme)
        yield Triple(scheme, prefixes.expand("skos:hasTopConcept"), node)
    for curie in concept.exact:
        yield Triple(node, prefixes.expand("skos:exactMatch"), prefixes.expand(curie))
    for key in concept.conditions:
        yield Triple(node, prefixes.expand("medkg:licenceCondition"), iris.concept("condition", key))
    if concept.total:
        yield Triple(node, prefixes.expand("medkg:totalProperty"), prefixes.expand(concept.total))


def _labels(concept: Concept) -> Iterator[tuple[str, Literal]]:
    yield "skos:prefLabel", terms.english(concept.label)
    if concept.label_zh:
        yield "skos:prefLabel", terms.chinese(concept.label_zh)
    yield from (("skos:altLabel", terms.english(name)) for name in concept.synonyms)
    yield from (("skos:altLabel", terms.chinese(name)) for name in concept.synonyms_zh)
    yield from (("skos:hiddenLabel", terms.worded(name)) for name in concept.hidden)
