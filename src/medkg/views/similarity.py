"""Similar datasets: those of the same body parts, modalities and tasks, which says nothing on shared images.

Similarity is the share of concepts both have, out of all that either has, wider concepts included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.choices import require_choice
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.views import concepts, graph_reader

_COMPARED = ("medkg:anatomy", "medkg:modality", "medkg:task")
_DATASETS = iris.dataset("").value
_LEAST_COMMON = 2  # concepts; one alone, such as a task, makes nothing alike
_ENOUGH = 1000  # datasets to compare; those with a rare concept in common come first


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """A dataset similar to another one: how many concepts both have, of how many that either has.

    `common` are the IRIs of those both have, less those that are wider than another one of them.
    """

    slug: str
    common: tuple[str, ...]
    shared: int
    of: int

    @property
    def score(self) -> float:
        """The similarity of the two, 1 where all their concepts are the same."""
        return self.shared / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptIndex:
    """The concepts of each dataset, wider ones too, the datasets that have each, and the wider ones of each.

    Datasets go by slug, concepts by IRI. `datasets` are all that there are, those without concepts and retired ones
    among them, where that is known.
    """

    of: Mapping[str, Set[str]]
    bearers: Mapping[str, Set[str]]
    wider: Mapping[str, Set[str]]
    datasets: Set[str] | None = None


def concept_index(store: Store, prefixes: Prefixes) -> ConceptIndex:
    """The body parts, modalities and tasks of all datasets that are not retired."""
    retired = {slug for slug, _ in _pairs(store, prefixes.expand("dcterms:isReplacedBy"))}
    wider = concepts.wider(store, prefixes)
    of: dict[str, set[str]] = defaultdict(set)
    bearers: dict[str, set[str]] = defaultdict(set)
    for curie in _COMPARED:
        for slug, concept in _pairs(store, prefixes.expand(curie)):
            if slug not in retired:
                of[slug] |= {concept, *wider.get(concept, ())}
    for slug, concepts_of_one in of.items():
        for concept in concepts_of_one:
            bearers[concept].add(slug)
    return ConceptIndex(of=of, bearers=bearers, wider=wider, datasets=frozenset(graph_reader.datasets(store)))


def similar(index: ConceptIndex, slug: str, *, without: Collection[str] = (), most: int = 8) -> list[Similarity]:
    """The datasets most similar to one, the most similar first; `UnknownName` where there is no such dataset."""
    if index.datasets is not None:
        require_choice(slug, index.datasets, kind="dataset")
    own = index.of.get(slug, frozenset[str]())
    others = _candidates(index, own) - {slug, *without}
    similarities = (_like(other, own & index.of[other], own | index.of[other], index.wider) for other in others)
    best = sorted(similarities, key=lambda similarity: (-similarity.score, -similarity.shared, similarity.slug))
    return [similarity for similarity in best[:most] if similarity.shared >= _LEAST_COMMON]


def _candidates(index: ConceptIndex, concepts: Set[str]) -> Set[str]:
    """The datasets that have one of some concepts, looked for by the rarest until there are enough."""
    datasets: set[str] = set()
    for concept in sorted(concepts, key=lambda concept: (len(index.bearers[concept]), concept)):
        datasets |= index.bearers[concept]
        if len(datasets) >= _ENOUGH:
            break
    return datasets


def _like(slug: str, common: Set[str], either: Set[str], wider: Mapping[str, Set[str]]) -> Similarity:
    implied = {broader for concept in common for broader in wider.get(concept, ())}
    return Similarity(slug=slug, common=tuple(sorted(common - implied)), shared=len(common), of=len(either))


def _pairs(store: Store, property_: NamedNode) -> Iterator[tuple[str, str]]:
    """The pairs of a dataset, by slug, and the value of a property, by IRI."""
    for quad in store.quads_for_pattern(None, property_, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            slug = quad.subject.value.removeprefix(_DATASETS)
            if slug != quad.subject.value and "#" not in slug:  # a count may be limited to a modality
                yield slug, quad.object.value
