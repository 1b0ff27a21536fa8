"""What proxies before the server say of a request: who asks, and at which address; believed of trusted ones alone.

Each proxy adds to the end of a header, or sets it anew: what counts is the word of the first of the trusted proxies,
as many places from the end as there are. `X-Forwarded-*` goes before `Forwarded`, for a proxy that sets the one hands
the other on as the client sent it. Headers are read from their end, so that nothing a client has written before the
words of our proxies changes what those mean: no quote that is not closed, and no byte that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest
from werkzeug.http import unquote_header_value

from medkg.web.public_address import SCHEMES, PublicAddress

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
