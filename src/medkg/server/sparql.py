"""The SPARQL endpoint, `/sparql`: queries and updates.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medkg.evaluation import GRAPHS, RESULTS, Format
from medkg.evaluation.language import is_volatile, query_form
from medkg.http.messages import Request, Response
from medkg.http.negotiation import entity_tag, preferred_coding, select_format
from medkg.http.preconditions import Preconditions, store_states
from medkg.http.response_headers import REVALIDATE, VARY, document_response
from medkg.http.sparql_request import SparqlRequest
from medkg.pool import ChangeResult, EvaluatorAnswer, QueryOperation, UpdateOperation
from medkg.server.access import require_writer
from medkg.server.endpoint import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRepresentation:
    """A query with everything that its response depends on; `etag` is None if two evaluations may differ."""

    query: SparqlRequest
    format: Format
    media_type: str
    coding: str | None
    revision: str
    etag: str | None


def representation(query: SparqlRequest, request: Request, revision: str) -> ResultRepresentation:
    """The representation of a result that a client prefers; an HTTP exception if there is none that it accepts."""
    kind = query_form(query.text)
    formats = GRAPHS if kind in {"CONSTRUCT", "DESCRIBE"} else RESULTS
    form, media_type = select_format(formats, query.format, request.accept)
    coding = preferred_coding(request.accept_encoding)
    etag = None
    if not is_volatile(query.text):
        etag = entity_tag(revision, query.text, *_graphs(query), media_type, coding or "")
    return ResultRepresentation(
        query=query, format=form, media_type=media_type, coding=coding, revision=revision, etag=etag
    )


def page_key(query: SparqlRequest, request: Request, revision: str) -> str | None:
    """The key of the page of a result in the cache; None if two evaluations may differ."""
    if is_volatile(query.text):
        return None
    coding = preferred_coding(request.accept_encoding)
    return entity_tag("page", revision, query.text, *_graphs(query), coding or "", request.url)


def _graphs(query: SparqlRequest) -> tuple[str, ...]:
    """The RDF dataset of a query, as part of a key."""
    return (*query.default_graphs, "named", *query.named_graphs)


def not_modified(target: ResultRepresentation) -> Response:
    """The response to a client that has the representation already."""
    assert target.etag is not None  # or the client could not name it
    return Response(status=304, headers=(("etag", target.etag), VARY, REVALIDATE))


async def evaluate(
    target: ResultRepresentation, client: str, endpoint: Endpoint, when_slow: Callable[[], None]
) -> Response:
    """The result of a query in a representation; raises the failures of evaluation."""
    query = target.query
    operation = QueryOperation(
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        format=target.format.name,
        coding=target.coding,
        body=query.text.encode(),
    )
    answer = await endpoint.evaluate(operation, client=client, seconds=query.seconds, when_slow=when_slow)
    etag = target.etag if answer.revision == target.revision else None
    return document_response(answer.result.body, media_type=target.media_type, coding=answer.result.coding, etag=etag)


async def update(
    sparql_update: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]
) -> Response:
    """The response to an update, which is durable and visible to every reader when this returns.

    https://www.w3.org/TR/sparql11-protocol/#update-operation
    """
    require_writer(request, is_writable=endpoint.config.is_writable)
    operation = UpdateOperation(
        using_graphs=sparql_update.default_graphs,
        using_named_graphs=sparql_update.named_graphs,
        body=sparql_update.text.encode(),
    )
    preconditions = Preconditions.of(request)

    def allow(answer: EvaluatorAnswer[ChangeResult]) -> None:
        preconditions.require(store_states(answer.revision), exists=True)

    answer = await endpoint.write(
        operation, client=request.client, seconds=sparql_update.seconds, allow=allow, when_slow=when_slow
    )
    return Response(status=204, headers=(("medkg-revision", answer.revision),))
