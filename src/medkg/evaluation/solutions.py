"""Solutions and truth values written as documents of SPARQL results.

The engine writes them, but for solutions in CSV: it leaves a comma in an IRI as it is, which makes two fields of one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from medkg.evaluation import xml
from medkg.evaluation.bounded import Bounded, Bounds
from medkg.evaluation.formats import Format, refusal

_AT_ONCE = 1_000  # rows of CSV

Term = NamedNode | BlankNode | Literal | Triple

# as in `graphs`: terms that functions can make, and that the engine writes as no parser reads them
_UNREADABLE = re.compile(rb"_:[^\s:]*+:|#(?:dirL|l)angString>")


def write(results: QuerySolutions | QueryBoolean, form: Format, bounds: Bounds) -> bytes:
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
    if form.engine == QueryResultsFormat.TSV and _UNREADABLE.search(document):
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
