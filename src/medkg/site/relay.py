"""A request for a page as the operation that an evaluator is sent, and its result as an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from medkg.errors import SizeLimit
from medkg.http.messages import Answer, Request
from medkg.http.public_address import PublicAddress
from medkg.pool import PageOperation, PageResult

if TYPE_CHECKING:
    from medkg.server.endpoint import Endpoint  # which evaluators need not load

_log = logging.getLogger("medkg.site")


async def page(
    request: Request, endpoint: Endpoint, when_slow: Callable[[], None], *, seconds: float | None = None
) -> tuple[Answer, str]:
    """The page that answers a request, and the revision it shows; made by an evaluator, as answers to queries are."""
    most = endpoint.config.limits.request
    if len(request.body) > most:
        raise SizeLimit(f"the body of this request may have {most:,} bytes")
    made = await endpoint.evaluate(page_operation(request), client=request.client, seconds=seconds, when_slow=when_slow)
    for message in made.result.log:
        _log.error("%s", message)
    result = made.result
    return Answer(status=result.status, headers=result.headers, body=result.body), made.revision


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
