"""Requests for pages and their responses: as messages to evaluators, and as calls of the Flask application by WSGI."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import run_wsgi_app

from medkg.http.messages import Request, Response
from medkg.http.negotiation import with_content_coding
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


_HEADERS_OF_THE_SERVER = frozenset({"content-length", "date"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def call(app: Flask, request: Request) -> Response:
    """The response of an application, in the content coding that the client prefers."""
    return with_content_coding(partial(_call, app), request)


def _call(app: Flask, request: Request) -> Response:
    """The response of an application without a content coding."""
    # HEAD as GET, for the front leaves out the body and needs its length
    request = replace(request, method="GET") if request.method == "HEAD" else request
    parts, status, headers = run_wsgi_app(app, _environ(request), buffered=True)
    lower_case = ((name.lower(), value) for name, value in headers)
    return Response(
        status=int(status.partition(" ")[0]),
        headers=tuple(header for header in lower_case if header[0] not in _HEADERS_OF_THE_SERVER),
        body=b"".join(parts),
    )


def _environ(request: Request) -> dict[str, object]:
    """A request as WSGI has it, with text as bytes in Latin-1: https://peps.python.org/pep-3333/#environ-variables."""
    origin = urlsplit(request.address.origin)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return headers | {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.address.prefix,
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query_string.encode().decode("latin-1"),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": origin.netloc,
        "SERVER_NAME": origin.hostname or "localhost",
        "SERVER_PORT": str(origin.port or _DEFAULT_PORTS[origin.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
