"""Results of queries as pages for people, with every format to take along; and why there are none, with the query."""

from __future__ import annotations

import json
from time import perf_counter
from urllib.parse import urlencode

from flask import Flask, render_template
from werkzeug.datastructures import MIMEAccept

from medkg.errors import MedkgError
from medkg.evaluation import GRAPHS, HTML, RESULTS, Format, evaluate
from medkg.evaluation.bounded import Bounds
from medkg.evaluation.formats import named, negotiate
from medkg.evaluation.forms import query_form
from medkg.model.prefixes import BASE
from medkg.pool import Limits
from medkg.web.coding import coded
from medkg.web.messages import Answer, Request, document
from medkg.web.parameters import Question
from medkg.web.problems import problem
from medkg.web.result_table import Found, read
from medkg.web.served import serving

_HEADERS = (("vary", "Accept, Accept-Encoding"), ("cache-control", "no-cache"))


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


def page(asked: Question, request: Request, app: Flask, limits: Limits, bounds: Bounds) -> Answer:
    """The page with what a query finds, or with what is wrong with the query; to be called in an evaluator."""
    started = perf_counter()
    try:
        found = _found(asked, request, app, bounds)
    except MedkgError as error:
        return refusal(asked, error, request, app, limits)
    answer = _rendered(asked, request, app, limits, 200, found=found, seconds=perf_counter() - started)
    return coded(lambda _: answer, request)


def refusal(asked: Question, error: MedkgError, request: Request, app: Flask, limits: Limits) -> Answer:
    """The page that tells why there is no answer, with the query to be mended."""
    told = problem(error, MIMEAccept())
    headers = tuple(each for each in told.headers if each[0] not in {"content-type", "vary"})
    answer = _rendered(asked, request, app, limits, told.status, problem=json.loads(told.body))
    return coded(lambda _: answer.with_headers(*headers), request)


def _found(asked: Question, request: Request, app: Flask, bounds: Bounds) -> Found:
    """What there is to show of what a query finds."""
    now = serving(app)
    results = evaluate(
        now.store,
        asked.text,
        prefixes=now.prefixes,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=BASE,
    )
    return read(results, now.prefixes, bounds, root=f"{request.address.prefix}/")


def _rendered(asked: Question, request: Request, app: Flask, limits: Limits, status: int, **values: object) -> Answer:
    """A page with a query and what came of it."""
    fields = [("query", asked.text), *(("default-graph-uri", each) for each in asked.default_graphs)]
    fields += [("named-graph-uri", each) for each in asked.named_graphs]
    place = request.address.prefix + request.path
    with app.test_request_context(request.path, base_url=request.address.root):
        html = render_template(
            "results.html",
            query=asked.text,
            prefixes=serving(app).prefixes,
            limits=limits,
            formats=_formats(asked),
            address=lambda form: f"{place}?{urlencode([*fields, ('format', form.name)])}",
            asked_at=f"{place}?{urlencode(fields)}",
            **values,
        )
    return document(status, HTML.media_type, html, *_HEADERS)


def _formats(asked: Question) -> tuple[Format, ...]:
    """The formats that the answer to a query can have."""
    return GRAPHS if query_form(asked.text) in {"CONSTRUCT", "DESCRIBE"} else RESULTS
