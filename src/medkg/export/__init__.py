"""The graph as files, one module for each family of formats, in a stable order of statements.

Turtle, N-Triples and RDF/XML hold the default graph; TriG, N-Quads and JSON-LD hold the whole RDF dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pyoxigraph import Store

from medkg.choices import raise_unknown
from medkg.evaluation import GRAPHS, Format, find_format
from medkg.export import jsonld, rdf
from medkg.export.jsonld_context import context
from medkg.model.prefixes import Prefixes

__all__ = ["FORMATS", "context", "export", "published_context", "raise_unknown"]

FORMATS: tuple[Format, ...] = GRAPHS


def export(store: Store, format_name: str, prefixes: Prefixes, *, dataset: str | None = None) -> Iterator[bytes]:
    """The graph, or the part on the dataset with the given slug, as a document in parts.

    Raises `UnknownName` for a format or dataset that does not exist, before the first part.
    """
    form = find_format(format_name, FORMATS)
    if form is None:
        raise_unknown(format_name, [format_.name for format_ in FORMATS], kind="format")
    quads = rdf.of_dataset(store, dataset) if dataset is not None else rdf.whole(store)
    if form.name == "jsonld":
        return jsonld.document(quads, context(prefixes, rdf.vocabulary(store)))
    return rdf.document(quads, form, prefixes)


def published_context(store: Store, prefixes: Prefixes) -> bytes:
    """The document at `https://w3id.org/medkg/context.jsonld`: the context of every JSON-LD export, by itself."""
    document = {"@context": context(prefixes, rdf.vocabulary(store)).json()}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
