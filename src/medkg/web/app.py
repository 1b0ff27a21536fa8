"""The application: what it answers from comes as arguments, so that tests and the real server are equals."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request
from pyoxigraph import Store

from medkg.model.prefixes import Prefixes
from medkg.web import problems
from medkg.web import served as serving
from medkg.web.entities import entities
from medkg.web.pages import pages
from medkg.web.protocol import protocol

MOST_BYTES = 1_000_000

_EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}
# https://fetch.spec.whatwg.org/#cors-preflight-fetch
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def create_app(*, store: Store, revision: str, prefixes: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Flask:
    """The application over one snapshot.

    `revision` names the snapshot in every ETag, `prefixes` need no declaration in queries, and a
    request body above `most_bytes` is refused.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = most_bytes
    serving.install(app, serving.Served(store=store, revision=revision, prefixes=Prefixes(prefixes)))
    problems.install(app)
    for blueprint in (protocol, pages, entities):
        app.register_blueprint(blueprint)
    app.after_request(_with_headers)
    return app


def _with_headers(response: Response) -> Response:
    """A response that any page may read and that means to a browser only what it says."""
    response.headers.update(_EVERYWHERE)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
