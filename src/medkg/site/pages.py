"""A page or a document on its way out: validators, and the headers caches live by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, request
from werkzeug.http import unquote_etag

from medkg.evaluation.formats import content_type
from medkg.web.choice import etag


def reply(write: Callable[[], bytes], media_type: str, *, identity: Sequence[str]) -> Response:
    """A representation with its headers; 304 and nothing written where the client has it already.

    `identity` is all that decides its bytes besides the media type.
    """
    validator = etag(*identity, media_type)
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    if request.if_none_match.contains_weak(unquote_etag(validator)[0] or ""):
        response = Response(status=304)
    else:
        response = Response(write(), content_type=content_type(media_type))
    response.headers["ETag"] = validator
    response.vary.add("Accept")
    response.cache_control.no_cache = True  # keep it, but ask whether it still holds
    return response


def page(html: str) -> Response:
    """A page for browsers; 304 where the client has it already."""
    response = Response(html, content_type=content_type("text/html"))
    response.add_etag()  # by its bytes: a page changes with our templates, not only with the graph
    response.vary.add("Accept")
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
