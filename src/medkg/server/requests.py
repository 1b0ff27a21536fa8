"""A request as it comes in: read no further than it may go, and no longer than it may take.

What proxies before the server say of a request: who asks, and at which address; believed of trusted ones alone.

Each proxy adds to the end of a header, or sets it anew: what counts is the word of the first of the trusted proxies,
as many places from the end as there are. `X-Forwarded-*` goes before `Forwarded`, for a proxy that sets the one hands
the other on as the client sent it. Headers are read from their end, so that nothing a client has written before the
words of our proxies changes what those mean: no quote that is not closed, and no byte that cannot be read.
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
from medkg.http.public_address import SCHEMES, PublicAddress, within
from medkg.http.routes import canonical
from medkg.server.shares import Shares

Header = Callable[[str], str | None]
"""The value of a header of a request by its name in lower case, several lines being one list.

None where there is no such header, and empty where there is one that cannot be read.
"""

# https://www.rfc-editor.org/rfc/rfc7239#section-4, but for colons outside quotes, which some proxies write
_VALUE = r'"(?:[^"\\]|\\.)*+"|[^,;"\s]*+'
_PAIR = re.compile(rf"([A-Za-z]+)=({_VALUE})")
_PAIRS = rf"[A-Za-z]+=(?:{_VALUE})(?:[ \t]*+;[ \t]*+[A-Za-z]+=(?:{_VALUE}))*+"
_LAST = re.compile(rf"(?:^|,)[ \t]*+({_PAIRS})[ \t;]*+$")
_LONGEST = 4_000  # characters at the end of a header, which is where our own proxies write
_LONGEST_CLIENT = 100  # characters; an address has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Whose word on a request is taken: that of so many proxies, and of `public` where the site's address is set."""

    proxies: int = 0
    public: PublicAddress | None = None

    def client(self, header: Header, peer: str) -> str:
        """The address of the client: the one that the outermost of our proxies saw, else the other side's."""
        if not self.proxies:
            return peer
        said = self._said_by_each(header, "for")
        return (said[-self.proxies][:_LONGEST_CLIENT] if self.proxies <= len(said) else "") or peer

    def address(self, header: Header, scheme: str, host: str) -> PublicAddress:
        """The address of the site for a client that asked a host; 400 where a trusted proxy names none."""
        if self.public is not None:
            return self.public
        told = self._said(header, "proto").lower()
        try:
            return PublicAddress.of(
                told if told in SCHEMES else scheme, self._said(header, "host") or host, self._said(header, "prefix")
            )
        except ValueError as error:
            raise BadRequest(f"The headers of this request name no address of a site: {error}.") from error

    def prefix(self, header: Header) -> str:
        """The path that the site lies below for a client; none where what is said of it is no path."""
        if self.public is not None:
            return self.public.prefix
        said = self._said(header, "prefix")
        try:
            return PublicAddress.of("http", "localhost", said).prefix if said else ""
        except ValueError:
            return ""

    def _said(self, header: Header, what: str) -> str:
        """What the outermost of our proxies says of the client's request; where fewer say it, the outermost of them."""
        if not self.proxies:
            return ""
        said = self._said_by_each(header, what)
        return said[-min(self.proxies, len(said))] if said else ""

    def _said_by_each(self, header: Header, what: str) -> list[str]:
        """What each proxy says of the client's request, the outermost first."""
        own = header(f"x-forwarded-{what}")
        if own is not None:
            return [each.strip() for each in own.split(",") if each.strip()]
        return [each.get(what, "") for each in _elements(header("forwarded") or "", self.proxies)]


def _elements(forwarded: str, most: int) -> list[dict[str, str]]:
    """The last elements of a `Forwarded` header, in their order; none before one that is none.

    >>> _elements('for=spoof;by="x, for=192.0.2.1;proto=https', 1)
    [{'for': '192.0.2.1', 'proto': 'https'}]
    """
    found: list[dict[str, str]] = []
    rest = forwarded[-_LONGEST:].rstrip(", \t")
    while len(found) < most and (last := _LAST.search(rest)):
        found.insert(0, {name.lower(): unquote_header_value(value) for name, value in _PAIR.findall(last[1])})
        rest = rest[: last.start()].rstrip(", \t")
    return found


SLOWEST = 20.0
"""Seconds within which a body must have come in."""

MOST = 256 << 20
"""Bytes of bodies that may be on their way in."""

MOST_EACH = 64 << 20
"""Bytes of bodies of one client that may be on their way in."""

_LONGEST_HEADERS = 16 << 10  # bytes; to weigh an Accept header of more takes long, and nobody has one
_FORBEARANCE = 64 << 20  # bytes of a body too large that are let in, so that its sender lives to read the answer


class Bodies:
    """The bodies that are coming in: so many bytes of them at once, of all clients and of each."""

    def __init__(self, most: int = MOST, each: int = MOST_EACH) -> None:
        self.shares = Shares(most, each)

    @property
    def bytes(self) -> int:
        """The bytes of bodies that are on their way in."""
        return self.shares.taken

    def admit(self, client: str, size: int) -> None:
        """Note some bytes that have come in; `Busy` where too many have, of bodies that are not whole yet."""
        self.shares.admit(client, size, "requests")

    def release(self, client: str, size: int) -> None:
        """Note that bytes noted before are part of a whole body now, or of none any more."""
        self.shares.release(client, size)


def header(scope: Scope, name: str) -> str | None:
    """The value of a header, its lines as one list; None where there is none, empty where it is no ASCII.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.3
    """
    lines: list[str] = scope.headers.get_all(name)  # type: ignore[attr-defined]
    return ", ".join(lines) if lines or name in scope.headers else None


def client(scope: Scope, forwarding: Forwarding) -> str:
    """The address of the client."""
    return forwarding.client(partial(header, scope), scope.client.rpartition(":")[0])


def address(scope: Scope, forwarding: Forwarding) -> PublicAddress:
    """The address of the site for the client; 400 where its host is none or there are several.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2
    """
    host = scope.authority or header(scope, "host") or ("" if scope.http_version == "1.1" else "localhost")
    try:
        asked = PublicAddress.of(scope.scheme, host)
    except ValueError as error:
        raise BadRequest("The Host header names no host.") from error
    return forwarding.address(partial(header, scope), scope.scheme, asked.origin.partition("//")[2])


async def read(
    scope: Scope, protocol: HTTPProtocol, *, most: int, forwarding: Forwarding, bodies: Bodies, writer: str = ""
) -> Request:
    """The request whole; a `SizeLimit` where its body has more than `most` bytes."""
    headers: dict[str, str] = {}
    size = 0
    for name, value in scope.headers.items():
        size += len(name) + len(value)
        # several lines of one header are one list: https://www.rfc-editor.org/rfc/rfc9110#section-5.2
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if size > _LONGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge(f"The headers of a request may have {_LONGEST_HEADERS:,} bytes.")
    asked, sender = address(scope, forwarding), client(scope, forwarding)
    body = b"" if scope.method in {"GET", "HEAD", "OPTIONS"} else await _body(protocol, headers, most, bodies, sender)
    return Request(
        method=scope.method,
        path=canonical(within(scope.path, asked.prefix)),
        query_string=scope.query_string,
        headers=headers,
        body=body,
        client=sender,
        writer=writer,
        address=asked,
    )


async def _body(protocol: HTTPProtocol, headers: dict[str, str], most: int, bodies: Bodies, sender: str) -> bytes:
    """The bytes of a body; `SizeLimit` where they are more than may be, 400 where they have not all come.

    https://www.rfc-editor.org/rfc/rfc9112#section-8: half a body is none, and half a graph would be taken for a whole.
    """
    if headers.get("transfer-encoding", "chunked").lower() != "chunked":
        raise BadRequest("Send the body in chunks or with its length, and in no other transfer coding.")
    if (headers.get("content-encoding") or "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, without a content coding.")
    too_large = SizeLimit(f"the body of this request may have {most:,} bytes")
    if int(headers.get("content-length", "0")) > most and "expect" in headers:
        raise too_large  # nothing is on its way yet
    parts: list[bytes] = []
    size = pauses = 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in protocol:
                size, pauses = size + len(part), pauses + (not part)
                if size > most + _FORBEARANCE:
                    break
                if size <= most:
                    bodies.admit(sender, len(part))
                    parts.append(part)
    except TimeoutError as error:
        raise RequestTimeout(f"The body did not come in within {SLOWEST:g} seconds.") from error
    finally:
        bodies.release(sender, sum(map(len, parts)))
    if size > most:
        raise too_large
    # The server underneath hands out one part without bytes at the end, and one more in place of an error; and in
    # place of trailers, which nobody needs: https://github.com/emmett-framework/granian/blob/master/src/rsgi/io.rs
    if pauses > 1:
        raise BadRequest("The body broke off, or was followed by trailers.")
    return b"".join(parts)
