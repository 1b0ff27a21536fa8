"""A request as it comes in: read no further than it may go, and no longer than it may take."""

from __future__ import annotations

import asyncio
from functools import partial

from granian.rsgi import HTTPProtocol, Scope
from werkzeug.exceptions import BadRequest, RequestHeaderFieldsTooLarge, RequestTimeout, UnsupportedMediaType

from medkg.errors import SizeLimit
from medkg.web.forwarding import Forwarding
from medkg.web.interface import canonical
from medkg.web.messages import Request
from medkg.web.public_address import PublicAddress, within
from medkg.web.shares import Shares

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
