"""Content negotiation: the format and the content coding of a representation, and its entity tag.

A representation in a content coding has an entity tag of its own: `"abc"` is `"abc-br"` in Brotli, also for static
files. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.exceptions import BadRequest, NotAcceptable
from werkzeug.http import parse_accept_header, parse_set_header

from medkg.caches import cached_if_short
from medkg.evaluation import Format, find_format
from medkg.evaluation.formats import CODINGS, MIN_COMPRESSED_BYTES, compress
from medkg.http.messages import Headers, Request, Response

_MAX_NAME_CHARACTERS = 60  # of a name that a message repeats
_BY_ACCEPT = frozenset({"", "auto"})  # values of ?format= that leave the choice to Accept
_CONTENT_ENCODING = "content-encoding"


def requested_format(names: Iterable[str | None]) -> str | None:
    """The first format that a request names; None if it names none, so that Accept decides.

    An empty name counts as none, and so does `auto`, the default of Virtuoso's form.

    >>> requested_format(["", "auto", "csv"])
    'csv'
    """
    return next((name for name in names if name is not None and name.strip().lower() not in _BY_ACCEPT), None)


def select_format(formats: Sequence[Format], name: str | None, accept: str) -> tuple[Format, str]:
    """The format that a request asks for, by `?format=` or by Accept, and the media type to label it with."""
    name = requested_format((name,))
    if name is None:
        offer = negotiate(accept, tuple(formats))
        if offer is None:
            offers = ", ".join(form.media_type for form in formats)
            raise NotAcceptable(f"The Accept header admits none of {offers}.")
        return offer
    form = find_format(name, formats)
    if form is None:
        names = ", ".join(form.name for form in formats)
        raise BadRequest(f"No format {name[:_MAX_NAME_CHARACTERS]!r} for this; there is {names}.")
    return form, form.media_type


@cached_if_short(entries=256, longest=500)
def negotiate(accept: str, formats: tuple[Format, ...]) -> tuple[Format, str] | None:
    """The format that an Accept header prefers, and the media type to label it with; None if it admits none.

    The most specific range decides on a type; parameters such as charset and profile are ignored. Of equal preferences
    the type that is named exactly wins, then a registered media type, then our order. No header admits everything.
    https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1

    >>> from medkg.evaluation import RESULTS
    >>> negotiate("text/*, application/json;q=0.5", RESULTS)[1]
    'text/csv'
    """
    ranges = MIMEAccept((_media_range(text), quality) for text, quality in parse_accept_header(accept, MIMEAccept))
    if not ranges:
        return formats[0], formats[0].media_type
    offers = [(form.media_type, form) for form in formats]
    offers += [(alias, form) for form in formats for alias in form.media_types[1:]]
    best = ranges.best_match(media_type for media_type, _ in offers)
    return next(((form, media_type) for media_type, form in offers if media_type == best), None)


def _media_range(text: str) -> str:
    """A media range without its parameters; a lone asterisk is what some clients send for `*/*`."""
    media_range = text.partition(";")[0].strip()
    return "*/*" if media_range == "*" else media_range


@cached_if_short(entries=256, longest=500)
def preferred_coding(accept_encoding: str) -> str | None:
    """The content coding that an Accept-Encoding header prefers; None if the document is sent as it is.

    https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3

    >>> [preferred_coding(header) for header in ("gzip, deflate, br", "gzip;q=1.0, br;q=0.5", "identity", "*", "")]
    ['br', 'gzip', None, 'br', None]
    """
    best = parse_accept_header(accept_encoding, Accept).best_match((*CODINGS, "identity"))
    return best if best in CODINGS else None


def entity_tag(*parts: str) -> str:
    """A strong entity tag that no other parts have: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3."""
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def with_content_coding(respond: Callable[[Request], Response], request: Request) -> Response:
    """The response to a request, compressed if the client accepts that, it is worthwhile, and it has no coding yet."""
    coding = preferred_coding(request.accept_encoding)
    response = respond(_with_uncoded_etags(request, coding) if coding else request)
    if not response.body and response.status != 304:
        return response
    headers = _with_vary(response.headers)
    if response.status == 304:
        with_coding = _with_coded_etag(headers, coding) if coding else headers
        etag = dict(with_coding).get("etag")
        return replace(response, headers=with_coding if etag and request.has(etag) else headers)
    if coding is None or len(response.body) < MIN_COMPRESSED_BYTES or _CONTENT_ENCODING in dict(headers):
        return replace(response, headers=headers)
    return Response(
        status=response.status,
        headers=(*_with_coded_etag(headers, coding), (_CONTENT_ENCODING, coding)),
        body=compress(response.body, coding),
    )


def _with_uncoded_etags(request: Request, coding: str) -> Request:
    """A request that also names the entity tags of the uncompressed forms of the representations that it names."""
    if_none_match = request.headers.get("if-none-match", "")
    tags = [f'"{tag}"' for tag in re.findall(rf'"([^"]*)-{coding}"', if_none_match)]
    headers = {**request.headers, "if-none-match": ", ".join([if_none_match, *tags])}
    return replace(request, headers=headers) if tags else request


def _with_coded_etag(headers: Headers, coding: str) -> Headers:
    """The headers with the entity tag of the representation in a coding."""
    return tuple((name, f'{value[:-1]}-{coding}"' if name == "etag" else value) for name, value in headers)


def _with_vary(headers: Headers) -> Headers:
    """The headers with Accept-Encoding in Vary: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5."""
    names = [part for name, value in headers if name == "vary" for part in parse_set_header(value)]
    if "accept-encoding" not in map(str.lower, names):
        names.append("Accept-Encoding")
    return (*(header for header in headers if header[0] != "vary"), ("vary", ", ".join(names)))
