"""The RDF dataset of some records: a pure function, so that two builds of the same data give the same bytes.

The default graph holds what we believe; each record's graph, named by the record's IRI, holds what that entry states;
one more graph holds the lineage that the catalogues alone claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from medkg.lineage.register import Register
from medkg.model import prefixes as iris
from medkg.model.beliefs import disputed_properties, entries_of
from medkg.model.collection import Records
from medkg.model.facts import facts
from medkg.model.prefixes import Prefixes
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf import description, terms
from medkg.rdf.lineage import lineage
from medkg.rdf.lineage_register import register
from medkg.rdf.ontology import materialise, supers, triples
from medkg.rdf.origins import refuse_unknown_prefixes
from medkg.rdf.statements import catalogs, standings, statements


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
    yield from (("skos:hiddenLabel", terms.text_literal(name)) for name in concept.hidden)


def quads(records: Records, known: Register, prefixes: Prefixes) -> Iterator[Quad]:
    """Every quad of the graph of the records and their lineage, in no particular order, some more than once."""
    believed = (
        *concepts(records.vocabularies, prefixes),
        *catalogs(records, prefixes),
        *(
            triple
            for slug, dataset in records.datasets.items()
            for triple in _dataset(slug, dataset, records, prefixes)
        ),
        *(triple for slug, challenge in records.challenges.items() for triple in _challenge(slug, challenge, prefixes)),
    )
    yield from (_quad(triple, DefaultGraph()) for triple in believed)
    yield from lineage(known, prefixes)
    yield from _entry_statements(records, prefixes)


def _dataset(slug: str, dataset: Dataset, records: Records, prefixes: Prefixes) -> Iterator[Triple]:
    node = iris.dataset(slug)
    belief = records.beliefs[slug]
    kinds = ("dcat:Dataset", "dcat:DatasetSeries") if dataset.kind == "series" else ("dcat:Dataset",)
    yield from (Triple(node, *pair) for pair in terms.classes(prefixes, *kinds))
    yield Triple(node, prefixes.expand("dcterms:identifier"), Literal(slug))
    yield Triple(node, prefixes.expand("medkg:catalogued"), terms.boolean(bool(dataset.entries or dataset.mentions)))
    if dataset.replaced_by:
        yield Triple(node, prefixes.expand("dcterms:isReplacedBy"), iris.dataset(dataset.replaced_by))
    yield from _names(node, dataset, prefixes)
    yield from _structure(node, dataset, prefixes)
    yield from statements(node, belief.facts, prefixes, records.vocabularies, node)
    for text in (
        terms.english(description.english(dataset, belief.facts, records.vocabularies)),
        terms.chinese(description.chinese(dataset, belief.facts, records.vocabularies)),
    ):
        yield Triple(node, prefixes.expand("dcterms:description"), text)
    units = records.vocabularies["unit"].concepts if "unit" in records.vocabularies else ()
    total_of = {unit.key: unit.total for unit in units if unit.total}
    for curie in disputed_properties(belief.disputed, total_of):
        yield Triple(node, prefixes.expand("medkg:disputedProperty"), prefixes.expand(curie))
    yield from standings(node, dataset, prefixes)


def _names(node: NamedNode, dataset: Dataset, prefixes: Prefixes) -> Iterator[Triple]:
    yield Triple(node, prefixes.expand("dcterms:title"), terms.english(dataset.label))
    if dataset.title_zh:
        yield Triple(node, prefixes.expand("dcterms:title"), terms.chinese(dataset.title_zh))
    if dataset.expansion:
        yield Triple(node, prefixes.expand("dcterms:alternative"), terms.english(dataset.expansion))
    for name in dataset.alternative:
        yield Triple(node, prefixes.expand("skos:altLabel"), terms.english(name))
    for name in dataset.alternative_zh:
        yield Triple(node, prefixes.expand("skos:altLabel"), terms.chinese(name))


def _structure(node: NamedNode, dataset: Dataset, prefixes: Prefixes) -> Iterator[Triple]:
    if dataset.series:
        yield Triple(node, prefixes.expand("dcat:inSeries"), iris.dataset(dataset.series))
        yield Triple(iris.dataset(dataset.series), prefixes.expand("dcat:seriesMember"), node)
    if dataset.version:
        yield Triple(node, prefixes.expand("dcat:version"), Literal(dataset.version))


def _challenge(slug: str, challenge: Challenge, prefixes: Prefixes) -> Iterator[Triple]:
    node = iris.challenge(slug)
    yield Triple(node, terms.RDF_TYPE, prefixes.expand("medkg:Challenge"))
    yield Triple(node, prefixes.expand("dcterms:title"), terms.english(challenge.label))
    yield Triple(node, prefixes.expand("dcterms:identifier"), Literal(slug))
    yield from (Triple(node, prefixes.expand("skos:altLabel"), terms.english(name)) for name in challenge.alternative)
    if challenge.year:
        yield Triple(node, prefixes.expand("medkg:year"), terms.date(str(challenge.year)))
    yield from (Triple(node, prefixes.expand("medkg:venue"), iris.concept("venue", key)) for key in challenge.venue)
    if challenge.site:
        yield Triple(node, prefixes.expand("foaf:homepage"), iris.page(challenge.site))
    if challenge.leaderboard:
        yield Triple(node, prefixes.expand("medkg:leaderboard"), iris.page(challenge.leaderboard))
    yield from (Triple(node, prefixes.expand("medkg:usesDataset"), iris.dataset(slug)) for slug in challenge.datasets)
    for standing in challenge.entries:
        yield Triple(node, prefixes.expand("dcterms:source"), iris.record(standing.catalog, standing.key))


def _entry_statements(records: Records, prefixes: Prefixes) -> Iterator[Quad]:
    """The statements of each entry about its dataset, in the graph of its record."""
    for slug, dataset in records.datasets.items():
        node = iris.dataset(slug)
        for standing, (entry, _) in zip(dataset.entries, entries_of(dataset, records.entries), strict=True):
            graph = iris.record(standing.catalog, standing.key)
            stated = statements(node, facts(entry), prefixes, records.vocabularies, graph)
            title = Triple(node, prefixes.expand("dcterms:title"), Literal(entry.name))
            kind = Triple(node, terms.RDF_TYPE, prefixes.expand("dcat:Dataset"))
            yield from (_quad(triple, graph) for triple in (kind, title, *stated))


def _quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


@dataclass(frozen=True, slots=True, kw_only=True)
class RdfDataset:
    """An RDF dataset in its one canonical form, and its default graph once more as triples."""

    nquads: bytes
    default_graph: tuple[Triple, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the N-Quads."""
        return hashlib.sha256(self.nquads).hexdigest()


def rdf_dataset(records: Records, ontology: Path, known: Register | None = None) -> RdfDataset:
    """The RDF dataset of some records, with the entailed statements and the ontology.

    `known` is the register of the lineage of the records, where it has been made already.

    Raises one ExceptionGroup of the records' CURIEs whose prefix the ontology's prefix map lacks.
    """
    names = iris.load(ontology)
    refuse_unknown_prefixes(records, names)
    terms_of_ours = triples(ontology)
    own = quads(records, known or register(records), names)
    all_quads = [*materialise(own, supers(terms_of_ours)), *(Quad(*statement) for statement in terms_of_ours)]
    default = dict.fromkeys(quad.triple for quad in all_quads if isinstance(quad.graph_name, DefaultGraph))
    return RdfDataset(nquads=canonical(all_quads), default_graph=tuple(default))


def canonical(unsorted: list[Quad]) -> bytes:
    """The quads as N-Quads, each once, sorted by bytes; to be the same twice they need to be free of blank nodes."""
    lines = (pyoxigraph.serialize(unsorted, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(set(lines)))
