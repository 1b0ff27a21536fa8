"""Triples and quads written as a document a person can read: with our prefixes, and only those in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple, parse, serialize

from medkg.errors import QueryError
from medkg.evaluation import xml
from medkg.evaluation.bounded import UNBOUNDED, Bounded, Bounds
from medkg.evaluation.formats import Format, refusal
from medkg.evaluation.lines import reason_of

_WITH_PREFIXES = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG})
_DECLARATION = b"@prefix "
# Prefixes cost a pass through Python over every triple. A result of more bytes than this is for programs to read.
_LONG = 100_000
# Functions can make these terms, which the engine writes and no parser reads: language-tagged strings without a tag,
# and blank nodes whose labels have a colon. They are rare enough to read a document again where it may have one.
_UNREADABLE = re.compile(rb"#(?:dirL|l)angString>|_:[^\s:]*+:")


def write(
    graph: Iterable[Triple] | Iterable[Quad], form: Format, prefixes: Mapping[str, str], bounds: Bounds = UNBOUNDED
) -> bytes:
    """A graph as a document in one of `GRAPHS`; a `ValueError` where the form is for solutions.

    A `FormatError` where the format cannot hold the graph, a `QueryError` where no document can.
    """
    engine = _engine(form)
    try:
        if engine == RdfFormat.RDF_XML:
            return xml.finished(_serialized(xml.writable(graph), engine, prefixes, bounds))
        if isinstance(graph, QueryTriples):
            return _result(graph, engine, prefixes, bounds)
        return without_idle_prefixes(_serialized(graph, engine, prefixes, bounds))
    except OSError as error:  # how the engine says that a format has no form for a term
        raise refusal(form, str(error)) from error
    except SyntaxError as error:
        raise QueryError(f"no document can hold what comes of this: {reason_of(error)}") from error


def dump(
    store: Store, name: NamedNode | DefaultGraph, form: Format, prefixes: Mapping[str, str], bounds: Bounds
) -> bytes:
    """A graph of a store, whole, as a document in one of `GRAPHS`; a `FormatError` where that cannot hold it."""
    engine = _engine(form)
    if engine == RdfFormat.RDF_XML:
        return write((quad.triple for quad in store.quads_for_pattern(None, None, None, name)), form, prefixes, bounds)
    output = Bounded(bounds, engine)
    try:
        store.dump(output, engine, from_graph=name, prefixes=dict(prefixes))
    except OSError as error:
        raise refusal(form, str(error)) from error
    return without_idle_prefixes(output.getvalue())


def _result(graph: QueryTriples, engine: RdfFormat, prefixes: Mapping[str, str], bounds: Bounds) -> bytes:
    """The triples that a query finds; with prefixes where they are few, for people to read."""
    output = Bounded(bounds, engine)
    graph.serialize(output, engine)
    document = output.getvalue()
    is_for_people = engine in _WITH_PREFIXES and len(document) <= _LONG
    if not is_for_people and not _UNREADABLE.search(document):
        return document
    read = list(parse(document, engine, rename_blank_nodes=False))
    return without_idle_prefixes(_serialized(read, engine, prefixes, bounds)) if is_for_people else document


def _serialized(
    graph: Iterable[Triple] | Iterable[Quad], engine: RdfFormat, prefixes: Mapping[str, str], bounds: Bounds
) -> bytes:
    """A graph as the engine writes it."""
    output = Bounded(bounds, engine)
    serialize(graph, output, engine, prefixes=dict(prefixes))
    return output.getvalue()


def _engine(form: Format) -> RdfFormat:
    """The engine's name of a format of graphs."""
    if not isinstance(form.engine, RdfFormat):
        raise ValueError(f"{form.name} is not a format of graphs")
    return form.engine


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
