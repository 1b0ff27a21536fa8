"""What a query finds, as a page for people: the first rows of a table with links, and every format to take along.

The answer comes from the evaluators as everybody's does; only its beginning is read here, so that a page costs the
same however long the answer is.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import quote, urlencode

from flask import render_template
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, Triple, parse_query_results
from werkzeug.datastructures import MIMEAccept

from medkg.evaluation import GRAPHS, HTML, RESULTS, Format
from medkg.evaluation.formats import TSV, TURTLE, named, negotiate
from medkg.evaluation.forms import query_form
from medkg.model.prefixes import BASE, Prefixes
from medkg.web.coding import coded
from medkg.web.endpoint import Endpoint
from medkg.web.messages import Answer, Request, document
from medkg.web.parameters import Question
from medkg.web.problems import problem

MOST_ROWS = 300
"""Rows a page shows; the rest is for those who download."""

_MOST_CHARACTERS = 40_000
_NUMBERS = frozenset(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float"))
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_HEADERS = (("vary", "Accept, Accept-Encoding"), ("cache-control", "no-cache"))

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One term as a reader sees it; `note` is the datatype where that is worth a word."""

    text: str
    href: str | None = None
    lang: str | None = None
    note: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a page shows of an answer: a table, a yes or no, or the beginning of a document."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    total: int = 0
    verdict: bool | None = None
    text: str | None = None
    is_cut: bool = False


def for_people(asked: Question, request: Request) -> bool:
    """Whether the answer to a query is wanted as a page."""
    if asked.is_update:
        return False
    if asked.format is not None:
        return named(asked.format, (HTML,)) is not None
    if HTML.media_type not in request.headers.get("accept", "").lower():
        return False
    found = negotiate(request.accept, (*_formats(asked), HTML))
    return found is not None and found[0] is HTML


def plain(asked: Question, request: Request) -> tuple[Question, Request]:
    """The same question from a program that reads the format a page is made of.

    It comes by POST, so that nobody takes this answer for that to the address in the browser.
    """
    form = TURTLE if GRAPHS is _formats(asked) else TSV
    headers = {name: value for name, value in request.headers.items() if name not in {"if-none-match"}}
    return replace(asked, format=form.name), replace(request, method="POST", headers=headers | {"accept-encoding": ""})


def page(asked: Question, found: Answer, seconds: float, request: Request, endpoint: Endpoint) -> Answer:
    """The page with what was found."""
    shown = read(found.body, _formats(asked) is GRAPHS, endpoint.prefixes, root=f"{request.address.prefix}/")
    answer = _rendered(asked, request, endpoint, 200, found=shown, seconds=seconds)
    return coded(lambda _: answer, request)


def refusal(asked: Question, error: Exception, request: Request, endpoint: Endpoint) -> Answer:
    """The page that tells why there is no answer, with the query to be mended."""
    told = problem(error, MIMEAccept())
    headers = tuple(each for each in told.headers if each[0] not in {"content-type", "vary"})
    answer = _rendered(asked, request, endpoint, told.status, problem=json.loads(told.body))
    return coded(lambda _: answer.with_headers(*headers), request)


def read(body: bytes, is_graph: bool, prefixes: Prefixes, *, root: str = "/", most: int = MOST_ROWS) -> Found:
    """The beginning of an answer in TSV or Turtle, for a site whose pages lie below `root`."""
    if is_graph:
        text = body[: 4 * _MOST_CHARACTERS].decode(errors="ignore")
        shown = text[:_MOST_CHARACTERS]
        is_cut = len(body) > len(shown.encode())
        return Found(text=shown.rpartition("\n")[0] if is_cut else shown, is_cut=is_cut)
    results = parse_query_results(io.BytesIO(body), format=QueryResultsFormat.TSV)
    if isinstance(results, QueryBoolean):
        return Found(verdict=bool(results))
    width = len(results.variables)
    rows = tuple(tuple(_cell(row[at], prefixes, root) for at in range(width)) for row in islice(results, most))
    total = body.count(b"\n") - 1  # a row a line, and their header
    columns = tuple(each.value for each in results.variables)
    return Found(columns=columns, rows=rows, total=total, is_cut=total > len(rows))


def _cell(term: Term | None, prefixes: Prefixes, root: str) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, Literal):
        datatype = term.datatype.value
        is_plain = term.language or datatype in _NUMBERS or datatype == _STRING
        return Cell(
            text=term.value,
            lang=term.language,
            note=None if is_plain else prefixes.compact(datatype),
            is_number=datatype in _NUMBERS,
        )
    if isinstance(term, NamedNode):
        return Cell(text=prefixes.compact(term.value), href=_href(term.value, root))
    return Cell(text=str(term))


def _href(iri: str, root: str) -> str | None:
    """Where an IRI leads: to our own page of it, out into the web, or nowhere."""
    if iri.startswith(BASE):
        return root + quote(iri.removeprefix(BASE), safe="/#%:@!$&'()*+,;=~")
    return iri if iri.startswith(("https://", "http://")) else None


def _rendered(asked: Question, request: Request, endpoint: Endpoint, status: int, **values: object) -> Answer:
    fields = [("query", asked.text), *(("default-graph-uri", each) for each in asked.default_graphs)]
    fields += [("named-graph-uri", each) for each in asked.named_graphs]
    place = request.address.prefix + request.path
    with endpoint.pages.test_request_context(request.path, base_url=request.address.root):
        html = render_template(
            "results.html",
            query=asked.text,
            prefixes=endpoint.prefixes,
            limits=endpoint.config.limits,
            formats=_formats(asked),
            address=lambda form: f"{place}?{urlencode([*fields, ('format', form.name)])}",
            asked_at=f"{place}?{urlencode(fields)}",
            **values,
        )
    return document(status, HTML.media_type, html, *_HEADERS)


def _formats(asked: Question) -> tuple[Format, ...]:
    """The formats that the answer to a query can have."""
    return GRAPHS if query_form(asked.text) in {"CONSTRUCT", "DESCRIBE"} else RESULTS
