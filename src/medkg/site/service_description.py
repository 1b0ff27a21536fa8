"""The endpoint described, for programs and for people: on `/sparql` without a query, and at `/.well-known/void`.

https://www.w3.org/TR/sparql11-service-description/#accessing and https://www.w3.org/TR/void/#well-known
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Flask, render_template
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from medkg.evaluation import GRAPHS, HTML, RESULTS
from medkg.evaluation.formats import content_type
from medkg.evaluation.serialization import write_graph
from medkg.http.messages import Answer, Request, document
from medkg.http.negotiation import chosen, coded, etag, format_name
from medkg.http.query_parameters import refuse_others
from medkg.http.routes import STORE
from medkg.http.sparql_request import FORM_TYPE, QUERY_TYPE, decoded, values_in_url
from medkg.pool import RequestLimits
from medkg.site.context import SiteContext, cached_per_revision, context_of
from medkg.site.stored_queries import stored_queries
from medkg.views.service import Service, service, service_description

SPARQL, WELL_KNOWN = "/sparql", "/.well-known/void"
_HEADERS = (("vary", "Accept"), ("cache-control", "no-cache"))


def describe(request: Request, app: Flask, *, limits: RequestLimits, writable: bool) -> Answer:
    """The description of the endpoint over the graph that an application shows, in the form the client likes best."""
    return coded(partial(_described, app=app, limits=limits, writable=writable), request)


def _described(request: Request, app: Flask, limits: RequestLimits, writable: bool) -> Answer:
    """The description as it stands."""
    if not request.is_read:
        raise BadRequest(f"There is no query. POST it as {FORM_TYPE} (query=…) or as {QUERY_TYPE}.")
    if request.path == WELL_KNOWN:
        refuse_others((name for name, _ in decoded(request.query_string)), ("format",))
    # a client that asks for the results of a query has forgotten the query
    form, media_type = chosen((*GRAPHS, HTML, *RESULTS), format_name(values_in_url(request, "format")), request.accept)
    if form in RESULTS:
        raise BadRequest(
            f"There is no query. Send GET {request.path}?query=…, or POST it as {FORM_TYPE} or as {QUERY_TYPE}."
        )
    described = replace(_service(request, context_of(app)), limits=limits, writable=writable)
    if form is HTML:
        with app.test_request_context(request.path, base_url=request.address.root):
            return document(200, HTML.media_type, render_template("service.html", service=described), *_HEADERS)
    validator = etag(described.revision, "service", described.endpoint, media_type)
    if request.has(validator) or request.has_any:
        return Answer(status=304, headers=(("etag", validator), *_HEADERS))
    body = write_graph(service_description(described), form, described.prefixes)
    headers = (("content-type", content_type(media_type)), ("etag", validator), *_HEADERS)
    return Answer(status=200, headers=headers, body=body)


def _service(request: Request, now: SiteContext) -> Service:
    """What there is to describe, at the address it was asked at."""
    address, store = request.address.at(SPARQL), request.address.at(STORE)
    try:
        NamedNode(address)
    except ValueError as error:
        raise BadRequest("The Host header names no host.") from error
    return replace(_counted(now), endpoint=address, graph_store=store)


@cached_per_revision
def _counted(now: SiteContext) -> Service:
    """The endpoint over a graph that is counted whole; where it is and what it grants is for others to say."""
    return service(
        now.store,
        queries=stored_queries(now).values(),
        prefixes=now.prefixes,
        endpoint=SPARQL,
        graph_store=None,
        revision=now.revision,
        writable=False,
        limits=RequestLimits(),
    )
