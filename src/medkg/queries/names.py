"""The dataset, catalogue, challenge or concept that a name means: key or slug, label or synonym, in two languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from medkg.choices import require_choice
from medkg.errors import UnknownName
from medkg.model import prefixes as iris
from medkg.model.names import fold_accents, key
from medkg.search.index import Index
from medkg.search.resolver import resolve

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_MAX_SUGGESTIONS = 6

_TYPE, _IN_SCHEME = NamedNode(f"{_RDF}type"), NamedNode(f"{_SKOS}inScheme")
_RANKS = {
    f"{_SKOS}notation": 0,
    f"{_DCTERMS}identifier": 0,
    f"{_SKOS}prefLabel": 1,
    f"{_DCTERMS}title": 1,
    f"{_SKOS}altLabel": 2,
    f"{_DCTERMS}alternative": 2,
    f"{_SKOS}hiddenLabel": 3,
}
"""The properties that name a thing; the lowest rank is for its own names."""

CLASSES = {
    "dataset": NamedNode("http://www.w3.org/ns/dcat#Dataset"),
    "catalog": NamedNode("http://www.w3.org/ns/dcat#Catalog"),
    "challenge": NamedNode("https://w3id.org/medkg/ontology#Challenge"),
}
"""The classes of things, apart from concepts, that have names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of one thing, with the rank of the property that gives it."""

    text: str
    rank: int
    thing: NamedNode


@dataclass(frozen=True, slots=True)
class Names:
    """The names of things in a graph; a lookup that finds none or more than one raises `UnknownName`.

    With a search index, datasets are looked up in it first, and in the graph for those that updates have added.
    """

    store: Store
    index: Index | None = None

    def thing(self, kind: str, text: str) -> NamedNode:
        """The dataset, catalogue or challenge of a name."""
        in_graph = partial(
            self._lookup,
            text,
            kind,
            iris.scheme(kind),
            _TYPE,
            CLASSES[require_choice(kind, CLASSES, kind="kind of thing")],
        )
        if self.index is None or kind != "dataset":
            return in_graph()
        try:
            return iris.dataset(resolve(self.index, text))
        except UnknownName as unknown:
            with suppress(UnknownName):
                return in_graph()
            raise unknown

    def concept(self, vocabulary: str, text: str) -> NamedNode:
        """The concept of a vocabulary for a name."""
        scheme = iris.scheme(vocabulary)
        return self._lookup(text, f"{vocabulary} concept", scheme, _IN_SCHEME, scheme)

    def _lookup(self, text: str, noun: str, space: NamedNode, property_: NamedNode, value: NamedNode) -> NamedNode:
        """The thing of a name among those with a property; all names are read only where the name is no key."""
        prefix = space.value.removeprefix(iris.BASE)
        name = text.strip().removeprefix(f"{space.value}/").removeprefix(f"{prefix}:")
        things = self._things_by_key(name, property_, value)
        return things.pop() if len(things) == 1 else _best_match(name, noun, self._all_names(property_, value))

    def _things_by_key(self, text: str, property_: NamedNode, value: NamedNode) -> set[NamedNode]:
        """The things with a property and a key."""
        return {
            quad.subject
            for name_property, rank in _RANKS.items()
            if rank == 0
            for quad in self.store.quads_for_pattern(None, NamedNode(name_property), Literal(text), DefaultGraph())
            if isinstance(quad.subject, NamedNode)
            and Quad(quad.subject, property_, value, DefaultGraph()) in self.store
        }

    def _all_names(self, property_: NamedNode, value: NamedNode) -> Iterator[Name]:
        """Every name of the things with a property."""
        for has in self.store.quads_for_pattern(None, property_, value, DefaultGraph()):
            for quad in self.store.quads_for_pattern(has.subject, None, None, DefaultGraph()):
                rank = _RANKS.get(quad.predicate.value)
                if rank is not None and isinstance(quad.object, Literal) and isinstance(has.subject, NamedNode):
                    yield Name(text=quad.object.value, rank=rank, thing=has.subject)


def _best_match(text: str, noun: str, names: Iterable[Name]) -> NamedNode:
    """The thing whose name a text is, under ever looser normalizations."""
    candidates = list(names)
    for normalize in _NORMALIZATIONS:
        matches = [name for name in candidates if normalize(text) and normalize(name.text) == normalize(text)]
        best = min((name.rank for name in matches), default=0)
        things = sorted({name.thing.value for name in matches if name.rank == best})
        if len(things) == 1:
            return NamedNode(things[0])
        if things:
            raise UnknownName(_ambiguous(text, noun, [iri.rpartition("/")[2] for iri in things]))
    raise UnknownName(_unknown(text, noun, candidates))


def _singular(text: str) -> str:
    return fold_accents(text).removesuffix("s")


_NORMALIZATIONS: tuple[Callable[[str], str], ...] = (str, fold_accents, key, _singular)


def _ambiguous(text: str, noun: str, keys: list[str]) -> str:
    return f"{text!r} may be any of {len(keys)} {noun}s, say which: {', '.join(keys[:_MAX_SUGGESTIONS])}"


def _unknown(text: str, noun: str, names: list[Name]) -> str:
    from rapidfuzz import process, utils  # only a mistake needs it

    choices = {name.text: name.thing.value.rpartition("/")[2] for name in names}
    near = process.extract(
        text, list(choices), processor=utils.default_process, limit=_MAX_SUGGESTIONS, score_cutoff=60
    )
    keys = list(dict.fromkeys(choices[choice] for choice, _, _ in near))[:3]
    return f"{text!r} is no {noun} of the graph" + (f"; did you mean {' or '.join(keys)}?" if keys else "")
