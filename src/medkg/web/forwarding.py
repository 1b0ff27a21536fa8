"""What proxies before the server say of a request: who asks, and at which address; believed of trusted ones alone.

Each proxy adds to the end of a header, or sets it anew: what counts is the word of the first of the trusted proxies,
as many places from the end as there are. `X-Forwarded-*` goes before `Forwarded`, for a proxy that sets the one hands
the other on as the client sent it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import parse_http_list

from werkzeug.exceptions import BadRequest
from werkzeug.http import unquote_header_value

from medkg.web.public_address import SCHEMES, PublicAddress

Header = Callable[[str], str | None]
"""The value of a header of a request by its name in lower case, several lines being one list."""

# https://www.rfc-editor.org/rfc/rfc7239#section-4, but for colons outside quotes, which some proxies write
_PAIR = re.compile(r'(?:^|;)[ \t]*([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^;"\s]*)[ \t]*(?=;|$)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Whose word on a request is taken: that of so many proxies, and of `public` where the site's address is set."""

    proxies: int = 0
    public: PublicAddress | None = None

    def client(self, header: Header, peer: str) -> str:
        """The address of the client: the one that the outermost of our proxies saw, else the other side's."""
        said = _listed(header("x-forwarded-for")) or [each.get("for", "") for each in _forwarded(header)]
        return (said[-self.proxies] if 0 < self.proxies <= len(said) else "") or peer

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
        said = _listed(header(f"x-forwarded-{what}")) or [each.get(what, "") for each in _forwarded(header)]
        return said[-min(self.proxies, len(said))] if said else ""


def _listed(value: str | None) -> list[str]:
    """The members of a list."""
    return [each.strip() for each in (value or "").split(",") if each.strip()]


def _forwarded(header: Header) -> list[dict[str, str]]:
    """What each proxy says in `Forwarded`, the outermost first."""
    return [
        {name.lower(): unquote_header_value(value) for name, value in _PAIR.findall(element)}
        for element in parse_http_list(header("forwarded") or "")
    ]
