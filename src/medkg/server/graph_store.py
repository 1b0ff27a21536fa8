"""The graphs of the store one by one: `/graph-store?graph=<IRI>`, `?default`, or a graph's own path below it.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestURITooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request as FormRequest

from medkg.evaluation import GRAPHS, Format, find_format, formats
from medkg.http.messages import Answer, Request
from medkg.http.negotiation import chosen, format_name
from medkg.http.preconditions import Preconditions, graph_states, graph_tag
from medkg.http.query_parameters import refuse_others
from medkg.http.routes import GRAPH_STORE, STORE
from medkg.http.sparql_request import MAX_IRI_CHARACTERS, decoded, refuse_charset, refuse_long_iris, values_in_url
from medkg.pool import (
    ChangeResult,
    EvaluatorAnswer,
    GraphDeleteOperation,
    GraphPostOperation,
    GraphPutOperation,
    GraphReadOperation,
)
from medkg.server import access
from medkg.server.endpoint import Endpoint
from medkg.server.sparql import represented
from medkg.site.wsgi import environ

PATH = STORE
METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
MULTIPART = "multipart/form-data"

_OPERATIONS = {"PUT": GraphPutOperation, "POST": GraphPostOperation, "DELETE": GraphDeleteOperation}


async def respond(request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
    """The answer to an operation on a graph."""
    graph, is_new = _graph(request)
    if not request.is_read and request.method not in _OPERATIONS:
        raise MethodNotAllowed(METHODS.split(", "))
    if is_new and request.method != "POST":
        raise BadRequest("Name a graph, by 'graph' or by 'default'.")
    if request.is_read:
        return await _read(request, graph, endpoint, when_slow)
    access.authorize(request, is_writable=endpoint.config.is_writable)
    return await _write(request, graph, endpoint, when_slow, is_new=is_new)


async def _read(request: Request, graph: str | None, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
    """The content of a graph: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get."""
    form, media_type = chosen(GRAPHS, format_name(values_in_url(request, "format")), request.accept)
    coding = formats.preferred_coding(request.headers.get("accept-encoding", ""))
    validator = graph_tag(endpoint.revision, graph, media_type, coding)
    not_modified = Answer(status=304, headers=(("etag", validator), ("vary", "Accept, Accept-Encoding")))
    if request.has(validator):
        return not_modified
    operation = GraphReadOperation(graph=graph, format=form.name, coding=coding)
    found = await endpoint.evaluate(operation, client=request.client, when_slow=when_slow)
    if request.has_any:
        return not_modified
    # an update may have come in meanwhile: the answer is of the graph that its evaluator had
    return represented(found, media_type, graph_tag(found.revision, graph, media_type, coding))


async def _write(
    request: Request, graph: str | None, endpoint: Endpoint, when_slow: Callable[[], None], *, is_new: bool
) -> Answer:
    """What comes of PUT, POST and DELETE; the parts of a multipart POST go in together or not at all."""
    if "content-range" in request.headers:
        raise BadRequest("A graph is sent whole, not in ranges.")  # https://www.rfc-editor.org/rfc/rfc9110#section-14.5
    # in a thread, for parts are many lines to be looked through
    documents = [] if request.method == "DELETE" else await asyncio.to_thread(lambda: [*_documents(request)])
    operation = _OPERATIONS[request.method](
        graph=graph,
        base_iri=graph or request.url,
        documents=tuple((form.name, len(content)) for form, content in documents),
        body=b"".join(content for _, content in documents),
    )
    conditions = Preconditions.of(request)

    def allow(done: EvaluatorAnswer[ChangeResult]) -> None:
        conditions.require(graph_states(done.revision, graph), is_there=done.result.existed)

    done = await endpoint.write(operation, client=request.client, allow=allow, when_slow=when_slow)
    headers = [("medkg-revision", done.revision)]
    if request.method == "DELETE" or done.result.existed:
        return Answer(status=204, headers=tuple(headers))
    if is_new and graph is not None:
        headers.append(("location", graph))
    return Answer(status=201, headers=tuple(headers))


def _graph(request: Request) -> tuple[str | None, bool]:
    """The IRI of the graph a request is about, None for the default graph, and whether it is to be a new one.

    https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification
    """
    names = [name for name, _ in decoded(request.query_string)]
    # what is sent says its format by its media type alone
    refuse_others(names, [name for name in GRAPH_STORE if request.is_read or name != "format"])
    named_graphs, defaults = values_in_url(request, "graph"), names.count("default")
    if request.path != PATH:
        if named_graphs or defaults:
            raise BadRequest("This path names a graph by itself; leave out 'graph' and 'default'.")
        if "\ufffd" in request.path:
            raise BadRequest("The path is not percent-encoded UTF-8.")
        if len(request.url) > MAX_IRI_CHARACTERS:
            raise RequestURITooLarge(f"The address of a graph may have {MAX_IRI_CHARACTERS:,} characters.")
        return request.url, False
    if len(named_graphs) + defaults > 1:
        raise BadRequest("Name one graph, by 'graph' or by 'default'.")
    if defaults:
        return None, False
    if not named_graphs and "graph" in names:  # a program that lost the name does not want a new graph
        raise BadRequest("The parameter 'graph' is empty; name a graph by it.")
    if not named_graphs:
        return f"{request.url}/{uuid.uuid4()}", True
    refuse_long_iris("graph", named_graphs)
    try:
        return NamedNode(named_graphs[0]).value, False
    except ValueError as error:
        raise BadRequest(f"A graph is named by an absolute IRI: {error}") from error


def _documents(request: Request) -> Iterator[tuple[Format, bytes]]:
    """The RDF documents a request carries, with their formats."""
    name, parameters = request.media_type
    if name != MULTIPART:
        yield _format(name, parameters), request.body
        return
    form = FormRequest(environ(request))
    for _, file in form.files.items(multi=True):
        yield _format(file.mimetype, file.mimetype_params), file.read()
    if form.form or not form.files:
        raise BadRequest("Each part of the form is a file with its RDF media type.")


def _format(media_type: str, parameters: Mapping[str, str]) -> Format:
    """The format of a document by its media type; 415 where it is none of ours."""
    refuse_charset(parameters)
    form = find_format(media_type, GRAPHS) if "/" in media_type else None
    if form is None or media_type in {"application/xml", "text/xml", "application/json"}:
        known = ", ".join(each.media_type for each in GRAPHS)
        raise UnsupportedMediaType(f"A graph is sent as one of {known}, not as {media_type or 'no media type'}.")
    return form
