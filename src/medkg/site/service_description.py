"""The description of the SPARQL endpoint as RDF and as a page: `/sparql` without a query, and `/.well-known/void`.

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
from medkg.http.messages import Request, Response, document
from medkg.http.negotiation import entity_tag, requested_format, select_format, with_content_coding
from medkg.http.query_parameters import refuse_others
from medkg.http.routes import GRAPH_STORE, SERVICE_DESCRIPTION, SPARQL
from medkg.http.sparql_request import FORM_TYPE, QUERY_TYPE, parse_form, url_arguments
from medkg.pool import RequestLimits
from medkg.site.context import SiteContext, cached_per_revision, context_of
from medkg.site.stored_queries import stored_queries
from medkg.views.service import Service, service, service_description

_HEADERS = (("vary", "Accept"), ("cache-control", "no-cache"))


def respond(request: Request, app: Flask, *, limits: RequestLimits, writable: bool) -> Response:
    """The description of the endpoint over an application's graph, in the format that the client prefers."""
    return with_content_coding(partial(_respond, app=app, limits=limits, writable=writable), request)


def _respond(request: Request, app: Flask, limits: RequestLimits, writable: bool) -> Response:
    """The description without a content coding."""
    if not request.is_read:
        raise BadRequest(f"There is no query. POST it as {FORM_TYPE} (query=…) or as {QUERY_TYPE}.")
    if request.path == SERVICE_DESCRIPTION.path:
        refuse_others((name for name, _ in parse_form(request.query_string)), SERVICE_DESCRIPTION.parameters)
    name = requested_format(url_arguments(request, "format"))
    form, media_type = select_format((*GRAPHS, HTML, *RESULTS), name, request.accept)
    if form in RESULTS:  # a client that asks for results has forgotten the query
        raise BadRequest(
            f"There is no query. Send GET {request.path}?query=…, or POST it as {FORM_TYPE} or as {QUERY_TYPE}."
        )
    description = replace(_service(request, context_of(app)), limits=limits, writable=writable)
    if form is HTML:
        with app.test_request_context(request.path, base_url=request.address.root):
            return document(200, HTML.media_type, render_template("service.html", service=description), *_HEADERS)
    etag = entity_tag(description.revision, "service", description.endpoint, media_type)
    if request.has(etag) or request.has_any:
        return Response(status=304, headers=(("etag", etag), *_HEADERS))
    body = write_graph(service_description(description), form, description.prefixes)
    return Response(
        status=200, headers=(("content-type", content_type(media_type)), ("etag", etag), *_HEADERS), body=body
    )


def _service(request: Request, context: SiteContext) -> Service:
    """The endpoint at the address of the request."""
    endpoint, graph_store = request.address.at(SPARQL.path), request.address.at(GRAPH_STORE.path)
    try:
        NamedNode(endpoint)
    except ValueError as error:
        raise BadRequest("The Host header names no host.") from error
    return replace(_statistics(context), endpoint=endpoint, graph_store=graph_store)


@cached_per_revision
def _statistics(context: SiteContext) -> Service:
    """The endpoint with the statistics of its graph; address and limits are placeholders."""
    return service(
        context.store,
        queries=stored_queries(context).values(),
        prefixes=context.prefixes,
        endpoint=SPARQL.path,
        graph_store=None,
        revision=context.revision,
        writable=False,
        limits=RequestLimits(),
    )
