"""Headers that every response carries: content security policy, CORS, and whether shared caches may store it.

https://fetch.spec.whatwg.org/#http-cors-protocol and https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.7
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from medkg.evaluation.formats import content_type
from medkg.http.messages import Headers, Response
from medkg.http.routes import Route

# Nothing inline and nothing from elsewhere: no page has a style or a script within it. The editor and the graph set
# styles through the CSSOM, which https://www.w3.org/TR/CSP3/#directive-style-src leaves alone; the style elements that
# their libraries would write are in style sheets instead (ui/src/editor, ui/src/lineage).
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""What a browser may load for our pages."""

COMMON_HEADERS: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "Allow, Content-Disposition, ETag, Link, Location, Medkg-Revision, Retry-After"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-resource-policy", "cross-origin"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
)

REVALIDATE = ("cache-control", "no-cache")  # caches may store a response, and have to revalidate it
VARY = ("vary", "Accept, Accept-Encoding")

_REQUEST_HEADERS = ("accept", "content-type", "if-none-match")  # that other origins may always send
_CREDENTIALS = "authorization"
# https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2, less the asterisk, which alone would stand for all headers
_HEADER_NAME = re.compile(r"[!#$%&'+.^_`|~0-9A-Za-z-]+")

_PREFLIGHT_HEADERS: Headers = (("access-control-max-age", "86400"), ("vary", "Access-Control-Request-Headers"))

ANY_ORIGIN = frozenset({"*"})
"""The value of `SharingPolicy.origins` that stands for all origins."""

_CORS_PREFIX, _ALLOW_ORIGIN = "access-control-", "access-control-allow-origin"
_RESOURCE_POLICY, _CACHE_CONTROL = "cross-origin-resource-policy", "cache-control"


def document_response(body: bytes, *, media_type: str, coding: str | None, etag: str | None) -> Response:
    """The response with a document whose media type and content coding were negotiated."""
    headers = [("content-type", content_type(media_type)), VARY, REVALIDATE]
    if coding:
        headers.append(("content-encoding", coding))
    if etag is not None:
        headers.append(("etag", etag))
    return Response(status=200, headers=(*headers, *COMMON_HEADERS), body=body)


def with_common_headers(response: Response) -> Response:
    """A response with the common headers that it does not set itself."""
    if response.headers[-len(COMMON_HEADERS) :] == COMMON_HEADERS:
        return response
    names = {name for name, _ in response.headers}
    return response.with_headers(*(header for header in COMMON_HEADERS if header[0] not in names))


def preflight(route: Route, requested_headers: str) -> Response:
    """The response to OPTIONS: the methods of a resource, and what pages of other origins may send to it.

    `requested_headers` are those of a CORS preflight: https://fetch.spec.whatwg.org/#cors-preflight-fetch.
    """
    return Response(
        status=204,
        headers=(
            ("allow", route.allow),
            ("access-control-allow-methods", route.cross_origin_allow),
            ("access-control-allow-headers", _allowed_headers(requested_headers)),
            *_PREFLIGHT_HEADERS,
        ),
    )


def _allowed_headers(requested: str) -> str:
    """The headers that pages of other origins may send: all but Authorization, or a stolen token could write.

    >>> _allowed_headers("queryid, Authorization, x-requested-with")
    'accept, content-type, if-none-match, queryid, x-requested-with'
    """
    names = (name.strip().lower() for name in requested.split(","))
    allowed = (name for name in names if _HEADER_NAME.fullmatch(name) and name != _CREDENTIALS)
    return ", ".join(dict.fromkeys((*_REQUEST_HEADERS, *allowed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingPolicy:
    """The origins whose pages may read, and whether each response is for its reader alone."""

    origins: frozenset[str] = ANY_ORIGIN
    is_private: bool = False

    def apply(self, response: Response, header: Callable[[str], str | None]) -> Response:
        """A response with common headers as this policy has it; `header` yields the headers of the request."""
        if self.origins == ANY_ORIGIN and not self.is_private:
            return response
        headers = tuple(self._headers(response, header("origin")))
        return Response(status=response.status, headers=headers, body=response.body)

    def _headers(self, response: Response, origin: str | None) -> Iterator[tuple[str, str]]:
        """The headers of a response with those of sharing changed."""
        for name, value in response.headers:
            if name.startswith(_CORS_PREFIX):
                yield from self._cors_header(name, value, origin)
            elif name == _RESOURCE_POLICY:
                yield name, "same-origin"
            elif name != _CACHE_CONTROL or not self.is_private:
                yield name, value
        if self.is_private:
            yield _CACHE_CONTROL, _private(dict(response.headers).get(_CACHE_CONTROL, ""))
        if self.origins and self.origins != ANY_ORIGIN:
            yield "vary", "Origin"

    def _cors_header(self, name: str, value: str, origin: str | None) -> Iterator[tuple[str, str]]:
        """A header of CORS if the origin may read, else nothing."""
        if self.origins == ANY_ORIGIN:
            yield name, value
        elif origin is not None and origin in self.origins:
            yield name, origin if name == _ALLOW_ORIGIN else value


def _private(cache_control: str) -> str:
    """Cache-Control directives with `private` in place of `public`.

    >>> _private("public, max-age=60"), _private("no-store"), _private("")
    ('private, max-age=60', 'private, no-store', 'private')
    """
    directives = (directive.strip() for directive in cache_control.split(","))
    return ", ".join(["private", *(name for name in directives if name not in {"", "public", "private"})])
