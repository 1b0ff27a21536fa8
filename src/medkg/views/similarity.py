"""Datasets that are alike: of the same body part, by the same modality, for the same task. It is no lineage.

How alike two are is the share of concepts both have, out of all that either has: 3 of 5, say. A dataset has the wider
concepts of those it names too: a set of lung vessels shows the chest. Nobody has looked at images for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.choices import require_known
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.views import concepts as hierarchy
from medkg.views import lookup

_COMPARED = ("medkg:anatomy", "medkg:modality", "medkg:task")
_DATASETS = iris.dataset("").value
_LEAST_COMMON = 2  # concepts; one alone, such as a task, makes nothing alike
_ENOUGH = 1000  # datasets to compare; those with a rare concept in common come first


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A dataset that is like another one: how many concepts both have, of how many that either has.

    `common` are the IRIs of those both have, less those that are wider than another one of them.
    """

    slug: str
    common: tuple[str, ...]
    shared: int
    of: int

    @property
    def score(self) -> float:
        """How alike the two are, 1 where all their concepts are the same."""
        return self.shared / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The concepts of each dataset, wider ones too, the datasets that have each, and the wider ones of each.

    Datasets go by slug, concepts by IRI. `datasets` are all that there are, those without concepts and retired ones
    among them, where that is known.
    """

    of: Mapping[str, Set[str]]
    bearers: Mapping[str, Set[str]]
    wider: Mapping[str, Set[str]]
    datasets: Set[str] | None = None


def concepts(store: Store, prefixes: Prefixes) -> Concepts:
    """The body parts, modalities and tasks of all datasets that are not retired."""
    retired = {slug for slug, _ in _pairs(store, prefixes.expand("dcterms:isReplacedBy"))}
    wider = hierarchy.wider(store, prefixes)
    of: dict[str, set[str]] = defaultdict(set)
    bearers: dict[str, set[str]] = defaultdict(set)
    for curie in _COMPARED:
        for slug, concept in _pairs(store, prefixes.expand(curie)):
            if slug not in retired:
                of[slug] |= {concept, *wider.get(concept, ())}
    for slug, found in of.items():
        for concept in found:
            bearers[concept].add(slug)
    return Concepts(of=of, bearers=bearers, wider=wider, datasets=frozenset(lookup.datasets(store)))


def alike(known: Concepts, slug: str, *, without: Collection[str] = (), most: int = 8) -> list[Like]:
    """The datasets most like one, and why, the likest first; `UnknownName` where there is no such dataset."""
    if known.datasets is not None:
        require_known(slug, known.datasets, kind="dataset")
    mine = known.of.get(slug, frozenset[str]())
    others = _candidates(known, mine) - {slug, *without}
    found = (_like(each, mine & known.of[each], mine | known.of[each], known.wider) for each in others)
    best = sorted(found, key=lambda each: (-each.score, -each.shared, each.slug))
    return [each for each in best[:most] if each.shared >= _LEAST_COMMON]


def _candidates(known: Concepts, concepts: Set[str]) -> Set[str]:
    """The datasets that have one of some concepts, looked for by the rarest until there are enough."""
    found: set[str] = set()
    for concept in sorted(concepts, key=lambda each: (len(known.bearers[each]), each)):
        found |= known.bearers[concept]
        if len(found) >= _ENOUGH:
            break
    return found


def _like(slug: str, common: Set[str], either: Set[str], wider: Mapping[str, Set[str]]) -> Like:
    implied = {each for concept in common for each in wider.get(concept, ())}
    return Like(slug=slug, common=tuple(sorted(common - implied)), shared=len(common), of=len(either))


def _pairs(store: Store, property_: NamedNode) -> Iterator[tuple[str, str]]:
    """The datasets, by slug, that a property leads to other things from."""
    for quad in store.quads_for_pattern(None, property_, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            slug = quad.subject.value.removeprefix(_DATASETS)
            if slug != quad.subject.value and "#" not in slug:  # a count may be limited to a modality
                yield slug, quad.object.value
