"""Triples and quads written as a document a person can read: with our prefixes, and only those in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import Quad, QueryTriples, RdfFormat, Triple, parse, serialize

from medkg.evaluation.bounded import UNBOUNDED, Bounded, Bounds
from medkg.evaluation.formats import Format

_WITH_PREFIXES = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML})
_DECLARATION = b"@prefix "
# Prefixes cost a pass through Python over every triple. A result of more bytes than this is for programs to read.
_LONG = 100_000


def write(
    graph: Iterable[Triple] | Iterable[Quad], form: Format, prefixes: Mapping[str, str], bounds: Bounds = UNBOUNDED
) -> bytes:
    """A graph as a document in one of `GRAPHS`; a `ValueError` where the form is for solutions."""
    if not isinstance(form.engine, RdfFormat):
        raise ValueError(f"{form.name} is not a format of graphs")
    output = Bounded(bounds, form.engine)
    if isinstance(graph, QueryTriples):
        graph.serialize(output, form.engine)
        document = output.getvalue()
        if form.engine not in _WITH_PREFIXES or len(document) > _LONG:
            return document
        graph, output = parse(document, form.engine, rename_blank_nodes=False), Bounded(bounds, form.engine)
    serialize(graph, output, form.engine, prefixes=dict(prefixes))
    return without_idle_prefixes(output.getvalue())


def without_idle_prefixes(document: bytes) -> bytes:
    """A Turtle or TriG document less the declarations at its top that nothing below needs; others as they are."""
    declarations = []
    body = document
    while body.startswith(_DECLARATION):
        line, _, body = body.partition(b"\n")
        declarations.append(line)
    used = [line for line in declarations if _occurs(line.removeprefix(_DECLARATION).partition(b" ")[0], body)]
    return b"".join(line + b"\n" for line in used) + body


def _occurs(prefix: bytes, body: bytes) -> bool:
    """Whether a prefix with its colon occurs in a text, and not as the end of another such as `xsd:` of `sd:`."""
    return prefix in body and re.search(rb"(?<![\w.-])" + re.escape(prefix), body) is not None
