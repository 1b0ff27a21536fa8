"""Solutions of any terms read back from every format as they were, or are refused with the formats that can."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
    parse_query_results,
)

from medkg.errors import FormatError, SizeLimit
from medkg.evaluation import RESULTS, Format, evaluate, serialize
from medkg.evaluation.formats import CSV, JSON, TSV, XML
from medkg.evaluation.serialization import DocumentBounds
from tests.evaluation.terms_at_random import TERMS

ROWS = st.lists(st.tuples(TERMS | st.none(), TERMS | st.none()), min_size=1, max_size=4)
TWO_FIELDS = "SELECT ?a ?b { VALUES (?a ?b) { (<http://x.org/a,b> 1) } }"


def solutions(rows: list[tuple[object, object]]) -> QuerySolutions:
    """Results that hold these rows, read from a document of SPARQL results of our own making."""
    bindings = [{name: _json(term) for name, term in zip("ab", row, strict=True) if term is not None} for row in rows]
    document = json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}})
    found = parse_query_results(document, format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    return found


def _json(term: object) -> dict[str, object]:
    """A term in the JSON of SPARQL results."""
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json(each) for name, each in parts.items()}}
    if isinstance(term, Literal):
        direction = {"its:dir": term.direction.value} if term.direction else {}
        kind = {"xml:lang": term.language, **direction} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    assert isinstance(term, NamedNode | BlankNode)
    return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}


@settings(deadline=None, max_examples=150)
@given(ROWS)
@pytest.mark.parametrize("form", [JSON, XML, TSV], ids=lambda form: form.name)
def test_any_solutions_read_back_or_are_refused(form: Format, rows: list[tuple[object, object]]) -> None:
    try:
        document = serialize(solutions(rows), form)
    except FormatError:
        assert form == XML
        return
    if form == XML:
        etree.fromstring(document)
    assert isinstance(form.engine, QueryResultsFormat)
    read = parse_query_results(document, format=form.engine)
    assert isinstance(read, QuerySolutions)
    assert [tuple(row) for row in read] == [tuple(row) for row in solutions(rows)]


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_every_row_of_csv_has_a_field_for_each_variable_which_holds_the_term(rows: list[tuple[object, object]]) -> None:
    document = serialize(solutions(rows), CSV)
    header, *read = csv.reader(io.StringIO(document.decode(), newline=""), strict=True)
    assert header == ["a", "b"]
    assert document.endswith(b"\r\n")
    for fields, row in zip(read, solutions(rows), strict=True):
        for field, term in zip(fields, row, strict=True):
            assert field == _field(term)


def _field(term: object) -> str:
    if isinstance(term, NamedNode | Literal):
        return term.value
    if isinstance(term, Triple):
        value = term.object
        quoted = '"{}"'.format(value.value.replace('"', '""')) if isinstance(value, Literal) else _field(value)
        return f"<<( {_field(term.subject)} {_field(term.predicate)} {quoted} )>>"
    return str(term) if term is not None else ""


def test_a_comma_in_an_iri_makes_no_second_field() -> None:
    assert serialize(evaluate(Store(), TWO_FIELDS), CSV) == b'a,b\r\n"http://x.org/a,b",1\r\n'


@pytest.mark.parametrize("query", ["SELECT * {}", "SELECT ?a { VALUES ?a { UNDEF 1 } }", "SELECT ?a { FILTER(false) }"])
def test_csv_is_what_the_engine_writes_where_nothing_needs_quotes(query: str) -> None:
    written = serialize(evaluate(Store(), query), CSV).replace(b'""', b"")  # a row of one empty field is no empty line
    found = Store().query(query)
    assert isinstance(found, QuerySolutions)
    assert written == found.serialize(format=QueryResultsFormat.CSV)


def test_csv_keeps_to_its_bounds() -> None:
    rows = "SELECT ?a { VALUES ?a { 1 2 3 4 } }"
    with pytest.raises(SizeLimit, match="rows"):
        serialize(evaluate(Store(), rows), CSV, bounds=DocumentBounds(rows=2))
    with pytest.raises(SizeLimit, match="bytes"):
        serialize(evaluate(Store(), rows), CSV, bounds=DocumentBounds(bytes=5))


def test_a_label_that_tsv_has_no_form_for_is_refused_with_the_formats_that_can() -> None:
    query = "SELECT (BNODE('a:b') AS ?a) {}"
    with pytest.raises(FormatError, match=r"tsv cannot hold this: .*; ask for json .* or csv \(text/csv\)$"):
        serialize(evaluate(Store(), query), TSV)
    for form in set(RESULTS) - {TSV}:
        assert b"a:b" in serialize(evaluate(Store(), query), form)
