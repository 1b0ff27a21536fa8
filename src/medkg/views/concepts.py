"""Concepts: their names, matches, hierarchy and the datasets that have them; for licences their conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from medkg.model import prefixes as iris
from medkg.model.fact_properties import CONCEPT_PROPERTIES, PART_CONCEPT_PROPERTIES
from medkg.model.prefixes import BASE, Prefixes
from medkg.views import lookup
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
    found = (each for each in reader.objects(dataset, "dcterms:license") if isinstance(each, NamedNode))
    return [licence_terms(reader, each) for each in sorted(found, key=lambda each: each.value)]


def licence_terms(reader: GraphReader, node: NamedNode) -> LicenceTerms:
    """The terms of a licence by its node."""
    matches = (each.value for each in reader.objects(node, "skos:exactMatch") if isinstance(each, NamedNode))
    conditions = (each for each in reader.objects(node, "medkg:licenceCondition") if isinstance(each, NamedNode))
    return LicenceTerms(
        iri=node.value,
        label=reader.label(node),
        label_zh=reader.chinese_label(node),
        matches=tuple(sorted(matches)),
        conditions=tuple(sorted((_condition(reader, each) for each in conditions), key=_by_definition)),
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
    return {concept: _reached(concept, direct) for concept in direct}


def _reached(concept: str, direct: Mapping[str, list[str]]) -> Set[str]:
    found: dict[str, None] = {concept: None}
    waiting = [concept]
    for each in waiting:
        new = [other for other in direct.get(each, ()) if other not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return found.keys() - {concept}


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
    grower = _grower(reader, scheme)
    texts = (each for each in reader.objects(node, "skos:altLabel") if isinstance(each, Literal))
    return ConceptProfile(
        concept=named_thing(reader, node),
        scheme=scheme,
        key=key,
        scheme_title=reader.label(iris.scheme(scheme)),
        synonyms=tuple(sorted((each.language or "en", each.value) for each in texts)),
        definition=reader.literal(node, "skos:definition"),
        matches=tuple(each.value for each in reader.nodes(node, "skos:exactMatch")),
        broader=tuple(_all_named(reader, (each.value for each in reader.nodes(node, "skos:broader")))),
        narrower=grower.children(node.value, steps=1),
        datasets=tuple(_borne(reader, node, grower.bearers, grower.below)),
        others=tuple(_all_named(reader, _bearing(reader, node))),
    )


def concept_tree(reader: GraphReader, scheme: str) -> tuple[ConceptBranch, ...]:
    """The concepts of a vocabulary, those that are narrower under those that are wider; `UnknownName` for none such."""
    top = lookup.vocabulary(reader.store, scheme)
    return _grower(reader, scheme).children(top.value, curie="skos:hasTopConcept")


def named_thing(reader: GraphReader, node: NamedNode) -> NamedThing:
    """A thing with its names."""
    return NamedThing(iri=node.value, label=reader.label(node), label_zh=reader.chinese_label(node))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TreeBuilder:
    """Builds trees of concepts, each of which may stand under several others."""

    reader: GraphReader
    bearers: Mapping[str, Set[str]]
    below: Closure
    known: dict[str, NamedThing] = field(default_factory=dict)

    def children(
        self, iri: str, *, curie: str = "skos:narrower", steps: int | None = None, above: Set[str] = frozenset()
    ) -> tuple[ConceptBranch, ...]:
        """The branches of a concept or vocabulary, so many steps down; a ring is followed once."""
        found = [
            self._named(each.value) for each in self.reader.nodes(NamedNode(iri), curie) if each.value not in above
        ]
        return tuple(self._branch(each, steps, {*above, iri}) for each in sorted(found, key=_by_label))

    def _branch(self, concept: NamedThing, steps: int | None, above: Set[str]) -> ConceptBranch:
        bearing = (self.bearers.get(each, ()) for each in (concept.iri, *self.below.get(concept.iri, ())))
        deeper = None if steps is None else steps - 1
        return ConceptBranch(
            concept=concept,
            datasets=len(frozenset[str]().union(*bearing)),
            branches=() if deeper == 0 else self.children(concept.iri, steps=deeper, above=above),
        )

    def _named(self, iri: str) -> NamedThing:
        if iri not in self.known:
            self.known[iri] = named_thing(self.reader, NamedNode(iri))
        return self.known[iri]


def _grower(reader: GraphReader, scheme: str) -> _TreeBuilder:
    return _TreeBuilder(reader=reader, bearers=_bearers(reader, scheme), below=narrower(reader.store, reader.prefixes))


def _by_label(thing: NamedThing) -> tuple[str, str]:
    return thing.label.casefold(), thing.iri


def _bearers(reader: GraphReader, scheme: str) -> Mapping[str, Set[str]]:
    """The datasets, by IRI, that have each concept of a vocabulary; retired ones are left out."""
    retired = {quad.subject for quad in _quads(reader, "dcterms:isReplacedBy")}
    found: dict[str, set[str]] = defaultdict(set)
    for curie in (*CONCEPT_PROPERTIES.get(scheme, ()), *PART_CONCEPT_PROPERTIES.get(scheme, ())):
        for quad in _quads(reader, curie):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                dataset, _, part = quad.subject.value.partition("#")
                is_own = bool(part) == (scheme in PART_CONCEPT_PROPERTIES)
                if is_own and dataset.startswith(_DATASETS) and quad.subject not in retired:
                    found[quad.object.value].add(dataset)
    return found


def _quads(reader: GraphReader, curie: str) -> Iterator[Quad]:
    return reader.store.quads_for_pattern(None, reader.prefixes.expand(curie), None, DefaultGraph())


def _borne(
    reader: GraphReader, node: NamedNode, bearers: Mapping[str, Set[str]], below: Closure
) -> Iterator[ConceptUse]:
    """The datasets that have a concept or a narrower one, by name."""
    by: dict[str, list[str]] = defaultdict(list)
    for concept in (node.value, *below.get(node.value, ())):
        for dataset in bearers.get(concept, ()):
            by[dataset].append(concept)
    found = [
        ConceptUse(
            slug=dataset.removeprefix(_DATASETS),
            dataset=named_thing(reader, NamedNode(dataset)),
            by=tuple(sorted(reader.label(NamedNode(each)) for each in concepts if each != node.value)),
        )
        for dataset, concepts in by.items()
    ]
    yield from sorted(found, key=lambda each: _by_label(each.dataset))


def _bearing(reader: GraphReader, node: NamedNode) -> Iterator[str]:
    """The challenges, catalogue records and licences that have a concept."""
    for curie in _OTHERS:
        for each in reader.subjects(curie, node):
            thing = each.value.partition("#")[0]
            if not thing.startswith(_DATASETS):
                yield thing


def _all_named(reader: GraphReader, found: Iterable[str]) -> list[NamedThing]:
    """Things with their names, once each, by name."""
    things = [named_thing(reader, NamedNode(each)) for each in dict.fromkeys(found)]
    return sorted(things, key=_by_label)
