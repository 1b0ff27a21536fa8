"""A request for a page as the operation that an evaluator is sent, and its result as an answer."""

from __future__ import annotations

from medkg.http.messages import Answer, Request
from medkg.http.public_address import PublicAddress
from medkg.pool import PageOperation, PageResult


def page_operation(request: Request) -> PageOperation:
    """The operation that a request for a page is."""
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


def page_request(operation: PageOperation) -> Request:
    """The request that an operation is about."""
    return Request(
        method=operation.method,
        path=operation.path,
        query_string=operation.query,
        headers=dict(operation.headers),
        body=operation.body,
        client=operation.client,
        address=PublicAddress(operation.origin, operation.prefix),
    )


def page_result(answer: Answer, log: list[str]) -> PageResult:
    """The result that an answer is, with the messages that are to be logged."""
    return PageResult(status=answer.status, headers=tuple(answer.headers), log=tuple(log), body=answer.body)
