"""A representation on its way out: the format chosen, validators, and the headers caches live by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotAcceptable

from medkg.evaluation.formats import Format, content_type, named, negotiate


def chosen(formats: Sequence[Format], name: str | None) -> tuple[Format, str]:
    """The format asked for, by `?format=` or else by Accept, and the media type to call it."""
    if name is None:
        found = negotiate(request.accept_mimetypes, formats)
        if found is None:
            raise NotAcceptable(f"The Accept header admits none of {', '.join(each.media_type for each in formats)}.")
        return found
    form = named(name, formats)
    if form is None:
        raise BadRequest(f"No format {name!r} for this; there is {', '.join(each.name for each in formats)}.")
    return form, form.media_type


def reply(write: Callable[[], bytes], media_type: str, *, identity: Sequence[str] | None) -> Response:
    """A representation with its headers; 304 and nothing written where the client has it already.

    `identity` is all that decides its bytes besides the media type; None where asking twice may answer differently.
    """
    etag = _etag(*identity, media_type) if identity is not None and request.method in {"GET", "HEAD"} else None
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    if etag is not None and request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(write(), content_type=content_type(media_type))
    if etag is not None:
        response.set_etag(etag)
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


def _etag(*parts: str) -> str:
    """A validator that no other parts have."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()[:32]
