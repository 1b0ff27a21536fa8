"""The pages behind the front: a WSGI application called in a thread with a request that has come in whole."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import run_wsgi_app

from medkg.http.messages import Answer, Request
from medkg.http.negotiation import coded

_OF_THE_SERVER = frozenset({"content-length", "date"})


def call(app: Flask, request: Request) -> Answer:
    """The answer of an application, in the coding that the client likes best."""
    return coded(partial(_called, app), request)


def _called(app: Flask, request: Request) -> Answer:
    """The answer of an application as it stands.

    https://peps.python.org/pep-3333/#environ-variables
    """
    # HEAD as well, for the front leaves the body out and tells its length
    whole = environ(replace(request, method="GET") if request.method == "HEAD" else request)
    parts, status, headers = run_wsgi_app(app, whole, buffered=True)
    said = ((name.lower(), value) for name, value in headers)
    return Answer(
        status=int(status.partition(" ")[0]),
        headers=tuple(header for header in said if header[0] not in _OF_THE_SERVER),
        body=b"".join(parts),
    )


def environ(request: Request) -> dict[str, object]:
    """A request as WSGI has it: text is bytes in Latin-1."""
    origin = urlsplit(request.address.origin)
    port = origin.port or (443 if origin.scheme == "https" else 80)
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return named | {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.address.prefix,
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query_string.encode().decode("latin-1"),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": origin.netloc,
        "SERVER_NAME": origin.hostname or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme or "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
