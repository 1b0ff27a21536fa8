"""A request as it came in whole, and the answer to it: values, whichever server carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from medkg.caches import cached_if_short
from medkg.evaluation.formats import content_type
from medkg.http.public_address import PublicAddress

Headers = tuple[tuple[str, str], ...]

_POLICIES = {"content-security-policy"}

IN_PATHS = "/:@!$&'()*+,;=~"
"""What may stand in a path as it is, besides letters and digits: https://www.rfc-editor.org/rfc/rfc3986#section-3.3."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client sent: `path` decoded, `query_string` as it stood in the URL, names of headers in lower case."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    writer: str = ""
    """The name of the token of writers that the request bears; empty where it bears none."""
    address: PublicAddress = PublicAddress()
    """The address of the site as the client sees it; `path` is within it."""

    @cached_property
    def media_type(self) -> tuple[str, Mapping[str, str]]:
        """The media type of the body, in lower case, and its parameters; empty where none is given."""
        name, parameters = parse_options_header(self.headers.get("content-type"))
        return name.lower(), parameters

    @cached_property
    def accept(self) -> MIMEAccept:
        """The media types the client likes, with how much."""
        return accepted(self.headers.get("accept"))

    @property
    def is_read(self) -> bool:
        """Whether the method is GET or HEAD."""
        return self.method in {"GET", "HEAD"}

    @property
    def url(self) -> str:
        """The address asked for, without its query string."""
        return self.address.at(quote(self.path, safe=IN_PATHS))

    def has(self, etag: str) -> bool:
        """Whether the client says that it holds the representation with a validator.

        https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
        """
        return self.is_read and etag in _validators(self.headers.get("if-none-match", ""))

    @property
    def has_any(self) -> bool:
        """Whether the client says that it holds some representation; to be believed only where there is one."""
        return self.is_read and self.headers.get("if-none-match", "").strip() == "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client gets."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def is_held(self, if_none_match: str) -> bool:
        """Whether a client that says so in this header holds what this answer represents."""
        return if_none_match.strip() == "*" or not _validators(if_none_match).isdisjoint(
            value for name, value in self.headers if name == "etag"
        )

    def not_modified(self) -> Answer:
        """The answer for a client that holds what this one represents.

        https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
        """
        headers = tuple(each for each in self.headers if not each[0].startswith("content-") or each[0] in _POLICIES)
        return Answer(status=304, headers=headers)

    def with_headers(self, *more: tuple[str, str]) -> Answer:
        """The same answer that says more."""
        return Answer(status=self.status, headers=(*self.headers, *more), body=self.body)


def document(status: int, media_type: str, body: bytes | str, *headers: tuple[str, str]) -> Answer:
    """An answer with a body."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(status=status, headers=(("content-type", content_type(media_type)), *headers), body=data)


@cached_if_short(entries=256, longest=500)
def accepted(accept: str | None) -> MIMEAccept:
    """The media types of an Accept header, with how much each is liked; there are few headers that differ."""
    return parse_accept_header(accept, MIMEAccept)


def _validators(if_none_match: str) -> set[str]:
    """The validators of a header, compared weakly: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2."""
    return {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
