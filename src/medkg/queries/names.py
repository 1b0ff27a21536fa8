"""Things of the graph by what people call them: key or slug, label or synonym, English or Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from medkg.choices import require_known
from medkg.errors import UnknownName
from medkg.model import prefixes as iris
from medkg.model.names import folded, key
from medkg.search.index import Index
from medkg.search.resolver import resolve

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_MOST_SHOWN = 6

_TYPE, _IN_SCHEME = NamedNode(f"{_RDF}type"), NamedNode(f"{_SKOS}inScheme")
_STANDING = {
    f"{_SKOS}notation": 0,
    f"{_DCTERMS}identifier": 0,
    f"{_SKOS}prefLabel": 1,
    f"{_DCTERMS}title": 1,
    f"{_SKOS}altLabel": 2,
    f"{_DCTERMS}alternative": 2,
    f"{_SKOS}hiddenLabel": 3,
}
"""The properties that name a thing, by how much the name is its own."""

CLASSES = {
    "dataset": NamedNode("http://www.w3.org/ns/dcat#Dataset"),
    "catalog": NamedNode("http://www.w3.org/ns/dcat#Catalog"),
    "challenge": NamedNode("https://w3id.org/medkg/ontology#Challenge"),
}
"""The kinds of things, apart from concepts, that have names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of one thing; the lower its standing, the more it is the thing's own."""

    text: str
    standing: int
    thing: NamedNode


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a graph has for its things; each lookup raises `UnknownName` for none or several.

    With its search index, datasets are looked up as everywhere, and those that updates have added in the graph alone.
    """

    store: Store
    index: Index | None = None

    def thing(self, kind: str, text: str) -> NamedNode:
        """The dataset, catalogue or challenge that goes by a name."""
        known = partial(
            self._meant,
            text,
            kind,
            iris.scheme(kind),
            _TYPE,
            CLASSES[require_known(kind, CLASSES, kind="kind of thing")],
        )
        if self.index is None or kind != "dataset":
            return known()
        try:
            return iris.dataset(resolve(self.index, text))
        except UnknownName as unknown:
            with suppress(UnknownName):
                return known()
            raise unknown

    def concept(self, vocabulary: str, text: str) -> NamedNode:
        """The concept of a vocabulary that goes by a name."""
        scheme = iris.scheme(vocabulary)
        return self._meant(text, f"{vocabulary} concept", scheme, _IN_SCHEME, scheme)

    def _meant(self, text: str, noun: str, space: NamedNode, property_: NamedNode, value: NamedNode) -> NamedNode:
        """The thing that a text means among those with a property; all names are read only where none is its key."""
        prefix = space.value.removeprefix(iris.BASE)
        wanted = text.strip().removeprefix(f"{space.value}/").removeprefix(f"{prefix}:")
        keyed = self._keyed(wanted, property_, value)
        return keyed.pop() if len(keyed) == 1 else _meant(wanted, noun, self._named(property_, value))

    def _keyed(self, text: str, property_: NamedNode, value: NamedNode) -> set[NamedNode]:
        """The things with a property whose key a text is."""
        return {
            quad.subject
            for naming, standing in _STANDING.items()
            if standing == 0
            for quad in self.store.quads_for_pattern(None, NamedNode(naming), Literal(text), DefaultGraph())
            if isinstance(quad.subject, NamedNode)
            and Quad(quad.subject, property_, value, DefaultGraph()) in self.store
        }

    def _named(self, property_: NamedNode, value: NamedNode) -> Iterator[Name]:
        """Every name of the things with a property."""
        for has in self.store.quads_for_pattern(None, property_, value, DefaultGraph()):
            for quad in self.store.quads_for_pattern(has.subject, None, None, DefaultGraph()):
                standing = _STANDING.get(quad.predicate.value)
                if standing is not None and isinstance(quad.object, Literal) and isinstance(has.subject, NamedNode):
                    yield Name(text=quad.object.value, standing=standing, thing=has.subject)


def _meant(wanted: str, noun: str, names: Iterable[Name]) -> NamedNode:
    """The thing a text means, by ever looser readings of it."""
    known = list(names)
    for reading in _READINGS:
        fitting = [name for name in known if reading(wanted) and reading(name.text) == reading(wanted)]
        best = min((name.standing for name in fitting), default=0)
        things = sorted({name.thing.value for name in fitting if name.standing == best})
        if len(things) == 1:
            return NamedNode(things[0])
        if things:
            raise UnknownName(_ambiguous(wanted, noun, [iri.rpartition("/")[2] for iri in things]))
    raise UnknownName(_unknown(wanted, noun, known))


def _singular(text: str) -> str:
    return folded(text).removesuffix("s")


_READINGS: tuple[Callable[[str], str], ...] = (str, folded, key, _singular)


def _ambiguous(text: str, noun: str, keys: list[str]) -> str:
    return f"{text!r} may be any of {len(keys)} {noun}s, say which: {', '.join(keys[:_MOST_SHOWN])}"


def _unknown(text: str, noun: str, names: list[Name]) -> str:
    from rapidfuzz import process, utils  # only a mistake needs it

    choices = {name.text: name.thing.value.rpartition("/")[2] for name in names}
    near = process.extract(text, list(choices), processor=utils.default_process, limit=_MOST_SHOWN, score_cutoff=60)
    keys = list(dict.fromkeys(choices[choice] for choice, _, _ in near))[:3]
    return f"{text!r} is no {noun} of the graph" + (f"; did you mean {' or '.join(keys)}?" if keys else "")
