"""The Graph Store Protocol: a whole graph at a time, at `?default`, at `?graph=<IRI>`, or at the graph's own path.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, RequestURITooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from medkg.evaluation import GRAPHS, Format, find_format
from medkg.http.messages import Request, Response
from medkg.http.negotiation import preferred_coding, requested_format, select_format
from medkg.http.preconditions import Preconditions, graph_entity_tag, graph_states
from medkg.http.query_parameters import refuse_others
from medkg.http.response_headers import document_response
from medkg.http.routes import GRAPH_STORE
from medkg.http.sparql_request import (
    MAX_IRI_CHARACTERS,
    limit_iri_length,
    parse_form,
    require_utf_8_charset,
    url_arguments,
)
from medkg.pool import (
    ChangeResult,
    EvaluatorAnswer,
    GraphDeleteOperation,
    GraphPostOperation,
    GraphPutOperation,
    GraphReadOperation,
)
from medkg.server.access import require_writer
from medkg.server.endpoint import Endpoint

MULTIPART = "multipart/form-data"

_OPERATIONS = {"PUT": GraphPutOperation, "POST": GraphPostOperation, "DELETE": GraphDeleteOperation}
_AMBIGUOUS_MEDIA_TYPES = frozenset(
    {"application/xml", "text/xml", "application/json"}
)  # of XML and JSON that may not be RDF
_MAX_FORM_FIELD_BYTES, _MAX_FORM_PARTS = 500_000, 1_000  # of a multipart form


async def respond(request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
    """The response to an operation on a graph."""
    graph, is_new = _graph(request)
    if is_new and request.method != "POST":
        raise BadRequest("Name a graph, by 'graph' or by 'default'.")
    if request.is_read:
        return await _read(request, graph, endpoint, when_slow)
    require_writer(request, is_writable=endpoint.config.is_writable)
    return await _write(request, graph, endpoint, when_slow, is_new=is_new)


async def _read(request: Request, graph: str | None, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
    """The content of a graph: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get."""
    form, media_type = select_format(GRAPHS, requested_format(url_arguments(request, "format")), request.accept)
    coding = preferred_coding(request.accept_encoding)
    etag = graph_entity_tag(endpoint.revision, graph, media_type, coding)
    not_modified = Response(status=304, headers=(("etag", etag), ("vary", "Accept, Accept-Encoding")))
    if request.has(etag):
        return not_modified
    operation = GraphReadOperation(graph=graph, format=form.name, coding=coding)
    answer = await endpoint.evaluate(operation, client=request.client, when_slow=when_slow)
    if request.has_any:
        return not_modified
    # of the revision that the evaluator had, for an update may have come in meanwhile
    etag = graph_entity_tag(answer.revision, graph, media_type, coding)
    return document_response(answer.result.body, media_type=media_type, coding=answer.result.coding, etag=etag)


async def _write(
    request: Request, graph: str | None, endpoint: Endpoint, when_slow: Callable[[], None], *, is_new: bool
) -> Response:
    """The response to PUT, POST or DELETE; the parts of a multipart POST are written together or not at all."""
    if "content-range" in request.headers:
        raise BadRequest("A graph is sent whole, not in ranges.")  # https://www.rfc-editor.org/rfc/rfc9110#section-14.5
    # in a thread, for parsing the parts takes its time
    documents = [] if request.method == "DELETE" else await asyncio.to_thread(lambda: [*_documents(request)])
    operation = _OPERATIONS[request.method](
        graph=graph,
        base_iri=graph or request.url,
        documents=tuple((form.name, len(content)) for form, content in documents),
        body=b"".join(content for _, content in documents),
    )
    preconditions = Preconditions.of(request)

    def allow(answer: EvaluatorAnswer[ChangeResult]) -> None:
        preconditions.require(graph_states(answer.revision, graph), exists=answer.result.existed)

    answer = await endpoint.write(operation, client=request.client, allow=allow, when_slow=when_slow)
    headers = [("medkg-revision", answer.revision)]
    if request.method == "DELETE" or answer.result.existed:
        return Response(status=204, headers=tuple(headers))
    if is_new and graph is not None:
        headers.append(("location", graph))
    return Response(status=201, headers=tuple(headers))


def _graph(request: Request) -> tuple[str | None, bool]:
    """The IRI of the graph that a request names, None for the default graph, and whether the graph is a new one.

    https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification
    """
    names = [name for name, _ in parse_form(request.query_string)]
    # the format of a graph that is sent is its media type
    refuse_others(names, [name for name in GRAPH_STORE.parameters if request.is_read or name != "format"])
    named_graphs, defaults = url_arguments(request, "graph"), names.count("default")
    if request.path != GRAPH_STORE.path:
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
    if not named_graphs and "graph" in names:  # a program that has lost the name does not want a new graph
        raise BadRequest("The parameter 'graph' is empty; name a graph by it.")
    if not named_graphs:
        return f"{request.url}/{uuid.uuid4()}", True
    limit_iri_length("graph", named_graphs)
    try:
        return NamedNode(named_graphs[0]).value, False
    except ValueError as error:
        raise BadRequest(f"A graph is named by an absolute IRI: {error}") from error


def _documents(request: Request) -> Iterator[tuple[Format, bytes]]:
    """The RDF documents in the body of a request, with their formats."""
    name, parameters = request.media_type
    if name != MULTIPART:
        yield _format(name, parameters), request.body
        return
    parser = FormDataParser(max_form_memory_size=_MAX_FORM_FIELD_BYTES, max_form_parts=_MAX_FORM_PARTS)
    _, fields, files = parser.parse(BytesIO(request.body), MULTIPART, len(request.body), dict(parameters))
    for _, file in files.items(multi=True):
        yield _format(file.mimetype, file.mimetype_params), file.read()
    if fields or not files:
        raise BadRequest("Each part of the form is a file with its RDF media type.")


def _format(media_type: str, parameters: Mapping[str, str]) -> Format:
    """The format of a document by its media type; 415 if there is none."""
    require_utf_8_charset(parameters)
    form = find_format(media_type, GRAPHS) if "/" in media_type else None
    if form is None or media_type in _AMBIGUOUS_MEDIA_TYPES:
        known = ", ".join(form.media_type for form in GRAPHS)
        raise UnsupportedMediaType(f"A graph is sent as one of {known}, not as {media_type or 'no media type'}.")
    return form
