"""Results and graphs as documents of a format, up to a number of bytes and rows.

The engine writes them, but for solutions in CSV: it leaves a comma in an IRI as it is, which makes two fields of one.
Small graphs are written with the prefixes they use, for people to read.
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
from medkg.evaluation.formats import Format, document_reason, refusal

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBounds:
    """The bytes and the solutions that a document may hold."""

    bytes: int = sys.maxsize
    rows: int = sys.maxsize


UNBOUNDED = DocumentBounds()

# What stands between two solutions. A literal may hold the same text in CSV or end in it in JSON, so that those
# are counted once too often at times, and never too seldom.
_SEPARATORS: dict[QueryResultsFormat | RdfFormat, bytes] = {
    QueryResultsFormat.JSON: b'}},{"',
    QueryResultsFormat.XML: b"<result>",
    QueryResultsFormat.CSV: b"\r\n",
    QueryResultsFormat.TSV: b"\n",
}


class BoundedBuffer(io.BytesIO):
    """A buffer that raises `SizeLimit` at the first byte or solution too many.

    Parts are joined once at the end: a buffer that grows would copy what it holds at every step.
    """

    def __init__(self, bounds: DocumentBounds, engine: QueryResultsFormat | RdfFormat) -> None:
        super().__init__()
        self._bounds = bounds
        self._separator = _SEPARATORS.get(engine, b"")
        self._parts: list[bytes] = []
        self._size = self._counted = self._rows = 0
        self._uncounted = 0  # the first part not counted yet
        self._seam = b""

    def write(self, data: Buffer, /) -> int:
        """Append bytes; their number."""
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._bounds.bytes:
            raise SizeLimit(f"the answer is larger than {self._bounds.bytes:,} bytes; ask for less, as with LIMIT")
        if self._separator and self._size - self._counted > (self._bounds.rows - self._rows) * len(self._separator):
            self._count()
        return len(part)

    def getvalue(self) -> bytes:
        """The document."""
        return b"".join(self._parts)

    def _count(self) -> None:
        """Count the solutions that were written since the last count, put off until there may be too many."""
        new = b"".join((self._seam, *self._parts[self._uncounted :]))
        self._seam = new[1 - len(self._separator) :] if len(self._separator) > 1 else b""
        self._rows += new.count(self._separator)
        self._counted, self._uncounted = self._size, len(self._parts)
        if self._rows > self._bounds.rows:
            raise SizeLimit(f"the answer has more than {self._bounds.rows:,} rows; ask for less, as with LIMIT")


ResultTerm = NamedNode | BlankNode | Literal | Triple

_WITH_PREFIXES = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG})
_DECLARATION = b"@prefix "
# Prefixes cost a pass through Python over every triple. A larger result is for programs to read.
_MAX_PREFIXED_BYTES = 100_000
_CSV_ROWS_AT_ONCE = 1_000
# Functions can make these terms, which the engine writes and no parser reads: language-tagged strings without a tag,
# and blank nodes whose labels have a colon. They are rare enough to read a document again where it may have one.
_UNREADABLE = re.compile(rb"#(?:dirL|l)angString>|_:[^\s:]*+:")


def write_graph(
    graph: Iterable[Triple] | Iterable[Quad],
    format_: Format,
    prefixes: Mapping[str, str],
    bounds: DocumentBounds = UNBOUNDED,
) -> bytes:
    """A graph as a document in one of `GRAPHS`; a `ValueError` where the format is for solutions.

    A `FormatError` where the format cannot hold the graph, a `QueryError` where no document can.
    """
    engine = _rdf_format(format_)
    try:
        if engine == RdfFormat.RDF_XML:
            return xml.from_engine(_graph_document(xml.for_engine(graph), engine, prefixes, bounds))
        if isinstance(graph, QueryTriples):
            return _serialized_result(graph, engine, prefixes, bounds)
        return _without_unused_prefixes(_graph_document(graph, engine, prefixes, bounds))
    except OSError as error:  # how the engine says that a format has no form for a term
        raise refusal(format_, str(error)) from error
    except SyntaxError as error:
        raise QueryError(f"no document can hold these triples: {document_reason(error)}") from error


def dump(
    store: Store, name: NamedNode | DefaultGraph, format_: Format, prefixes: Mapping[str, str], bounds: DocumentBounds
) -> bytes:
    """A graph of a store, whole, as a document in one of `GRAPHS`; a `FormatError` where that cannot hold it."""
    engine = _rdf_format(format_)
    if engine == RdfFormat.RDF_XML:
        return write_graph(
            (quad.triple for quad in store.quads_for_pattern(None, None, None, name)), format_, prefixes, bounds
        )
    output = BoundedBuffer(bounds, engine)
    try:
        store.dump(output, engine, from_graph=name, prefixes=dict(prefixes))
    except OSError as error:
        raise refusal(format_, str(error)) from error
    return _without_unused_prefixes(output.getvalue())


def _serialized_result(
    graph: QueryTriples, engine: RdfFormat, prefixes: Mapping[str, str], bounds: DocumentBounds
) -> bytes:
    """The triples of a query's result; with prefixes where they are few, for people to read."""
    output = BoundedBuffer(bounds, engine)
    graph.serialize(output, engine)
    document = output.getvalue()
    is_for_people = engine in _WITH_PREFIXES and len(document) <= _MAX_PREFIXED_BYTES
    if not is_for_people and not _UNREADABLE.search(document):
        return document
    read = list(parse(document, engine, rename_blank_nodes=False))
    return _without_unused_prefixes(_graph_document(read, engine, prefixes, bounds)) if is_for_people else document


def _graph_document(
    graph: Iterable[Triple] | Iterable[Quad], engine: RdfFormat, prefixes: Mapping[str, str], bounds: DocumentBounds
) -> bytes:
    """A graph as the engine writes it."""
    output = BoundedBuffer(bounds, engine)
    serialize(graph, output, engine, prefixes=dict(prefixes))
    return output.getvalue()


def _rdf_format(format_: Format) -> RdfFormat:
    """The engine's format of graphs."""
    if not isinstance(format_.engine, RdfFormat):
        raise ValueError(f"{format_.name} is not a format of graphs")
    return format_.engine


def _without_unused_prefixes(document: bytes) -> bytes:
    """A Turtle or TriG document without the declarations at its top that are not used below; others as they are."""
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


def write_solutions(results: QuerySolutions | QueryBoolean, format_: Format, bounds: DocumentBounds) -> bytes:
    """Results as a document in one of `RESULTS`; a `ValueError` where the format is for graphs.

    A `FormatError` where the format cannot hold them.
    """
    if not isinstance(format_.engine, QueryResultsFormat):
        raise ValueError(f"{format_.name} is not a format of solutions")
    output = BoundedBuffer(bounds, format_.engine)
    if format_.engine == QueryResultsFormat.CSV and isinstance(results, QuerySolutions):
        _write_csv(results, output)
    else:
        results.serialize(output, format_.engine)
    document = output.getvalue()
    if format_.engine == QueryResultsFormat.XML:
        return xml.escape_document(document, format_)
    if format_.engine == QueryResultsFormat.TSV and _UNREADABLE.search(document):
        _refuse_unreadable(document, format_)
    return document


def _write_csv(solutions: QuerySolutions, output: BoundedBuffer) -> None:
    """Write solutions as CSV: https://www.w3.org/TR/sparql12-results-csv-tsv/#csv-table."""
    rows = chain([[variable.value for variable in solutions.variables]], _fields(solutions))
    while batch := list(islice(rows, _CSV_ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(batch)
        output.write(text.getvalue().encode())


def _fields(solutions: QuerySolutions) -> Iterator[list[str]]:
    """The fields of each solution; one without a value is empty."""
    simple = frozenset({NamedNode, Literal})
    for solution in solutions:
        yield [term.value if type(term) in simple else _field(term) for term in solution]


def _field(term: ResultTerm | None) -> str:
    """A term without the syntax of its kind: https://www.w3.org/TR/sparql12-results-csv-tsv/#csv-terms."""
    if term is None:
        return ""
    if isinstance(term, Triple):
        value = term.object
        quoted = '"{}"'.format(value.value.replace('"', '""')) if isinstance(value, Literal) else _field(value)
        return f"<<( {_field(term.subject)} {_field(term.predicate)} {quoted} )>>"
    return str(term) if isinstance(term, BlankNode) else term.value


def _refuse_unreadable(document: bytes, format_: Format) -> None:
    """Raise a `FormatError` where the engine itself cannot read a document of its own."""
    try:
        results = parse_query_results(io.BytesIO(document), format=QueryResultsFormat.TSV)
        if isinstance(results, QuerySolutions):
            for _ in results:
                pass
    except SyntaxError as error:
        raise refusal(format_, f"a term in it has no form there ({error.msg})") from error
