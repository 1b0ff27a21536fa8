"""Reading a request: its headers, its body within limits of size and time, its client and the address of the site.

Proxies in front of the server say who the client is and at which address it reached them; only as many as are
configured are trusted. Each proxy adds to the end of a header or sets it anew: the word of the first trusted proxy
counts, which is as many places from the end as there are. `X-Forwarded-*` goes before `Forwarded`, for a proxy that
sets the one passes the other on as the client sent it. Headers are parsed from their end, so that nothing that a client
wrote before the words of our proxies changes their meaning: no quote that is not closed, and no byte that cannot be
decoded.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from granian.rsgi import HTTPProtocol, Scope
from werkzeug.exceptions import BadRequest, RequestHeaderFieldsTooLarge, RequestTimeout, UnsupportedMediaType
from werkzeug.http import unquote_header_value

from medkg.errors import SizeLimit
from medkg.http.messages import Request
from medkg.http.public_address import SCHEMES, PublicAddress, without_prefix
from medkg.http.routes import canonical_path
from medkg.server.shares import Shares

Header = Callable[[str], str | None]
"""Yields the value of a header by its name in lower case, its lines as one list.

None if there is no such header, empty if it cannot be decoded.
"""

BODY_TIMEOUT_S = 20.0
"""Seconds within which a body must have come in."""

MAX_INCOMING_BYTES = 256 << 20
"""Bytes of bodies that are not complete yet, of all clients."""

MAX_CLIENT_INCOMING_BYTES = 64 << 20
"""Bytes of bodies that are not complete yet, of one client."""

_MAX_HEADER_BYTES = 16 << 10  # parsing an Accept header of more takes long, and no client has one
_MAX_DISCARDED_BYTES = 64 << 20  # of a body that is too large, read so that its sender gets to read the response
_MAX_FORWARDED_CHARACTERS = 4_000  # at the end of a header, where our own proxies write
_MAX_CLIENT_CHARACTERS = 100  # an address has fewer

# https://www.rfc-editor.org/rfc/rfc7239#section-4, but for colons outside quotes, which some proxies write
_VALUE = r'"(?:[^"\\]|\\.)*+"|[^,;"\s]*+'
_PAIR = re.compile(rf"([A-Za-z]+)=({_VALUE})")
_PAIRS = rf"[A-Za-z]+=(?:{_VALUE})(?:[ \t]*+;[ \t]*+[A-Za-z]+=(?:{_VALUE}))*+"
_LAST_ELEMENT = re.compile(rf"(?:^|,)[ \t]*+({_PAIRS})[ \t;]*+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedProxies:
    """The number of proxies whose headers are trusted; `public` is the address of the site if it is configured."""

    number: int = 0
    public: PublicAddress | None = None

    def client(self, header: Header, peer: str) -> str:
        """The address of the client: the one that the outermost of our proxies saw, else that of the peer."""
        if not self.number:
            return peer
        values = self._values(header, "for")
        return (values[-self.number][:_MAX_CLIENT_CHARACTERS] if self.number <= len(values) else "") or peer

    def address(self, header: Header, scheme: str, host: str) -> PublicAddress:
        """The address of the site for a client that asked a host; 400 if a trusted proxy names an invalid one."""
        if self.public is not None:
            return self.public
        proto = self._value(header, "proto").lower()
        try:
            return PublicAddress.of(
                proto if proto in SCHEMES else scheme,
                self._value(header, "host") or host,
                self._value(header, "prefix"),
            )
        except ValueError as error:
            raise BadRequest(f"The headers of this request name no address of a site: {error}.") from error

    def prefix(self, header: Header) -> str:
        """The path prefix of the site for a client; empty if the one that proxies name is invalid."""
        if self.public is not None:
            return self.public.prefix
        prefix = self._value(header, "prefix")
        try:
            return PublicAddress.of("http", "localhost", prefix).prefix if prefix else ""
        except ValueError:
            return ""

    def _value(self, header: Header, name: str) -> str:
        """What the outermost trusted proxy that says anything says of the client's request."""
        if not self.number:
            return ""
        values = self._values(header, name)
        return values[-min(self.number, len(values))] if values else ""

    def _values(self, header: Header, name: str) -> list[str]:
        """What each proxy says of the client's request, the outermost first."""
        x_forwarded = header(f"x-forwarded-{name}")
        if x_forwarded is not None:
            return [value.strip() for value in x_forwarded.split(",") if value.strip()]
        return [element.get(name, "") for element in _elements(header("forwarded") or "", self.number)]


def _elements(forwarded: str, maximum: int) -> list[dict[str, str]]:
    """The last elements of a `Forwarded` header, in their order; none before one that cannot be parsed.

    >>> _elements('for=spoof;by="x, for=192.0.2.1;proto=https', 1)
    [{'for': '192.0.2.1', 'proto': 'https'}]
    """
    elements: list[dict[str, str]] = []
    rest = forwarded[-_MAX_FORWARDED_CHARACTERS:].rstrip(", \t")
    while len(elements) < maximum and (last := _LAST_ELEMENT.search(rest)):
        elements.insert(0, {name.lower(): unquote_header_value(value) for name, value in _PAIR.findall(last[1])})
        rest = rest[: last.start()].rstrip(", \t")
    return elements


def header(scope: Scope, name: str) -> str | None:
    """The value of a header, its lines as one list; None if there is none, empty if it is not ASCII.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.3
    """
    lines: list[str] = scope.headers.get_all(name)  # type: ignore[attr-defined]
    return ", ".join(lines) if lines or name in scope.headers else None


def client(scope: Scope, proxies: TrustedProxies) -> str:
    """The address of the client."""
    return proxies.client(partial(header, scope), scope.client.rpartition(":")[0])


def address(scope: Scope, proxies: TrustedProxies) -> PublicAddress:
    """The address of the site for the client; 400 if the request names no valid host, or several.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2
    """
    host = scope.authority or header(scope, "host") or ("" if scope.http_version == "1.1" else "localhost")
    try:
        requested = PublicAddress.of(scope.scheme, host)
    except ValueError as error:
        raise BadRequest("The Host header names no host.") from error
    return proxies.address(partial(header, scope), scope.scheme, requested.origin.partition("//")[2])


async def read(
    scope: Scope, protocol: HTTPProtocol, *, max_bytes: int, proxies: TrustedProxies, incoming: Shares, writer: str = ""
) -> Request:
    """The complete request; a `SizeLimit` if its body has more than `max_bytes`."""
    headers: dict[str, str] = {}
    size = 0
    for name, value in scope.headers.items():
        size += len(name) + len(value)
        # several lines of one header are one list: https://www.rfc-editor.org/rfc/rfc9110#section-5.2
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if size > _MAX_HEADER_BYTES:
        raise RequestHeaderFieldsTooLarge(f"The headers of a request may have {_MAX_HEADER_BYTES:,} bytes.")
    site, sender = address(scope, proxies), client(scope, proxies)
    has_body = scope.method not in {"GET", "HEAD", "OPTIONS"}
    body = await _body(protocol, headers, max_bytes, incoming, sender) if has_body else b""
    return Request(
        method=scope.method,
        path=canonical_path(without_prefix(scope.path, site.prefix)),
        query_string=scope.query_string,
        headers=headers,
        body=body,
        client=sender,
        writer=writer,
        address=site,
    )


async def _body(
    protocol: HTTPProtocol, headers: dict[str, str], max_bytes: int, incoming: Shares, sender: str
) -> bytes:
    """The bytes of a body; `SizeLimit` if they are too many, 400 if some are missing.

    https://www.rfc-editor.org/rfc/rfc9112#section-8: half a graph must not be taken for a whole one.
    """
    if headers.get("transfer-encoding", "chunked").lower() != "chunked":
        raise BadRequest("Send the body in chunks or with its length, and in no other transfer coding.")
    if (headers.get("content-encoding") or "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, without a content coding.")
    too_large = SizeLimit(f"the body of this request may have {max_bytes:,} bytes")
    if int(headers.get("content-length", "0")) > max_bytes and "expect" in headers:
        raise too_large  # the client has sent nothing yet
    parts: list[bytes] = []
    size = empty_parts = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for part in protocol:
                size, empty_parts = size + len(part), empty_parts + (not part)
                if size > max_bytes + _MAX_DISCARDED_BYTES:
                    break
                if size <= max_bytes:
                    incoming.acquire(sender, len(part))
                    parts.append(part)
    except TimeoutError as error:
        raise RequestTimeout(f"The body did not come in within {BODY_TIMEOUT_S:g} seconds.") from error
    finally:
        incoming.release(sender, sum(map(len, parts)))
    if size > max_bytes:
        raise too_large
    # granian yields one empty part at the end, and one more in place of an error and in place of trailers, which no
    # client needs to send: https://github.com/emmett-framework/granian/blob/master/src/rsgi/io.rs
    if empty_parts > 1:
        raise BadRequest("The body broke off, or was followed by trailers.")
    return b"".join(parts)
