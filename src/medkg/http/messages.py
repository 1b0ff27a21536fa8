"""HTTP requests and responses as values, independent of the server that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from werkzeug.datastructures import ETags
from werkzeug.http import parse_etags, parse_options_header, unquote_etag

from medkg.evaluation.formats import content_type
from medkg.http.public_address import PublicAddress

Headers = tuple[tuple[str, str], ...]
"""Names, in lower case, and values."""

PATH_SAFE_CHARACTERS = "/:@!$&'()*+,;=~"
"""Characters that a path may hold unescaped, besides letters and digits.

https://www.rfc-editor.org/rfc/rfc3986#section-3.3
"""

_CONTENT_HEADERS_OF_304 = {"content-security-policy"}  # headers that begin with "content-" and still go with a 304


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request: `path` is decoded, `query_string` is as sent, names of headers are in lower case."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    writer: str = ""
    """The name of the write token that the request bears; empty if it bears none."""
    address: PublicAddress = PublicAddress()
    """The address of the site as the client sees it; `path` is within it."""

    @cached_property
    def media_type(self) -> tuple[str, Mapping[str, str]]:
        """The media type of the body in lower case, and its parameters; empty if the request names none."""
        name, parameters = parse_options_header(self.headers.get("content-type"))
        return name.lower(), parameters

    @property
    def accept(self) -> str:
        """The Accept header; empty if there is none."""
        return self.headers.get("accept", "")

    @property
    def accept_encoding(self) -> str:
        """The Accept-Encoding header; empty if there is none."""
        return self.headers.get("accept-encoding", "")

    @property
    def is_read(self) -> bool:
        """Whether the method is GET or HEAD."""
        return self.method in {"GET", "HEAD"}

    @property
    def url(self) -> str:
        """The URL of the resource, without the query string."""
        return self.address.at(quote(self.path, safe=PATH_SAFE_CHARACTERS))

    @cached_property
    def if_none_match(self) -> ETags:
        """The entity tags of the representations that the client has; none if the method is not GET or HEAD.

        https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
        """
        return parse_etags(self.headers.get("if-none-match") if self.is_read else None)

    def has(self, etag: str) -> bool:
        """Whether the client names the entity tag of the representation that it has."""
        return not self.has_any and _names(self.if_none_match, etag)

    @property
    def has_any(self) -> bool:
        """Whether the client has any representation (`*`), which says nothing of whether the resource exists."""
        return self.if_none_match.star_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @property
    def etag(self) -> str | None:
        """The entity tag of the representation."""
        return dict(self.headers).get("etag")

    def matches(self, if_none_match: str) -> bool:
        """Whether a client that sends this If-None-Match header has the representation already."""
        tags = parse_etags(if_none_match)
        return tags.star_tag or (self.etag is not None and _names(tags, self.etag))

    def not_modified(self) -> Response:
        """The 304 response to a client that has the representation already.

        https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
        """
        headers = tuple(
            (name, value)
            for name, value in self.headers
            if not name.startswith("content-") or name in _CONTENT_HEADERS_OF_304
        )
        return Response(status=304, headers=headers)

    def with_headers(self, *headers: tuple[str, str]) -> Response:
        """The same response with more headers."""
        return Response(status=self.status, headers=(*self.headers, *headers), body=self.body)


def document(status: int, media_type: str, body: bytes | str, *headers: tuple[str, str]) -> Response:
    """A response with a body."""
    data = body.encode() if isinstance(body, str) else body
    return Response(status=status, headers=(("content-type", content_type(media_type)), *headers), body=data)


def _names(tags: ETags, etag: str) -> bool:
    """Whether an entity tag is in a list, by weak comparison: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2."""
    tag, _ = unquote_etag(etag)
    return tags.contains_weak(tag)
