"""BibTeX of datasets and of the papers that describe them.

Catalogues rarely name authors: an entry holds the DOI, arXiv or PubMed number by which a reference manager finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.views import lookup

_NUMBERS = (
    (re.compile(r"https://doi\.org/(10\..+)"), "doi", None),
    (re.compile(r"https://arxiv\.org/abs/(.+)"), "eprint", "arxiv"),
    (re.compile(r"https://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)"), "eprint", "pubmed"),
)
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
# braces as words: BibTeX counts them to find the end of a value, be there a backslash before them or not
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "^": r"\^{}",
    "~": r"\~{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibliographyEntry:
    """One entry of a bibliography."""

    key: str
    fields: Fields

    def bibtex(self) -> str:
        """The entry as BibTeX has it; titles keep their capitals."""
        lines = (f"  {name} = {{{_written(name, value)}}}" for name, value in self.fields.items())
        return "@misc{" + ",\n".join([self.key, *lines]) + "\n}\n"


def bibtex(store: Store, prefixes: Prefixes, slugs: Iterable[str]) -> str:
    """An entry for each dataset or challenge edition, followed by those of its papers; one of several comes once."""
    found: dict[str, BibliographyEntry] = {}
    for slug in slugs:
        for each in references(store, prefixes, slug):
            found.setdefault(each.fields["url"], each)
    return "\n".join(each.bibtex() for each in found.values())


def references(store: Store, prefixes: Prefixes, slug: str) -> Iterator[BibliographyEntry]:
    """The entries of a dataset or challenge edition and of the papers that describe it; `UnknownName` for none such."""
    reader = _CitationReader(store=store, prefixes=prefixes)
    challenge = iris.challenge(slug)
    node = challenge if lookup.is_there(store, challenge) else lookup.dataset(store, slug)
    label = reader.text(node, "dcterms:title") or slug
    yield reader.dataset(node, slug, label)
    for paper in reader.addresses(node, "dcterms:isReferencedBy"):
        yield reader.paper(NamedNode(paper), slug, label)


def paper(store: Store, prefixes: Prefixes, node: NamedNode) -> BibliographyEntry:
    """The entry of a paper by itself."""
    return _CitationReader(store=store, prefixes=prefixes).paper(node, "paper", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CitationReader:
    """Reads the entries of datasets and papers from a graph."""

    store: Store
    prefixes: Prefixes

    def dataset(self, node: NamedNode, slug: str, label: str) -> BibliographyEntry:
        released = self.text(node, "dcterms:issued") or ""
        homes = self.addresses(node, "dcat:landingPage")
        fields = {
            "title": label,
            "year": released[:4],
            "version": self.text(node, "dcat:version") or "",
            "howpublished": homes[0] if homes else "",
            "url": node.value,
        }
        return BibliographyEntry(key=slug, fields={name: value for name, value in fields.items() if value})

    def paper(self, node: NamedNode, slug: str, label: str | None) -> BibliographyEntry:
        name = self.text(node, "rdfs:label")
        notes = [f"describes {label}" if label else "", f'listed as "{name}"' if name else ""]
        numbered = _number(node.value)
        fields = {**numbered, "note": "; ".join(filter(None, notes)), "url": node.value}
        own = numbered.get("doi") or numbered.get("eprint") or node.value.partition("//")[2]
        key = f"{slug}-{re.sub(r'[^a-z0-9]+', '-', own.lower()).strip('-')}"
        return BibliographyEntry(key=key, fields={name: value for name, value in fields.items() if value})

    def text(self, node: NamedNode, curie: str) -> str | None:
        """The text of a property, English before others."""
        texts = [each for each in self._objects(node, curie) if isinstance(each, Literal)]
        return min(texts, key=lambda each: (each.language != "en", each.value)).value if texts else None

    def addresses(self, node: NamedNode, curie: str) -> list[str]:
        """The IRIs that a property leads to."""
        return sorted(each.value for each in self._objects(node, curie) if isinstance(each, NamedNode))

    def _objects(self, node: NamedNode, curie: str) -> Iterator[object]:
        quads = self.store.quads_for_pattern(node, self.prefixes.expand(curie), None, DefaultGraph())
        return (quad.object for quad in quads)


def _number(iri: str) -> Fields:
    """The fields with the number of a paper: DOI, arXiv or PubMed; none for any other IRI."""
    for pattern, name, archive in _NUMBERS:
        if match := pattern.fullmatch(iri):
            return {name: match[1], **({"archiveprefix": archive} if archive else {})}
    return {}


def _written(name: str, value: str) -> str:
    """A value within braces: addresses with braces encoded, texts with TeX's special characters escaped."""
    if name in ("url", "howpublished", "doi", "eprint"):
        return value.replace("{", "%7B").replace("}", "%7D")
    escaped = _SPECIAL.sub(lambda match: _ESCAPED.get(match[0], f"\\{match[0]}"), value)
    return f"{{{escaped}}}" if name == "title" else escaped
