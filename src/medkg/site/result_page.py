"""Results of queries as pages for people, with every format to take along; and why there are none, with the query.

What a query finds as a page shows it: the first rows with links, a yes or no, or the beginning of a graph.

To be called where the query is evaluated, on results of the engine; what comes of it is text alone. Rows, columns and
the characters of each cell are bounded, so that a page costs the same however large the answer is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import quote, urlencode

from flask import Flask, render_template
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolution, QuerySolutions, Triple
from werkzeug.datastructures import MIMEAccept

from medkg.errors import MedkgError, QueryError, SizeLimit
from medkg.evaluation import GRAPHS, HTML, RESULTS, Format, Results, evaluate, serialize
from medkg.evaluation.formats import TURTLE, find_format, negotiate
from medkg.evaluation.language import query_form
from medkg.evaluation.serialization import DocumentBounds
from medkg.http.messages import Answer, Request, document
from medkg.http.negotiation import coded
from medkg.http.problems import problem
from medkg.http.sparql_request import SparqlRequest
from medkg.model.prefixes import BASE, Prefixes
from medkg.pool import RequestLimits
from medkg.site.context import context_of

MOST_ROWS = 300
"""Rows a page shows; the rest is for those who download."""

MOST_COLUMNS = 100
"""Columns that a page shows."""

MOST_IN_A_CELL = 2_000
"""Characters that a cell shows, and that an address may have to be led to."""

_MOST_CHARACTERS = 500_000  # of all cells
_MOST_OF_A_GRAPH = 40_000  # characters
_NUMBERS = frozenset(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float"))
_STRING = "http://www.w3.org/2001/XMLSchema#string"

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One term as a reader sees it; `note` is the datatype where that is worth a word, or how long a cut text is."""

    text: str
    href: str | None = None
    lang: str | None = None
    note: str | None = None
    is_number: bool = False


Row = tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a page shows of an answer: a table, a yes or no, or the beginning of a document.

    `total` and `width` are the rows and columns that there are.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    total: int = 0
    width: int = 0
    verdict: bool | None = None
    text: str | None = None
    is_cut: bool = False


def read(results: Results, prefixes: Prefixes, bounds: DocumentBounds, *, root: str = "/") -> Found:
    """What there is to show of results, for a site whose pages lie below `root`.

    A `SizeLimit` where they are more than an answer may be.
    """
    try:
        if isinstance(results, QueryBoolean):
            return Found(verdict=bool(results))
        if isinstance(results, QuerySolutions):
            return _table(results, prefixes, bounds, root)
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    return _beginning(serialize(results, TURTLE, prefixes=prefixes, bounds=bounds))


def _table(solutions: QuerySolutions, prefixes: Prefixes, bounds: DocumentBounds, root: str) -> Found:
    """The first solutions as rows; all of them are counted."""
    names = [each.value for each in solutions.variables]
    columns = tuple(names[:MOST_COLUMNS])
    rows: list[Row] = []
    total = room = 0
    room = _MOST_CHARACTERS
    for solution in solutions:
        total += 1
        if total > bounds.rows:
            raise SizeLimit(f"the answer has more than {bounds.rows:,} rows; ask for less, as with LIMIT")
        if len(rows) == total - 1 < MOST_ROWS and room > 0:
            row = tuple(_cells(solution, len(columns), prefixes, root))
            rows.append(row)
            room -= sum(len(cell.text) for cell in row if cell)
    is_cut = total > len(rows) or len(names) > len(columns)
    return Found(columns=columns, rows=tuple(rows), total=total, width=len(names), is_cut=is_cut)


def _beginning(document: bytes) -> Found:
    """The beginning of a document, cut at the end of a line where there is one."""
    text = document[: 4 * _MOST_OF_A_GRAPH].decode(errors="ignore")
    shown = text[:_MOST_OF_A_GRAPH]
    is_cut = len(document) > len(shown.encode())
    return Found(text=(shown.rpartition("\n")[0] or shown) if is_cut else shown, is_cut=is_cut)


def _cells(solution: QuerySolution, width: int, prefixes: Prefixes, root: str) -> Iterator[Cell | None]:
    """The first terms of a solution, each as a cell."""
    for at in range(width):
        term = solution[at]
        yield None if term is None else _cell(term, prefixes, root)


def _cell(term: Term, prefixes: Prefixes, root: str) -> Cell:
    """A term as a cell."""
    if isinstance(term, NamedNode):
        href = _href(term.value, root) if len(term.value) <= MOST_IN_A_CELL else None
        return _cut(prefixes.compact(term.value), href=href)
    if not isinstance(term, Literal):
        return _cut(str(term))
    datatype = term.datatype.value
    is_plain = term.language or datatype in _NUMBERS or datatype == _STRING
    note = None if is_plain else prefixes.compact(datatype)
    return _cut(term.value, lang=term.language, note=note, is_number=datatype in _NUMBERS)


def _cut(
    text: str,
    *,
    href: str | None = None,
    lang: str | None = None,
    note: str | None = None,
    is_number: bool = False,
) -> Cell:
    """A cell with the beginning of a text, and of what else there is about it."""
    if len(text) > MOST_IN_A_CELL:
        text, note = f"{text[:MOST_IN_A_CELL]}…", f"the beginning of {len(text):,} characters"
    note = note[:MOST_IN_A_CELL] if note else None
    return Cell(text=text, href=href, lang=lang and lang[:MOST_IN_A_CELL], note=note, is_number=is_number)


def _href(iri: str, root: str) -> str | None:
    """Where an IRI leads: to our own page of it, out into the web, or nowhere."""
    if iri.startswith(BASE):
        return root + quote(iri.removeprefix(BASE), safe="/#%:@!$&'()*+,;=~")
    return iri if iri.startswith(("https://", "http://")) else None


_HEADERS = (("vary", "Accept, Accept-Encoding"), ("cache-control", "no-cache"))


def for_people(asked: SparqlRequest, request: Request) -> bool:
    """Whether the answer to a query is wanted as a page."""
    if asked.is_update:
        return False
    if asked.format is not None:
        return find_format(asked.format, (HTML,)) is not None
    if HTML.media_type not in request.headers.get("accept", "").lower():
        return False
    found = negotiate(request.accept, (*_formats(asked), HTML))
    return found is not None and found[0] is HTML


def page(asked: SparqlRequest, request: Request, app: Flask, limits: RequestLimits, bounds: DocumentBounds) -> Answer:
    """The page with what a query finds, or with what is wrong with the query; to be called in an evaluator."""
    started = perf_counter()
    try:
        found = _found(asked, request, app, bounds)
    except MedkgError as error:
        return refusal(asked, error, request, app, limits)
    answer = _rendered(asked, request, app, limits, 200, found=found, seconds=perf_counter() - started)
    return coded(lambda _: answer, request)


def refusal(asked: SparqlRequest, error: MedkgError, request: Request, app: Flask, limits: RequestLimits) -> Answer:
    """The page that tells why there is no answer, with the query to be mended."""
    told = problem(error, MIMEAccept())
    headers = tuple(each for each in told.headers if each[0] not in {"content-type", "vary"})
    answer = _rendered(asked, request, app, limits, told.status, problem=json.loads(told.body))
    return coded(lambda _: answer.with_headers(*headers), request)


def _found(asked: SparqlRequest, request: Request, app: Flask, bounds: DocumentBounds) -> Found:
    """What there is to show of what a query finds."""
    now = context_of(app)
    results = evaluate(
        now.store,
        asked.text,
        prefixes=now.prefixes,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=BASE,
    )
    return read(results, now.prefixes, bounds, root=f"{request.address.prefix}/")


def _rendered(
    asked: SparqlRequest, request: Request, app: Flask, limits: RequestLimits, status: int, **values: object
) -> Answer:
    """A page with a query and what came of it."""
    fields = [("query", asked.text), *(("default-graph-uri", each) for each in asked.default_graphs)]
    fields += [("named-graph-uri", each) for each in asked.named_graphs]
    place = request.address.prefix + request.path
    with app.test_request_context(request.path, base_url=request.address.root):
        html = render_template(
            "results.html",
            query=asked.text,
            prefixes=context_of(app).prefixes,
            limits=limits,
            formats=_formats(asked),
            address=lambda form: f"{place}?{urlencode([*fields, ('format', form.name)])}",
            asked_at=f"{place}?{urlencode(fields)}",
            **values,
        )
    return document(status, HTML.media_type, html, *_HEADERS)


def _formats(asked: SparqlRequest) -> tuple[Format, ...]:
    """The formats that the answer to a query can have."""
    return GRAPHS if query_form(asked.text) in {"CONSTRUCT", "DESCRIBE"} else RESULTS
