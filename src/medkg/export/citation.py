"""BibTeX of datasets and of the papers that describe them.

Catalogues rarely name authors: an entry holds the DOI, arXiv or PubMed number by which a reference manager finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.views import graph_reader
from medkg.views.graph_reader import GraphReader

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
        lines = (f"  {name} = {{{_braced_value(name, value)}}}" for name, value in self.fields.items())
        return "@misc{" + ",\n".join([self.key, *lines]) + "\n}\n"


def bibtex(store: Store, prefixes: Prefixes, slugs: Iterable[str]) -> str:
    """An entry for each dataset or challenge edition, followed by those of its papers; one of several comes once."""
    entries: dict[str, BibliographyEntry] = {}
    for slug in slugs:
        for entry in references(store, prefixes, slug):
            entries.setdefault(entry.fields["url"], entry)
    return "\n".join(entry.bibtex() for entry in entries.values())


def references(store: Store, prefixes: Prefixes, slug: str) -> Iterator[BibliographyEntry]:
    """The entries of a dataset or challenge edition and of the papers that describe it; `UnknownName` for none such."""
    reader = GraphReader(store=store, prefixes=prefixes)
    challenge = iris.challenge(slug)
    node = challenge if graph_reader.is_there(store, challenge) else graph_reader.dataset(store, slug)
    label = reader.literal(node, "dcterms:title") or slug
    yield _dataset(reader, node, slug, label)
    for paper_node in reader.nodes(node, "dcterms:isReferencedBy"):
        yield _paper(reader, paper_node, slug, label)


def paper(store: Store, prefixes: Prefixes, node: NamedNode) -> BibliographyEntry:
    """The entry of a paper by itself."""
    return _paper(GraphReader(store=store, prefixes=prefixes), node, "paper", None)


def _dataset(reader: GraphReader, node: NamedNode, slug: str, label: str) -> BibliographyEntry:
    fields = {
        "title": label,
        "year": (reader.literal(node, "dcterms:issued") or "")[:4],
        "version": reader.literal(node, "dcat:version") or "",
        "howpublished": reader.address(node, "dcat:landingPage") or "",
        "url": node.value,
    }
    return BibliographyEntry(key=slug, fields={name: value for name, value in fields.items() if value})


def _paper(reader: GraphReader, node: NamedNode, slug: str, label: str | None) -> BibliographyEntry:
    title = reader.literal(node, "rdfs:label")
    notes = [f"describes {label}" if label else "", f'listed as "{title}"' if title else ""]
    number = _number(node.value)
    fields = {**number, "note": "; ".join(filter(None, notes)), "url": node.value}
    own = number.get("doi") or number.get("eprint") or node.value.partition("//")[2]
    key = f"{slug}-{re.sub(r'[^a-z0-9]+', '-', own.lower()).strip('-')}"
    return BibliographyEntry(key=key, fields={name: value for name, value in fields.items() if value})


def _number(iri: str) -> Fields:
    """The fields with the number of a paper: DOI, arXiv or PubMed; none for any other IRI."""
    for pattern, name, archive in _NUMBERS:
        if match := pattern.fullmatch(iri):
            return {name: match[1], **({"archiveprefix": archive} if archive else {})}
    return {}


def _braced_value(name: str, value: str) -> str:
    """A value within braces: addresses with braces encoded, texts with TeX's special characters escaped."""
    if name in ("url", "howpublished", "doi", "eprint"):
        return value.replace("{", "%7B").replace("}", "%7D")
    escaped = _SPECIAL.sub(lambda match: _ESCAPED.get(match[0], f"\\{match[0]}"), value)
    return f"{{{escaped}}}" if name == "title" else escaped
