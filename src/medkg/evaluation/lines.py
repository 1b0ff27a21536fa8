"""Quads as lines of N-Quads, the form in which changes are told and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from medkg.errors import QueryError
from medkg.evaluation.nesting import DEEPEST

_DEEP = b" )>>" * DEEPEST  # the ends of triples within triples: https://www.w3.org/TR/rdf12-n-quads/#triple-terms


def lines(quads: Iterable[Quad]) -> set[bytes]:
    """A line for each quad."""
    return set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def joined(some: Iterable[bytes]) -> bytes:
    """Lines as one text, sorted, so that a change is told the same way each time."""
    return b"".join(sorted(some))


def named_graphs(nquads: bytes) -> set[str]:
    """The IRIs of the graphs of some quads; a `QueryError` where they could not be read again once they are written.

    Functions can make terms that no document may hold, and update after update triples of triples without end.
    """
    if _DEEP in nquads:
        raise QueryError(f"there are triples within triples, {DEEPEST} deep; nothing so deep is kept")
    try:
        names = {quad.graph_name for quad in parse(nquads, RdfFormat.N_QUADS)}
    except SyntaxError as error:
        raise QueryError(f"no document can hold what comes of this: {reason_of(error)}") from error
    return {name.value for name in names if isinstance(name, NamedNode)}


def reason_of(error: SyntaxError) -> str:
    """What the engine says against an RDF document, without the place."""
    return re.sub(r"^Parser error .*?: ", "", error.msg, count=1, flags=re.DOTALL)
