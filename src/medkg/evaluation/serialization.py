"""Triples and quads written as a document a person can read: with our prefixes, and only those in use.

A document that may grow so far and no further.

Solutions and truth values written as documents of SPARQL results.

The engine writes them, but for solutions in CSV: it leaves a comma in an IRI as it is, which makes two fields of one.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from medkg.errors import QueryError, SizeLimit
from medkg.evaluation import xml
from medkg.evaluation.changes import reason_of
from medkg.evaluation.formats import Format, refusal

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most a document may hold: bytes, and solutions where it is a list of them."""

    bytes: int = sys.maxsize
    rows: int = sys.maxsize


UNBOUNDED = Bounds()

# What stands between two solutions. A literal may hold the same text in CSV or end in it in JSON, so that those
# are counted once too often at times, and never too seldom.
_SEPARATORS: dict[QueryResultsFormat | RdfFormat, bytes] = {
    QueryResultsFormat.JSON: b'}},{"',
    QueryResultsFormat.XML: b"<result>",
    QueryResultsFormat.CSV: b"\r\n",
    QueryResultsFormat.TSV: b"\n",
}


class Bounded(io.BytesIO):
    """A file to write to that raises `SizeLimit` at the first byte or solution too many.

    Parts are joined once at the end: a buffer that grows would copy what it holds at every step.
    """

    def __init__(self, bounds: Bounds, engine: QueryResultsFormat | RdfFormat) -> None:
        super().__init__()
        self._bounds = bounds
        self._separator = _SEPARATORS.get(engine, b"")
        self._parts: list[bytes] = []
        self._size = self._counted = self._rows = 0
        self._uncounted = 0  # the first part not counted yet
        self._seam = b""

    def write(self, data: Buffer, /) -> int:
        """Take the next bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._bounds.bytes:
            raise SizeLimit(f"the answer is larger than {self._bounds.bytes:,} bytes; ask for less, as with LIMIT")
        if self._separator and self._size - self._counted > (self._bounds.rows - self._rows) * len(self._separator):
            self._count()
        return len(part)

    def getvalue(self) -> bytes:
        """All that was written."""
        return b"".join(self._parts)

    def _count(self) -> None:
        """Count the solutions that have come since the last time, put off until there may be too many."""
        new = b"".join((self._seam, *self._parts[self._uncounted :]))
        self._seam = new[1 - len(self._separator) :] if len(self._separator) > 1 else b""
        self._rows += new.count(self._separator)
        self._counted, self._uncounted = self._size, len(self._parts)
        if self._rows > self._bounds.rows:
            raise SizeLimit(f"the answer has more than {self._bounds.rows:,} rows; ask for less, as with LIMIT")


_WITH_PREFIXES = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG})
_DECLARATION = b"@prefix "
# Prefixes cost a pass through Python over every triple. A result of more bytes than this is for programs to read.
_LONG = 100_000
# Functions can make these terms, which the engine writes and no parser reads: language-tagged strings without a tag,
# and blank nodes whose labels have a colon. They are rare enough to read a document again where it may have one.
_UNREADABLE = re.compile(rb"#(?:dirL|l)angString>|_:[^\s:]*+:")


def write_graph(
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
        return write_graph(
            (quad.triple for quad in store.quads_for_pattern(None, None, None, name)), form, prefixes, bounds
        )
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


_AT_ONCE = 1_000  # rows of CSV

Term = NamedNode | BlankNode | Literal | Triple

# as in `graphs`: terms that functions can make, and that the engine writes as no parser reads them
_UNREADABLE_TERM = re.compile(rb"_:[^\s:]*+:|#(?:dirL|l)angString>")


def write_solutions(results: QuerySolutions | QueryBoolean, form: Format, bounds: Bounds) -> bytes:
    """Results as a document in one of `RESULTS`; a `ValueError` where the form is for graphs.

    A `FormatError` where the format cannot hold them.
    """
    if not isinstance(form.engine, QueryResultsFormat):
        raise ValueError(f"{form.name} is not a format of solutions")
    output = Bounded(bounds, form.engine)
    if form.engine == QueryResultsFormat.CSV and isinstance(results, QuerySolutions):
        _write_csv(results, output)
    else:
        results.serialize(output, form.engine)
    document = output.getvalue()
    if form.engine == QueryResultsFormat.XML:
        return xml.escaped(document, form)
    if form.engine == QueryResultsFormat.TSV and _UNREADABLE_TERM.search(document):
        _refuse_unreadable(document, form)
    return document


def _write_csv(solutions: QuerySolutions, output: Bounded) -> None:
    """Write solutions as CSV: https://www.w3.org/TR/sparql12-results-csv-tsv/#csv-table."""
    rows = chain([[variable.value for variable in solutions.variables]], _fields(solutions))
    while some := list(islice(rows, _AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(some)
        output.write(text.getvalue().encode())


def _fields(solutions: QuerySolutions) -> Iterator[list[str]]:
    """The fields of each solution; one without a value is empty."""
    simple = frozenset({NamedNode, Literal})
    for solution in solutions:
        yield [each.value if type(each) in simple else _field(each) for each in solution]


def _field(term: Term | None) -> str:
    """A term without the syntax that tells its kind: https://www.w3.org/TR/sparql12-results-csv-tsv/#csv-terms."""
    if term is None:
        return ""
    if isinstance(term, Triple):
        value = term.object
        quoted = '"{}"'.format(value.value.replace('"', '""')) if isinstance(value, Literal) else _field(value)
        return f"<<( {_field(term.subject)} {_field(term.predicate)} {quoted} )>>"
    return str(term) if isinstance(term, BlankNode) else term.value


def _refuse_unreadable(document: bytes, form: Format) -> None:
    """Raise a `FormatError` where the engine itself cannot read a document of its own."""
    try:
        results = parse_query_results(io.BytesIO(document), format=QueryResultsFormat.TSV)
        if isinstance(results, QuerySolutions):
            for _ in results:
                pass
    except SyntaxError as error:
        raise refusal(form, f"a term in it has no form there ({error.msg})") from error
