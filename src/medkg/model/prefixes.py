"""The prefix map, and the IRIs of all things of medkg."""

from __future__ import annotations

from pathlib import Path

import yaml
from pyoxigraph import NamedNode

from medkg.errors import UnreadableFile
from medkg.model.papers import paper_iri
from medkg.model.urls import escape

BASE = "https://w3id.org/medkg/"
TERMS = f"{BASE}ontology#"
"""The namespace of our own classes and properties."""

OWN_PATHS = frozenset(
    {"catalog", "challenge", "claim", "dataset", "lineage", "maintainers", "ontology", "query", "shapes"}
)
"""The first path segments behind `BASE` that no vocabulary may have."""

LINEAGE_BY_CATALOGS = NamedNode(f"{BASE}lineage/catalogs")
"""The graph of the lineage that the catalogues alone claim."""


class Prefixes(dict[str, str]):
    """Prefix to namespace, both ways."""

    def expand(self, curie: str) -> NamedNode:
        """The IRI a CURIE stands for; raises KeyError for an unknown prefix."""
        prefix, _, name = curie.partition(":")
        return NamedNode(self[prefix] + name)

    def compact(self, iri: str) -> str:
        """The CURIE of an IRI by its longest namespace, or the IRI itself."""
        fitting = [(len(space), prefix) for prefix, space in self.items() if iri.startswith(space)]
        length, prefix = max(fitting, default=(0, ""))
        return f"{prefix}:{iri[length:]}" if prefix else iri


def load(ontology: Path) -> Prefixes:
    """The prefix map of `ontology/prefixes.yaml`; an `UnreadableFile` where it is none."""
    path = ontology / "prefixes.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise UnreadableFile(f"{path}: cannot be read as a prefix map: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not all(isinstance(text, str) for pair in content.items() for text in pair):
        raise UnreadableFile(f"{path}: a prefix map has one line `prefix: namespace` for each prefix")
    return Prefixes(content)


def dataset(slug: str) -> NamedNode:
    """The IRI of a dataset."""
    return NamedNode(f"{BASE}dataset/{slug}")


def challenge(slug: str) -> NamedNode:
    """The IRI of a challenge edition."""
    return NamedNode(f"{BASE}challenge/{slug}")


def catalog(catalog_id: str) -> NamedNode:
    """The IRI of a catalogue."""
    return NamedNode(f"{BASE}catalog/{catalog_id}")


def record(catalog_id: str, key: str) -> NamedNode:
    """The IRI of a catalogue's record, which also names the graph of its statements."""
    return NamedNode(f"{BASE}catalog/{catalog_id}/record/{key}")


def claim(digest: str) -> NamedNode:
    """The IRI of a lineage claim, named by the digest of its content."""
    return NamedNode(f"{BASE}claim/{digest}")


def scheme(vocabulary: str) -> NamedNode:
    """The IRI of a vocabulary."""
    return NamedNode(f"{BASE}{vocabulary}")


def concept(vocabulary: str, key: str) -> NamedNode:
    """The IRI of a concept."""
    return NamedNode(f"{BASE}{vocabulary}/{key}")


def page(url: str) -> NamedNode:
    """The IRI of a web page, which is its address; raises ValueError for a text that is no web address."""
    return NamedNode(escape(url))


def paper(url: str) -> NamedNode:
    """The canonical IRI of the paper at an address; raises ValueError for a text that is no web address."""
    return NamedNode(paper_iri(url))


def fragment(thing: NamedNode, name: str) -> NamedNode:
    """The IRI of a part of a thing, dereferenced with it."""
    return NamedNode(f"{thing.value}#{name}")
