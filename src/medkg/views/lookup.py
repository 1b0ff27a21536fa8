"""Datasets, catalogues and vocabularies by slug; an unknown slug is refused with the nearest known ones."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.errors import UnknownName
from medkg.model import prefixes as iris
from medkg.rdf.terms import RDF_TYPE

_DATASET = NamedNode("http://www.w3.org/ns/dcat#Dataset")
_CATALOG = NamedNode("http://www.w3.org/ns/dcat#Catalog")
_VOCABULARY = NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme")
_MOST_NEAR = 3


def dataset(store: Store, slug: str) -> NamedNode:
    """The dataset with a slug; `UnknownName` where there is none."""
    return _there(store, iris.dataset(slug), slug, f"no dataset has the slug {slug!r}", _DATASET)


def datasets(store: Store) -> Iterator[str]:
    """The slugs of all datasets, those that are retired or that an update has added among them."""
    return _names(store, _DATASET, iris.dataset("").value)


def catalog(store: Store, catalog_id: str) -> NamedNode:
    """The catalogue with an id; `UnknownName` where there is none."""
    return _there(store, iris.catalog(catalog_id), catalog_id, f"no catalogue has the id {catalog_id!r}", _CATALOG)


def vocabulary(store: Store, name: str) -> NamedNode:
    """The vocabulary with a name; `UnknownName` where there is none."""
    return _there(store, iris.scheme(name), name, f"no vocabulary is called {name!r}", _VOCABULARY)


def is_there(store: Store, node: NamedNode) -> bool:
    """Whether the default graph has a statement on a node."""
    return next(store.quads_for_pattern(node, None, None, DefaultGraph()), None) is not None


def _there(store: Store, node: NamedNode, name: str, refusal: str, kind: NamedNode) -> NamedNode:
    """A node on which the graph has a statement; `UnknownName` for any other."""
    if not is_there(store, node):
        space = node.value.removesuffix(name)
        raise UnknownName(f"{refusal}{_near(name, _names(store, kind, space))}")
    return node


def _names(store: Store, kind: NamedNode, space: str) -> Iterator[str]:
    """The names of all things of a kind: the ends of their IRIs."""
    subjects = (quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, kind, DefaultGraph()))
    return (subject.value.removeprefix(space) for subject in subjects if isinstance(subject, NamedNode))


def _near(name: str, names: Iterator[str]) -> str:
    from rapidfuzz import process  # only a mistake needs it

    near = [known for known, _, _ in process.extract(name, sorted(names), limit=_MOST_NEAR, score_cutoff=60)]
    return f"; did you mean {' or '.join(near)}?" if near else ""
