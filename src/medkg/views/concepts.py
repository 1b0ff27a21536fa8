"""Concepts: their names, matches, hierarchy and the datasets that have them; for licences their conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from medkg.closures import closure
from medkg.model import prefixes as iris
from medkg.model.fact_properties import CONCEPT_PROPERTIES, PART_CONCEPT_PROPERTIES
from medkg.model.prefixes import BASE, Prefixes
from medkg.views import graph_reader
from medkg.views.graph_reader import GraphReader


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceCondition:
    """A permission, duty or prohibition of a licence."""

    iri: str
    label: str
    label_zh: str | None
    definition: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceTerms:
    """A known licence with its conditions; `matches` are its names elsewhere, such as that of SPDX."""

    iri: str
    label: str
    label_zh: str | None
    matches: tuple[str, ...]
    conditions: tuple[LicenceCondition, ...]


def licences_of(reader: GraphReader, dataset: NamedNode) -> list[LicenceTerms]:
    """The licences of a dataset that we believe."""
    return [licence_terms(reader, licence) for licence in reader.nodes(dataset, "dcterms:license")]


def licence_terms(reader: GraphReader, node: NamedNode) -> LicenceTerms:
    """The terms of a licence by its node."""
    conditions = (_condition(reader, condition) for condition in reader.nodes(node, "medkg:licenceCondition"))
    return LicenceTerms(
        iri=node.value,
        label=reader.label(node),
        label_zh=reader.chinese_label(node),
        matches=tuple(match.value for match in reader.nodes(node, "skos:exactMatch")),
        conditions=tuple(sorted(conditions, key=_by_definition)),
    )


def _condition(reader: GraphReader, node: NamedNode) -> LicenceCondition:
    return LicenceCondition(
        iri=node.value,
        label=reader.label(node),
        label_zh=reader.chinese_label(node),
        definition=reader.literal(node, "skos:definition"),
    )


def _by_definition(condition: LicenceCondition) -> tuple[str, str]:
    """The sort key that keeps kinds together: a definition begins with `Allowed`, `Asked for` or `Forbidden`."""
    return (condition.definition or "").partition(":")[0], condition.label


Closure = Mapping[str, Set[str]]
"""For each concept all wider or all narrower ones, by IRI; a concept without any is left out."""


def wider(store: Store, prefixes: Prefixes) -> Closure:
    """All wider concepts of each concept."""
    return _closure(store, prefixes.expand("skos:broader"))


def narrower(store: Store, prefixes: Prefixes) -> Closure:
    """All narrower concepts of each concept."""
    return _closure(store, prefixes.expand("skos:narrower"))


def _closure(store: Store, property_: NamedNode) -> Closure:
    direct: dict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, property_, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            direct[quad.subject.value].append(quad.object.value)
    return {concept: frozenset(closure([concept], lambda node: direct.get(node, ()))[1:]) for concept in list(direct)}


_OTHERS = ("medkg:venue", "medkg:defect", "medkg:licenceCondition")
"""The properties by which challenges, catalogue records and licences name concepts."""

_DATASETS = iris.dataset("").value


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedThing:
    """A thing with its names."""

    iri: str
    label: str
    label_zh: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptBranch:
    """A concept in the tree of its vocabulary; `datasets` counts those that have it or a narrower one."""

    concept: NamedThing
    datasets: int
    branches: tuple[ConceptBranch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptUse:
    """A dataset that has a concept, or the narrower ones in `by`."""

    slug: str
    dataset: NamedThing
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptProfile:
    """All that is known of a concept; `others` are the challenges, records and licences that have it."""

    concept: NamedThing
    scheme: str
    key: str
    scheme_title: str
    synonyms: tuple[tuple[str, str], ...]
    definition: str | None
    matches: tuple[str, ...]
    broader: tuple[NamedThing, ...]
    narrower: tuple[ConceptBranch, ...]
    datasets: tuple[ConceptUse, ...]
    others: tuple[NamedThing, ...]


def concept_profile(reader: GraphReader, node: NamedNode) -> ConceptProfile:
    """The profile of a concept by its node."""
    scheme, _, key = node.value.removeprefix(BASE).partition("/")
    builder = _tree_builder(reader, scheme)
    synonyms = reader.literals(node, "skos:altLabel")
    return ConceptProfile(
        concept=named_thing(reader, node),
        scheme=scheme,
        key=key,
        scheme_title=reader.label(iris.scheme(scheme)),
        synonyms=tuple(sorted((synonym.language or "en", synonym.value) for synonym in synonyms)),
        definition=reader.literal(node, "skos:definition"),
        matches=tuple(match.value for match in reader.nodes(node, "skos:exactMatch")),
        broader=tuple(_named_things(reader, (concept.value for concept in reader.nodes(node, "skos:broader")))),
        narrower=builder.children(node.value, steps=1),
        datasets=tuple(_uses(reader, node, builder.datasets, builder.below)),
        others=tuple(_named_things(reader, _other_uses(reader, node))),
    )


def concept_tree(reader: GraphReader, scheme: str) -> tuple[ConceptBranch, ...]:
    """The concepts of a vocabulary, those that are narrower under those that are wider; `UnknownName` for none such."""
    top = graph_reader.vocabulary(reader.store, scheme)
    return _tree_builder(reader, scheme).children(top.value, curie="skos:hasTopConcept")


def named_thing(reader: GraphReader, node: NamedNode) -> NamedThing:
    """A thing with its names."""
    return NamedThing(iri=node.value, label=reader.label(node), label_zh=reader.chinese_label(node))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TreeBuilder:
    """Builds trees of concepts, each of which may stand under several others."""

    reader: GraphReader
    datasets: Mapping[str, Set[str]]
    below: Closure
    things: dict[str, NamedThing] = field(default_factory=dict)

    def children(
        self, iri: str, *, curie: str = "skos:narrower", steps: int | None = None, above: Set[str] = frozenset()
    ) -> tuple[ConceptBranch, ...]:
        """The branches of a concept or vocabulary, so many steps down; a ring is followed once."""
        nodes = (node.value for node in self.reader.nodes(NamedNode(iri), curie))
        concepts = sorted((self._thing(concept) for concept in nodes if concept not in above), key=_by_label)
        return tuple(self._branch(concept, steps, {*above, iri}) for concept in concepts)

    def _branch(self, concept: NamedThing, steps: int | None, above: Set[str]) -> ConceptBranch:
        concepts = (concept.iri, *self.below.get(concept.iri, ()))
        datasets = frozenset[str]().union(*(self.datasets.get(concept, ()) for concept in concepts))
        deeper = None if steps is None else steps - 1
        return ConceptBranch(
            concept=concept,
            datasets=len(datasets),
            branches=() if deeper == 0 else self.children(concept.iri, steps=deeper, above=above),
        )

    def _thing(self, iri: str) -> NamedThing:
        if iri not in self.things:
            self.things[iri] = named_thing(self.reader, NamedNode(iri))
        return self.things[iri]


def _tree_builder(reader: GraphReader, scheme: str) -> _TreeBuilder:
    below = narrower(reader.store, reader.prefixes)
    return _TreeBuilder(reader=reader, datasets=_datasets_of(reader, scheme), below=below)


def _by_label(thing: NamedThing) -> tuple[str, str]:
    return thing.label.casefold(), thing.iri


def _datasets_of(reader: GraphReader, scheme: str) -> Mapping[str, Set[str]]:
    """The datasets, by IRI, that have each concept of a vocabulary; retired ones are left out."""
    retired = {quad.subject for quad in _quads(reader, "dcterms:isReplacedBy")}
    datasets: dict[str, set[str]] = defaultdict(set)
    for curie in (*CONCEPT_PROPERTIES.get(scheme, ()), *PART_CONCEPT_PROPERTIES.get(scheme, ())):
        for quad in _quads(reader, curie):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                dataset, _, part = quad.subject.value.partition("#")
                is_own = bool(part) == (scheme in PART_CONCEPT_PROPERTIES)
                if is_own and dataset.startswith(_DATASETS) and quad.subject not in retired:
                    datasets[quad.object.value].add(dataset)
    return datasets


def _quads(reader: GraphReader, curie: str) -> Iterator[Quad]:
    return reader.store.quads_for_pattern(None, reader.prefixes.expand(curie), None, DefaultGraph())


def _uses(reader: GraphReader, node: NamedNode, datasets: Mapping[str, Set[str]], below: Closure) -> list[ConceptUse]:
    """The datasets that have a concept or a narrower one, by name."""
    by: dict[str, list[str]] = defaultdict(list)
    for concept in (node.value, *below.get(node.value, ())):
        for dataset in datasets.get(concept, ()):
            by[dataset].append(concept)
    uses = [
        ConceptUse(
            slug=dataset.removeprefix(_DATASETS),
            dataset=named_thing(reader, NamedNode(dataset)),
            by=tuple(sorted(reader.label(NamedNode(concept)) for concept in concepts if concept != node.value)),
        )
        for dataset, concepts in by.items()
    ]
    return sorted(uses, key=lambda use: _by_label(use.dataset))


def _other_uses(reader: GraphReader, node: NamedNode) -> Iterator[str]:
    """The challenges, catalogue records and licences that have a concept."""
    for curie in _OTHERS:
        for subject in reader.subjects(curie, node):
            thing = subject.value.partition("#")[0]
            if not thing.startswith(_DATASETS):
                yield thing


def _named_things(reader: GraphReader, iris_of_things: Iterable[str]) -> list[NamedThing]:
    """Things with their names, once each, by name."""
    return sorted((named_thing(reader, NamedNode(iri)) for iri in {*iris_of_things}), key=_by_label)
