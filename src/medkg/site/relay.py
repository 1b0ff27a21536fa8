"""Requests for pages and their responses, as the messages that the server and evaluators exchange."""

from __future__ import annotations

from collections.abc import Sequence

from medkg.http.messages import Request, Response
from medkg.http.public_address import PublicAddress
from medkg.pool import PageOperation, PageResult


def page_operation(request: Request) -> PageOperation:
    """The operation that takes a request to an evaluator."""
    return PageOperation(
        method=request.method,
        path=request.path,
        query=request.query_string,
        headers=tuple(request.headers.items()),
        client=request.client,
        origin=request.address.origin,
        prefix=request.address.prefix,
        body=request.body,
    )


def request_of(operation: PageOperation) -> Request:
    """The request in an operation."""
    return Request(
        method=operation.method,
        path=operation.path,
        query_string=operation.query,
        headers=dict(operation.headers),
        body=operation.body,
        client=operation.client,
        address=PublicAddress(operation.origin, operation.prefix),
    )


def page_result(response: Response, log: Sequence[str]) -> PageResult:
    """The result that takes a response to the server, with messages for its log."""
    return PageResult(status=response.status, headers=response.headers, log=tuple(log), body=response.body)


def response_of(result: PageResult) -> Response:
    """The response in a result."""
    return Response(status=result.status, headers=result.headers, body=result.body)
