"""The endpoint described, for programs and for people: on `/sparql` without a query, and at `/.well-known/void`.

https://www.w3.org/TR/sparql11-service-description/#accessing and https://www.w3.org/TR/void/#well-known
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import render_template
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from medkg.evaluation import GRAPHS, HTML, RESULTS
from medkg.evaluation.formats import content_type
from medkg.evaluation.graphs import write
from medkg.graph.queries import load
from medkg.graph.service import Service, service
from medkg.graph.service_description import service_description
from medkg.web import graph_store
from medkg.web.choice import chosen, etag, format_name
from medkg.web.coding import coded
from medkg.web.endpoint import Endpoint
from medkg.web.messages import Answer, Request, document
from medkg.web.parameters import FORM, QUERY, decoded, values_in_url
from medkg.web.query_parameters import refuse_others

WELL_KNOWN = "/.well-known/void"
_SPARQL = "/sparql"
_HEADERS = (("vary", "Accept"), ("cache-control", "no-cache"))


def describe(request: Request, endpoint: Endpoint) -> Answer:
    """The description in the form the client likes best; to be called in a thread, for it counts the whole graph."""
    return coded(partial(_described, endpoint=endpoint), request)


def _described(request: Request, endpoint: Endpoint) -> Answer:
    """The description as it stands."""
    if not request.is_read:
        raise BadRequest(f"There is no query. POST it as {FORM} (query=…) or as {QUERY}.")
    if request.path == WELL_KNOWN:
        refuse_others((name for name, _ in decoded(request.query_string)), ("format",))
    # a client that asks for the results of a query has forgotten the query
    form, media_type = chosen((*GRAPHS, HTML, *RESULTS), format_name(values_in_url(request, "format")), request.accept)
    if form in RESULTS:
        raise BadRequest(f"There is no query. Send GET {request.path}?query=…, or POST it as {FORM} or as {QUERY}.")
    described = _service(request, endpoint)
    if form is HTML:
        with endpoint.pages.test_request_context(request.path, base_url=request.address.root):
            return document(200, HTML.media_type, render_template("service.html", service=described), *_HEADERS)
    validator = etag(described.revision, "service", described.endpoint, media_type)
    if request.has(validator) or request.has_any:
        return Answer(status=304, headers=(("etag", validator), *_HEADERS))
    body = write(service_description(described), form, endpoint.prefixes)
    headers = (("content-type", content_type(media_type)), ("etag", validator), *_HEADERS)
    return Answer(status=200, headers=headers, body=body)


def _service(request: Request, endpoint: Endpoint) -> Service:
    """What there is to describe, counted once a revision, at the address it was asked at."""
    address, store = request.address.at(_SPARQL), request.address.at(graph_store.PATH)
    try:
        NamedNode(address)
    except ValueError as error:
        raise BadRequest("The Host header names no host.") from error
    with endpoint.gate.reading():
        shown, known = endpoint.shown, endpoint.described
        if known is None or known.revision != shown.revision:
            known = endpoint.described = service(
                shown.store,
                queries=load(endpoint.config.resources / "queries", endpoint.prefixes).values(),
                prefixes=endpoint.prefixes,
                endpoint=address,
                graph_store=store,
                revision=shown.revision,
                writable=endpoint.config.is_writable,
                limits=endpoint.config.limits,
            )
    return replace(known, endpoint=address, graph_store=store)
