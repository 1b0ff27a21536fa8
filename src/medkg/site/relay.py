"""A request for a page as the frame that goes to an evaluator, and the answer as the one that comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from medkg.errors import SizeLimit
from medkg.http.messages import Answer, Request
from medkg.http.public_address import PublicAddress
from medkg.pool import Answered, Frame

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
    frame = request_frame(request)
    found = await endpoint.evaluate(frame, client=request.client, seconds=seconds, when_slow=when_slow)
    for message in found.head["log"]:
        _log.error("%s", message)
    return _answer(found), found.revision


def request_frame(request: Request) -> Frame:
    """A request on its way to an evaluator."""
    head = {
        "ask": "page",
        "method": request.method,
        "path": request.path,
        "query": request.query_string,
        "headers": dict(request.headers),
        "client": request.client,
        "origin": request.address.origin,
        "prefix": request.address.prefix,
    }
    return Frame(head, request.body)


def request_of(frame: Frame) -> Request:
    """The request that an evaluator has been sent."""
    head = frame.head
    return Request(
        method=head["method"],
        path=head["path"],
        query_string=head["query"],
        headers=head["headers"],
        body=frame.body,
        client=head["client"],
        address=PublicAddress(head["origin"], head["prefix"]),
    )


def answer_frame(answer: Answer, log: Sequence[str]) -> Frame:
    """An answer on its way back, with the messages that are to be logged."""
    return Frame({"status": answer.status, "headers": answer.headers, "log": log}, answer.body)


def _answer(found: Answered) -> Answer:
    """The answer that an evaluator has sent."""
    headers = tuple((name, value) for name, value in found.head["headers"])
    return Answer(status=found.head["status"], headers=headers, body=found.body)
