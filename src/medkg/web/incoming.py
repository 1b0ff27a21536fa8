"""A request as it comes in: read no further than it may go, and no longer than it may take."""

from __future__ import annotations

import asyncio
import re

from granian.rsgi import HTTPProtocol, Scope
from werkzeug.exceptions import BadRequest, RequestTimeout, UnsupportedMediaType

from medkg.errors import SizeLimit
from medkg.web.messages import Request

SLOWEST = 20.0
"""Seconds within which a body must have come in."""

_FORBEARANCE = 64 << 20  # bytes of a body too large that are let in, so that its sender lives to read the answer

# https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, less what no host on the web has
_HOST = re.compile(r"(?:[A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_MOST_PORT = 65535


async def read(scope: Scope, protocol: HTTPProtocol, *, most: int, proxies: int) -> Request:
    """The request whole; a `SizeLimit` where its body has more than `most` bytes."""
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        # several lines of one header are one list: https://www.rfc-editor.org/rfc/rfc9110#section-5.2
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    host = _host(scope, headers)
    body = b"" if scope.method in {"GET", "HEAD", "OPTIONS"} else await _body(protocol, headers, most)
    return Request(
        method=scope.method,
        path=scope.path,
        query_string=scope.query_string,
        headers=headers,
        body=body,
        client=client(scope, headers.get("x-forwarded-for", ""), proxies),
        origin=f"{_scheme(scope, headers, proxies)}://{host}",
    )


def client(scope: Scope, forwarded: str, proxies: int) -> str:
    """The address of the client: the one that the outermost of our proxies saw."""
    seen = [each.strip() for each in forwarded.split(",") if each.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return scope.client.rpartition(":")[0]


def _scheme(scope: Scope, headers: dict[str, str], proxies: int) -> str:
    """The scheme the client used, as far as we are told."""
    told = headers.get("x-forwarded-proto", "") if proxies else ""
    return told if told in {"http", "https"} else scope.scheme


def _host(scope: Scope, headers: dict[str, str]) -> str:
    """The host that is asked, with its port; 400 where it is none or there are several.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2
    """
    host = scope.authority or headers.get("host", "" if scope.http_version == "1.1" else "localhost")
    found = _HOST.fullmatch(host)
    if found is None or int(found[1] or 0) > _MOST_PORT:
        raise BadRequest("The Host header names no host.")
    return host


async def _body(protocol: HTTPProtocol, headers: dict[str, str], most: int) -> bytes:
    """The bytes of a body; `SizeLimit` where they are more than may be."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, without a content coding.")
    too_large = SizeLimit(f"the body of this request may have {most:,} bytes")
    if int(headers.get("content-length", "0")) > most and "expect" in headers:
        raise too_large  # nothing is on its way yet
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in protocol:
                size += len(part)
                if size > most + _FORBEARANCE:
                    break
                if size <= most:
                    parts.append(part)
    except TimeoutError as error:
        raise RequestTimeout(f"The body did not come in within {SLOWEST:g} seconds.") from error
    if size > most:
        raise too_large
    return b"".join(parts)
