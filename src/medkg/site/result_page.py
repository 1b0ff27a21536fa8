"""The page of a query's result: the first rows with links, a yes or no, or the beginning of a graph; or the error.

Rows, columns and the characters of a cell are limited, so that a page costs the same however large the result is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import quote, urlencode

from flask import Flask, render_template
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolution, QuerySolutions, Triple

from medkg.errors import MedkgError, QueryError, SizeLimit
from medkg.evaluation import GRAPHS, HTML, RESULTS, Format, Results, evaluate, serialize
from medkg.evaluation.formats import TURTLE, find_format
from medkg.evaluation.language import query_form
from medkg.evaluation.serialization import DocumentBounds
from medkg.http.messages import Request, Response, document
from medkg.http.negotiation import negotiate, with_content_coding
from medkg.http.problems import problem
from medkg.http.sparql_request import SparqlRequest
from medkg.model.prefixes import BASE, Prefixes
from medkg.pool import RequestLimits
from medkg.site.context import context_of

MAX_ROWS = 300
"""Rows that a page shows; the downloads have all."""

MAX_COLUMNS = 100
"""Columns that a page shows."""

MAX_CELL_CHARACTERS = 2_000
"""Characters that a cell shows, and that an IRI may have to be a link."""

_MAX_TABLE_CHARACTERS = 500_000
_MAX_GRAPH_CHARACTERS = 40_000
_NUMERIC_DATATYPES = frozenset(
    f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float")
)
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_HEADERS = (("vary", "Accept, Accept-Encoding"), ("cache-control", "no-cache"))

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCell:
    """A term as a page shows it; `note` is its datatype if that is unusual, or the length of a text that is cut."""

    text: str
    href: str | None = None
    lang: str | None = None
    note: str | None = None
    is_number: bool = False


Row = tuple[ResultCell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultExtract:
    """The part of a result that a page shows: a table, a yes or no, or the beginning of a document.

    `total` and `width` are the numbers of rows and columns of the whole result.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    total: int = 0
    width: int = 0
    verdict: bool | None = None
    text: str | None = None
    is_cut: bool = False


def extract(results: Results, prefixes: Prefixes, bounds: DocumentBounds, *, root: str = "/") -> ResultExtract:
    """The part of a result that a page shows, on a site whose pages lie below `root`; a `SizeLimit` beyond `bounds`."""
    try:
        if isinstance(results, QueryBoolean):
            return ResultExtract(verdict=bool(results))
        if isinstance(results, QuerySolutions):
            return _table(results, prefixes, bounds, root)
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    return _beginning(serialize(results, TURTLE, prefixes=prefixes, bounds=bounds))


def _table(solutions: QuerySolutions, prefixes: Prefixes, bounds: DocumentBounds, root: str) -> ResultExtract:
    """The first solutions as rows; all are counted."""
    names = [variable.value for variable in solutions.variables]
    columns = tuple(names[:MAX_COLUMNS])
    rows: list[Row] = []
    total, room = 0, _MAX_TABLE_CHARACTERS
    for solution in solutions:
        total += 1
        if total > bounds.rows:
            raise SizeLimit(f"the answer has more than {bounds.rows:,} rows; ask for less, as with LIMIT")
        if len(rows) == total - 1 < MAX_ROWS and room > 0:
            row = tuple(_cells(solution, len(columns), prefixes, root))
            rows.append(row)
            room -= sum(len(cell.text) for cell in row if cell)
    is_cut = total > len(rows) or len(names) > len(columns)
    return ResultExtract(columns=columns, rows=tuple(rows), total=total, width=len(names), is_cut=is_cut)


def _beginning(document: bytes) -> ResultExtract:
    """The beginning of a document, cut at the end of a line if possible."""
    text = document[: 4 * _MAX_GRAPH_CHARACTERS].decode(errors="ignore")
    shown = text[:_MAX_GRAPH_CHARACTERS]
    is_cut = len(document) > len(shown.encode())
    return ResultExtract(text=(shown.rpartition("\n")[0] or shown) if is_cut else shown, is_cut=is_cut)


def _cells(solution: QuerySolution, width: int, prefixes: Prefixes, root: str) -> Iterator[ResultCell | None]:
    """The first terms of a solution as cells."""
    for column in range(width):
        term = solution[column]
        yield None if term is None else _cell(term, prefixes, root)


def _cell(term: Term, prefixes: Prefixes, root: str) -> ResultCell:
    """A term as a cell."""
    if isinstance(term, NamedNode):
        href = _href(term.value, root) if len(term.value) <= MAX_CELL_CHARACTERS else None
        return _cut(prefixes.compact(term.value), href=href)
    if not isinstance(term, Literal):
        return _cut(str(term))
    datatype = term.datatype.value
    is_plain = term.language or datatype in _NUMERIC_DATATYPES or datatype == _STRING
    note = None if is_plain else prefixes.compact(datatype)
    return _cut(term.value, lang=term.language, note=note, is_number=datatype in _NUMERIC_DATATYPES)


def _cut(
    text: str,
    *,
    href: str | None = None,
    lang: str | None = None,
    note: str | None = None,
    is_number: bool = False,
) -> ResultCell:
    """A cell whose text and note are cut if they are too long."""
    if len(text) > MAX_CELL_CHARACTERS:
        text, note = f"{text[:MAX_CELL_CHARACTERS]}…", f"the beginning of {len(text):,} characters"
    note = note[:MAX_CELL_CHARACTERS] if note else None
    return ResultCell(text=text, href=href, lang=lang and lang[:MAX_CELL_CHARACTERS], note=note, is_number=is_number)


def _href(iri: str, root: str) -> str | None:
    """The link of an IRI: to our own page, to the web, or none."""
    if iri.startswith(BASE):
        return root + quote(iri.removeprefix(BASE), safe="/#%:@!$&'()*+,;=~")
    return iri if iri.startswith(("https://", "http://")) else None


def is_preferred(query: SparqlRequest, request: Request) -> bool:
    """Whether the client prefers a page to the data formats of a query's result."""
    if query.format is not None:
        return find_format(query.format, (HTML,)) is not None
    if HTML.media_type not in request.accept.lower():
        return False
    offer = negotiate(request.accept, (*_formats(query), HTML))
    return offer is not None and offer[0] is HTML


def page(query: SparqlRequest, request: Request, app: Flask, limits: RequestLimits, bounds: DocumentBounds) -> Response:
    """The page with the result of a query, or with what is wrong with the query; it evaluates the query."""
    started = perf_counter()
    try:
        result = _evaluate(query, request, app, bounds)
    except MedkgError as error:
        return error_page(query, error, request, app, limits)
    response = _render(query, request, app, limits, 200, result=result, seconds=perf_counter() - started)
    return with_content_coding(lambda _: response, request)


def error_page(
    query: SparqlRequest, error: MedkgError, request: Request, app: Flask, limits: RequestLimits
) -> Response:
    """The page with the reason why there is no result, and the query to be corrected."""
    details = problem(error, "")
    headers = tuple((name, value) for name, value in details.headers if name not in {"content-type", "vary"})
    response = _render(query, request, app, limits, details.status, problem=json.loads(details.body))
    return with_content_coding(lambda _: response.with_headers(*headers), request)


def _evaluate(query: SparqlRequest, request: Request, app: Flask, bounds: DocumentBounds) -> ResultExtract:
    """The part of a query's result that the page shows."""
    context = context_of(app)
    results = evaluate(
        context.store,
        query.text,
        prefixes=context.prefixes,
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        base_iri=BASE,
    )
    return extract(results, context.prefixes, bounds, root=f"{request.address.prefix}/")


def _render(
    query: SparqlRequest, request: Request, app: Flask, limits: RequestLimits, status: int, **values: object
) -> Response:
    """A page with a query and its result or error."""
    fields = [("query", query.text), *(("default-graph-uri", iri) for iri in query.default_graphs)]
    fields += [("named-graph-uri", iri) for iri in query.named_graphs]
    path = request.address.prefix + request.path
    with app.test_request_context(request.path, base_url=request.address.root):
        html = render_template(
            "results.html",
            query=query.text,
            prefixes=context_of(app).prefixes,
            limits=limits,
            formats=_formats(query),
            address=lambda form: f"{path}?{urlencode([*fields, ('format', form.name)])}",
            own_address=f"{path}?{urlencode(fields)}",
            **values,
        )
    return document(status, HTML.media_type, html, *_HEADERS)


def _formats(query: SparqlRequest) -> tuple[Format, ...]:
    """The data formats that the result of a query can have."""
    return GRAPHS if query_form(query.text) in {"CONSTRUCT", "DESCRIBE"} else RESULTS
